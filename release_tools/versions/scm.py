"""Tools beside setuptools that take the version from the tag: then the source holds nothing to compare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from release_tools.versions.facts import Facts, text
from release_tools.versions.reading import Reading, UnreadableError
from release_tools.versions.stated import whole_file
from release_tools.versions.tree import join

KIND = "setuptools-git-versioning"

_TABLES = {
    "setuptools_scm": "setuptools-scm",
    "vcs-versioning": "vcs-versioning",
    "versioningit": "versioningit",
    "versioneer": "versioneer",
    "setuptools-git-versioning": KIND,
}
_REQUIREMENTS = (
    "setuptools-scm",
    "setuptools-scm-git-archive",
    "pbr",
    "versioneer",
    "versioningit",
    "vcs-versioning",
    KIND,
    "better-setuptools-git-version",
    "setuptools-git-version",
    "setupmeta",
    "vcversioner",
    "autosemver",
    "katversion",
)
_WRITES = ("write_to", "version_file")


def read(facts: Facts) -> Reading | None:
    """Tell the tool that pyproject.toml or setup.cfg switches on."""
    tool = configured(facts)
    if tool != KIND or facts.backend == "pbr":
        return Reading(from_tag=tool) if tool else None
    table = facts.table("tool", KIND)
    if table.get("version_callback"):
        raise UnreadableError(f"tool.{KIND}.version_callback names code")
    if text(table, "version_file"):
        return whole_file(facts, join(text(table, "version_file")), KIND)
    return Reading(from_tag=tool)


def read_requirement(facts: Facts) -> Reading | None:
    """Tell the tool that is only a build requirement: the last resort when nothing else states a version."""
    tool = required(facts) if facts.backend in {"setuptools", "pbr"} else None
    return Reading(from_tag=tool) if tool else None


def configured(facts: Facts) -> str | None:
    """Return the tool that is switched on by a table of its own."""
    if facts.backend == "pbr":
        return "pbr"
    if facts.backend != "setuptools":
        return None
    tools = facts.table("tool")
    for key, tool in _TABLES.items():
        if isinstance(tools.get(key), Mapping) and (tool != KIND or _enabled(tools[key])):
            return tool
    if facts.setup_cfg.sections.get("versioneer"):
        return "versioneer"
    simple = any(name == "setuptools-scm" and "simple" in extras for name, extras, _ in facts.requires())
    return "setuptools-scm" if simple and facts.dynamic else None


def required(facts: Facts) -> str | None:
    """Return the tool among the build requirements."""
    names = {name for name, _, _ in facts.requires()}
    return next((tool for tool in _REQUIREMENTS if tool in names), None)


def written(facts: Facts) -> frozenset[str]:
    """Return the files that a tool writes at build time: what stands there is left from an earlier build."""
    tables = (facts.table("tool", key) for key in ("setuptools_scm", "vcs-versioning"))
    return frozenset(join(text(table, key)) for table in tables for key in _WRITES if text(table, key))


def _enabled(table: Mapping[str, Any]) -> bool:
    return table.get("enabled") is True
