"""Writes ZIP archives byte by byte, so that each field can say something else than it should."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests import archives
from tests.archives import INFO, METADATA, MODULE, WHEEL_FILE

STORED, DEFLATED = 0, 8
UTF_8, DESCRIPTOR = 1 << 11, 1 << 3
ALL_16, ALL_32 = (1 << 16) - 1, (1 << 32) - 1
MODULE_NAME = "sample_project/__init__.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One member; `local` and `central` replace fields of one header alone, `packed` the compressed content."""

    name: bytes
    content: bytes = b""
    method: int = DEFLATED
    flags: int = 0
    mode: int = 0o100644
    extra: bytes = b""
    comment: bytes = b""
    before: bytes = b""
    packed: bytes | None = None
    descriptor: bool = False
    local: Mapping[str, Any] = field(default_factory=dict)
    central: Mapping[str, Any] = field(default_factory=dict)
    hidden: bool = False

    def stored(self) -> bytes:
        """Return the content as it stands in the archive."""
        if self.packed is not None:
            return self.packed
        return deflated(self.content) if self.method == DEFLATED else self.content

    def fields(self) -> dict[str, Any]:
        """Return what both headers say."""
        flags = self.flags | (DESCRIPTOR if self.descriptor else 0) | (0 if self.name.isascii() else UTF_8)
        return {
            "name": self.name,
            "flags": flags,
            "method": self.method,
            "crc": zlib.crc32(self.content),
            "packed": len(self.stored()),
            "size": len(self.content),
            "extra": self.extra,
        }


def deflated(content: bytes) -> bytes:
    """Return a content as a ZIP archive holds it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


def parts(members: Mapping[str, bytes | None] | None = None) -> list[Part]:
    """Return the parts of a healthy wheel with some members more, RECORD included."""
    healthy = {MODULE_NAME: MODULE, f"{INFO}/METADATA": METADATA, f"{INFO}/WHEEL": WHEEL_FILE}
    every = {name: content for name, content in (healthy | dict(members or {})).items() if content is not None}
    record = {name: content for name, content in every.items() if not name.endswith("/")}
    every[f"{INFO}/RECORD"] = archives.record(record)
    return [Part(name=name.encode("utf-8", "surrogateescape"), content=content) for name, content in every.items()]


def changed(name: str, members: Mapping[str, bytes | None] | None = None, **changes: Any) -> list[Part]:  # noqa: ANN401 - fields of a part
    """Return the parts of a healthy wheel with one of them changed."""
    return [replace(part, **changes) if part.name == name.encode() else part for part in parts(members)]


def pack(
    every: Iterable[Part],
    *,
    before: bytes = b"",
    between: bytes = b"",
    comment: bytes = b"",
    behind: bytes = b"",
    shift: int | None = None,
    zip64: Mapping[str, int] | None = None,
    end: Mapping[str, int] | None = None,
) -> bytes:
    """Write an archive; `end` and `zip64` replace fields of the end records, `shift` moves every place that is told."""
    shift = len(before) if shift is None else shift
    file = bytearray(before)
    directory = bytearray()
    count = 0
    for part in every:
        file += part.before
        place = len(file) - len(before) + shift
        file += local_header(part) + part.stored() + descriptor(part)
        if not part.hidden:
            directory += central_header(part, place)
            count += 1
    start = len(file) - len(before) + shift
    tail = end_records(count, len(directory), start, len(comment), end or {}, zip64)
    return bytes(file + directory + between + tail + comment + behind)


def local_header(part: Part) -> bytes:
    """Write the header before a content."""
    told = part.fields()
    if part.descriptor:
        told |= {"crc": 0, "packed": 0, "size": 0}
    told |= part.local
    head = struct.pack(
        "<4s5H3L2H", told.get("signature", b"PK\3\4"), 20, told["flags"], told["method"], 0, 33,
        told["crc"], told["packed"], told["size"], len(told["name"]), len(told["extra"]),
    )  # fmt: skip
    return bytes(head + told["name"] + told["extra"])


def central_header(part: Part, place: int) -> bytes:
    """Write the header in the central directory."""
    told = {**part.fields(), "place": place, "disk": 0, **part.central}
    head = struct.pack(
        "<4s4B4H3L5H2L", b"PK\1\2", 20, 3, 20, 0, told["flags"], told["method"], 0, 33, told["crc"], told["packed"],
        told["size"], len(told["name"]), len(told["extra"]), len(part.comment), told["disk"], 0, part.mode << 16,
        told["place"],
    )  # fmt: skip
    return bytes(head + told["name"] + told["extra"]) + part.comment


def descriptor(part: Part) -> bytes:
    """Write what stands behind the content of a streamed member."""
    told = part.fields()
    return struct.pack("<4s3L", b"PK\7\x08", told["crc"], told["packed"], told["size"]) if part.descriptor else b""


def end_records(
    count: int, size: int, start: int, comment: int, end: Mapping[str, int], zip64: Mapping[str, int] | None
) -> bytes:
    """Write the end record and, where asked for, those of ZIP64 before it."""
    plain = {"disk": 0, "first": 0, "here": count, "count": count, "size": size, "start": start, "comment": comment}
    told = {**plain, **end}
    record = struct.pack("<4s4H2LH", b"PK\5\6", *told.values())
    if zip64 is None:
        return record
    large = {
        "length": 44, "disk": 0, "first": 0, "here": count, "count": count, "size": size, "start": start,
        "place": start + size, "own": 0, "volumes": 1, **zip64,
    }  # fmt: skip
    return (
        struct.pack(
            "<4sQ2H2L4Q", b"PK\6\6", large["length"], 45, 45, large["disk"], large["first"], large["here"],
            large["count"], large["size"], large["start"],
        )
        + struct.pack("<4sLQL", b"PK\6\7", large["own"], large["place"], large["volumes"])
        + record
    )  # fmt: skip


def zip64_field(*values: int) -> bytes:
    """Write the extra field that holds large sizes."""
    return struct.pack(f"<2H{len(values)}Q", 1, 8 * len(values), *values)


def unicode_path(name: bytes, other: bytes) -> bytes:
    """Write the extra field that gives a member another name."""
    return struct.pack("<2HBL", 0x7075, 5 + len(other), 1, zlib.crc32(name)) + other
