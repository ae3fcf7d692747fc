"""The door to archives on disk: unpacks an sdist of a backend, and writes one anew in a settled form."""

from __future__ import annotations

import gzip
import os
import stat
import struct
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from release_tools.adapters import files
from release_tools.distributions import normalise
from release_tools.errors import Refused

EXECUTABLE = 0o755
PLAIN = 0o644
TIMES = 1 << 32  # the header of gzip has room for so many seconds since 1970
# What becomes of an archive that nobody made with care: a hard link to nothing, a folder in a thousand folders, a time
# in ages to come.
BROKEN = (
    tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, ValueError, KeyError, RecursionError, OverflowError,
    struct.error,
)  # fmt: skip
FILTERS = hasattr(tarfile, "data_filter")  # earlier patch releases of Python have none


def unpack(sdist: Path, folder: Path, *, filters: bool = FILTERS) -> Path:
    """Unpack an sdist into an empty folder and return the one folder that it holds; raises Refused."""
    with _readable(sdist), tarfile.open(sdist) as archive:
        if filters:
            archive.extractall(folder, filter="data")
        else:
            archive.extractall(folder, members=_harmless(archive))  # noqa: S202 - each member is judged before
    found = list(folder.iterdir())
    if len(found) != 1 or not found[0].is_dir():
        raise _unusable(sdist, f"it holds {len(found)} entries at its top instead of one folder")
    return found[0]


def settle(sdist: Path, time: int) -> None:
    """Give an sdist the same times, owners and modes whenever, wherever and by whomever it was built."""
    if not 0 <= time < TIMES:
        raise _untold(time)
    settled = files.temporary(sdist)
    with _readable(sdist), sdist.open("rb") as source, settled.open("wb") as target:
        normalise.normalise(source, target, time)
    settled.replace(sdist)


def level(folder: Path, time: int) -> None:
    """Give every file below a folder, git's own excepted, one time and the mode that git means."""
    below = (Path(entry.path) for entry in files.below(folder, ".git"))
    try:
        for path in (folder, *below):
            if not path.is_symlink():
                executable = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
                path.chmod(EXECUTABLE if executable else PLAIN)
                os.utime(path, (time, time))
    except OverflowError as error:
        raise _untold(time) from error


def _harmless(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Yield each member; raises TarError for one that would be written anywhere else or is no plain thing."""
    for member in archive:
        places = [member.name]
        if member.islnk():
            places.append(member.linkname)
        elif member.issym():
            places.append(str(PurePosixPath(member.name).parent / member.linkname))
        elif not (member.isfile() or member.isdir()):
            raise tarfile.TarError(f"{member.name!r} is no regular file")
        if not all(map(_inside, places)):
            raise tarfile.TarError(f"{member.name!r} leads out of the archive")
        yield member


def _inside(place: str) -> bool:
    depth = 0
    for part in PurePosixPath(place).parts:
        depth += -1 if part == ".." else 1
        if depth < 0 or part == "/":
            return False
    return "\\" not in place


@contextmanager
def _readable(sdist: Path) -> Iterator[None]:
    """Tell a broken archive from a full disk."""
    try:
        with files.no_space_named(sdist):
            try:
                yield
            except BROKEN as error:
                raise _Broken(str(error)) from error
    except _Broken as error:
        raise _unusable(sdist, str(error)) from error


class _Broken(Exception):  # noqa: N818 - an archive, not an error
    pass


def _untold(time: int) -> Refused:
    return Refused(
        f"the time of the commit, {time} seconds since 1970, is none that files can have",
        state="nothing was built; dist/ is as it was",
        fix="set the clock right and commit anew: git commit --amend --date=now --no-edit",
    )


def _unusable(sdist: Path, why: str) -> Refused:
    return Refused(
        f"the sdist {sdist.name} that the backend built cannot be used: {why}",
        state="nothing was built; dist/ is as it was",
        fix="mend the build backend or its configuration, then run the same command again",
    )
