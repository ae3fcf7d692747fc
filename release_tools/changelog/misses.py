"""Where a version stands in a changelog without heading an entry, so that a finding can say what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from packaging.version import Version

from release_tools.changelog import loose, tokens
from release_tools.changelog.entries import entry, parts
from release_tools.changelog.outline import Outline, outline, squash
from release_tools.changelog.plain import plain_markdown, plain_rst
from release_tools.changelog.source import Changelog
from release_tools.changelog.titles import line_at, line_end, line_number, line_start
from release_tools.changelog.wording import wording
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
LOOKED_AT = 2_000
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

    "malformed-heading" lacks a space or does not satisfy the parser, "short-underline" has too few marks below,
    "joined-title" runs into the paragraph above, "bare-line" is a heading without its mark, "comment" and "code"
    hide it, "sub-heading" heads something else, "prose" and "link" only mention it.
    """

    kind: MissKind
    where: Location
    text: str


def near_misses(changelog: Changelog, version: Version, *, project: str = "") -> tuple[NearMiss, ...]:
    """Return where the version stands but heads no entry, the most telling first."""
    headed = {(hit.where.file, hit.where.line) for hit in entry(changelog, version, project=project)}
    found: dict[tuple[str, int], NearMiss] = {}
    for part in parts(changelog):
        for offset in _occurrences(part.text, version):
            line = line_number(part.text, offset)
            if (part.where.file, line) not in headed and (part.where.file, line) not in found:
                found[part.where.file, line] = _miss(part, offset, line, project)
    order = get_args(MissKind)
    return tuple(sorted(found.values(), key=lambda miss: order.index(miss.kind)))[:MOST]


def _occurrences(text: str, version: Version) -> Iterator[int]:
    """Yield where the version stands, in any spelling."""
    for _, found in zip(range(LOOKED_AT), _spelled(version).finditer(text), strict=False):
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
    return re.compile(rf"(?<![A-Za-z0-9.!])v?{epoch}{body}{dotted}(?!\d|\.\d*[1-9])", re.IGNORECASE)


def _miss(part: Changelog, offset: int, line: int, project: str) -> NearMiss:
    found = outline(part, project)
    kind = _hidden(part, found, offset) or _heading_like(part, found, offset) or _mention(part.text, offset)
    text = line_at(part.text, offset).strip()[:LONGEST_TEXT]
    return NearMiss(kind=kind, where=Location(file=part.where.file, line=line), text=text)


def _hidden(part: Changelog, found: Outline, offset: int) -> MissKind | None:
    """Return "comment" or "code" if either hides the place."""
    hiding = found.scan.hiding(offset)
    if hiding in {"comment", "code"}:
        return "comment" if hiding == "comment" else "code"
    if part.format == "markdown":
        return None
    return _governed(part.text, line_start(part.text, offset))


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


def _heading_like(part: Changelog, found: Outline, offset: int) -> MissKind | None:
    text, start = part.text, line_start(part.text, offset)
    line, below = line_at(text, offset), line_at(text, min(line_end(text, offset) + 1, len(text)))
    titles = {title.start for title in found.mentions} | {title.end for title in found.mentions}
    if start in titles or line_end(text, offset) in titles or _overlined(text, start, titles):
        return "sub-heading"
    if _DEFINITION.match(line):
        return "link"
    reads = _reads_as_heading(part, found, line)
    if (reads and _HASHES.match(line)) or any(mark.title.start <= start < mark.title.end for mark in found.marks):
        return "malformed-heading"
    if below.strip() and line.strip() and (_SETEXT if part.format == "markdown" else _ADORNMENT).fullmatch(below):
        return _under(part, line, below)
    return "bare-line" if reads else None


def _reads_as_heading(part: Changelog, found: Outline, line: str) -> bool:
    """Whether the words of the line could head an entry of this file: it is short and names what the others name."""
    words = _words(part, line)
    if len(words) > LONGEST_HEADING or words.endswith((",", ";")):
        return False
    said = wording(words)
    named = {squash(mark.name) for mark in found.marks} | {""}
    alike = squash(said.name) in named and bool(said.name or words[0].isdigit())
    return loose.reads_as_heading(words) or (said.version is not None and alike)


def _overlined(text: str, start: int, titles: set[int]) -> bool:
    return (
        start > 0
        and line_start(text, start - 1) in titles
        and _ADORNMENT.fullmatch(line_at(text, start - 1)) is not None
    )


def _under(part: Changelog, line: str, below: str) -> MissKind:
    """Say why a line with an adornment below is no title."""
    if part.format == "markdown" or len(below.rstrip()) >= min(4, len(line.rstrip())):
        return "joined-title"
    return "short-underline"


def _words(part: Changelog, line: str) -> str:
    bare = _HASHES.sub("", line, count=1).strip().removeprefix("- ").removeprefix("* ")
    return plain_markdown(bare) if part.format == "markdown" else plain_rst(bare)


def _mention(text: str, offset: int) -> MissKind:
    line, at = line_at(text, offset), offset - line_start(text, offset)
    word_start = max(line.rfind(sign, 0, at) for sign in " \t(<[`") + 1
    return "link" if "://" in line[word_start:at] else "prose"
