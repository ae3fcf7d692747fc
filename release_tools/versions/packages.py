"""Where the modules of a project lie."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from posixpath import dirname

from release_tools.versions.tree import Tree, join

# The folders in which absolute imports are looked for.
ROOTS = ("src", ".", "lib", "python")
DEEPEST = 50


def module_file(tree: Tree, path: str) -> str | None:
    """Return the file of a module that would lie at a path: `PATH.py` or `PATH/__init__.py`."""
    files = (join(path, "__init__.py"), f"{path}.py")
    return next((file for file in files if tree.has_file(file)), None)


def absolute(tree: Tree, dotted: str, roots: Iterable[str]) -> str | None:
    """Return the file of a module by its full name, from the first of the folders that has it."""
    path = dotted.replace(".", "/")
    return next((file for root in roots if (file := module_file(tree, join(root, path)))), None)


def relative(file: str, module: str, level: int) -> str:
    """Return the path, without ending, of a module that `file` imports by its place."""
    folder = dirname(file)
    for _ in range(level - 1):
        folder = join(folder, "..")
    return join(folder, module.replace(".", "/")) if module else folder


def top_of(tree: Tree, file: str) -> str:
    """Return the folder that holds the outermost package around a module."""
    folder = dirname(file) or "."
    while folder != "." and not folder.endswith("..") and tree.has_file(join(folder, "__init__.py")):
        folder = dirname(folder) or "."
    return folder


def placed(package_dir: Mapping[str, str], dotted: str) -> str | None:
    """Return the path of a module under setuptools' `package_dir`, the most specific entry first."""
    parts = dotted.split(".")
    for length in range(min(len(parts), DEEPEST), -1, -1):
        folder = package_dir.get(".".join(parts[:length]))
        if folder is not None:
            return join(folder or ".", *parts[length:])
    return None
