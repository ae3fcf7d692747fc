"""Which headings of a changelog head an entry, and where each entry ends."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from packaging.version import Version

from release_tools.changelog import dates, loose, markup
from release_tools.changelog.source import MOST_FILES, Changelog
from release_tools.changelog.titles import Scan, Title
from release_tools.changelog.wording import Wording, is_category, squash, wording

LONGEST_DATE_LINE = 100
HABIT = 3
FULL = 3
DEEPEST = 1_000

_DATE_FIELD = re.compile(r":(?:release[-_ ]?)?date[d]?:|:released:", re.IGNORECASE)
_DATE_WORDS = re.compile(r"\b(?:released?|release|date[d]?|published|on|at|this|version|was)\b|[\W_]+", re.IGNORECASE)
_ADORNMENT = re.compile(r"([=~^\"'`*+#-])\1{2,}[ \t]*(?:\n|\Z)")


class Mark(NamedTuple):
    """An entry of the outline: its heading, the heading's line from 1, and the offsets between which its text lies."""

    title: Title
    line: int
    version: Version | None
    name: str
    dated: str | None
    date: date | None
    begin: int
    end: int


class Outline(NamedTuple):
    """The entries of one text in order, the headings that head none, and the scan they come from."""

    marks: tuple[Mark, ...]
    passed: tuple[Title, ...]
    scan: Scan


@lru_cache(maxsize=2 * MOST_FILES)
def outline(changelog: Changelog, project: str = "") -> Outline:
    """Return the entries of a changelog file; `project` tells whose they are where a file serves several."""
    text = changelog.text
    scan = markup.scan(text, changelog.format)
    found = _outline(text, scan, scan.titles, project)
    if any(mark.version for mark in found.marks):
        return _with_habitual_lines(changelog, found, project)
    for titles in (loose.bold_paragraphs(text, scan), _lines_instead(text, scan)):
        if any(wording(title.says).version for title in titles):
            return _outline(text, scan, sorted([*scan.titles, *titles]), project)
    return found


def _lines_instead(text: str, scan: Scan) -> list[Title]:
    """Return plain lines as headings, if they are a habit or the file has no real headings to speak of."""
    lines = loose.plain_lines(text, scan)
    real = [title for title in scan.titles[1:] if not wording(title.says).upcoming]
    return lines if len(lines) >= HABIT or not real else []


def _with_habitual_lines(changelog: Changelog, found: Outline, project: str) -> Outline:
    """Add plain lines with dates in a file whose name promises no markup, if they are its habit."""
    if changelog.where.file.lower().endswith((".md", ".markdown", ".mdx", ".rst", ".rest")):
        return found
    known = {title.start for title in found.scan.titles}
    lines = [title for title in loose.plain_lines(changelog.text, found.scan) if title.start not in known]
    dated = [title._replace(level=1) for title in lines if wording(title.says).date]
    if len(dated) < HABIT:
        return found
    return _outline(changelog.text, found.scan, sorted([*found.scan.titles, *dated]), project)


def _outline(text: str, scan: Scan, titles: list[Title], project: str) -> Outline:
    said = [wording(title.says) for title in titles]
    own = own_names(said, project)
    walk = _Walk(text, own, _usual_level(titles, said, own), strict=_names_itself(said, project))
    for title, words in zip(titles, said, strict=True):
        walk.step(title, words)
    return Outline(tuple(walk.finished()), tuple(walk.passed), scan)


def own_names(said: Iterable[Wording], project: str) -> frozenset[str]:
    """Return the names under which the file's own versions stand: the project's, and the one that prevails."""
    names = Counter(squash(words.name) for words in said if words.version)
    own = {"", squash(project)}
    name, count = max(names.items(), key=lambda item: item[1], default=("", 0))
    if count > 1 and 2 * count > names.total():
        own.add(name)
    return frozenset(own)


def _names_itself(said: Iterable[Wording], project: str) -> bool:
    return bool(project) and any(words.version and squash(words.name) == squash(project) for words in said)


def _usual_level(titles: list[Title], said: list[Wording], own: frozenset[str]) -> int:
    """Return the level at which most of the file's own versions stand."""
    pairs = zip(titles, said, strict=True)
    levels = Counter(title.level for title, words in pairs if words.version and squash(words.name) in own)
    return max(levels, key=lambda level: levels[level], default=DEEPEST)


class _Walk:
    """Goes through the headings in order with the chain of those that enclose the current one."""

    def __init__(self, text: str, own: frozenset[str], usual_level: int, *, strict: bool) -> None:
        self.text = text
        self.own = own
        self.usual_level = usual_level
        self.strict = strict
        self.marks: list[Mark] = []
        self.passed: list[Title] = []
        self.chain: list[tuple[int, Mark | None]] = []
        self.closed = True
        self.line = 1
        self.counted = 0

    def step(self, title: Title, said: Wording) -> None:
        while self.chain and self.chain[-1][0] >= title.level:
            self.chain.pop()
        if not said.version and not said.upcoming:
            self._pass(title, said)
        elif self._is_echo(title, said):
            self.marks[-1] = self.marks[-1]._replace(begin=title.end)
        elif self._is_entry(title, said):
            self._open(title, said)
        else:
            self._pass(title, said)

    def _open(self, title: Title, said: Wording) -> None:
        mark = self._mark(title, said)
        self._close(title.start)
        self.marks.append(mark)
        self.closed = False
        self.chain.append((title.level, mark))

    def _pass(self, title: Title, said: Wording) -> None:
        self.passed.append(title)
        if self.marks and title.level <= self.marks[-1].title.level and self._ends_entry(title, said):
            self._close(title.start)
        self.chain.append((title.level, None))

    def _ends_entry(self, title: Title, said: Wording) -> bool:
        """Whether a heading of no entry ends the entry: it stands higher, or beside it for another project."""
        level = self.marks[-1].title.level
        other = self.strict and said.version is not None and squash(said.name) not in self.own
        return (other and title.level == level) or (title.level < level and not self._is_misplaced_category(title))

    def finished(self) -> list[Mark]:
        self._close(len(self.text))
        # Release roles that follow one another share the items below the last of them.
        for at in range(len(self.marks) - 2, -1, -1):
            mark, below = self.marks[at], self.marks[at + 1]
            if mark.title.kind == "role" and not self.text[mark.begin : mark.end].strip():
                self.marks[at] = mark._replace(begin=below.begin, end=below.end)
        return self.marks

    def _is_echo(self, title: Title, said: Wording) -> bool:
        """Whether the heading says the version of the entry right above it once more, with nothing between."""
        if not said.version or self.closed or self.marks[-1].version != said.version:
            return False
        return not self.text[self.marks[-1].begin : title.start].strip()

    def _is_entry(self, title: Title, said: Wording) -> bool:
        inside = next((mark for _, mark in reversed(self.chain) if mark), None)
        if said.version is None:
            return self._is_upcoming(title, said, inside)
        own = squash(said.name) in self.own
        if not own and (said.trailing or self.strict or inside or title.level > self.usual_level):
            return False
        return inside is None or self._is_nested_entry(inside, said.version)

    def _is_upcoming(self, title: Title, said: Wording, inside: Mark | None) -> bool:
        """Whether a heading without a version heads the notes of the next release."""
        if inside is None:
            return said.upcoming == "named" or not self.marks
        series = inside.version is not None and len(inside.version.release) < FULL
        first = inside is self.marks[-1] and not self.text[inside.begin : title.start].strip()
        return said.upcoming == "named" and series and first

    def _is_nested_entry(self, inside: Mark, version: Version) -> bool:
        """Whether a version below another is an entry of its own, not a sub-heading of that one."""
        if version == inside.version:
            return self.marks[-1] is not inside
        same_release = inside.version is not None and version.release == inside.version.release
        return same_release or self.chain[-1][1] is not None

    def _mark(self, title: Title, said: Wording) -> Mark:
        self.line += self.text.count("\n", self.counted, title.start)
        self.counted = title.start
        dated, day = said.dated, said.date
        if dated is None and said.version:
            dated = date_line(self.text[title.end : title.end + 4 * LONGEST_DATE_LINE])
            day = dates.parse_date(dated) if dated else None
        return Mark(title, self.line, said.version, said.name, dated, day, title.end, title.end)

    def _close(self, end: int) -> None:
        if not self.closed:
            # As _replace does, in a third of its time.
            self.marks[-1] = Mark(*self.marks[-1][:-1], end)
            self.closed = True

    def _is_misplaced_category(self, title: Title) -> bool:
        """Whether a heading such as "Added" stands higher than its entry by mistake."""
        return is_category(title.says) and not self.text[self.marks[-1].begin : title.start].strip()


def date_line(below: str) -> str | None:
    """Return the date if the first line below a heading holds one and nothing else."""
    first, _, rest = below.lstrip().partition("\n")
    line = first.strip()
    if not line or len(line) > LONGEST_DATE_LINE or line.startswith("#"):
        return None
    dated = dates.find_dated_line(line)
    if _ADORNMENT.match(rest) and dates.says_unreleased(dated):
        return None
    if dated is None or _DATE_FIELD.match(line):
        return dated
    return None if _DATE_WORDS.sub("", line.replace(dated, " ")) else dated
