"""Reads a ZIP archive from end to end: each local header against the central directory, each content once.

The members have to fill the file up to the central directory without a gap and without overlap, as the index demands;
so no reader can see another archive in it, and no byte is unpacked twice.
"""

from __future__ import annotations

import calendar
import stat
import struct
import zlib
from collections.abc import Iterator
from functools import lru_cache
from typing import IO

from release_tools.distributions import Kind, Member, limits, zip_directory
from release_tools.distributions.content import Content, Keeper, Listener, absorb
from release_tools.distributions.faults import BOUNDED, FEATURES, FRAMING, HEADERS, READABLE, Broken, Faults
from release_tools.distributions.zip_directory import ALL_32, LOCAL, UTF_8, ZIP64, Directory, Entry, extras

STORED, DEFLATED = 0, 8
PACKINGS = {STORED: "stored", DEFLATED: "deflated"}
ENCRYPTED = 1 << 0 | 1 << 6 | 1 << 13
DESCRIPTOR = 1 << 3
COMPARED = ENCRYPTED | DESCRIPTOR | UTF_8
EXTRA_SIZES = (0, 8, 16, 24, 28)
LINK_LENGTH = 4096

_LOCAL = struct.Struct("<4s5H3L2H")


def read(
    file: IO[bytes], size: int, faults: Faults, keeper: Keeper, listener: Listener | None = None
) -> tuple[Member, ...]:
    """Read all members, in the order of the central directory; raises Broken where there is no directory."""
    directory = zip_directory.read(file, size, faults)
    total = sum(entry.size for entry in directory.entries)
    if total > limits.unpacked(size):
        broken = Broken(BOUNDED, f"it unpacks to {total} bytes, {total // size} times its size; the index takes 50")
        faults.end(broken)
        return tuple(_member(entry, None) for entry in directory.entries)
    contents = _Reader(file, directory, faults, keeper, listener).contents()
    return tuple(_member(entry, contents.get(index)) for index, entry in enumerate(directory.entries))


class _Reader:
    """One pass over the members in the order of the file."""

    def __init__(
        self, file: IO[bytes], directory: Directory, faults: Faults, keeper: Keeper, listener: Listener | None
    ) -> None:
        self._file = file
        self._entries = directory.entries
        self._until = directory.start
        self._faults = faults
        self._keeper = keeper
        self._listener = listener
        self._position = 0
        self._lost = False  # where the last member ends is not known exactly

    def contents(self) -> dict[int, Content]:
        """Return what could be unpacked, by the number of the entry."""
        found = {}
        for index in sorted(range(len(self._entries)), key=lambda each: self._entries[each].offset):
            entry = self._entries[index]
            try:
                found[index] = self._content(entry, self._begin(entry))
            except Broken as broken:
                self._faults.end(broken, entry.name)
        self._gap(self._until, None)
        return found

    def _begin(self, entry: Entry) -> int:
        """Return where the content of the next member begins, and see that it lies where it may."""
        if entry.offset < self._position:
            raise Broken(FRAMING, "two members overlap")
        self._gap(entry.offset, entry.name)
        self._position, self._lost = entry.offset, True
        begin = self._local(entry)
        if begin + entry.packed > self._until:
            raise Broken(READABLE, "a member leads beyond the place of the central directory")
        self._position, self._lost = begin + entry.packed, bool(entry.flags & DESCRIPTOR)
        return begin

    def _gap(self, begin: int, name: str | None) -> None:
        """Note bytes that belong to no member; behind a streamed one stands its descriptor."""
        if begin > self._position and not self._lost:
            first = name is not None and self._position == 0
            where = "before its first member" if first else "between its members, or behind them"
            self._faults.add(FRAMING, f"bytes of no member stand {where}", name)

    def _local(self, entry: Entry) -> int:
        """Hold the local header against the central one; return where the content begins."""
        self._file.seek(entry.offset)
        header = self._file.read(_LOCAL.size)
        if len(header) < _LOCAL.size or not header.startswith(LOCAL):
            raise Broken(READABLE, "there is no header where the central directory says")
        _, _, flags, method, _, _, crc, packed, size, name_length, extra_length = _LOCAL.unpack(header)
        rest = self._file.read(name_length + extra_length)
        if extra_length or ALL_32 in (packed, size):
            size, packed = _large(rest[name_length:], size, packed, method, entry.name, self._faults)
        self._compare("name", rest[:name_length], entry.raw, entry)
        self._compare("method", method, entry.method, entry)
        self._compare("flags", flags & COMPARED, entry.flags & COMPARED, entry)
        if not flags & DESCRIPTOR:
            self._compare("checksum", crc, entry.crc, entry)
            self._compare("size", size, entry.size, entry)
            self._compare("packed size", packed, entry.packed, entry)
        return entry.offset + len(header) + len(rest)

    def _compare(self, what: str, local: object, central: object, entry: Entry) -> None:
        if local != central:
            self._faults.add(HEADERS, f"the {what} in a local header differs from the central directory", entry.name)

    def _content(self, entry: Entry, begin: int) -> Content:
        name = entry.name
        self._require_plain(entry)
        wanted = self._keeper.wants(name, entry.size)
        linked = stat.S_ISLNK(entry.attributes >> 16) and entry.size <= LINK_LENGTH
        self._file.seek(begin)
        pieces = (_stored if entry.method == STORED else _inflated)(self._file, entry)
        content = absorb(name, pieces, keep=wanted or linked, crc=True, listener=self._listener)
        if content.size != entry.size:
            raise Broken(HEADERS, "a member unpacks to another size than it says")
        if content.crc != entry.crc:
            raise Broken(READABLE, "a member is damaged: its content has another checksum")
        if wanted:
            self._keeper.keep(name, content)
        return content

    def _require_plain(self, entry: Entry) -> None:
        """Note what the index does not take of a member; raises Broken where its content cannot be had."""
        if entry.flags & DESCRIPTOR:
            self._faults.add(FEATURES, "a member has its sizes behind it, in a data descriptor", entry.name)
        if not entry.flags & UTF_8 and not entry.raw.isascii():
            self._faults.add(HEADERS, "a name is neither ASCII nor marked as UTF-8", entry.name)
        if entry.size and entry.name.endswith("/"):
            self._faults.add(HEADERS, "a folder has a content", entry.name)
        if entry.flags & ENCRYPTED:
            raise Broken(FEATURES, "a member is encrypted")
        if entry.method not in PACKINGS:
            raise Broken(FEATURES, f"a member is compressed by method {entry.method}, neither stored nor deflated")


def _large(extra: bytes, size: int, packed: int, method: int, name: str, faults: Faults) -> tuple[int, int]:
    """Return the sizes of a local header, where they are full as the ZIP64 field says; both or none stand there."""
    field = extras(extra, name, faults).get(ZIP64)
    full = ALL_32 in (size, packed)
    if field is None:
        if full:
            faults.add(HEADERS, "a ZIP64 size or place is missing", name)
        return size, packed
    values = [int.from_bytes(field[at : at + 8], "little") for at in (0, 8) if len(field) >= at + 8]
    alone = len(values) == 1 and method != STORED
    if len(field) not in EXTRA_SIZES or alone or (full and not values):
        faults.add(HEADERS, "a ZIP64 field is malformed", name)
        return size, packed
    if not values:
        return size, packed
    real = (values[0], values[-1])
    if size not in (real[0], ALL_32) or packed not in (real[1], ALL_32):
        faults.add(HEADERS, "the sizes in a ZIP64 field contradict those beside it", name)
    return real


def _stored(file: IO[bytes], entry: Entry) -> Iterator[bytes]:
    if entry.packed != entry.size:
        raise Broken(HEADERS, "a stored member has two sizes")
    yield from _raw(file, entry.packed)


def _raw(file: IO[bytes], left: int) -> Iterator[bytes]:
    while left > 0 and (piece := file.read(min(left, limits.CHUNK))):
        left -= len(piece)
        yield piece


def _inflated(file: IO[bytes], entry: Entry) -> Iterator[bytes]:
    """Inflate one member, never to more than one byte over the size that it states."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    room = entry.size + 1
    for packed in _raw(file, entry.packed):
        data, full = packed, True
        if inflater.eof:
            raise Broken(FRAMING, "bytes stand behind the content of a member")
        while data or full:
            bound = min(room, limits.CHUNK)
            try:
                piece = inflater.decompress(data, bound)
            except zlib.error as error:
                raise Broken(READABLE, "a member is damaged: it cannot be inflated") from error
            yield piece
            room -= len(piece)
            if room <= 0:
                raise Broken(HEADERS, "a member unpacks to another size than it says")
            data, full = inflater.unconsumed_tail, len(piece) == bound
    if inflater.unused_data:
        raise Broken(FRAMING, "bytes stand behind the content of a member")
    if not inflater.eof:
        raise Broken(READABLE, "a member is cut off")


def _member(entry: Entry, content: Content | None) -> Member:
    kind = _kind(entry)
    return Member(
        name=entry.name,
        raw=entry.raw,
        kind=kind,
        size=entry.size,
        packed=entry.packed,
        mode=stat.S_IMODE(entry.attributes >> 16),
        time=_time(entry.stamp),
        sha256=content.sha256 if content else "",
        script=content.script if content else "",
        head=content.head if content else b"",
        link=content.kept.decode("utf-8", "surrogateescape") if content and content.kept and kind == "link" else "",
        packing=PACKINGS.get(entry.method) or f"method {entry.method}",
    )


def _kind(entry: Entry) -> Kind:
    mode = entry.attributes >> 16
    if stat.S_ISLNK(mode):
        return "link"
    if entry.name.endswith("/"):
        return "folder"
    return "file" if stat.S_IFMT(mode) in (0, stat.S_IFREG) else "other"


@lru_cache(maxsize=256)
def _time(stamp: int) -> int:
    """Return a time of DOS in seconds since the epoch; what is no month or day is taken for the next that is one."""
    date, time = stamp >> 16, stamp & 0xFFFF
    month = min(max(date >> 5 & 15, 1), 12)
    when = (1980 + (date >> 9), month, max(date & 31, 1), time >> 11, time >> 5 & 63, 2 * (time & 31))
    return calendar.timegm((*when, 0, 0, 0))
