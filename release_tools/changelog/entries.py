"""The entry of a version, the notes of the next release, and the order of all entries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import islice, takewhile

from packaging.version import Version

from release_tools.changelog import markup
from release_tools.changelog.content import has_content
from release_tools.changelog.dates import parse_date
from release_tools.changelog.outline import Mark, Outline, date_line, outline
from release_tools.changelog.source import Changelog, name_version
from release_tools.changelog.titles import line_number
from release_tools.changelog.tokens import starts_with
from release_tools.model import Entry, Location

# The parsers are slow, and nobody needs more than a few of a hundred entries for one version.
MOST_JUDGED = 20
MOST_HITS = 10
_ITEM = re.compile(r"^[-*+] ", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The heading of one entry; `version` is None for the notes of the next release. A lower level stands higher."""

    version: Version | None
    heading: str
    where: Location
    level: int
    dated: str | None = None
    date: date | None = None


def entry(changelog: Changelog, version: Version, *, project: str = "") -> tuple[Entry, ...]:
    """Return the entries of the version: headings whose first version equals it under PEP 440.

    More than one is a fault of the changelog. In a file that serves several projects, `project` tells whose
    entries are wanted.
    """
    hits = (hit for part in parts(changelog) for hit in _hits(part, version, project))
    return tuple(islice(hits, MOST_HITS))


def unreleased(changelog: Changelog, *, project: str = "") -> Entry | None:
    """Return the notes of the next release that stand under no version, or None; of two such, those with content."""
    found = list(islice((notes for part in parts(changelog) for notes in _upcoming(part, project)), MOST_HITS))
    return next((notes for notes in found if has_content(notes)), found[0] if found else None)


@lru_cache(maxsize=8)
def headings(changelog: Changelog, *, project: str = "") -> tuple[Heading, ...]:
    """Return the headings of all entries in the order of the file; of a folder, the highest version first."""
    return tuple(heading for part in parts(changelog) for heading in _headings(part, project))


def parts(changelog: Changelog) -> tuple[Changelog, ...]:
    """Return the files of the changelog: itself, or those of the folder."""
    return changelog.parts if changelog.format == "folder" else (changelog,)


def _hits(part: Changelog, version: Version, project: str) -> Iterator[Entry]:
    whole = _whole_file(part, project)
    if whole is not None:
        yield from (whole,) if whole.version == version else ()
        return
    found = outline(part, project)
    same = (at for at, mark in enumerate(found.marks) if mark.version == version)
    for at in islice(same, MOST_JUDGED):
        if not _is_group(part, found.marks, at) and _confirmed(part, found, at):
            yield _entry(part, found.marks[at])


def _is_group(part: Changelog, marks: tuple[Mark, ...], at: int) -> bool:
    """Whether a heading such as "1.2" only gathers the entries of 1.2.0, 1.2.1 and so on below it."""
    this = marks[at]
    if at + 1 == len(marks) or marks[at + 1].title.level <= this.title.level:
        return False
    following = (marks[index] for index in range(at + 1, min(at + 1 + MOST_JUDGED, len(marks))))
    below = takewhile(lambda mark: mark.title.level > this.title.level, following)
    version = next((mark.version for mark in below if mark.version), None)
    if version is None or this.version is None or len(version.release) <= len(this.version.release):
        return False
    gathers = version != this.version and starts_with(version, this.version)
    return gathers and not has_content(_entry(part, this))


def _whole_file(part: Changelog, project: str) -> Entry | None:
    """Return the entry that a file named after a version is, unless headings in it divide it by versions."""
    version = name_version(part.where.file)
    if version is None:
        return None
    found = outline(part, project)
    if any(mark.version and starts_with(mark.version, version) for mark in found.marks):
        return None
    title = found.scan.titles[0] if found.scan.titles else None
    heading = title.raw if title else part.where.file.rsplit("/", 1)[-1]
    body = part.text[title.end :].removeprefix("\n") if title else part.text
    where = Location(file=part.where.file, line=line_number(part.text, title.start) if title else 1)
    dated = date_line(body)
    return Entry(version=version, heading=heading, body=body, where=where, dated=dated, date=parse_date(dated or ""))


def _headings(part: Changelog, project: str) -> Iterator[Heading]:
    whole = _whole_file(part, project)
    if whole is not None:
        yield Heading(
            version=whole.version,
            heading=whole.heading,
            where=whole.where,
            level=1,
            dated=whole.dated,
            date=whole.date,
        )
        return
    marks = outline(part, project).marks
    for at, mark in enumerate(marks):
        if not _is_group(part, marks, at):
            yield Heading(
                version=mark.version,
                heading=mark.title.raw,
                where=Location(file=part.where.file, line=mark.line),
                level=mark.title.level,
                dated=mark.dated,
                date=mark.date,
            )


def _entry(part: Changelog, mark: Mark) -> Entry:
    return Entry(
        version=mark.version,
        heading=mark.title.raw,
        body=part.text[mark.begin : mark.end].removeprefix("\n"),
        where=Location(file=part.where.file, line=mark.line),
        dated=mark.dated,
        date=mark.date,
    )


def _confirmed(part: Changelog, found: Outline, at: int) -> bool:
    """Let the real parser judge the heading, with what stands above it."""
    title = found.marks[at].title
    if title.kind in {"bold", "line"}:
        return True
    return markup.confirm(part.text, part.format, title, found.marks[at - 1].title.start if at else 0)


def _upcoming(part: Changelog, project: str) -> Iterator[Entry]:
    found = outline(part, project)
    same = (at for at, mark in enumerate(found.marks) if mark.version is None)
    for at in islice(same, MOST_JUDGED):
        if _confirmed(part, found, at):
            yield _entry(part, found.marks[at])
    if found.marks and found.marks[0].title.kind == "role":
        yield from _above_first_role(part, found)


def _above_first_role(part: Changelog, found: Outline) -> Iterator[Entry]:
    """Yield the list items above the first release role: where releases are list items, these are unreleased."""
    first = found.marks[0].title.start
    top = max((title.end for title in found.scan.titles if title.end <= first), default=0)
    item = _ITEM.search(part.text, top, first)
    if item:
        where = Location(file=part.where.file, line=line_number(part.text, item.start()))
        yield Entry(version=None, heading="", body=part.text[item.start() : first], where=where)
