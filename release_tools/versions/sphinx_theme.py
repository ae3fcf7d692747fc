"""sphinx-theme-builder: a plain `__version__` in `src/NAME/__init__.py`."""

from __future__ import annotations

import ast

from release_tools.versions.facts import Facts
from release_tools.versions.reading import Reading, UnreadableError
from release_tools.versions.stated import of_value

KIND = "sphinx-theme-builder"


def read(facts: Facts) -> Reading | None:
    """Read the version of a theme."""
    if facts.backend != "sphinx-theme-builder":
        return None
    file = f"src/{facts.name.replace('-', '_')}/__init__.py"
    stated = facts.python.first(file, "__version__", ast.Constant)
    if stated is None:
        raise UnreadableError(f"{file} has no plain __version__")
    return of_value(stated, KIND)
