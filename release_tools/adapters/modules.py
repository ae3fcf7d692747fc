"""Finds in lists of installed files what can be imported from them, and whose it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from importlib import machinery
from pathlib import PurePosixPath

# Not meant to be imported, or acting when they are.
NEVER = frozenset({"__main__", "conftest", "setup", "test", "tests"})
# Others' code, copied as it is.
VENDORED = frozenset({"_vendor", "_vendored", "vendor", "vendored"})
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
    parts = _parts(path.as_posix())
    return parts[-1] if parts and not NEVER & set(parts) and parts != (INIT,) else None


def _parts(path: str) -> tuple[str, ...]:
    """Return the folders and the name of a module, nothing for what is none."""
    suffix = next((each for each in SUFFIXES if path.endswith(each)), None)
    if suffix is None:
        return ()
    parts = tuple(path.removesuffix(suffix).split("/"))
    return parts if all(part.isidentifier() for part in parts) else ()


def _dotted(path: PurePosixPath, name: str) -> str:
    return ".".join(path.parent.parts if name == INIT else (*path.parent.parts, name))


def _above(path: PurePosixPath, name: str) -> frozenset[PurePosixPath]:
    """Return the folders of which each could be a package that this module is a part of."""
    return frozenset((path.parent if name == INIT else path).parents)


def sources(recorded: Iterable[str]) -> tuple[str, ...]:
    """Return the files of Python that are the project's own and used; tests, which may need more, are not."""
    others = (NEVER | VENDORED) - {"__main__"}
    paths = (path for path in recorded if path.endswith(".py"))
    return tuple(path for path in paths if (found := _parts(path)) and others.isdisjoint(found))


def names(recorded: Iterable[str]) -> frozenset[str]:
    """Return every name under which a file may be imported by its neighbours, folders included."""
    return frozenset(part for path in recorded for part in _parts(path))


def owners(files: Mapping[str, Iterable[str]], modules: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return for each full name of a module who has it, by the files of each; of a namespace package who has the part.

    A name that only starts right belongs to all that share the start.
    """
    wanted = tuple(modules)
    tops = {module.partition(".")[0] for module in wanted}
    exact, shared = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for owner, recorded in files.items():
        for parts in filter(None, map(_parts, recorded)):
            if parts[0] in tops:
                exact[".".join(parts[:-1] if parts[-1] == INIT else parts)].add(owner)
                shared[parts[0]].add(owner)
    return {module: _nearest(module, exact) or tuple(sorted(shared[module.partition(".")[0]])) for module in wanted}


def _nearest(module: str, exact: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    while module and module not in exact:
        module = module.rpartition(".")[0]
    return tuple(sorted(exact[module])) if module else ()
