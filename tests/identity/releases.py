"""Little releases in memory: what the commit, the sdist and the wheel hold, each changed in one place."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from release_tools.identity.trace import Lineage, lineage
from release_tools.identity.tree import CONFIGURATION, SourceTree
from tests.archives import MODULE, TOP, WHEEL, read_sdist, read_wheel

Files = Mapping[str, bytes | None]
COMMIT: Mapping[str, bytes] = {"pyproject.toml": b"[project]\n", "sample_project/__init__.py": MODULE}
PLATFORM_WHEEL = "sample_project-1.2.3-cp312-cp312-linux_x86_64.whl"


def digest(content: bytes) -> str:
    """Return the SHA-256 of a content."""
    return hashlib.sha256(content).hexdigest()


def tree(files: Files, links: Mapping[str, str] | None = None) -> SourceTree:
    """Return what a commit holds: the healthy files with changes."""
    every = {path: content for path, content in ({**COMMIT, **files}).items() if content is not None}
    return SourceTree(
        files={path: digest(content) for path, content in every.items()},
        links=links or {},
        texts={path: content for path, content in every.items() if path in CONFIGURATION},
    )


def traced(
    commit: Files | None = None,
    sdist: Files | None = None,
    wheel: Files | None = None,
    name: str = WHEEL,
    links: Mapping[str, str] | None = None,
    excepted: frozenset[str] = frozenset(),
) -> Lineage:
    """Return where the files of a release come from; what the commit has is in the sdist too, if that says nothing."""
    shipped = {**(commit or {}), **(sdist or {})}
    packed = read_sdist({f"{TOP}/{path}": content for path, content in shipped.items()})
    found = lineage(tree(commit or {}, links), packed, read_wheel(wheel, name), excepted)
    assert found is not None
    return found


def strange(found: Lineage) -> list[str]:
    """Return the names of all files that come from nowhere known."""
    return [each.name for trace in (found.sdist, found.wheel) for each in trace.strangers]


def made(found: Lineage) -> dict[str, str]:
    """Return the habit by which each made file came about, but for the sdist's metadata."""
    rows = (*found.sdist.made.items(), *found.wheel.made.items())
    return {path: habit for habit, paths in rows for path in paths if path != "PKG-INFO"}


def built_with(*requires: str, backend: str = "backend", more: str = "") -> bytes:
    """Return a pyproject.toml of a build system."""
    return f'[build-system]\nrequires = {list(requires)}\nbuild-backend = "{backend}"\n{more}'.encode()
