"""The entry of a version, the notes of the next release, and the order of all entries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from packaging.version import Version

from release_tools.changelog import markdown, rst
from release_tools.changelog.content import has_content
from release_tools.changelog.outline import Mark, Outline, outline, squash
from release_tools.changelog.source import Changelog, name_version
from release_tools.changelog.titles import line_number
from release_tools.changelog.tokens import starts_with
from release_tools.model import Entry, Location


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
    return tuple(hit for part in parts(changelog) for hit in _hits(part, version, project))


def unreleased(changelog: Changelog, *, project: str = "") -> Entry | None:
    """Return the notes of the next release that stand under no version, or None."""
    for part in parts(changelog):
        for at, mark in enumerate(outline(part, project).marks):
            if mark.version is None and _confirmed(part, outline(part, project), at):
                return _entry(part, mark)
        notes = _above_first_role(part)
        if notes:
            return notes
    return None


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
    for at, mark in enumerate(found.marks):
        if mark.version == version and not _is_group(part, found.marks, at) and _confirmed(part, found, at):
            yield _entry(part, mark)


def _is_group(part: Changelog, marks: tuple[Mark, ...], at: int) -> bool:
    """Whether a heading such as "1.2" only gathers the entries of 1.2.0, 1.2.1 and so on below it."""
    this, below = marks[at], marks[at + 1] if at + 1 < len(marks) else None
    if below is None or below.title.level <= this.title.level or not (this.version and below.version):
        return False
    own = this.version == below.version or len(below.version.release) <= len(this.version.release)
    return not own and starts_with(below.version, this.version) and not has_content(_entry(part, this))


def _whole_file(part: Changelog, project: str) -> Entry | None:
    """Return the entry that a file named after a version is, unless headings in it divide it by versions."""
    version = name_version(part.where.file)
    if version is None:
        return None
    found = outline(part, project)
    if any(mark.version and starts_with(mark.version, version) for mark in found.marks):
        return None
    title = found.scan.titles[0] if found.scan.titles else None
    if title is None:
        return Entry(
            version=version,
            heading=part.where.file.rsplit("/", 1)[-1],
            body=part.text,
            where=Location(file=part.where.file, line=1),
        )
    where = Location(file=part.where.file, line=line_number(part.text, title.start))
    return Entry(version=version, heading=title.raw, body=part.text[title.end :].removeprefix("\n"), where=where)


def _headings(part: Changelog, project: str) -> Iterator[Heading]:
    whole = _whole_file(part, project)
    if whole is not None:
        yield Heading(version=whole.version, heading=whole.heading, where=whole.where, level=1)
        return
    marks = outline(part, project).marks
    for at, mark in enumerate(marks):
        if _is_group(part, marks, at):
            continue
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
        body=part.text[mark.title.end : mark.end].removeprefix("\n"),
        where=Location(file=part.where.file, line=mark.line),
        dated=mark.dated,
        date=mark.date,
    )


def _confirmed(part: Changelog, found: Outline, at: int) -> bool:
    """Let the real parser judge the heading, with what stands above it."""
    title = found.marks[at].title
    if title.kind in {"bold", "line"}:
        return True
    judge = markdown.confirm if part.format == "markdown" else rst.confirm
    return judge(part.text, title, found.marks[at - 1].title.start if at else 0)


def _above_first_role(part: Changelog) -> Entry | None:
    """Return the list items above the first release role: where releases are list items, these are unreleased."""
    marks = outline(part).marks
    if not marks or marks[0].title.kind != "role":
        return None
    start = max((title.end for title in outline(part).scan.titles if title.end <= marks[0].title.start), default=0)
    body = part.text[start : marks[0].title.start].strip("\n")
    items = body.find("\n- ") + 1 if not body.startswith(("- ", "* ")) else 0
    return Entry(
        version=None,
        heading="",
        body=body[items:],
        where=Location(file=part.where.file, line=line_number(part.text, start) + 1),
    )
