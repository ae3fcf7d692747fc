"""Maturin: the version of Cargo.toml, which it may take over from the root of its workspace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from posixpath import dirname

from release_tools.versions.facts import Facts, table, text
from release_tools.versions.reading import Reading, UnreadableError
from release_tools.versions.stated import in_toml, toml_data
from release_tools.versions.tree import join

KIND = "cargo"
HIGHEST = 8


def read(facts: Facts) -> Reading | None:
    """Read the version of the crate of a project that maturin builds."""
    if facts.backend != "maturin":
        return None
    named = text(facts.table("tool", "maturin"), "manifest-path")
    manifest = (
        join(named) if named else next(filter(facts.tree.has_file, ("Cargo.toml", "rust/Cargo.toml")), "Cargo.toml")
    )
    package = table(toml_data(facts, manifest), "package")
    if table(package, "version").get("workspace") is True:
        return _of_workspace(facts, manifest, text(package, "workspace"))
    return in_toml(facts, manifest, ("package", "version"), KIND)


def _of_workspace(facts: Facts, manifest: str, named: str) -> Reading | None:
    for root in _roots(manifest, named):
        if facts.tree.has_file(root) and isinstance(toml_data(facts, root).get("workspace"), Mapping):
            return in_toml(facts, root, ("workspace", "package", "version"), KIND)
    raise UnreadableError(f"{manifest} takes the version from a workspace whose root is not in the project")


def _roots(manifest: str, named: str) -> Iterator[str]:
    """Yield where the root of the workspace may be: as named, else upwards from the crate."""
    folder = dirname(manifest)
    if named:
        yield join(folder, named, "Cargo.toml")
        return
    for _ in range(HIGHEST):
        yield join(folder, "Cargo.toml")
        folder = join(folder, "..")
