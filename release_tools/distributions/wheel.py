"""Reads wheels."""

from __future__ import annotations

import calendar
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from release_tools.distributions import KEPT, Member, Wheel, metadata, sha256_of

BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, NotImplementedError, RuntimeError,
    EOFError, OSError, ValueError, KeyError, OverflowError,
)  # fmt: skip
PACKINGS = {zipfile.ZIP_STORED: "stored", zipfile.ZIP_DEFLATED: "deflated"}
DIST_INFO = ".dist-info"


def read(filename: str, file: IO[bytes]) -> Wheel:
    """Read a wheel from an open file; a fault ends the reading and stands in the result."""
    members: list[Member] = []
    texts: dict[str, bytes] = {}
    fault, dist_info = "", ""
    try:
        with zipfile.ZipFile(file) as archive:
            dist_info = _dist_info(archive)
            members.extend(_members(archive))
            texts.update(_texts(archive, dist_info))
    except BROKEN as error:
        fault = str(error) or type(error).__name__
    told = metadata.read(texts["METADATA"]) if "METADATA" in texts else None
    return Wheel(
        filename=filename, members=tuple(members), metadata=told, fault=fault, dist_info=dist_info, texts=texts
    )


def _dist_info(archive: zipfile.ZipFile) -> str:
    tops = {info.filename.partition("/")[0] for info in archive.infolist()}
    folders = sorted(top for top in tops if top.endswith(DIST_INFO))
    return folders[0] if len(folders) == 1 else ""


def _members(archive: zipfile.ZipFile) -> Iterator[Member]:
    for info in archive.infolist():
        mode = info.external_attr >> 16
        linked = stat.S_ISLNK(mode)
        with archive.open(info) as content:
            yield Member(
                name=info.filename,
                kind="link" if linked else "folder" if info.is_dir() else "file",
                size=info.file_size,
                mode=mode,
                time=calendar.timegm((*info.date_time, 0, 0, 0)),
                sha256=sha256_of(content),
                packing=PACKINGS.get(info.compress_type, f"method {info.compress_type}"),
            )


def _texts(archive: zipfile.ZipFile, dist_info: str) -> Iterator[tuple[str, bytes]]:
    for info in archive.infolist():
        folder, _, name = info.filename.rpartition("/")
        if dist_info and folder == dist_info and info.file_size <= KEPT:
            yield name, archive.read(info)
