"""Writes archives that try to cost whoever reads them time or memory; each is small itself, or of honest size."""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib
from collections.abc import Callable

from tests import tars, zips
from tests.archives import INFO, SDIST, TOP, WHEEL
from tests.tars import Entry, at, entries, extended, long_name
from tests.zips import ALL_16, MODULE_NAME, STORED, Part, changed, pack, parts

MIB = 1 << 20


def zeros(count: int) -> bytes:
    """Return so many MiB of zeros, deflated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    chunk = bytes(MIB)
    return b"".join(packer.compress(chunk) for _ in range(count)) + packer.flush()


def gzipped(content: bytes, zeros_behind: int = 0) -> bytes:
    """Return a gzip file whose content ends in so many MiB of zeros."""
    packer = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    chunk = bytes(MIB)
    packed = [packer.compress(content), *(packer.compress(chunk) for _ in range(zeros_behind))]
    return b"".join(packed) + packer.flush()


def module_of(size: int, packed: bytes) -> bytes:
    """Return a wheel whose module says that it has a size."""
    told = {"size": size, "crc": 0}
    return pack(changed(MODULE_NAME, packed=packed, local=told, central=told))


def million_entries() -> bytes:
    """Return a wheel of a million entries."""
    count = 1_000_000
    part = Part(name=b"p/a.py", method=STORED)
    local, central = zips.local_header(part), zips.central_header(part, 0)
    tail = zips.end_records(
        ALL_16, 0xFFFFFFFF, 0xFFFFFFFF, 0, {},
        {"here": count, "count": count, "size": len(central) * count, "start": len(local) * count,
         "place": (len(local) + len(central)) * count},
    )  # fmt: skip
    return local * count + central * count + tail


def more_than_counted(count: int, name: bytes) -> bytes:
    """Return a wheel whose central directory has many entries, of which its end record counts one."""
    part = Part(name=name, method=STORED)
    local, central = zips.local_header(part), zips.central_header(part, 0)
    return local + central * count + zips.end_records(1, len(central) * count, len(local), 0, {}, None)


def endless_names() -> bytes:
    """Return a wheel whose central directory has three hundred names of 64 KiB."""
    part = Part(name=b"p/" + b"a" * 65000, method=STORED)
    local, central = zips.local_header(part), zips.central_header(part, 0)
    return local + central * 300 + zips.end_records(300, len(central) * 300, len(local), 0, {}, None)


def overlapping(size: int) -> bytes:
    """Return a wheel with a thousand entries for one content, which all say a size."""
    kernel = zeros(size // MIB)
    told = {"size": size, "packed": len(kernel), "crc": 0}
    local = zips.local_header(Part(name=b"p/0.py", local=told)) + kernel
    names = (b"p/%d.py" % each for each in range(1000))
    central = b"".join(zips.central_header(Part(name=name, central=told), 0) for name in names)
    return local + central + zips.end_records(1000, len(central), len(local), 0, {}, None)


def nested(depth: int) -> bytes:
    """Return a wheel that holds a wheel that holds a wheel."""
    content = pack(parts({"sample_project/zeros": bytes(8 * MIB)}))
    for _ in range(depth):
        content = pack(parts({"sample_project/inner.whl": content}))
    return content


def links(count: int) -> list[Entry]:
    """Return links each of which leads through the one before, twice."""
    return [at(f"l{each}", type=b"2", link=f"l{each - 1}/l{each - 1}".encode()) for each in range(count)]


def xz_of_large_dictionary() -> bytes:
    """Return an xz file that asks for a dictionary of 3 GiB."""
    packed = bytearray(lzma.compress(tars.tar(entries())))
    size = (packed[12] + 1) * 4
    packed[16] = 39
    packed[12 + size - 4 : 12 + size] = struct.pack("<L", zlib.crc32(packed[12 : 12 + size - 4]))
    return bytes(packed)


FIELD = b"Requires-Dist: a>=1.0,<2; python_version < '3'\n"
EMPTY_BLOCKS = b"\0\0\0\xff\xff" * (4 * MIB) + b"\3\0"
DEEP = "a/" * 490

BOMBS: dict[str, tuple[str, str, str, Callable[[], bytes]]] = {
    "zip: 70 MiB of zeros": (WHEEL, "archive-bounded", "times its size", lambda: module_of(70 * MIB, zeros(70))),
    "zip: 60 MiB that say 10 bytes": (WHEEL, "archive-headers", "another size", lambda: module_of(10, zeros(60))),
    "zip: a size beyond all": (WHEEL, "archive-bounded", "times its size", lambda: module_of(0xFFFFFFFE, b"x")),
    "zip: a million entries": (WHEEL, "archive-bounded", "more than 65535 members", million_entries),
    "zip: more entries than counted": (
        WHEEL,
        "archive-bounded",
        "more than 65535 members",
        lambda: more_than_counted(70_000, b"p/a.py"),
    ),
    "zip: a directory of 60 MiB": (
        WHEEL,
        "archive-bounded",
        "its central directory takes",
        lambda: more_than_counted(60_000, b"p/" + b"a" * 1000),
    ),
    "zip: endless names": (WHEEL, "archive-bounded", "a name has 65002 bytes", endless_names),
    "zip: overlapping, large": (WHEEL, "archive-bounded", "times its size", lambda: overlapping(16 * MIB)),
    "zip: overlapping": (WHEEL, "archive-framing", "overlap", lambda: overlapping(0)),
    "zip: 20 MiB of nothing": (
        WHEEL,
        "",
        "",
        lambda: pack(changed(MODULE_NAME, {MODULE_NAME: b""}, packed=EMPTY_BLOCKS)),
    ),
    "zip: nested": (WHEEL, "", "", lambda: nested(20)),
    "zip: endless metadata": (
        WHEEL,
        "archive-bounded",
        "its metadata has",
        lambda: pack(parts({f"{INFO}/METADATA": FIELD * 300_000})),
    ),
    "zip: endless fields": (
        WHEEL,
        "archive-bounded",
        "its metadata has",
        lambda: pack(parts({f"{INFO}/METADATA": FIELD * 60_000})),
    ),
    "zip: a RECORD of 20 MiB": (
        WHEEL,
        "archive-bounded",
        "too large to be read",
        lambda: pack(changed(f"{INFO}/RECORD", content=b"a,,\n" * 5_000_000)),
    ),
    "zip: a RECORD of a million rows": (
        WHEEL,
        "record-true",
        "lists far more",
        lambda: pack(changed(f"{INFO}/RECORD", content=b"".join(b"%d,,\n" % each for each in range(1_000_000)))),
    ),
    "zip: 20000 texts": (WHEEL, "", "", lambda: pack(parts({f"{INFO}/licenses{each}": b"" for each in range(20_000)}))),
    "tar: 70 MiB of zeros": (
        SDIST,
        "archive-bounded",
        "unpacks to more",
        lambda: gzipped(tars.tar(entries(), at("x", size=70 * MIB).header()), 70),
    ),
    "tar: endless zeros": (SDIST, "archive-bounded", "stand behind the end", lambda: gzipped(tars.tar(entries()), 70)),
    "tar: a million members": (
        SDIST,
        "archive-bounded",
        "more than 65535 members",
        lambda: gzipped(at("x").blocks() * 200_000),
    ),
    "tar: a million extended headers": (
        SDIST,
        "archive-bounded",
        "unpacks to more",
        lambda: gzipped(extended(comment="x").blocks() * 100_000),
    ),
    "tar: a million records": (
        SDIST,
        "archive-bounded",
        "records",
        lambda: gzipped(Entry(name=b"p", type=b"x", content=b"6 a=b\n" * 170_000).blocks() * 40),
    ),
    "tar: an endless long name": (
        SDIST,
        "archive-bounded",
        "extended header has",
        lambda: gzipped(Entry(name=b"p", type=b"L", size=1 << 30).header(), 60),
    ),
    "tar: an endless extended header": (
        SDIST,
        "archive-bounded",
        "extended header has",
        lambda: gzipped(Entry(name=b"p", type=b"x", size=1 << 30).header(), 60),
    ),
    "tar: long names": (
        SDIST,
        "archive-bounded",
        "a name or a link has",
        lambda: gzipped(long_name("a" * 500_000).blocks() + at("x").blocks()),
    ),
    "tar: deep names": (
        SDIST,
        "archive-bounded",
        "its names have more than",
        lambda: gzipped(
            b"".join(long_name(f"{TOP}/{each}/{DEEP}b").blocks() + at("x").blocks() for each in range(25_000))
            + tars.tar(entries())
        ),
    ),
    "tar: links through links": (SDIST, "member-links", "or nowhere", lambda: tars.with_entries(*links(20_000))),
    "tar: many hostile names": (
        SDIST,
        "member-names",
        "more",
        lambda: tars.with_entries(*(at(f"\x1b{each}") for each in range(60_000))),
    ),
    "tar: bzip2 of zeros": (
        f"{TOP}.tar.bz2",
        "archive-bounded",
        "unpacks to more",
        lambda: bz2.compress(tars.tar(entries(), at("x", size=70 * MIB).header()) + bytes(70 * MIB)),
    ),
    "tar: xz of zeros": (
        f"{TOP}.tar.xz",
        "archive-bounded",
        "unpacks to more",
        lambda: lzma.compress(tars.tar(entries(), at("x", size=70 * MIB).header()) + bytes(70 * MIB), preset=0),
    ),
    "tar: an xz of 3 GiB": (f"{TOP}.tar.xz", "archive-readable", "damaged", xz_of_large_dictionary),
    "tar: a name of gzip without end": (
        SDIST,
        "archive-readable",
        "cut off",
        lambda: b"\x1f\x8b\x08\x08" + bytes(6) + b"a" * (20 * MIB),
    ),
}
