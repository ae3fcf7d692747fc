"""Flit: `__version__` in the module that it packages, which it finds by its name."""

from __future__ import annotations

import ast
from posixpath import dirname

from release_tools.versions.facts import Facts, text
from release_tools.versions.reading import Reading, UnreadableError
from release_tools.versions.stated import of_value
from release_tools.versions.tree import join

KIND = "flit"

# Flit looks for a plain assignment here first, and lets the package's own module win.
_ELSEWHERE = ("version.py", "_version.py", "__version__.py")


def read(facts: Facts) -> Reading | None:
    """Read the version of a project that flit builds."""
    if facts.backend == "flit-scm":
        return Reading(from_tag="flit-scm")
    if facts.backend != "flit":
        return None
    file = module_of(facts)
    for candidate in (file, *_beside(file)):
        stated = facts.python.first(candidate, "__version__", ast.Constant) if facts.tree.has_file(candidate) else None
        if stated is not None:
            return of_value(stated, KIND)
    return of_value(facts.python.name(file, "__version__"), KIND)


def module_of(facts: Facts) -> str:
    """Return the file of the one module or package that the name stands for."""
    name = text(facts.table("tool", "flit", "module"), "name") or text(
        facts.table("tool", "flit", "metadata"), "module"
    )
    name = name or facts.name.replace("-", "_")
    path = name.replace(".", "/")
    files = [f"{folder}{path}{end}" for folder in ("", "src/") for end in ("/__init__.py", ".py")]
    found = [file for file in files if facts.tree.has_file(file)]
    if not name or len(found) != 1:
        problem = (
            f"several files could be the module {name!r}" if found else f"there is no file for the module {name!r}"
        )
        raise UnreadableError(problem)
    return join(found[0])


def _beside(file: str) -> list[str]:
    return [join(dirname(file), name) for name in _ELSEWHERE] if file.endswith("__init__.py") else []
