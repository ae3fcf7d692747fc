"""The healthy releases into which defects are planted, as `subjects.toml` and `samples.toml` describe them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from packaging.version import Version

from release_tools import toml

HERE = Path(__file__).parent
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A whole line of a file, which stands there once."""

    file: str
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """How a changelog writes its entries.

    A heading's line is `mark`, its words and `close`, underlined with `under`, with `over` overlined too; `earlier` is
    the next heading below. `days` is the form of the date, which stands in the heading or else in `date_line`.
    """

    file: str
    markup: str
    heading: str
    earlier: str
    mark: str = ""
    close: str = ""
    under: str = ""
    over: bool = False
    date: date | None = None
    days: str = "YYYY-MM-DD"
    date_line: str = ""
    all_dated: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One release of a project: its tag and version, where it is declared and how its changelog is written.

    `beside` is a second place that states the version, `other_tags` are prefixes that its tags had before.
    """

    name: str
    tag: str
    version: str
    previous: str
    commit: str = ""
    other_tags: tuple[str, ...] = ()
    package: str = ""
    from_tag: bool = False
    declared: Line | None = None
    beside: Line | None = None
    changelog: Log | None = None

    @property
    def log(self) -> Log:
        """The changelog of a subject that has one."""
        if self.changelog is None:
            raise ValueError(f"{self.name} has no changelog that can be planted in")
        return self.changelog

    def tag_of(self, version: str) -> str:
        """Return the tag of another version of the project."""
        if self.tag.endswith(self.version):
            return self.tag.removesuffix(self.version) + version
        prefix = self.tag.removesuffix(self.version.replace(".", "_"))
        return prefix + version.replace(".", "_")

    def has_used(self, tag: str) -> bool:
        """Whether earlier tags of the project are spelled as this one."""
        return tag.removesuffix(self.version) in {*self.other_tags, self.tag.removesuffix(self.version)}

    def bumped(self, part: int) -> str:
        """Return the version after this one: part 0 is major, 1 minor; -1 the last number."""
        numbers = list(Version(self.version).release)
        part = min(part, len(numbers) - 1)
        numbers[part] += 1
        if part >= 0:
            numbers[part + 1 :] = [0] * (len(numbers) - part - 1)
        return ".".join(map(str, numbers))

    def names(self) -> dict[str, str]:
        """Return the words that texts of the defects may name in braces."""
        return {
            "version": self.version,
            "previous": self.previous,
            "tag": self.tag,
            "next": self.bumped(-1),
            "minor": self.bumped(1),
            "major": self.bumped(0),
            "longer": f"{self.version}{'.7' if self.version.endswith('.0') else '7'}",
            "series": ".".join(self.version.split(".")[:2]),
            "package": self.package,
            "declared": self.declared.file if self.declared else "",
            "beside": self.beside.file if self.beside else "",
            "changelog": self.changelog.file if self.changelog else "",
        }


def spelled(days: str, year: int, month: int, day: int) -> str:
    """Write a date, of the calendar or not, in a form such as `Month D, YYYY`."""
    parts = {
        "YYYY": f"{year:04}",
        "MM": f"{month:02}",
        "DD": f"{day:02}",
        "D": str(day),
        "Month": MONTHS[month - 1],
        "Mon": MONTHS[month - 1][:3],
    }
    return re.sub(r"YYYY|MM|DD|D|Month|Mon", lambda found: parts[found[0]], days)


def load(file: str) -> tuple[Subject, ...]:
    """Read the subjects of a file in this folder."""
    rows = toml.parse((HERE / file).read_text(encoding="utf-8"))["subject"]
    return tuple(_subject(row) for row in rows)


def _subject(row: Mapping[str, Any]) -> Subject:
    made = {name.replace("-", "_"): value for name, value in row.items()}
    for name in ("declared", "beside"):
        made[name] = Line(**made[name]) if name in made else None
    made["other_tags"] = tuple(made.get("other_tags", ()))
    log = made.get("changelog")
    made["changelog"] = Log(**{name.replace("-", "_"): value for name, value in log.items()}) if log else None
    return Subject(**made)
