"""`__version__` of the project's own package, beside a version that is stated elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from release_tools.model import Declaration, Location
from release_tools.versions.facts import Facts, text
from release_tools.versions.packages import ROOTS, module_file
from release_tools.versions.reading import UnreadableError, parse_version
from release_tools.versions.tree import join

KIND = "module"
NAME = "__version__"

# The module whose one line about it says all, which most are: nothing has to be evaluated.
_PLAIN = re.compile(rf"""^{NAME} = (["'])(?P<raw>[^"'\\\n]*)\1[ \t]*(?:\#[^\n]*)?$""", re.MULTILINE)


def read(facts: Facts) -> Declaration | None:
    """Read `__version__` of the top-level package where it comes from literals; None for anything else."""
    file = next((file for path in _places(facts) if (file := module_file(facts.tree, path))), None)
    try:
        raw, where = (_plain(facts, file) or _evaluated(facts, file)) if file else (None, None)
    except UnreadableError:
        return None
    if not isinstance(raw, str) or where is None or parse_version(raw) is None:
        return None
    return Declaration(raw=raw, version=parse_version(raw), kind=KIND, where=where)


def _plain(facts: Facts, file: str) -> tuple[str, Location] | None:
    """Return what the only line that names it says, if that is a plain assignment outside any longer string."""
    source = facts.tree.bytes(file).decode("ascii", "ignore")
    found = _PLAIN.search(source) if source.count(NAME) == 1 and "import *" not in source else None
    if found is None or any(source.count(mark, 0, found.start()) % 2 for mark in ('"""', "'''")):
        return None
    return found["raw"], facts.tree.where(file, 1 + source.count("\n", 0, found.start()))


def _evaluated(facts: Facts, file: str) -> tuple[object, Location]:
    value = facts.python.name(file, NAME)
    return value.it, Location(file=value.file, line=value.line)


def _places(facts: Facts) -> Iterator[str]:
    """Yield where the package may lie: under the name that its backend is told, then under the project's."""
    own = facts.name or _by_setup_py(facts)
    names = [
        *_named(facts),
        own.replace("-", "_").replace(".", "/"),
        own.lower().replace("-", "_"),
        own.replace("-", "/"),
    ]
    roots = [text(facts.table("tool", "maturin"), "python-source"), *ROOTS]
    return (join(root, name) for name in names if name for root in roots if root)


def _by_setup_py(facts: Facts) -> str:
    from release_tools.versions import setup_py

    return setup_py.name(facts)


def _named(facts: Facts) -> Iterator[str]:
    for keys in (("flit", "module"), ("uv", "build-backend", "module")):
        yield text(facts.table("tool", *keys), "name").replace(".", "/")
    yield text(facts.table("tool", "uv", "build-backend"), "module-name").replace(".", "/")
    packages = facts.table("tool", "hatch", "build", "targets", "wheel").get("packages")
    if isinstance(packages, list) and len(packages) == 1 and isinstance(packages[0], str):
        yield packages[0]
