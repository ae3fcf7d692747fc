"""Where a project keeps its version: one file per kind, each a reader that parses and never runs code.

A reader takes the facts and gives what it read, None where the kind is not this project's, or raises the reason why
reading is not enough. The first answer counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from release_tools.versions.facts import Facts, gather
from release_tools.versions.reading import Reading, UnreadableError
from release_tools.versions.tree import plant

__all__ = ["READERS", "Reading", "read", "reader"]

Reader = Callable[[Facts], Reading | None]

# In the order in which they are asked: what is stated outright, then what each backend looks at. Named, not imported:
# a project needs few of them.
READERS = (
    "configured.read",
    "poetry.read",
    "project.read",
    "flit.read",
    "hatch.read",
    "maturin.read",
    "meson.read",
    "pdm.read",
    "scikit_build.read",
    "sphinx_theme.read",
    "incremental.read",
    "setuptools.read_pyproject",
    "scm.read",
    "setup_py.read",
    "setuptools.read_setup_cfg",
    "scm.read_requirement",
)


def read(root: Path, pyproject: Mapping[str, Any], *, within: Path | None = None) -> Reading:
    """Read the version of the project in `root`; no file outside `within` (default: `root`) is opened."""
    try:
        facts = gather(plant(root, within), pyproject)
        return _with_module(facts, _first(facts))
    except UnreadableError as reason:
        return Reading(unreadable=str(reason))
    except (RecursionError, MemoryError):
        return Reading(unreadable="the project's files nest too deeply to be read")


def _first(facts: Facts) -> Reading:
    readings = (reader(name)(facts) for name in READERS)
    found = next((reading for reading in readings if reading is not None), None)
    if found is None:
        raise UnreadableError(_nothing(facts))
    return found


def reader(name: str) -> Reader:
    """Return the reader of a name in `READERS`."""
    module, _, function = name.partition(".")
    found: Reader = getattr(import_module(f"{__name__}.{module}"), function)
    return found


def _nothing(facts: Facts) -> str:
    if facts.setup_cfg.broken:
        return f"setup.cfg cannot be read: {facts.setup_cfg.broken}"
    return f"no version is stated where the build backend ({facts.backend}) looks for it"


def _with_module(facts: Facts, reading: Reading) -> Reading:
    """Add the `__version__` of the package, unless it is the declaration itself."""
    if not reading.declarations:
        return reading
    from release_tools.versions import module

    beside = module.read(facts)
    if beside is None or beside.where in {one.where for one in reading.declarations}:
        return reading
    return Reading(declarations=(*reading.declarations, beside))
