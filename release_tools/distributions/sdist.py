"""Reads sdists."""

from __future__ import annotations

import io
import struct
import tarfile
import zlib
from typing import IO, Literal

from release_tools.distributions import CHUNK, KEPT, Member, Sdist, metadata, sha256_of
from release_tools.distributions.metadata import CoreMetadata

BROKEN = (tarfile.TarError, zlib.error, EOFError, OSError, ValueError, KeyError, OverflowError)
GZIP = b"\x1f\x8b"
HEADER = 8


def read(filename: str, file: IO[bytes]) -> Sdist:
    """Read an sdist from an open file; a fault ends the reading and stands in the result."""
    members: list[Member] = []
    told: CoreMetadata | None = None
    fault = ""
    head = file.read(HEADER)
    file.seek(0)
    try:
        with tarfile.open(fileobj=file, mode="r:gz") as archive:
            for info in archive:
                content = archive.extractfile(info) if info.isreg() else None
                if content and _is_pkg_info(info):
                    content = io.BytesIO(content.read())
                    told = told or metadata.read(content.getvalue())
                members.append(_member(info, sha256_of(content) if content else ""))
            _read_out(archive)
    except BROKEN as error:
        fault = str(error) or type(error).__name__
    return Sdist(
        filename=filename,
        members=tuple(members),
        metadata=told,
        fault=fault,
        tops=tuple(sorted({member.name.partition("/")[0] for member in members})),
        gzip_time=struct.unpack("<I", head[4:])[0] if head.startswith(GZIP) and len(head) == HEADER else 0,
    )


def _read_out(archive: tarfile.TarFile) -> None:
    """Read what follows the last member, so that gzip compares its checksum too."""
    while archive.fileobj.read(CHUNK):
        pass


def _is_pkg_info(info: tarfile.TarInfo) -> bool:
    _, slash, name = info.name.partition("/")
    return bool(slash) and name == "PKG-INFO" and info.size <= KEPT


def _member(info: tarfile.TarInfo, sha256: str) -> Member:
    return Member(
        name=info.name,
        kind=_kind(info),
        size=info.size,
        mode=info.mode,
        time=info.mtime,
        sha256=sha256,
        link=info.linkname,
        owner=f"{info.uid}:{info.gid}:{info.uname}:{info.gname}",
    )


def _kind(info: tarfile.TarInfo) -> Literal["file", "folder", "link", "other"]:
    if info.issym() or info.islnk():
        return "link"
    return "folder" if info.isdir() else "file" if info.isreg() else "other"
