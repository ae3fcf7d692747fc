"""Looks into archives within bounds: ZIP, tar, and what gzip, bzip2 and xz compressed, three levels deep.

Whatever is not looked into is noted in the `Budget`; no member is ever written anywhere.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, NamedTuple, cast

from release_tools.secret_scan import names
from release_tools.secret_scan.bounds import HEAD, SEPARATOR, Budget, Exhausted, archive
from release_tools.secret_scan.scan import Match, Readable, stream
from release_tools.secret_scan.unpack import BROKEN, OPENERS, PIECE, told
from release_tools.secret_scan.values import NONE, Needles

DEPTH = 9  # a container counts 2, what is only compressed 1: three times .tar.gz
HELD = 32 << 20  # bytes of a ZIP within an archive


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """A secret in a member of an archive; `member` is its path, levels apart by `!/`."""

    member: str
    match: Match


def search(file: IO[bytes], budget: Budget, needles: Needles = NONE, name: str = "") -> Iterator[Leak]:
    """Yield the secrets in the members of an archive, which is open for reading."""
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    try:
        yield from _archive(file, head, name, 0, _Terms(budget, needles))
    except Exhausted as end:
        budget.untold.append(f"{name}: {end}")


class _Terms(NamedTuple):
    """What holds for everything in one file."""

    budget: Budget
    needles: Needles


def _archive(file: IO[bytes], head: bytes, path: str, depth: int, terms: _Terms) -> Iterator[Leak]:
    """Look into an archive; one that is broken is looked into as far as it can be read."""
    kind = archive(head)
    try:
        for name, content in OPENERS[kind](file, path, terms.budget) if kind else ():
            place, below = (f"{path}{SEPARATOR}{name}", depth + 2) if name else (path, depth + 1)
            with told(place, terms.budget):
                yield from _member(_Metered(content, terms.budget), place, below, terms)
    except (*BROKEN, RecursionError) as error:
        terms.budget.untold.append(f"{path}: it cannot be read to its end ({type(error).__name__})")


def _member(content: Readable, path: str, depth: int, terms: _Terms) -> Iterator[Leak]:
    head = _exactly(content, HEAD)
    whole = _Joined(head, content)
    kind = archive(head)
    if kind and depth >= DEPTH:
        terms.budget.untold.append(f"{path}: it lies too deep in other archives")
        kind = None
    if kind is None:
        yield from _plain(whole, path, terms)
    elif kind != "zip":
        yield from _archive(cast("IO[bytes]", whole), head, path, depth, terms)
    else:
        held = _exactly(whole, HELD)
        if whole.read(1):
            raise ValueError("an archive too large to be held")
        yield from _archive(io.BytesIO(held), head, path, depth, terms)


def _plain(content: Readable, path: str, terms: _Terms) -> Iterator[Leak]:
    """Search a member; where that tells nothing, its name may."""
    told = False
    for match in stream(content, terms.needles, path):
        told = True
        yield Leak(member=path, match=match)
    kind = None if told else names.judge(path)
    if kind:
        yield Leak(member=path, match=Match(kind=kind))


def _exactly(content: Readable, size: int) -> bytes:
    """Return that many bytes, fewer only at the end."""
    pieces = []
    while size and (piece := content.read(min(size, PIECE))):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


class _Metered:
    """Reads for a budget."""

    def __init__(self, content: Readable, budget: Budget) -> None:
        self._content = content
        self._budget = budget

    def read(self, size: int = PIECE) -> bytes:
        piece = self._content.read(size)
        self._budget.spend(len(piece))
        return piece


class _Joined:
    """What was read already, and the rest."""

    def __init__(self, head: bytes, rest: Readable) -> None:
        self._head = head
        self._rest = rest

    def read(self, size: int = PIECE) -> bytes:
        piece, self._head = self._head[:size], self._head[size:]
        return piece or self._rest.read(size)
