"""Which build backend a project really uses, by family; one that lives in the tree counts as what it wraps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from release_tools.versions.reading import UnreadableError
from release_tools.versions.tree import Tree, join

UNKNOWN = "unknown"

# The longest name that fits wins: scikit-build-core wraps setuptools too.
_FAMILIES = {
    "flit": "flit",
    "flit_core": "flit",
    "flit_scm": "flit-scm",
    "hatchling": "hatch",
    "jupyter_packaging": "setuptools",
    "maturin": "maturin",
    "mesonpy": "meson",
    "pbr": "pbr",
    "pdm": "pdm",
    "poetry": "poetry",
    "poetry_dynamic_versioning": "poetry",
    "scikit_build_core": "scikit-build",
    "scikit_build_core.setuptools": "setuptools",
    "setuptools": "setuptools",
    "sphinx_theme_builder": "sphinx-theme-builder",
    "uv": "uv",
    "uv_build": "uv",
}
_MAKERS = {
    "flit-core": "flit",
    "hatchling": "hatch",
    "maturin": "maturin",
    "meson-python": "meson",
    "pdm-backend": "pdm",
    "poetry-core": "poetry",
    "scikit-build-core": "scikit-build",
    "setuptools": "setuptools",
}


def backend_of(tree: Tree, pyproject: Mapping[str, Any]) -> str:
    """Return the family of the backend; without a build-system table that is setuptools."""
    system = pyproject.get("build-system")
    name = system.get("build-backend") if isinstance(system, Mapping) else None
    if not isinstance(system, Mapping) or not isinstance(name, str):
        return _unnamed(tree, pyproject)
    if name == "intreehooks:loader":
        name = _hooked(pyproject)
    family = family_of(name)
    if family == UNKNOWN and isinstance(system.get("backend-path"), list):
        return _in_tree(tree, name, system)
    return family


def family_of(name: str) -> str:
    """Return the family of a backend, or of a module that belongs to one, by its dotted name."""
    parts = name.partition(":")[0].split(".")
    names = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((_FAMILIES[name] for name in names if name in _FAMILIES), UNKNOWN)


def _unnamed(tree: Tree, pyproject: Mapping[str, Any]) -> str:
    tools = pyproject.get("tool")
    if isinstance(tools, Mapping) and not tree.has_file("setup.py") and not tree.has_file("setup.cfg"):
        poetry = tools.get("poetry")
        if isinstance(poetry, Mapping) and "project" not in pyproject and "version" in poetry:
            return "poetry"
    return "setuptools"


def _hooked(pyproject: Mapping[str, Any]) -> str:
    """Return the backend that intreehooks loads; it came before `backend-path`."""
    tools = pyproject.get("tool")
    hooks = tools.get("intreehooks") if isinstance(tools, Mapping) else None
    return str(hooks.get("build-backend")) if isinstance(hooks, Mapping) else UNKNOWN


def _in_tree(tree: Tree, name: str, system: Mapping[str, Any]) -> str:
    module = name.partition(":")[0].replace(".", "/")
    folders = [folder for folder in system["backend-path"] if isinstance(folder, str)]
    files = [join(folder, file) for folder in folders for file in (f"{module}.py", f"{module}/__init__.py")]
    wrapped = {family for file in files if tree.has_file(file) for family in _wrapped(tree, file)}
    return wrapped.pop() if len(wrapped) == 1 else _required(system)


def _wrapped(tree: Tree, file: str) -> Iterator[str]:
    """Yield the families of the backends that a module imports."""
    import ast

    from release_tools.versions.syntax import parse_source

    try:
        source = parse_source(tree.bytes(file), file)
    except UnreadableError:
        return
    for node in ast.walk(source):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
        yield from (family for name in names if (family := family_of(name)) != UNKNOWN)


def _required(system: Mapping[str, Any]) -> str:
    """Return the only backend among the build requirements."""
    listed = system.get("requires")
    names = [item for item in listed if isinstance(item, str)] if isinstance(listed, list) else []
    bare = (re.split(r"[^A-Za-z0-9-]", name.strip().replace("_", "-"), maxsplit=1)[0].lower() for name in names)
    known = {_MAKERS[name] for name in bare if name in _MAKERS}
    return known.pop() if len(known) == 1 else UNKNOWN
