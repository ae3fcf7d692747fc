"""How archives are opened, each kind so that neither its directory nor its content can take much memory."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, cast

from release_tools.secret_scan.bounds import SEPARATOR, Budget, Kind
from release_tools.secret_scan.scan import Readable

DIRECTORY = 2 << 20  # bytes that are read of a file at once
MEMORY = 128 << 20  # what xz may ask for
PIECE = 1 << 18
BROKEN = (
    OSError, EOFError, ValueError, RuntimeError, NotImplementedError, LookupError, OverflowError, MemoryError,
    tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError,
)  # fmt: skip


Members = Iterator[tuple[str, Readable]]
Opener = Callable[[IO[bytes], str, Budget], Members]


@contextmanager
def told(place: str, budget: Budget) -> Iterator[None]:
    """Note a member that cannot be read; those after it may be sound."""
    try:
        yield
    except BROKEN as error:
        budget.untold.append(f"{place}: it cannot be read ({type(error).__name__})")


def _unzip(file: IO[bytes], path: str, budget: Budget) -> Members:
    with zipfile.ZipFile(cast("IO[bytes]", _Careful(file))) as archive:
        for info in archive.infolist():
            budget.enter()
            with told(f"{path}{SEPARATOR}{info.filename}", budget), archive.open(info) as content:
                yield info.filename, content


def _untar(file: IO[bytes], _path: str, budget: Budget) -> Members:
    with tarfile.open(fileobj=file, mode="r|") as archive:
        for info in archive:
            budget.enter()
            content = archive.extractfile(info) if info.isreg() else None
            if content is not None:
                yield info.name, content


def _ungzip(file: IO[bytes], _path: str, _budget: Budget) -> Members:
    yield "", gzip.GzipFile(fileobj=file)


def _unbzip(file: IO[bytes], _path: str, _budget: Budget) -> Members:
    yield "", bz2.BZ2File(file)


def _unxz(file: IO[bytes], _path: str, _budget: Budget) -> Members:
    yield "", _Xz(file)


OPENERS: dict[Kind, Opener] = {"zip": _unzip, "tar": _untar, "gzip": _ungzip, "bzip2": _unbzip, "xz": _unxz}


class _Careful(io.RawIOBase):
    """A file of which nothing huge is read at once, whatever the directory of an archive says of its own size."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(min(size, DIRECTORY + 1) if size >= 0 else DIRECTORY + 1)
        if len(piece) > DIRECTORY:
            raise zipfile.BadZipFile("a directory too large to be read")
        return piece

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True


class _Xz:
    """What xz compressed, in bounded memory."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._unpacker = lzma.LZMADecompressor(memlimit=MEMORY)

    def read(self, size: int = PIECE) -> bytes:
        piece = b""
        while not piece and not self._unpacker.eof:
            fresh = self._file.read(PIECE) if self._unpacker.needs_input else b""
            if self._unpacker.needs_input and not fresh:
                raise EOFError("cut short")
            piece = self._unpacker.decompress(fresh, size)
        return piece
