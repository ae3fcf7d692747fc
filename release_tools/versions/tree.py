"""The project's files, read carefully: regular ones of modest size that lie inside the project, nothing else."""

from __future__ import annotations

import builtins
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from release_tools.model import Location
from release_tools.versions.reading import UnreadableError

LARGEST = 1_000_000
LONGEST_PATH = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """The files below `root`; `within` is the outermost folder that may be read, such as the repository's.

    Paths are given relative to `root` in POSIX form and may climb as far as `within`.
    """

    root: Path
    within: Path
    _known: dict[str, builtins.bytes] = field(default_factory=dict)

    def has_file(self, path: str) -> bool:
        """Whether this is a regular file inside the project."""
        return self._mode(path, stat.S_ISREG)

    def has_folder(self, path: str) -> bool:
        """Whether this is a folder inside the project."""
        return self._mode(path, stat.S_ISDIR)

    def bytes(self, path: str) -> builtins.bytes:
        """Return the content of a file; a reason is raised where it must not or cannot be read."""
        name = normal(path)
        if name not in self._known:
            self._known[name] = self._load(name)
        return self._known[name]

    def text(self, path: str) -> str:
        """Return the text of a file, without byte order mark, lines ended by a line feed."""
        try:
            text = self.bytes(path).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise UnreadableError(f"{normal(path)} is not UTF-8") from None
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def where(self, path: str, line: int | None = None) -> Location:
        """Return a place in a file of the project."""
        return Location(file=normal(path), line=line)

    def _load(self, name: str) -> builtins.bytes:
        real = self._inside(name)
        if real is None:
            raise UnreadableError(f"{name} lies outside the project")
        try:
            state = real.stat()
            if not stat.S_ISREG(state.st_mode):
                raise UnreadableError(f"{name} is not a regular file")
            if state.st_size > LARGEST:
                raise UnreadableError(f"{name} is larger than {LARGEST // 1_000_000} MB")
            return real.read_bytes()
        except FileNotFoundError:
            raise UnreadableError(f"{name} does not exist") from None
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else None
            raise UnreadableError(f"{name} cannot be read: {reason or 'no valid path'}") from error

    def _mode(self, path: str, is_kind: object) -> bool:
        real = self._inside(normal(path))
        try:
            return real is not None and callable(is_kind) and bool(is_kind(real.stat().st_mode))
        except (OSError, ValueError):
            return False

    def _inside(self, name: str) -> Path | None:
        if len(name) > LONGEST_PATH:
            return None
        try:
            real = (self.root / name).resolve()
        except (OSError, ValueError, RuntimeError):  # a loop of links, a NUL
            return None
        return real if real.is_relative_to(self.within) else None


def plant(root: Path, within: Path | None = None) -> Tree:
    """Return the tree of a project folder."""
    top = root.resolve()
    return Tree(root=top, within=top if within is None else within.resolve())


def normal(path: str) -> str:
    """Return a path in its shortest POSIX form."""
    return os.path.normpath(path.replace("\\", "/")).replace(os.sep, "/")


def join(*parts: str) -> str:
    """Return the path of parts below each other; an absolute part starts anew."""
    return normal(os.path.join(*parts)) if parts else "."  # noqa: PTH118 - plain text, not a file of this machine
