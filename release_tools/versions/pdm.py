"""PDM: a pattern in a file, the tag, or a call of the project's code; in two older spellings, too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from release_tools.versions.facts import Facts, table, text
from release_tools.versions.reading import Reading, UnreadableError
from release_tools.versions.stated import by_pattern
from release_tools.versions.tree import join

KIND = "pdm"
PATTERN = r"""^(?:__version__|VERSION)\s*=\s*["'](.+?)["']\s*(?:#.*)?$"""


def read(facts: Facts) -> Reading | None:
    """Read the version of a project that PDM builds."""
    options = table(facts.project, "version") or facts.table("tool", "pdm", "version")
    if facts.backend != "pdm" or not options:
        return None
    source = _source(options)
    if source == "scm":
        return Reading(from_tag="pdm scm")
    if source != "file":
        raise UnreadableError(f"tool.pdm.version has the source {source!r}")
    path = text(options, "path") or text(options, "from")
    if not path:
        raise UnreadableError("tool.pdm.version.path is not set")
    return by_pattern(facts, join(path), text(options, "pattern") or PATTERN, KIND, group=1)


def _source(options: Mapping[str, Any]) -> str:
    if "source" in options:
        return str(options["source"])
    if options.get("use_scm"):
        return "scm"
    return "file" if "path" in options or "from" in options else "none"
