"""Plants defects in text: pure functions that take a project's file apart and put it together with something wrong.

An edit takes the subject and a function that reads its files, and returns the files that change: their new text or
bytes, or None for one that goes away.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from tests.wild.subjects import Line, Log, Subject

Read: TypeAlias = Callable[[str], str]
Edit: TypeAlias = Callable[[Subject, Read], Mapping[str, "str | bytes | None"]]


class Parts(NamedTuple):
    """A changelog cut at the entry of the release: what stands above, its heading, its text, and the entries below."""

    above: str
    heading: str
    body: str
    rest: str

    @property
    def text(self) -> str:
        """The whole changelog."""
        return "".join(self)


Planting: TypeAlias = Callable[[Subject, Parts], "Parts | str"]


def cut(text: str, log: Log) -> Parts:
    """Cut a changelog at the heading of the release and at the next one."""
    lines = text.splitlines(keepends=True)
    own, earlier = (_line(lines, log, words) for words in (log.heading, log.earlier))
    start, end = own - log.over, earlier - log.over
    below = own + 1 + bool(log.under)
    return Parts(*("".join(part) for part in (lines[:start], lines[start:below], lines[below:end], lines[end:])))


def _line(lines: list[str], log: Log, words: str) -> int:
    wanted = f"{log.mark}{words}{log.close}"
    at = next((at for at, line in enumerate(lines) if line.rstrip("\r\n") == wanted), None)
    if at is None:
        raise ValueError(f"{log.file} has no line {wanted!r}")
    return at


def head(log: Log, words: str) -> str:
    """Write a heading as this changelog writes its own."""
    line = f"{log.mark}{words}{log.close}"
    adornment = log.under * (len(line) + log.over)
    return "".join(f"{each}\n" for each in (adornment if log.over else "", line, adornment) if each)


def in_log(plant: Planting) -> Edit:
    """Return the edit that plants something in the changelog."""

    def edit(subject: Subject, read: Read) -> Mapping[str, str]:
        planted = plant(subject, cut(read(subject.log.file), subject.log))
        return {subject.log.file: planted if isinstance(planted, str) else planted.text}

    return edit


def both(*edits: Edit) -> Edit:
    """Return the edit that makes several, each in files of its own."""

    def edit(subject: Subject, read: Read) -> dict[str, str | bytes | None]:
        made = [each(subject, read) for each in edits]
        return {file: content for each in made for file, content in each.items()}

    return edit


def declare(version: str) -> Edit:
    """Return the edit that declares another version, where one is declared."""
    return lambda subject, read: _declared(subject, read, subject.declared, version)


def declare_beside(version: str) -> Edit:
    """Return the edit that writes another version in the second place that states it."""
    return lambda subject, read: _declared(subject, read, subject.beside, version)


def declare_in_package(version: str) -> Edit:
    """Return the edit that gives the package a constant with another version, where the project has none of its own."""

    def edit(subject: Subject, read: Read) -> Mapping[str, str]:
        if subject.beside:
            return _declared(subject, read, subject.beside, version)
        file = f"{subject.package}/__init__.py"
        constant = f'__version__ = "{version.format(**subject.names())}"'
        return {file: f"{read(file).rstrip()}\n\n{constant}\n"}

    return edit


def declare_everywhere(version: str) -> Edit:
    """Return the edit that declares another version in each place that states one."""
    return both(declare(version), declare_beside(version))


def _declared(subject: Subject, read: Read, place: Line | None, version: str) -> Mapping[str, str]:
    if place is None:
        return {}
    line = place.line.replace(subject.version, version.format(**subject.names()))
    return {place.file: replaced(read(place.file), place.line, line)}


def replaced(text: str, old: str, new: str) -> str:
    """Return the text with another line in the place of one."""
    found = re.compile(rf"^{re.escape(old)}$", re.MULTILINE)
    if not found.search(text):
        raise ValueError(f"{old!r} is no line of the text")
    return found.sub(lambda _: new, text, count=1)


def with_bytes(change: Callable[[str], bytes]) -> Edit:
    """Return the edit that writes the changelog in another way."""
    return lambda subject, read: {subject.log.file: change(read(subject.log.file))}


def delete_log(subject: Subject, _read: Read) -> Mapping[str, None]:
    """Take the changelog away."""
    return {subject.log.file: None}
