"""Reads bytes, or a stream in windows that overlap, and tells where secrets stand; never what they are."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple, Protocol

from release_tools.secret_scan import addresses, files, keys, named, tokens
from release_tools.secret_scan.placeholders import is_placeholder
from release_tools.secret_scan.shape import Quick, Shape
from release_tools.secret_scan.values import NONE, Needles

CHUNK = 1 << 20
REACH = 1 << 12  # longer than any secret with the lines around it
NEAR = REACH // 2
BINARY = 1 << 13  # bytes within which a NUL tells a binary file
# How a line says that what stands there is no secret; the words of other scanners count too.
DECLARED = rb"(?i)release-tools:\s?no[ -]secret|pragma:\s?(?:allow|white)list[ -]secret|gitleaks:allow"
WIDE = (b"\xff\xfe", b"\xfe\xff")  # how a text in UTF-16 begins


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Where a secret stands, and of what kind it is.

    `line` counts from 1 and is None in a binary file; `sure` says that it is no mere password or key that could have
    been made up for a test; `declared` that its line says that it is none.
    """

    kind: str
    offset: int = 0
    line: int | None = None
    sure: bool = False
    declared: bool = False


class Readable(Protocol):
    """What can be read from."""

    def read(self, size: int = ..., /) -> bytes:
        """Return the next bytes, at most so many; none at the end."""
        ...


class _Span(NamedTuple):
    begin: int
    rank: int  # of two that overlap the lower one counts
    end: int
    kind: str
    sure: bool


class Reader:
    """Takes a content piece by piece, of whatever sizes, and gives each match once."""

    def __init__(self, needles: Needles = NONE, path: str = "") -> None:
        self._needles = needles
        named_so = files.shapes(path)
        self._shapes = _grouped((*_SHAPES, *named_so)) if named_so else _everywhere()
        self._pieces: list[bytes] = []
        self._held = 0
        self._kept = b""
        self._judged = 0  # bytes at the start of what is kept
        self._offset = 0  # of what is kept
        self._lines = 0
        self._wide = self._binary = False
        self._begun = False
        self._told: set[str] = set()
        self._line: int | None = None

    def feed(self, piece: bytes) -> list[Match]:
        """Take the next piece; return what is certain by now."""
        self._pieces.append(piece)
        self._held += len(piece)
        return self._judge(last=False) if self._held >= CHUNK else []

    def close(self) -> list[Match]:
        """Take the end; return the rest."""
        return self._judge(last=True)

    def _judge(self, *, last: bool) -> list[Match]:
        window = self._kept + self._fresh() if self._kept else self._fresh()
        # What begins in the last stretch is judged once it is known what follows.
        end = len(window) if last else max(self._judged, len(window) - REACH)
        spans = _apart(_spans(window, self._needles, self._shapes))
        found = list(self._matches(window, [span for span in spans if self._judged <= span.begin < end]))
        gone = max(0, end - REACH)
        if not last:
            self._lines += 0 if self._binary else window.count(b"\n", 0, gone)
            self._kept, self._judged, self._offset = window[gone:], end - gone, self._offset + gone
        return [match for match in found if self._is_new(match)]

    def _fresh(self) -> bytes:
        fresh = b"".join(self._pieces) if len(self._pieces) != 1 else self._pieces[0]
        self._pieces, self._held = [], 0
        if not self._begun:
            self._begun = True
            self._wide = fresh.startswith(WIDE)
            self._binary = not self._wide and b"\0" in fresh[:BINARY]
        return fresh.replace(b"\0", b"") if self._wide else fresh

    def _matches(self, window: bytes, spans: list[_Span]) -> Iterator[Match]:
        line, counted = self._lines + 1, 0
        for span in spans:
            line, counted = line + window.count(b"\n", counted, span.begin), span.begin
            yield Match(
                kind=span.kind,
                offset=self._offset + span.begin,
                line=None if self._binary else line,
                sure=span.sure,
                declared=span.rank > 0 and _is_declared(window, span.begin),
            )

    def _is_new(self, match: Match) -> bool:
        """Whether nothing of this kind was found in the same line before."""
        if match.line is None or match.line != self._line:
            self._line, self._told = match.line, set()
        new = match.kind not in self._told
        self._told.add(match.kind)
        return new


def content(data: bytes, needles: Needles = NONE, path: str = "") -> Iterator[Match]:
    """Yield the secrets of a content that is in memory; `path` tells what can only be known by the name of a file."""
    return stream(io.BytesIO(data), needles, path)


def stream(file: Readable, needles: Needles = NONE, path: str = "", begin: bytes = b"") -> Iterator[Match]:
    """Yield the secrets of a file that is open for reading, however long it is; `begin` was read of it already."""
    reader = Reader(needles, path)
    if begin:
        yield from reader.feed(begin)
    while piece := file.read(CHUNK):
        yield from reader.feed(piece)
    yield from reader.close()


def holds_any(data: bytes, needles: Needles = NONE) -> bool:
    """Whether a content may hold a secret; also several contents with empty lines between."""
    return bool(_spans(data, needles, _everywhere()))


def _is_declared(window: bytes, begin: int) -> bool:
    """Whether the line, or the one above it, says that this is no secret."""
    least, most = max(0, begin - NEAR), begin + NEAR
    line = window.rfind(b"\n", least, begin)
    above = window.rfind(b"\n", least, line) if line >= 0 else -1
    end = window.find(b"\n", begin, most)
    return _compiled(DECLARED).search(window, above if above >= 0 else least, end if end >= 0 else most) is not None


Searches = dict[bytes, tuple[Shape, ...]]


def _spans(window: bytes, needles: Needles, searches: Searches) -> list[_Span]:
    found = [_Span(begin, 0, end, kind, sure=True) for begin, end, kind in needles.find(window)]
    found += _tokens(window)
    for anchor, shapes in searches.items():
        if isinstance(anchor, Quick):
            hits = [hit.start() for hit in _compiled(anchor).finditer(window)]
        else:
            hits = _places(window, anchor) if anchor in window else []
        found += [span for at in hits for shape in shapes for span in _of_shape(window, at, shape)]
    return found


def _tokens(window: bytes) -> Iterator[_Span]:
    for pivot in tokens.PIVOTS:
        for hit in _compiled(pivot).finditer(window):
            end = hit.end()
            for head, token in tokens.by_tail().get(window[end - tokens.TAIL : end], ()):
                begin = end - len(head)
                found = tokens.expression(head, token).match(window, begin) if begin >= 0 else None
                if found and not is_placeholder(found["secret"]):
                    yield _Span(begin, 1, found.end(), token.kind, sure=True)


def _places(window: bytes, literal: bytes) -> list[int]:
    places = []
    at = window.find(literal)
    while at >= 0:
        places.append(at)
        at = window.find(literal, at + 1)
    return places


def _of_shape(window: bytes, at: int, shape: Shape) -> Iterator[_Span]:
    found = _compiled(shape.expression).match(window, at)
    if found and not shape.is_none(found):
        yield _Span(at, 1 if shape.sure else 2, found.end(), shape.kind, sure=shape.sure)


def _apart(spans: list[_Span]) -> list[_Span]:
    """Return the spans in order; of those that overlap the most telling one."""
    apart: list[_Span] = []
    for span in sorted(spans):
        if not apart or span.begin >= apart[-1].end:
            apart.append(span)
        elif (span.rank, span.end) < (apart[-1].rank, apart[-1].end):
            apart[-1] = span
    return apart


@cache
def _compiled(expression: bytes) -> re.Pattern[bytes]:
    return re.compile(expression)


_SHAPES = (*named.SHAPES, *keys.SHAPES, *addresses.SHAPES)


@cache
def _everywhere() -> Searches:
    return _grouped(_SHAPES)


def _grouped(shapes: tuple[Shape, ...]) -> Searches:
    """Return the shapes by what is looked for first, so that each search is made once."""
    anchors = dict.fromkeys(shape.anchor for shape in shapes)
    return {anchor: tuple(shape for shape in shapes if shape.anchor == anchor) for anchor in anchors}
