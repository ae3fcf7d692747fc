"""The changelog at the top of a repository, where a package of it keeps none of its own."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path, PurePath
from posixpath import join, normpath

from packaging.version import Version

from release_tools.changelog.entries import headings
from release_tools.changelog.places import find
from release_tools.changelog.source import Changelog, read
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
    return _seen_from(PurePath(os.path.relpath(top.resolve(), root.resolve())).as_posix(), found)


def _seen_from(way: str, changelog: Changelog) -> Changelog:
    where = Location(file=normpath(join(way, changelog.where.file)), line=changelog.where.line)
    return replace(changelog, where=where, parts=tuple(_seen_from(way, part) for part in changelog.parts))
