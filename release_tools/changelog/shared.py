"""The changelog of a repository, where a package of it keeps none of its own or names that one as its own."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path, PurePath
from posixpath import join, normpath

from packaging.version import Version

from release_tools.changelog.candidates import foremost
from release_tools.changelog.entries import headings
from release_tools.changelog.places import find
from release_tools.changelog.source import Changelog, is_inside, is_regular, read
from release_tools.changelog.wording import squash
from release_tools.model import Location


def shared(root: Path, top: Path, project: str, released: Collection[Version]) -> Changelog | None:
    """Return the changelog at the top of the repository if it is the package's too, with places as seen from `root`.

    It is if it is named like the package, or knows at least one of its releases.
    """
    path = find(top, (), None, project=project)
    if path is None:
        return None
    found = read(path, top)
    known = {heading.version for heading in headings(found, project=project)}
    if squash(path.stem) != squash(project) and known.isdisjoint(released):
        return None
    return _seen_from(_way(root, top), found)


def outer(root: Path, top: Path, configured: str | None) -> Path | None:
    """Return the path of a changelog that leads out of a package and stays within its repository: a link, or a name."""
    path = foremost(root) if configured is None else root / configured
    if path is None or is_inside(path, root) or not is_inside(path, top):
        return None
    way = path.resolve().relative_to(top.resolve()).parts
    return path if way and ".git" not in way and (configured is not None or is_regular(path)) else None


def elsewhere(path: Path, root: Path, top: Path, project: str) -> Changelog:
    """Return the changelog to which such a path leads, with places as seen from the package; refuse what is none."""
    way = path.resolve().relative_to(top.resolve()).as_posix()
    found = find(top, (), way, project=project) or path
    return _seen_from(_way(root, top), read(found, top))


def _way(root: Path, top: Path) -> str:
    return PurePath(os.path.relpath(top.resolve(), root.resolve())).as_posix()


def _seen_from(way: str, changelog: Changelog) -> Changelog:
    where = Location(file=normpath(join(way, changelog.where.file)), line=changelog.where.line)
    return replace(changelog, where=where, parts=tuple(_seen_from(way, part) for part in changelog.parts))
