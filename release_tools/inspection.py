"""Reads finished distributions and gathers the facts by which the checks judge them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from release_tools.adapters import twine_check
from release_tools.distributions import Archive, Sdist, Wheel, sdist, wheel

WHEEL = ".whl"


def read(path: Path) -> Wheel | Sdist:
    """Read one distribution, a wheel by its ending, anything else as an sdist."""
    reader = wheel.read if path.name.endswith(WHEEL) else sdist.read
    with path.open("rb") as file:
        return reader(path.name, file)


def facts(paths: Iterable[Path]) -> dict[str, Any]:
    """Return every fact that the files alone tell: `archives`, `wheels`, `sdists`, `complaints`."""
    every = tuple(paths)
    archives: tuple[Archive, ...] = tuple(map(read, every))
    readable = {archive.filename for archive in archives if not archive.fault}
    return {
        "archives": archives,
        "wheels": tuple(each for each in archives if isinstance(each, Wheel)),
        "sdists": tuple(each for each in archives if isinstance(each, Sdist)),
        "complaints": twine_check.complaints(path for path in every if path.name in readable),
    }
