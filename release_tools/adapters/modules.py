"""Finds in a list of installed files what can be imported from them."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import machinery
from pathlib import PurePosixPath

# Not meant to be imported, or acting when they are.
NEVER = frozenset({"__main__", "conftest", "setup", "test", "tests"})
INIT = "__init__"
SUFFIXES = tuple(
    sorted((*machinery.EXTENSION_SUFFIXES, *machinery.SOURCE_SUFFIXES), key=len, reverse=True),
)


def at_top(recorded: Iterable[str]) -> tuple[str, ...]:
    """Return the modules and packages that stand at the top; of a namespace package those that stand in it."""
    paths = [PurePosixPath(path) for path in recorded]
    names = {path: name for path in paths if (name := _module(path))}
    regular = {path.parent for path, name in names.items() if name == INIT}
    return tuple(sorted({_dotted(path, name) for path, name in names.items() if not regular & _above(path, name)}))


def _module(path: PurePosixPath) -> str | None:
    """Return the last part of a module's name, None for what is no module or never imported."""
    suffix = next((each for each in SUFFIXES if path.name.endswith(each)), None)
    if suffix is None:
        return None
    parts = (*path.parent.parts, path.name.removesuffix(suffix))
    wanted = all(part.isidentifier() for part in parts) and not NEVER & set(parts) and parts != (INIT,)
    return parts[-1] if wanted else None


def _dotted(path: PurePosixPath, name: str) -> str:
    return ".".join(path.parent.parts if name == INIT else (*path.parent.parts, name))


def _above(path: PurePosixPath, name: str) -> frozenset[PurePosixPath]:
    """Return the folders of which each could be a package that this module is a part of."""
    return frozenset((path.parent if name == INIT else path).parents)
