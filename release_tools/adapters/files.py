"""The door to the file system for what is written, hashed or emptied."""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from release_tools.errors import Refused, ServiceFailed

TEMPORARY = ".release-tools-"
CHUNK = 1 << 20
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def write_atomically(path: Path, content: bytes) -> None:
    """Put the content under its final name at once or not at all: temporary file, fsync, rename."""
    with no_space_named(path):
        path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    with _whole(path) as file:
        file.write(content)


def move(source: Path, target: Path) -> None:
    """Give a finished file its final name; across file systems by a copy that is renamed."""
    with source.open("rb") as finished, _whole(target) as file:
        shutil.copyfileobj(finished, file, CHUNK)


def temporary(path: Path) -> Path:
    """Return where a file is written before it gets its name, which may be as long as names can be."""
    return path.with_name(f"{TEMPORARY}{os.getpid()}-{zlib.crc32(os.fsencode(path.name)):08x}")


def writer(name: str) -> int | None:
    """Return the process that writes, or wrote, a temporary file of ours, by its name; None where that tells none."""
    pid, dash, _ = name.removeprefix(TEMPORARY).partition("-")
    return int(pid) if name.startswith(TEMPORARY) and dash and re.fullmatch("[1-9][0-9]{0,8}", pid) else None


@contextmanager
def _whole(path: Path) -> Iterator[IO[bytes]]:
    """Give a file that gets its final name once it is written; nobody else may write to it, whatever the umask."""
    half = temporary(path)
    with no_space_named(path):
        try:
            half.unlink(missing_ok=True)
            with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            half.replace(path)
        finally:
            half.unlink(missing_ok=True)


@contextmanager
def no_space_named(path: Path) -> Iterator[None]:
    """Turn a failed write into three lines that name the path."""
    try:
        yield
    except OSError as error:
        reason = "no space left" if error.errno == errno.ENOSPC else (error.strerror or type(error).__name__)
        raise ServiceFailed(
            f"cannot write {path}: {reason}",
            state="the file was not written; nothing half-written stands under its name",
            fix="make room or grant access to the folder, then run the same command again",
        ) from error


@contextmanager
def private_folder(name: str) -> Iterator[Path]:
    """Give a folder that only this user can read, and remove it afterwards; that it has no room is told by its name."""
    from tempfile import mkdtemp

    with no_space_named(Path("a temporary folder")):
        folder = Path(mkdtemp(prefix=f"release-tools-{name}-"))
    try:
        yield folder
    except OSError as error:
        if error.errno not in FULL:
            raise
        with no_space_named(folder):
            raise
    finally:
        remove_tree(folder)


def remove_tree(folder: Path) -> None:
    """Remove a folder of ours, however deep, also read-only parts of it; a link to one is left alone."""
    with suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
    if folder.is_symlink() or not folder.exists():
        return
    _open_up(folder)
    inside = []
    for entry in below(folder, lenient=True):
        if entry.is_dir(follow_symlinks=False):
            _open_up(Path(entry.path))
        inside.append(entry)
    for entry in reversed(inside):
        with suppress(OSError):
            (os.rmdir if entry.is_dir(follow_symlinks=False) else os.unlink)(entry.path)
    with suppress(OSError):
        folder.rmdir()


def below(folder: Path, without: str = "", *, lenient: bool = False) -> Iterator[os.DirEntry[str]]:
    """Yield all below a folder, each folder before what it holds, however deep; links are not followed.

    What is called `without` is left out, and so is what cannot be read where that is `lenient`.
    """
    waiting = [str(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                inside = [entry for entry in entries if entry.name != without]
        except OSError:
            if not lenient:
                raise
            continue
        for entry in inside:
            yield entry
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)


def _open_up(folder: Path) -> None:
    with suppress(OSError):
        if not folder.is_symlink():
            folder.chmod(stat.S_IRWXU)


def require_regular(path: Path) -> None:
    """Refuse a link, a folder, a pipe or a device where a file is expected; never opens it."""
    mode = path.lstat().st_mode
    if not stat.S_ISREG(mode):
        kind = "a symbolic link" if stat.S_ISLNK(mode) else "a folder" if stat.S_ISDIR(mode) else "no regular file"
        raise Refused(
            f"{path} is {kind}",
            state="it was neither followed nor changed",
            fix=f"remove {path} or put a regular file in its place",
        )


def digests(path: Path) -> tuple[int, str, str]:
    """Return size in bytes, SHA-256 and BLAKE2b-256 of a regular file, read once."""
    require_regular(path)
    import hashlib

    sha256, blake2b = hashlib.sha256(), hashlib.blake2b(digest_size=32)
    size = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            size += len(chunk)
            sha256.update(chunk)
            blake2b.update(chunk)
    return size, sha256.hexdigest(), blake2b.hexdigest()


def sha256(path: Path) -> str:
    """Return the SHA-256 of a regular file in lower-case hex."""
    require_regular(path)
    import hashlib

    digest = hashlib.sha256()
    buffer = bytearray(CHUNK)
    view = memoryview(buffer)
    with path.open("rb", buffering=0) as file:
        while read := file.readinto(buffer):
            digest.update(view[:read])
    return digest.hexdigest()
