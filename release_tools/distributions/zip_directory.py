"""The end records and the central directory of a ZIP archive, held against each other and against the file's size."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, NamedTuple

from release_tools.distributions import limits
from release_tools.distributions.faults import BOUNDED, FEATURES, FORMAT, FRAMING, HEADERS, READABLE, Broken, Faults

END = b"PK\5\6"
END_64 = b"PK\6\6"
LOCATOR = b"PK\6\7"
CENTRAL = b"PK\1\2"
LOCAL = b"PK\3\4"
UTF_8 = 1 << 11

_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_CENTRAL = struct.Struct("<4s4B4H3L5H2L")
_LONGEST_COMMENT = (1 << 16) - 1
_TAIL = _END.size + _LONGEST_COMMENT + _LOCATOR.size + _END_64.size
_SIZE_64 = 44
_ALL_16 = (1 << 16) - 1
ALL_32 = (1 << 32) - 1
ZIP64 = 1
_UNICODE_PATH = 0x7075
_ONCE = (ZIP64, _UNICODE_PATH)


class Entry(NamedTuple):
    """One entry of the central directory; `offset` is where its local header begins in the file."""

    raw: bytes
    name: str
    flags: int
    method: int
    stamp: int
    crc: int
    packed: int
    size: int
    attributes: int
    offset: int


@dataclass(frozen=True, slots=True)
class Directory:
    """All entries in order, and the place in the file where the central directory begins."""

    entries: tuple[Entry, ...]
    start: int


@dataclass(slots=True)
class _End:
    """What the end records say, in the end."""

    position: int
    count: int
    size: int
    offset: int


def read(file: IO[bytes], size: int, faults: Faults) -> Directory:
    """Read the directory; raises Broken where there is none to go by."""
    end = _end(file, size, faults)
    if end.count > limits.MEMBERS:
        raise Broken(BOUNDED, f"it has more than {limits.MEMBERS} members")
    start = _start(file, end)
    if end.size > limits.DIRECTORY:
        raise Broken(BOUNDED, f"its central directory takes {end.size} bytes")
    file.seek(start)
    content = file.read(end.size)
    entries = tuple(_entries(content, faults))
    if len(entries) != end.count:
        faults.add(FRAMING, f"its end record counts {end.count} members, its central directory {len(entries)}")
    return Directory(entries, start)


def _end(file: IO[bytes], size: int, faults: Faults) -> _End:
    """Find the end record and, before it, that of ZIP64."""
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    at = _end_record(tail)
    if at < 0:
        raise _no_end(file)
    _, disk, first_disk, here, count, length, offset, comment = _END.unpack_from(tail, at)
    _behind(tail[at + _END.size :], comment, faults)
    position = size - len(tail) + at
    end = _End(position, count, length, offset)
    volumes = {disk, first_disk} - {0, _ALL_16}
    if at >= _LOCATOR.size and tail.startswith(LOCATOR, at - _LOCATOR.size):
        volumes |= _zip64(tail, at, end, faults)
    elif here != count:
        faults.add(FRAMING, f"its end record counts {here} members here and {count} in all")
    if volumes:
        faults.add(FEATURES, "it is one volume of several")
    return end


def _end_record(tail: bytes) -> int:
    """Return where the end record begins that a reader takes: one without a comment, else the last."""
    last = len(tail) - _END.size
    if last >= 0 and tail.startswith(END, last) and tail.endswith(b"\0\0"):
        return last
    at = tail.rfind(END)
    return at if at <= last else -1


def _no_end(file: IO[bytes]) -> Broken:
    file.seek(0)
    if file.read(len(LOCAL)) == LOCAL:
        return Broken(READABLE, "it is cut off, or much stands behind its end: there is no end record")
    return Broken(FORMAT, "it is no ZIP archive")


def _behind(rest: bytes, comment: int, faults: Faults) -> None:
    if len(rest) < comment:
        faults.add(FRAMING, f"its comment is to have {comment} bytes and has {len(rest)}")
    elif len(rest) > comment:
        faults.add(FRAMING, f"{len(rest) - comment} bytes stand behind its end")
    elif comment:
        faults.add(FEATURES, f"it has a comment of {comment} bytes")


def _zip64(tail: bytes, at: int, end: _End, faults: Faults) -> set[int]:
    """Let the end record of ZIP64 speak, as every reader does; it contradicts the other only where that is full."""
    _, disk, position, volumes = _LOCATOR.unpack_from(tail, at - _LOCATOR.size)
    here = at - _LOCATOR.size - _END_64.size
    expected = end.position - _LOCATOR.size - _END_64.size
    if here < 0 or not tail.startswith(END_64, here):
        raise Broken(FRAMING, "its ZIP64 end record is not where it is to be")
    _, length, _, _, own_disk, first_disk, on_disk, count, size, offset = _END_64.unpack_from(tail, here)
    told = ((end.count, count, _ALL_16), (end.size, size, ALL_32), (end.offset, offset, ALL_32))
    if any(small not in (large, full) for small, large, full in told) or on_disk != count:
        faults.add(FRAMING, "its ZIP64 end record contradicts its end record")
    # The place itself may be shifted by what stands before the archive, which is told elsewhere.
    if length != _SIZE_64 or position != offset + size:
        faults.add(FRAMING, "its ZIP64 end record is not of the usual form")
    end.position, end.count, end.size, end.offset = expected, count, size, offset
    return {disk, own_disk, first_disk} - {0} | {volumes} - {0, 1}


def _start(file: IO[bytes], end: _End) -> int:
    """Return where the central directory begins: right before the end record, and where that says."""
    before = end.position - end.size
    if before == end.offset:
        return before
    if before >= 0 and _at(file, before, CENTRAL):
        raise Broken(FRAMING, f"{_second(file, before)}its central directory is at {before}, not at {end.offset}")
    between = end.position - end.offset - end.size
    if between > 0 and _at(file, end.offset, CENTRAL):
        second = _second(file, end.position, end.offset + end.size)
        raise Broken(FRAMING, f"{second}{between} bytes stand between its central directory and its end record")
    raise Broken(READABLE, "its central directory is not where its end record says")


def _at(file: IO[bytes], position: int, signature: bytes) -> bool:
    file.seek(position)
    return file.read(len(signature)) == signature


def _second(file: IO[bytes], until: int, since: int = 0) -> str:
    """Say so where another end record stands before a place: two archives in one."""
    begin = max(since, until - _TAIL)
    file.seek(begin)
    return "it has a second end record: " if END in file.read(until - begin) else ""


def _entries(content: bytes, faults: Faults) -> Iterator[Entry]:
    at, seen = 0, 0
    while at < len(content):
        if len(content) - at < _CENTRAL.size or not content.startswith(CENTRAL, at):
            raise Broken(READABLE, "its central directory is damaged")
        if seen == limits.MEMBERS:
            raise Broken(BOUNDED, f"it has more than {limits.MEMBERS} members")
        entry, at = _entry(content, at, faults)
        seen += 1
        yield entry


def _entry(content: bytes, at: int, faults: Faults) -> tuple[Entry, int]:
    (
        _, _, _, _, _, flags, method, time, date, crc, packed, size, name_length, extra_length, comment, disk, _,
        attributes, offset,
    ) = _CENTRAL.unpack_from(content, at)  # fmt: skip
    at += _CENTRAL.size
    raw = content[at : at + name_length]
    extra = content[at + name_length : at + name_length + extra_length]
    end = at + name_length + extra_length + comment
    if end > len(content):
        raise Broken(READABLE, "its central directory is cut off")
    if name_length > limits.NAME:
        raise Broken(BOUNDED, f"a name has {name_length} bytes")
    name = decoded(raw, flags)
    if comment:
        faults.add(FEATURES, "a member has a comment", name)
    if extra or ALL_32 in (packed, size, offset):
        size, packed, offset, disk = _large(extra, (size, packed, offset, disk), name, faults)
    if disk:
        faults.add(FEATURES, "it is one volume of several")
    stamp = date << 16 | time
    return Entry(raw, name, flags, method, stamp, crc, packed, size, attributes, offset), end


def _large(extra: bytes, told: tuple[int, int, int, int], name: str, faults: Faults) -> tuple[int, int, int, int]:
    """Return size, packed size, offset and volume, where one is full as the ZIP64 field says."""
    fields = extras(extra, name, faults)
    values = fields.get(ZIP64, b"")
    found = list(told)
    for place, full in enumerate((ALL_32, ALL_32, ALL_32, _ALL_16)):
        width = 8 if full == ALL_32 else 4
        if found[place] == full:
            if len(values) < width:
                raise Broken(HEADERS, "a ZIP64 size or place is missing")
            found[place], values = int.from_bytes(values[:width], "little"), values[width:]
    path = fields.get(_UNICODE_PATH)
    if path is not None and path[5:].decode("utf-8", "replace") != name:
        faults.add(HEADERS, "a member has a second name, in a Unicode path field", name)
    return found[0], found[1], found[2], found[3]


def extras(extra: bytes, name: str, faults: Faults) -> dict[int, bytes]:
    """Return the extra fields of a header by their number."""
    fields: dict[int, bytes] = {}
    at = 0
    while at < len(extra):
        number, length = struct.unpack_from("<2H", extra, at) if len(extra) - at >= 4 else (0, len(extra))  # noqa: PLR2004 - a head
        if at + 4 + length > len(extra):
            faults.add(HEADERS, "the extra fields of a header are damaged", name)
            break
        if number in fields and number in _ONCE:
            faults.add(HEADERS, "a header has an extra field twice", name)
        fields.setdefault(number, extra[at + 4 : at + 4 + length])
        at += 4 + length
    return fields


def decoded(raw: bytes, flags: int) -> str:
    """Return a name: UTF-8 where the entry says so or it is that anyhow, else in the code page of old."""
    if not flags & UTF_8:
        with suppress(UnicodeDecodeError):
            return raw.decode("utf-8")
        return raw.decode("cp437")
    return raw.decode("utf-8", "surrogateescape")


def is_zip(file: IO[bytes], size: int) -> bool:
    """Whether readers who begin at the end would take a file for a ZIP archive."""
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    at = _end_record(tail)
    if at < 0:
        return False
    _, _, _, _, count, length, offset, _ = _END.unpack_from(tail, at)
    before = size - len(tail) + at - length
    return (count, length, offset) == (0, 0, 0) or (before >= 0 and _at(file, before, CENTRAL))
