"""What a file is by its first bytes, whatever its name says, and its content as a stream of bounded length."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Protocol

from release_tools.distributions import limits, tar_header, zip_directory
from release_tools.distributions.faults import BOUNDED, READABLE, Broken

ZIP = "a ZIP archive"
GZIP = "a gzipped tar"
BZIP2 = "a tar compressed by bzip2"
XZ = "a tar compressed by xz"
TAR = "a tar that is not compressed"
MAGIC = {b"\x1f\x8b": GZIP, b"BZh": BZIP2, b"\xfd7zXZ\0": XZ, b"PK": ZIP}
BROKEN = (zlib.error, OSError, EOFError, ValueError)


def size(file: IO[bytes]) -> int:
    """Return the size of a file."""
    return file.seek(0, os.SEEK_END)


def kind(file: IO[bytes]) -> str:
    """Return what a file is, in words, empty where nothing is known that begins so."""
    file.seek(0)
    head = file.read(tar_header.BLOCK)
    if tar_header.is_header(head):
        return TAR
    return next((found for magic, found in MAGIC.items() if head.startswith(magic)), "")


def is_two(file: IO[bytes], size: int, found: str) -> bool:
    """Whether a file is a tar by its beginning and a ZIP archive by its end."""
    return found not in ("", ZIP) and zip_directory.is_zip(file, size)


class _Inflater(Protocol):
    """What bz2 and lzma offer alike."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Gunzip:
    """The same for gzip, one member of it."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        piece = self._zlib.decompress(data or self._zlib.unconsumed_tail, max_length)
        self.needs_input = not self._zlib.unconsumed_tail and len(piece) < max_length
        return piece


class _Plain:
    """The same for what is not compressed."""

    eof = False
    needs_input = True
    unused_data = b""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        del max_length
        return data


def _bunzip() -> tuple[_Inflater, tuple[type[Exception], ...]]:
    import bz2

    return bz2.BZ2Decompressor(), BROKEN


def _unxz() -> tuple[_Inflater, tuple[type[Exception], ...]]:
    import lzma

    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=limits.XZ), (*BROKEN, lzma.LZMAError)


# What inflates, and what it raises; few Pythons lack the one or the other library, and no sdist of today needs them.
_INFLATERS: Mapping[str, Callable[[], tuple[_Inflater, tuple[type[Exception], ...]]]] = {
    GZIP: lambda: (_Gunzip(), BROKEN),
    BZIP2: _bunzip,
    XZ: _unxz,
    TAR: lambda: (_Plain(), BROKEN),
}


class Stream:
    """The content of a compressed file, piece by piece; raises Broken where it is damaged or too much."""

    def __init__(self, file: IO[bytes], size: int, found: str) -> None:
        file.seek(0)
        self._file = file
        self._inflater, self._broken = _INFLATERS[found]()
        self._packed = size
        self._most = limits.unpacked(size)
        self._buffer = b""
        self._at = 0
        self.total = 0

    def take(self, count: int) -> bytes:
        """Return so many bytes, fewer at the end."""
        if len(self._buffer) - self._at >= count:
            self._at += count
            return self._buffer[self._at - count : self._at]
        return b"".join(self.pieces(count))

    def pieces(self, count: int) -> Iterator[bytes]:
        """Yield so many bytes in pieces, fewer at the end."""
        while count > 0:
            if self._at == len(self._buffer):
                self._buffer, self._at = self._more(), 0
                if not self._buffer:
                    return
            piece = self._buffer[self._at : self._at + count]
            self._at += len(piece)
            count -= len(piece)
            yield piece

    def behind(self) -> bytes:
        """Return the beginning of what stands behind the compressed content, which has been read to its end."""
        return self._inflater.unused_data or self._file.read(limits.KIB)

    def _more(self) -> bytes:
        """Return the next piece, empty at the end."""
        piece = b""
        while not piece and not self._inflater.eof:
            data = self._file.read(limits.CHUNK) if self._inflater.needs_input else b""
            if not data and self._inflater.needs_input:
                if isinstance(self._inflater, _Plain):
                    break
                raise Broken(READABLE, "its compressed content is cut off")
            try:
                piece = self._inflater.decompress(data, limits.CHUNK)
            except self._broken as error:
                raise Broken(READABLE, f"its compressed content is damaged: {error}") from error
        self.total += len(piece)
        if self.total > self._most:
            raise Broken(
                BOUNDED, f"it unpacks to more than {self._most} bytes, {self._most // self._packed} times its size"
            )
        return piece
