"""`__version__` of the project's own package, beside a version that is stated elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from release_tools.model import Declaration, Location
from release_tools.versions import setup_py
from release_tools.versions.facts import Facts, text
from release_tools.versions.packages import module_file
from release_tools.versions.reading import UnreadableError, parse_version
from release_tools.versions.tree import join

KIND = "module"


def read(facts: Facts) -> Declaration | None:
    """Read `__version__` of the top-level package where it comes from literals; None for anything else."""
    file = next((file for path in _places(facts) if (file := module_file(facts.tree, path))), None)
    try:
        value = facts.python.name(file, "__version__") if file else None
    except UnreadableError:
        return None
    if value is None or not isinstance(value.it, str) or parse_version(value.it) is None:
        return None
    where = Location(file=value.file, line=value.line)
    return Declaration(raw=value.it, version=parse_version(value.it), kind=KIND, where=where)


def _places(facts: Facts) -> Iterator[str]:
    """Yield where the package may lie: under the name that its backend is told, then under the project's."""
    own = facts.name or setup_py.name(facts)
    names = [
        *_named(facts),
        own.replace("-", "_").replace(".", "/"),
        own.lower().replace("-", "_"),
        own.replace("-", "/"),
    ]
    roots = [text(facts.table("tool", "maturin"), "python-source"), *facts.python.roots]
    return (join(root, name) for name in names if name for root in roots if root)


def _named(facts: Facts) -> Iterator[str]:
    for keys in (("flit", "module"), ("uv", "build-backend", "module")):
        yield text(facts.table("tool", *keys), "name").replace(".", "/")
    yield text(facts.table("tool", "uv", "build-backend"), "module-name").replace(".", "/")
    packages = facts.table("tool", "hatch", "build", "targets", "wheel").get("packages")
    if isinstance(packages, list) and len(packages) == 1 and isinstance(packages[0], str):
        yield packages[0]
