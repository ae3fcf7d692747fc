"""What the source states of itself for the index: is it valid, enough, and shown? Facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from release_tools.model import Location
from release_tools.readmes import Complaint
from release_tools.versions.facts import Facts, gather
from release_tools.versions.reading import UnreadableError
from release_tools.versions.tree import plant

PYPROJECT = "pyproject.toml"
# The tables that a specification governs; without one of them there is nothing to judge.
JUDGED = ("project", "build-system", "dependency-groups")
PATIENCE = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A fault of pyproject.toml and its place; `unknown` says that it is only a key too many."""

    message: str
    where: Location
    unknown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the project's page on the index will lack, what no index takes, and where the rest is stated."""

    where: Location
    lacks: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReadme:
    """How the readme will be shown: why not at all, what the renderer says, and which addresses lead nowhere.

    `unjudged` says why nobody knows; all empty where the build backend alone knows the readme.
    """

    where: Location
    fault: str = ""
    complaint: Complaint | None = None
    relative: tuple[str, ...] = ()
    unjudged: str = ""


def metadata_files(root: Path, top: Path, pyproject: Mapping[str, Any]) -> Facts:
    """Return the files in which the metadata are stated."""
    return gather(plant(root, top), pyproject)


def pyproject_faults(metadata_files: Facts, pyproject: Mapping[str, Any]) -> tuple[Placed, ...]:
    """Return what the specifications find wrong in pyproject.toml."""
    if not any(table in pyproject for table in JUDGED):
        return ()
    from release_tools import pyproject as judge

    found = judge.faults(pyproject, setuptools=metadata_files.backend == "setuptools")
    return tuple(
        Placed(message=each.message, where=_in_pyproject(metadata_files, each.path, each.value), unknown=each.unknown)
        for each in found
    )


def _in_pyproject(files: Facts, path: Sequence[str | int], value: object = None) -> Location:
    from release_tools.toml_lines import line_of

    try:
        return Location(file=PYPROJECT, line=line_of(files.tree.text(PYPROJECT), path, value))
    except UnreadableError:  # larger than what is looked through
        return Location(file=PYPROJECT)


def stated_page(metadata_files: Facts) -> Page:
    """Return what the source states for the page on the index."""
    from release_tools import index_page

    return Page(
        where=_place(metadata_files),
        lacks=index_page.missing(metadata_files),
        refused=tuple(index_page.refused(metadata_files)),
    )


def _place(files: Facts, key: str = "") -> Location:
    """Return where the metadata are stated, or one of them."""
    for path in (("project",), ("tool", "poetry"), ("tool", "flit", "metadata")):
        if files.table(*path):
            return _in_pyproject(files, (*path, key))
    present = (name for name in ("setup.py", "setup.cfg") if files.tree.has_file(name))
    return Location(file=next(present, PYPROJECT))


def shown_readme(metadata_files: Facts) -> ShownReadme:
    """Return how the readme will be shown."""
    from release_tools import readmes
    from release_tools.adapters import rendering

    where = _place(metadata_files, "readme")
    try:
        readme = readmes.stated(metadata_files)
        if readme is None:
            return ShownReadme(where=where)
        complaint = rendering.complaint(readme, PATIENCE)
    except readmes.FaultyError as error:
        return ShownReadme(where=where, fault=str(error))
    except rendering.TooMuchError as reason:
        return ShownReadme(where=where, unjudged=str(reason))
    if len(readme.files) == 1:
        where = Location(file=readme.files[0], line=complaint.line if complaint else None)
    return ShownReadme(where=where, complaint=complaint, relative=readmes.relative(readme))
