"""Where a version stands in a changelog without heading an entry, so that a finding can say what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal, NamedTuple, get_args

from packaging.version import Version

from release_tools.changelog import loose, tokens
from release_tools.changelog.entries import entry, parts
from release_tools.changelog.outline import Outline, outline
from release_tools.changelog.plain import plain_markdown, plain_rst
from release_tools.changelog.rst import SHORTEST_UNDERLINE
from release_tools.changelog.source import Changelog
from release_tools.changelog.titles import line_at, line_end, line_start
from release_tools.changelog.wording import squash, wording
from release_tools.model import Location

# In the order in which they are worth telling.
MissKind = Literal[
    "malformed-heading",
    "short-underline",
    "joined-title",
    "bare-line",
    "comment",
    "code",
    "sub-heading",
    "prose",
    "link",
]
MOST = 20
LOOKED_AT = 500
LONGEST_TEXT = 120
LONGEST_HEADING = 70
LOOK_BACK = 200

_HASHES = re.compile(r"[ \t]*#+")
_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1*[ \t]*")
_SETEXT = re.compile(r" {0,3}(?:=+|-+)[ \t]*")
_DEFINITION = re.compile(r"[ \t]*(?:\[[^\]\n]*\]:|\.\.[ ]+_)")
_DIRECTIVE = re.compile(r"\.\.[ ]+[\w:.+-]+::")
_CODE_DIRECTIVE = re.compile(r"\.\.[ ]+(?:code|code-block|sourcecode|literalinclude|parsed-literal|highlight)::")
_COMMENT = re.compile(r"\.\.(?:[ \t]+(?!\[|_|\|)|[ \t]*$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """A place where the version stands: what it is there, and the line as written.

    "malformed-heading" lacks a space, has lines that differ, or does not satisfy the parser; "short-underline" has
    too few marks below; "joined-title" runs into the paragraph above; "bare-line" is a heading without its mark;
    "comment" and "code" hide it; "sub-heading" heads something else; "prose" and "link" only mention it.
    """

    kind: MissKind
    where: Location
    text: str


class _File(NamedTuple):
    """A file of the changelog and its headings: the edges of those passed over, the ends of all, the names in them."""

    part: Changelog
    outline: Outline
    edges: frozenset[int]
    ends: frozenset[int]
    names: frozenset[str]


def near_misses(changelog: Changelog, version: Version, *, project: str = "") -> tuple[NearMiss, ...]:
    """Return where the version stands but heads no entry, the most telling first."""
    headed = {(hit.where.file, hit.where.line) for hit in entry(changelog, version, project=project)}
    found = [miss for part in parts(changelog) for miss in _in_file(_file(part, project), version)]
    order = get_args(MissKind)
    told = (miss for miss in found if (miss.where.file, miss.where.line) not in headed)
    return tuple(sorted(told, key=lambda miss: order.index(miss.kind)))[:MOST]


def _file(part: Changelog, project: str) -> _File:
    found = outline(part, project)
    mentions = (title for title in found.passed if any(map(str.isdigit, title.says)))
    edges = frozenset(edge for title in mentions for edge in (title.start, title.end))
    names = frozenset({"", *(squash(mark.name) for mark in found.marks)})
    return _File(part, found, edges, frozenset(title.end for title in found.scan.titles), names)


def _in_file(file: _File, version: Version) -> Iterator[NearMiss]:
    """Yield one near miss for each line that holds the version."""
    text = file.part.text
    line, counted, told = 1, 0, 0
    for offset in _occurrences(text, version):
        line, counted = line + text.count("\n", counted, offset), offset
        if line != told:
            told = line
            kind = _hidden(file, offset) or _heading_like(file, offset, version) or _mention(text, offset)
            where = Location(file=file.part.where.file, line=line)
            yield NearMiss(kind=kind, where=where, text=line_at(text, offset).strip()[:LONGEST_TEXT])


def _occurrences(text: str, version: Version) -> Iterator[int]:
    """Yield where the version stands, in any spelling."""
    for found in islice(_spelled(version).finditer(text), LOOKED_AT):
        token = tokens.first(text[found.start() : min(line_end(text, found.start()), found.start() + LONGEST_TEXT)])
        if token is not None and token.start == 0 and token.version == version:
            yield found.start()


def _spelled(version: Version) -> re.Pattern[str]:
    """Return what all spellings of the version begin with: its numbers, zero-padded or cut of final zeros."""
    numbers = list(version.release)
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    body = r"\.".join(f"0*{number}" for number in numbers)
    dotted = r"(?:\.0+)+" if len(numbers) == 1 and len(version.release) > 1 else ""
    epoch = f"{version.epoch}!" if version.epoch else ""
    return re.compile(rf"(?<![A-Za-z0-9!])(?<![0-9]\.)v?{epoch}{body}{dotted}(?!\d|\.\d*[1-9])", re.IGNORECASE)


def _hidden(file: _File, offset: int) -> MissKind | None:
    """Return "comment" or "code" if either hides the place."""
    hiding = file.outline.scan.hiding(offset)
    if hiding in {"comment", "code"}:
        return "comment" if hiding == "comment" else "code"
    if file.part.format == "markdown":
        return None
    return _governed(file.part.text, line_start(file.part.text, offset))


def _governed(text: str, start: int) -> MissKind | None:
    """Return what an indented reStructuredText line belongs to: the block that the nearest less indented line opens."""
    line = line_at(text, start)
    indent = len(line) - len(line.lstrip())
    if _COMMENT.match(line.lstrip()) and not _DIRECTIVE.match(line.lstrip()):
        return "comment"
    for _ in range(LOOK_BACK):
        if not indent or not start:
            return None
        start = line_start(text, start - 1)
        above = line_at(text, start).rstrip()
        if above.strip() and len(above) - len(above.lstrip()) < indent:
            indent = len(above) - len(above.lstrip())
            opened = _opened(above.lstrip())
            if opened:
                return opened
    return None


def _opened(line: str) -> MissKind | None:
    if _CODE_DIRECTIVE.match(line):
        return "code"
    if _DIRECTIVE.match(line):
        return None
    if line.endswith("::"):
        return "code"
    return "comment" if _COMMENT.match(line) else None


def _heading_like(file: _File, offset: int, version: Version) -> MissKind | None:
    """Return what is wrong with a line that looks like a heading, or None if it does not."""
    text, start = file.part.text, line_start(file.part.text, offset)
    line = line_at(text, offset)
    if _DEFINITION.match(line):
        return "link"
    if start in file.edges or line_end(text, offset) in file.edges or _is_overlined(file, start):
        return "sub-heading"
    mark = next((mark for mark in file.outline.marks if mark.title.start <= start < mark.title.end), None)
    if mark is not None:
        return "malformed-heading" if mark.version == version else "sub-heading"
    reads = _reads_as_heading(file, line)
    if reads and _HASHES.match(line):
        return "malformed-heading"
    return _underlined(file, offset, line) or ("bare-line" if reads and _stands_alone(file, start, line) else None)


def _stands_alone(file: _File, start: int, line: str) -> bool:
    """Whether the line begins a block, or is sure to be no prose because it holds a date."""
    above = line_at(file.part.text, start - 1) if start else ""
    return not above.strip() or (wording(line.strip()).date is not None)


def _is_overlined(file: _File, start: int) -> bool:
    """Whether the line above is the overline of a heading that was passed over."""
    text = file.part.text
    above = line_start(text, start - 1) if start else 0
    return above < start and above in file.edges and _ADORNMENT.fullmatch(text[above : start - 1]) is not None


def _underlined(file: _File, offset: int, line: str) -> MissKind | None:
    """Say why a line with an adornment below is no title."""
    text, markdown = file.part.text, file.part.format == "markdown"
    below = line_at(text, min(line_end(text, offset) + 1, len(text)))
    if not below.strip() or not (_SETEXT if markdown else _ADORNMENT).fullmatch(below):
        return None
    end_above = max(line_start(text, offset) - 1, 0)
    overlined = end_above not in file.ends and _ADORNMENT.fullmatch(line_at(text, end_above))
    if not markdown and (overlined or line[:1].isspace()):
        return "malformed-heading"
    wide = markdown or len(below.rstrip()) >= min(SHORTEST_UNDERLINE, len(line.rstrip()))
    return "joined-title" if wide else "short-underline"


def _reads_as_heading(file: _File, line: str) -> bool:
    """Whether the words of the line could head an entry of this file: it is short and names what the others name."""
    bare = _HASHES.sub("", line, count=1).strip().removeprefix("- ").removeprefix("* ")
    words = plain_markdown(bare) if file.part.format == "markdown" else plain_rst(bare)
    if not words or len(words) > LONGEST_HEADING or words.endswith((",", ";")):
        return False
    said = wording(words)
    alike = squash(said.name) in file.names and bool(said.name or line.lstrip("#")[:1].isdigit())
    return loose.reads_as_heading(words) or (said.version is not None and alike and not words.endswith("."))


def _mention(text: str, offset: int) -> MissKind:
    line, at = line_at(text, offset), offset - line_start(text, offset)
    word_start = max(line.rfind(sign, 0, at) for sign in " \t(<[`") + 1
    return "link" if "://" in line[word_start:at] else "prose"
