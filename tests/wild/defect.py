"""What a defect is, and in which projects it can be planted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from tests.wild.histories import History
from tests.wild.subjects import Subject
from tests.wild.texts import Edit

Fits: TypeAlias = Callable[[Subject], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """One defect: how it is planted, where that makes sense, and the one finding expected, or none.

    `version` is what the tag says, in the style of the project unless `tag` gives it whole; `keep` leaves the original
    tag where it was. `words` are in the finding's message, `at` is its file; of words between bars one suffices.
    Without a check but with words, the run must end with an error that holds them.
    """

    name: str
    check: str = ""
    severity: str = "error"
    words: tuple[str, ...] = ()
    at: str = ""
    edit: Edit | None = None
    history: History | None = None
    version: str = "{version}"
    tag: Callable[[Subject], str] | None = None
    keep: bool = False
    asked: bool = True
    arguments: tuple[str, ...] = ()
    online: bool = False
    fits: tuple[Fits, ...] = ()

    @property
    def healthy(self) -> bool:
        """Whether nothing is wrong, so that nothing may be said."""
        return not self.check and not self.words

    @property
    def exit_code(self) -> int:
        """The exit code that must follow."""
        return 3 if self.severity == "error" and not self.healthy else 0

    def tag_name(self, subject: Subject) -> str:
        """Return the tag that is judged."""
        return self.tag(subject) if self.tag else subject.tag_of(self.version.format(**subject.names()))

    def suits(self, subject: Subject) -> bool:
        """Whether the defect can be planted there."""
        return all(fit(subject) for fit in self.fits)


def declared(subject: Subject) -> bool:
    """Whether the version stands in the source."""
    return subject.declared is not None


def declared_outside(subject: Subject) -> bool:
    """Whether the version stands outside the package, which may state it as well."""
    return subject.declared is not None and not subject.declared.file.startswith(subject.package or ".")


def stated(subject: Subject) -> bool:
    """Whether the version stands in the source, or comes from the tag."""
    return declared(subject) or subject.from_tag


def logged(subject: Subject) -> bool:
    """Whether there is a changelog with headings of any form."""
    return subject.changelog is not None


def headed(subject: Subject) -> bool:
    """Whether the entries are sections, paragraphs or lines, so that one more can be put beside them."""
    return logged(subject) and subject.log.markup != "role"


def marked_up(subject: Subject) -> bool:
    """Whether the changelog is Markdown or has reStructuredText sections."""
    return logged(subject) and subject.log.markup in {"markdown", "rst"}


def unlinked(subject: Subject) -> bool:
    """Whether the changelog does not end in definitions of links, below which nothing stands."""
    return logged(subject) and not subject.log.heading.startswith("[")


def underlined(subject: Subject) -> bool:
    """Whether a line of marks stands below the titles."""
    return logged(subject) and bool(subject.log.under)


def underlined_rst(subject: Subject) -> bool:
    """Whether the titles are those of reStructuredText with a line below only."""
    return underlined(subject) and subject.log.markup == "rst" and not subject.log.over


def atx(subject: Subject) -> bool:
    """Whether headings begin with number signs."""
    return logged(subject) and subject.log.mark.startswith("#")


def dated(subject: Subject) -> bool:
    """Whether the entry has a date."""
    return logged(subject) and subject.log.date is not None


def dated_in_heading(subject: Subject) -> bool:
    """Whether the heading holds the date, or is free for one."""
    return logged(subject) and not subject.log.date_line


def all_dated(subject: Subject) -> bool:
    """Whether each entry has a date."""
    return dated(subject) and subject.log.all_dated


def packaged(subject: Subject) -> bool:
    """Whether the package is a folder named after the project."""
    name = subject.name.rpartition("/")[2].replace("-", "_")
    return subject.package.endswith(name)
