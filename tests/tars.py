"""Writes tar archives block by block, so that each header can say something else than it should."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.archives import METADATA, MODULE, TOP

BLOCK = 512
END = bytes(2 * BLOCK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One header with its content; `size` and `sum` are told instead of the true ones, `magic` "gnu" or "" for none."""

    name: bytes
    content: bytes = b""
    type: bytes = b"0"
    link: bytes = b""
    mode: int = 0o644
    size: int | bytes | None = None
    sum: int | None = None
    magic: bytes = b"ustar\00000"
    prefix: bytes = b""
    time: bytes = b"00000000000"

    def blocks(self) -> bytes:
        """Return header and content."""
        return self.header() + self.content + bytes(-len(self.content) % BLOCK)

    def header(self) -> bytes:
        """Return the header block."""
        size = len(self.content) if self.size is None else self.size
        told = size if isinstance(size, bytes) else b"%011o\0" % size
        before = self.name.ljust(100, b"\0") + b"%07o\0" % self.mode + b"0000000\0" * 2 + told + self.time + b"\0"
        after = self.type + self.link.ljust(100, b"\0") + self.magic.ljust(8, b"\0") + bytes(80)
        after += self.prefix.ljust(155, b"\0") + bytes(12)
        total = sum(before) + sum(after) + 8 * 0x20 if self.sum is None else self.sum
        return before + b"%06o\0 " % total + after


def entries(members: Mapping[str, bytes | None] | None = None) -> list[Entry]:
    """Return the entries of a healthy sdist with some files more, each below its one folder."""
    healthy = {"PKG-INFO": METADATA, "pyproject.toml": b"[project]\n", "sample_project/__init__.py": MODULE}
    every = healthy | dict(members or {})
    return [
        Entry(name=f"{TOP}/{name}".encode("utf-8", "surrogateescape"), content=content)
        for name, content in every.items()
        if content is not None
    ]


def tar(every: Iterable[Entry], end: bytes = END) -> bytes:
    """Write a tar."""
    return b"".join(entry.blocks() for entry in every) + end


def packed(every: Iterable[Entry], end: bytes = END) -> bytes:
    """Write an sdist."""
    return gzip.compress(tar(every, end), mtime=0)


def with_entries(*more: Entry) -> bytes:
    """Return a healthy sdist with some entries more."""
    return packed([*entries(), *more])


def at(name: str, **fields: Any) -> Entry:  # noqa: ANN401 - fields of an entry
    """Return an entry below the top folder."""
    return Entry(name=f"{TOP}/{name}".encode("utf-8", "surrogateescape"), **fields)


def extended(type_: bytes = b"x", **values: str | bytes) -> Entry:
    """Return an extended header; `_` in a key stands for a dot."""
    content = b"".join(pax(key.replace("_", "."), value) for key, value in values.items())
    return Entry(name=b"pax", type=type_, content=content)


def pax(key: str, value: str | bytes) -> bytes:
    """Write one record of an extended header."""
    body = b" %s=%s\n" % (key.encode(), value.encode() if isinstance(value, str) else value)
    length = len(body)
    while len(b"%d" % length) + len(body) != length:
        length = len(b"%d" % length) + len(body)
    return b"%d" % length + body


def long_name(name: str, type_: bytes = b"L") -> Entry:
    """Return a long name, or a long link, as GNU writes it."""
    return Entry(name=b"././@LongLink", type=type_, content=name.encode() + b"\0", magic=b"ustar  \0")
