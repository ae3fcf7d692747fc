"""Plants defects in the entry of a release: pure functions from the parts of a changelog to other parts."""

from __future__ import annotations

import re
from datetime import timedelta
from textwrap import indent

from tests.wild.subjects import Log, Subject, spelled
from tests.wild.texts import Parts, Planting, head, replaced

ITEM = "- One more change, which users will notice.\n\n"


def number(version: str) -> Planting:
    """Return the planting that puts another version into the heading."""

    def plant(subject: Subject, parts: Parts) -> Parts:
        words = subject.log.heading.replace(subject.version, version.format(**subject.names()))
        return parts._replace(heading=head(subject.log, words))

    return plant


def date_as(text: str) -> Planting:
    """Return the planting that puts words in the place of the date, or behind the version where there is none."""

    def plant(subject: Subject, parts: Parts) -> Parts:
        if subject.log.date is None:
            return parts._replace(heading=head(subject.log, f"{subject.log.heading} ({text})"))
        return _redated(subject.log, parts, text)

    return plant


def days_later(days: int) -> Planting:
    """Return the planting that moves the date by some days."""

    def plant(subject: Subject, parts: Parts) -> Parts:
        if subject.log.date is None:
            raise ValueError(f"{subject.name} dates nothing")
        day = subject.log.date + timedelta(days=days)
        return _redated(subject.log, parts, spelled(subject.log.days, day.year, day.month, day.day))

    return plant


def no_such_day(subject: Subject, parts: Parts) -> Parts:
    """Date the entry with the 30th of February."""
    year = subject.log.date.year if subject.log.date else 2026
    return _redated(subject.log, parts, spelled(subject.log.days, year, 2, 30))


def _redated(log: Log, parts: Parts, text: str) -> Parts:
    old = date_of(log)
    if log.date_line:
        return parts._replace(body=replaced(parts.body, log.date_line, log.date_line.replace(old, text)))
    return parts._replace(heading=head(log, log.heading.replace(old, text)))


def date_of(log: Log) -> str:
    """Return the date of the entry as it is written there."""
    return spelled(log.days, log.date.year, log.date.month, log.date.day) if log.date else ""


def undated(subject: Subject, parts: Parts) -> Parts:
    """Leave the date out."""
    log = subject.log
    if log.date_line:
        return parts._replace(body=_without_date_line(log, parts.body))
    pattern = rf"\s*(?:[-–—]+|\(|<)?\s*(?:released )?{re.escape(date_of(log))}[)>]?"  # noqa: RUF001 - dashes as typed
    return parts._replace(heading=head(log, re.sub(pattern, "", log.heading)))


def _without_date_line(log: Log, body: str) -> str:
    return replaced(body, log.date_line, "") if log.date_line else body


def gone(_subject: Subject, parts: Parts) -> Parts:
    """Take the entry out."""
    return parts._replace(heading="", body="")


def unreleased(subject: Subject, parts: Parts) -> Parts:
    """Leave the notes of the release under Unreleased."""
    heading = "" if _has_unreleased(parts) else _unreleased_heading(subject.log)
    return parts._replace(heading=heading, body=_without_date_line(subject.log, parts.body))


def notes_above(notes: str) -> Planting:
    """Return the planting that puts notes under Unreleased above the entry."""

    def plant(subject: Subject, parts: Parts) -> Parts:
        title = "" if _has_unreleased(parts) else f"{_unreleased_heading(subject.log)}\n"
        return parts._replace(above=f"{parts.above}{title}{notes}")

    return plant


def _has_unreleased(parts: Parts) -> bool:
    return re.search(r"unreleased\]?$", parts.above.rstrip(), re.IGNORECASE) is not None


def _unreleased_heading(log: Log) -> str:
    linked = log.heading.startswith("[") and "](" not in log.heading
    return head(log, "[Unreleased]" if linked else "Unreleased")


def commented(subject: Subject, parts: Parts) -> Parts:
    """Put the entry into a comment."""
    entry = parts.heading + parts.body
    hidden = f"<!--\n{entry}-->\n\n" if subject.log.markup == "markdown" else f"..\n{indent(entry, '   ')}\n"
    return parts._replace(heading="", body=hidden)


def in_code(subject: Subject, parts: Parts) -> Parts:
    """Put the entry into a block of code."""
    entry = parts.heading + parts.body
    hidden = f"~~~~~text\n{entry}~~~~~\n\n" if subject.log.markup == "markdown" else f"::\n\n{indent(entry, '    ')}\n"
    return parts._replace(heading="", body=hidden)


def no_underline(subject: Subject, parts: Parts) -> Parts:
    """Lose the line below the title."""
    lines = parts.heading.splitlines(keepends=True)
    return parts._replace(heading="".join(lines[: 1 + subject.log.over]))


def short_underline(subject: Subject, parts: Parts) -> Parts:
    """Leave two marks of the line below the title."""
    return parts._replace(heading=no_underline(subject, parts).heading + f"{subject.log.under * 2}\n")


def no_space(subject: Subject, parts: Parts) -> Parts:
    """Write the heading's marks right before its words."""
    return parts._replace(heading=f"{subject.log.mark.rstrip()}{subject.log.heading}\n")


def indented(_subject: Subject, parts: Parts) -> Parts:
    """Indent the heading by four spaces."""
    return parts._replace(heading=indent(parts.heading, "    "))


def joined(_subject: Subject, parts: Parts) -> Parts:
    """Let the heading run into a paragraph above it."""
    return parts._replace(above=f"{parts.above}Thanks to all who helped.\n")


def says_nothing(subject: Subject, parts: Parts) -> Parts:
    """Leave of the entry its heading and its date."""
    date_line = f"\n{subject.log.date_line}\n" if subject.log.date_line else ""
    return parts._replace(body=f"{date_line}\n")


def only_headings(subject: Subject, parts: Parts) -> Parts:
    """Leave of the entry its heading, its date and two sub-headings."""
    empty = says_nothing(subject, parts)
    return empty._replace(
        body=empty.body + sub_heading(subject.log, "Added") + "\n" + sub_heading(subject.log, "Fixed")
    )


def only_comments(subject: Subject, parts: Parts) -> Parts:
    """Leave of the entry its heading, its date and a comment."""
    empty = says_nothing(subject, parts)
    comment = "<!-- What changed? -->\n\n" if subject.log.markup == "markdown" else ".. What changed?\n\n"
    return empty._replace(body=empty.body + comment)


def sub_heading(log: Log, words: str) -> str:
    """Write a heading below those of the entries."""
    return f"### {words}\n\n" if log.markup == "markdown" else f"{words}\n{'^' * len(words)}\n\n"


def twice(_subject: Subject, parts: Parts) -> Parts:
    """Repeat the entry."""
    return parts._replace(rest=parts.heading + parts.body + parts.rest)


def below_earlier(subject: Subject, parts: Parts) -> Parts:
    """Exchange the headings of the release and of the entry below."""
    log = subject.log
    height = 1 + bool(log.under) + log.over
    lines = parts.rest.splitlines(keepends=True)
    return Parts(parts.above, "".join(lines[:height]), parts.body, parts.heading + "".join(lines[height:]))


def only_linked(subject: Subject, parts: Parts) -> Parts:
    """Leave of the entry the definition of a link."""
    address = "https://example.com/compare/{previous}...{version}".format(**subject.names())
    link = f"[{subject.version}]: {address}\n" if subject.log.markup == "markdown" else f".. _new: {address}\n"
    return gone(subject, parts)._replace(rest=f"{parts.rest.rstrip()}\n\n{link}")


def only_mentioned(subject: Subject, parts: Parts) -> Parts:
    """Leave of the entry a mention in the text of another."""
    mention = f"- Made ready for what {subject.version} brings to all who use this.\n"
    return gone(subject, parts)._replace(rest=f"{parts.rest.rstrip()}\n\n{mention}")


def only_in_sub_heading(subject: Subject, parts: Parts) -> Parts:
    """Leave of the entry the same number as that of another package, in a sub-heading at the end."""
    title = sub_heading(subject.log, f"other-package ({subject.version})")
    return gone(subject, parts)._replace(rest=f"{parts.rest.rstrip()}\n\n{title}{ITEM}")


def repeated_in_code(subject: Subject, parts: Parts) -> Parts:
    """Show the heading once more in a block of code at the end."""
    shown = in_code(subject, parts._replace(body="\n")).body
    return parts._replace(rest=f"{parts.rest.rstrip()}\n\n{shown}")


def repeated_in_comment(subject: Subject, parts: Parts) -> Parts:
    """Show the heading once more in a comment at the end."""
    shown = commented(subject, parts._replace(body="\n")).body
    return parts._replace(rest=f"{parts.rest.rstrip()}\n\n{shown}")


def with_another_package(subject: Subject, parts: Parts) -> Parts:
    """Tell at the end of the entry of another package, with the version of that one in a sub-heading."""
    return parts._replace(body=f"{parts.body}{sub_heading(subject.log, 'other-package (99.1.0)')}{ITEM}")


def no_such_month(subject: Subject, parts: Parts) -> Parts:
    """Date the entry with a thirteenth month."""
    return _redated(subject.log, parts, re.sub(r"-\d\d-", "-13-", date_of(subject.log)))
