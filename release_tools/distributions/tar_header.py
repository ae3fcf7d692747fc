"""The headers of a tar archive, block by block: the member that they describe, and what in them contradicts the rest.

Names, sizes and links are taken as installers take them, extended headers included; a second reading that another
program could come to is a fault.
"""

from __future__ import annotations

import math
import re
import struct
from functools import lru_cache
from typing import NamedTuple

from release_tools.distributions import Kind, limits
from release_tools.distributions.faults import BOUNDED, FEATURES, HEADERS, READABLE, Broken, Faults, listed

BLOCK = 512
KINDS: dict[bytes, Kind] = {
    b"0": "file", b"\0": "file", b"7": "file", b"1": "hardlink", b"2": "link", b"5": "folder",
}  # fmt: skip
EMPTY = frozenset({b"3", b"4", b"6"})  # devices and pipes, which have no content whatever they state
LONG_NAME, LONG_LINK, EXTENDED, GLOBAL, SOLARIS, SPARSE = b"L", b"K", b"x", b"g", b"X", b"S"
VOLUMES = frozenset({b"D", b"M", b"V", b"N"})
FITS = 100  # bytes of a name in a header
FITS_SIZE = 8**11  # sizes below stand in the header itself
LONGEST_NUMBER = 20
SIGNED = 127
POSITIVE, NEGATIVE = 0o200, 0o377  # how a binary number begins
MODE = 0o7777

_HEADER = struct.Struct("<100s8s8s8s12s12s8s1s100s8s32s32s16s155s12x")
_RECORD = re.compile(rb"([0-9]{1,20}) ([^=\n]+)=")
_SINGLE = frozenset({"path", "size", "linkpath"})
_OWNER = tuple(enumerate(("uid", "gid", "uname", "gname")))


class Header(NamedTuple):
    """One header block, as it stands."""

    raw: bytes
    mode: int
    size: int
    time: float
    type: bytes
    link: bytes
    owner: str


def is_header(block: bytes) -> bool:
    """Whether these bytes begin with a tar header, by its checksum."""
    if len(block) != BLOCK or not any(block):
        return False
    told, real = _number(block[148:156]), sum(block) - sum(block[148:156]) + 8 * 0x20
    # Of old, some programs took bytes for signed.
    return told == real or told == real - 256 * sum(each > SIGNED for each in block[:148] + block[156:])


def parse(block: bytes, position: int, faults: Faults) -> Header:
    """Read a header block; raises Broken where it is none."""
    if not is_header(block):
        raise Broken(READABLE, f"the tar header at {position} is damaged")
    name, mode, uid, gid, size, time, _, kind, link, magic, uname, gname, _, prefix = _HEADER.unpack(block)
    told_mode, told_size, told_time = _number(mode), _number(size), _number(time)
    owner = _owner(uid, gid, uname, gname)
    if told_mode is None or told_size is None or told_time is None or owner is None or told_size < 0:
        raise Broken(READABLE, f"a number in the tar header at {position} is none")
    raw = _text(name)
    if before := _text(prefix):
        raw = before + b"/" + raw
        if magic.startswith(b"ustar "):
            faults.add(HEADERS, "a header of GNU form has a prefix, which programs read differently", decoded(raw))
    return Header(raw, told_mode & MODE, told_size, told_time, kind, _text(link), owner)


@lru_cache(maxsize=256)
def _owner(uid: bytes, gid: bytes, uname: bytes, gname: bytes) -> str | None:
    numbers = (_number(uid), _number(gid))
    return None if None in numbers else ":".join((*map(str, numbers), decoded(_text(uname)), decoded(_text(gname))))


def kind(header: Header) -> Kind:
    """Return what a member is."""
    if header.type == b"\0" and header.raw.endswith(b"/"):
        return "folder"
    return KINDS.get(header.type, "other")


@lru_cache(maxsize=4096)
def _number(field: bytes) -> int | None:
    """Return a number in octal or, where it begins so, binary; None for anything else."""
    if field[0] in (POSITIVE, NEGATIVE):
        value = int.from_bytes(field[1:], "big")
        return value if field[0] == POSITIVE else value - (1 << 8 * (len(field) - 1))
    text = field.partition(b"\0")[0].strip()
    if not text:
        return 0
    return int(text, 8) if text.isdigit() and not text.translate(None, b"01234567") else None


def _text(field: bytes) -> bytes:
    return field.partition(b"\0")[0]


def records(payload: bytes, most: int) -> tuple[dict[str, bytes], int]:
    """Return the records of an extended header and their number; raises Broken for what is malformed or too many."""
    found: dict[str, bytes] = {}
    count = 0
    at = 0
    end = len(payload.rstrip(b"\0"))
    while at < end:
        count += 1
        if count > most:
            raise Broken(BOUNDED, f"its extended headers have more than {limits.RECORDS} records")
        head = _RECORD.match(payload, at)
        length = int(head[1]) if head else 0
        last = at + length - 1
        if head is None or last < head.end() or payload[last : last + 1] != b"\n":
            raise Broken(READABLE, "an extended header is malformed")
        found[head[2].decode("utf-8", "replace")] = payload[head.end() : last]
        at += length
    return found, count


class Extensions:
    """What extended headers say: of the one member that follows them, and global ones of all."""

    def __init__(self) -> None:
        self._shared: dict[str, bytes] = {}
        self._said: dict[str, bytes] = {}
        self._long: dict[bytes, bytes] = {}
        self._kinds: list[bytes] = []
        self._left = limits.RECORDS

    def waiting(self) -> bool:
        """Whether an extended header is there without its member."""
        return bool(self._kinds)

    def add(self, kind: bytes, payload: bytes, faults: Faults) -> None:
        """Take an extended header."""
        if kind == GLOBAL:
            self._shared |= self._records(payload)
            if _SINGLE & self._shared.keys() or _is_sparse(self._shared):
                raise Broken(HEADERS, "a global header gives one name, size or link to all members")
            return
        if kind in self._kinds:
            faults.add(HEADERS, "two extended headers of a kind stand before one member")
        self._kinds.append(kind)
        if kind in (LONG_NAME, LONG_LINK):
            self._long[kind] = _text(payload)
        else:
            self._said = self._records(payload)

    def _records(self, payload: bytes) -> dict[str, bytes]:
        found, count = records(payload, self._left)
        self._left -= count
        return found

    def applied(self, header: Header, faults: Faults) -> Header:
        """Return a header with what was said of it before, and forget that."""
        if not self._kinds and not self._shared and header.type != SPARSE:
            return header
        said = {**self._shared, **self._said}
        name = _chosen(header.raw, self._long.get(LONG_NAME), said.get("path"), "name", faults)
        link = _chosen(header.link, self._long.get(LONG_LINK), said.get("linkpath"), "link", faults)
        shown = decoded(name)
        if _is_sparse(said) or header.type == SPARSE:
            raise Broken(FEATURES, f"a member is sparse: {listed([shown])}")
        self._said, self._long, self._kinds = {}, {}, []
        return header._replace(
            raw=name,
            link=link,
            size=_size(header, said, shown, faults),
            time=_time(header, said, shown, faults),
            owner=":".join(decoded(said[key]) if key in said else header.owner.split(":")[at] for at, key in _OWNER),
        )


def decoded(text: bytes) -> str:
    """Return a name as text; what is no UTF-8 stands in it as lone surrogates."""
    return text.decode("utf-8", "surrogateescape")


def _is_sparse(said: dict[str, bytes]) -> bool:
    return any(key.startswith("GNU.sparse") for key in said)


def _chosen(plain: bytes, long: bytes | None, extended: bytes | None, what: str, faults: Faults) -> bytes:
    """Return the name or link that installers take; another short plain one in the header is a trick."""
    if long is not None and extended is not None and long != extended:
        faults.add(HEADERS, f"a member has two long {what}s", decoded(long))
    chosen = extended if extended is not None else long
    if chosen is None:
        return plain
    if chosen.isascii() and len(chosen) < FITS and chosen.rstrip(b"/") != plain.rstrip(b"/"):
        faults.add(HEADERS, f"a member has one {what} in its header and another before it", decoded(chosen))
    return chosen


def _size(header: Header, said: dict[str, bytes], name: str, faults: Faults) -> int:
    if "size" not in said:
        return header.size
    text = said["size"]
    if not text.isdigit() or len(text) > LONGEST_NUMBER:
        raise Broken(READABLE, "a size in an extended header is no number")
    if int(text) != header.size and int(text) < FITS_SIZE:
        faults.add(HEADERS, "a member has one size in its header and another before it", name)
    return int(text)


def _time(header: Header, said: dict[str, bytes], name: str, faults: Faults) -> float:
    try:
        time = float(said.get("mtime", header.time))
    except ValueError:
        time = math.nan
    if not math.isfinite(time):
        faults.add(HEADERS, "a member's time is no number", name)
        return 0
    return time
