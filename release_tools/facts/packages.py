"""The packages of a repository: folders with a project, found through what git tracks; nothing is run for it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from release_tools import toml
from release_tools.adapters.git import Git
from release_tools.versions.reading import UnreadableError

PYPROJECT = "pyproject.toml"
MARKERS = (PYPROJECT, "setup.py", "setup.cfg")
DEEPEST = 8
MOST = 1_000
# Folders whose projects are no packages beside another one.
BESIDE = frozenset(
    "benchmark benchmarks ci data dev doc docs example examples fixture fixtures sample samples script scripts"  # noqa: SIM905
    " template templates test testing tests tool tools".split()
)
NAME = re.compile(r"(?ai)[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?")


class Found(NamedTuple):
    """The folder of a package, None where there is none of the name, and then the files that could not be read."""

    folder: Path | None
    unread: tuple[Path, ...]


def folder_named(top: Path, given: str) -> Path | None:
    """Return a folder below the top of the repository that is given by its path; None where there is none."""
    chosen = top / given
    within = os.path.isdir(chosen) and top.resolve() in chosen.resolve().parents  # noqa: PTH112 - of any name
    return chosen if within else None


def find(git: Git, top: Path, name: str) -> Found:
    """Return the package of a name, the outermost of several."""
    from packaging.utils import canonicalize_name

    unread = []
    for folder in _folders(git, top):
        stated = _name(folder, top)
        if stated is None:
            unread.append(folder / PYPROJECT)
        elif stated and canonicalize_name(stated) == canonicalize_name(name):
            return Found(folder, ())
    return Found(None, tuple(unread))


def siblings(git: Git, root: Path, top: Path, name: str) -> bool:
    """Whether there are packages of other names in the repository than the one in a folder of it."""
    from packaging.utils import canonicalize_name

    others = (each for each in _folders(git, top) if each != root and root not in each.parents)
    beside = (each for each in others if not BESIDE.intersection(each.relative_to(top).parts))
    stated = (_name(each, top) or "" for each in beside)
    return any(NAME.fullmatch(each) and canonicalize_name(each) != canonicalize_name(name) for each in stated)


def _folders(git: Git, top: Path) -> Iterator[Path]:
    """Yield the folders with a project, the outermost first, without hidden ones and all below these."""
    holding = {tuple(path.split("/")[:-1]) for path in git.named(MARKERS)}
    shown = (parts for parts in holding if not any(part.startswith(".") for part in parts))
    for parts in sorted(shown, key=lambda parts: (len(parts), parts))[:MOST]:
        if len(parts) <= DEEPEST:
            yield top.joinpath(*parts)


def _name(folder: Path, top: Path) -> str | None:
    """Return the name that a project states, empty where it states none; None where its pyproject.toml is broken."""
    from release_tools.versions import setup_py
    from release_tools.versions.facts import gather
    from release_tools.versions.tree import plant

    tree = plant(folder, top)
    try:
        pyproject = toml.parse(tree.text(PYPROJECT)) if tree.has_file(PYPROJECT) else {}
    except (UnreadableError, ValueError):
        return None
    stated = gather(tree, pyproject)
    return stated.name or setup_py.name(stated)
