"""Reads a fresh checkout before any build has touched it: what its files hold, and where its links lead."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from release_tools.adapters import files
from release_tools.errors import Refused
from release_tools.identity.tree import CONFIGURATION, SourceTree

LARGEST = 1 << 20
GIT = ".git"


def read(clone: Path, package: Path) -> SourceTree:
    """Return the files of a clone by their paths relative to the project's folder in it."""
    top, project = clone.resolve(), package.as_posix()
    digests: dict[str, str] = {}
    links: dict[str, str] = {}
    for path in _below(top):
        name = _relative(path, project)
        place = top / path
        if place.is_symlink():
            links[name] = place.readlink().as_posix()
            digests.update(_behind(place, name, top))
        else:
            digests[name] = _digest(place)
    texts = {name: text for name in CONFIGURATION if (text := _text(top / package / name)) is not None}
    return SourceTree(files=digests, links=links, texts=texts)


def rewrite(path: Path, change: Callable[[str], str]) -> None:
    """Change the text of one file of a clone, its line ends as they are; what a link leads to is not touched."""
    if path.is_symlink():
        raise Refused(f"{path.name} is a link", state="nothing was built", fix="declare the version in a file itself")
    with path.open(encoding="utf-8", newline="") as file:
        text = file.read()
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(change(text))


def _below(folder: Path) -> Iterator[str]:
    """Yield the paths of files and links below a folder, git's own excepted; links are not followed."""
    base = f"{folder}{os.sep}"
    for entry in files.below(folder, GIT):
        if not entry.is_dir(follow_symlinks=False):
            yield entry.path.removeprefix(base).replace(os.sep, "/")


def _behind(link: Path, name: str, top: Path) -> Iterator[tuple[str, str]]:
    """Yield what stands behind a link, as far as that is in the clone; of a folder, what it holds but for links."""
    try:
        target = link.resolve(strict=True)
    except (OSError, RuntimeError):
        return
    if top not in target.parents or GIT in target.relative_to(top).parts:
        return
    if target.is_file():
        yield name, _digest(target)
    for path in _below(target) if target.is_dir() else ():
        if (target / path).is_file() and not (target / path).is_symlink():
            yield f"{name}/{path}", _digest(target / path)


def _relative(path: str, folder: str) -> str:
    """Return a path below the top of the clone as it is seen from a folder there."""
    if folder == ".":
        return path
    if path.startswith(f"{folder}/"):
        return path.removeprefix(f"{folder}/")
    return os.path.relpath(path, folder).replace(os.sep, "/")


def _digest(path: Path) -> str:
    # Most files are small, and there may be many of them.
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.stat().st_size <= LARGEST else files.sha256(path)


def _text(path: Path) -> bytes | None:
    if not path.is_file() or path.is_symlink() or path.stat().st_size > LARGEST:
        return None
    return path.read_bytes()
