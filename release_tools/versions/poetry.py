"""Poetry: `tool.poetry.version`, beside `project.version` where both stand; or the tag, by a plugin."""

from __future__ import annotations

from release_tools.versions import project
from release_tools.versions.facts import Facts, text
from release_tools.versions.reading import Reading, UnreadableError
from release_tools.versions.stated import in_toml

KIND = "poetry"


def read(facts: Facts) -> Reading | None:
    """Read the version of a project that Poetry builds."""
    if facts.backend != "poetry":
        return None
    plugin = _plugin(facts)
    if plugin:
        return Reading(from_tag=plugin)
    standard = None if _is_old(facts) else project.read(facts)
    own = in_toml(facts, "pyproject.toml", ("tool", "poetry", "version"), KIND)
    both = [reading.declarations for reading in (standard, own) if reading]
    return Reading(declarations=tuple(one for declarations in both for one in declarations)) if both else None


def _is_old(facts: Facts) -> bool:
    """Whether only a Poetry before 2 may build this: it does not know the standard metadata."""
    from packaging.specifiers import SpecifierSet

    bounds = (bound for name, _, bound in facts.requires() if name in {"poetry-core", "poetry"})
    try:
        return any(not SpecifierSet(bound).contains("2.0.0") for bound in bounds)
    except ValueError:
        return False


def _plugin(facts: Facts) -> str | None:
    """Return the plugin that replaces the version by that of the tag."""
    dynamic = facts.table("tool", "poetry-dynamic-versioning")
    if dynamic.get("enable") is True:
        if "from-file" in dynamic:
            raise UnreadableError("poetry-dynamic-versioning takes the version from a file")
        return "poetry-dynamic-versioning"
    if text(facts.table("tool", "poetry-version-plugin"), "source") == "git-tag":
        return "poetry-version-plugin"
    if "poetry-git-version-plugin" in facts.table("tool"):
        return "poetry-git-version-plugin"
    return None
