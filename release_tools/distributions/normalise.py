"""Writes an sdist anew so that it no longer tells when, where and by whom it was built.

Touched are the time in the gzip header and of each member the time, the owner and the mode; names, order, kinds and
contents stay. For backends that put the moment of the build into their sdists.
"""

from __future__ import annotations

import gzip
import tarfile
from typing import IO

EXECUTABLE = 0o755
PLAIN = 0o644
EXTENDED = ("mtime", "atime", "ctime", "uid", "gid", "uname", "gname")


def normalise(source: IO[bytes], target: IO[bytes], time: int) -> None:
    """Copy the sdist in `source` to `target` with `time`, in seconds since the epoch, as every time."""
    with (
        tarfile.open(fileobj=source, mode="r:gz") as old,
        gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=target, mtime=time) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as new,
    ):
        for member in old:
            new.addfile(_settled(member, time), old.extractfile(member) if member.isreg() else None)


def _settled(member: tarfile.TarInfo, time: int) -> tarfile.TarInfo:
    member.mtime = time
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = EXECUTABLE if member.isdir() or member.mode & 0o100 else PLAIN
    # Extended headers would carry the former values beside the new ones.
    member.pax_headers = {name: value for name, value in member.pax_headers.items() if name not in EXTENDED}
    return member
