"""The readable part of a token of the public indexes: a macaroon, whose signature only its maker can judge.

The form is small and fixed, and whoever holds a token here must read it: the environment that uploads has no library
for it, and shall not get one.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass

SECOND, HEXADECIMAL = 2, b"0123456789abcdef"
LOCATION, IDENTIFIER, OF_ANOTHER, SIGNATURE, END = 1, 2, 4, 6, 0
HIGH, LOW, STEP = 0x80, 0x7F, 7
LENGTH = 4  # digits, before each row of the first form


@dataclass(frozen=True, slots=True, kw_only=True)
class Macaroon:
    """Where a token is good, and its limits as they are written; None for one that somebody else is to judge."""

    location: str
    limits: tuple[bytes | None, ...]


def read(text: str) -> Macaroon:
    """Read a token without what stands before it; raises ValueError for what is none, or not whole."""
    standard = text.rstrip("=").translate(str.maketrans("-_", "+/"))
    content = base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    try:
        if content[0] == SECOND:
            return _second(content)
        if content[0] in HEXADECIMAL:
            return _first(content)
    except IndexError:
        pass
    raise ValueError("it is no macaroon, or not whole")


def _second(content: bytes) -> Macaroon:
    """Read the form of now: sections of fields, of which the first is the head, then a limit each, then nothing."""
    fields = _fields(content)
    head = _section(fields)
    limits = []
    while section := _section(fields):
        limits.append(None if OF_ANOTHER in section else section[IDENTIFIER])
    if next(fields, (END, b""))[0] != SIGNATURE:
        raise ValueError("it has no signature")
    return Macaroon(location=head.get(LOCATION, b"").decode(), limits=tuple(limits))


def _section(fields: Iterator[tuple[int, bytes]]) -> dict[int, bytes]:
    """Return the fields of a section by their kinds; only one that ends them all has none."""
    found: dict[int, bytes] = {}
    for kind, value in fields:
        if kind == END:
            if found and IDENTIFIER not in found:
                break
            return found
        if kind not in (LOCATION, IDENTIFIER, OF_ANOTHER):
            break
        found[kind] = value
    raise ValueError("a section has no name, or no end")


def _fields(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield kind and value of each field up to the signature; raises IndexError where one is cut off."""
    place, kind = 1, END
    while kind != SIGNATURE:
        kind, place = _number(content, place)
        size, place = _number(content, place) if kind != END else (0, place)
        if place + size > len(content):
            raise IndexError
        yield kind, content[place : place + size]
        place += size


def _number(content: bytes, place: int) -> tuple[int, int]:
    """Return a number of seven bits a byte, the lowest first, and the place behind it."""
    found, shift = 0, 0
    while content[place] & HIGH:
        found |= (content[place] & LOW) << shift
        place, shift = place + 1, shift + STEP
    return found | content[place] << shift, place + 1


def _first(content: bytes) -> Macaroon:
    """Read the form of old: rows of a name and a value, each after its length."""
    rows = list(_rows(content))
    names = [name for name, _ in rows]
    if "signature" not in names or "identifier" not in names:
        raise ValueError("it has no head or no signature")
    limits = [value for name, value in rows if name == "cid"]
    others = [None] * names.count("vid")
    location = next((value for name, value in rows if name == "location"), b"")
    return Macaroon(location=location.decode(), limits=(*limits, *others))


def _rows(content: bytes) -> Iterator[tuple[str, bytes]]:
    place = 0
    while place < len(content):
        size = int(content[place : place + LENGTH], 16)
        row = content[place + LENGTH : place + size]
        if size <= LENGTH or place + size > len(content) or not row.endswith(b"\n"):
            raise IndexError
        name, _, value = row[:-1].partition(b" ")
        yield name.decode(), value
        place += size
