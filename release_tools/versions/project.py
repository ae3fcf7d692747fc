"""`project.version` in pyproject.toml: where it is static, no backend looks elsewhere."""

from __future__ import annotations

from release_tools.versions.facts import Facts
from release_tools.versions.reading import Reading
from release_tools.versions.stated import in_toml

KIND = "project"


def read(facts: Facts) -> Reading | None:
    """Read the static version of the standard metadata."""
    return in_toml(facts, "pyproject.toml", ("project", "version"), KIND)
