"""Hatchling: a pattern in a file, an expression over a module, or a plugin that asks git; also in hatch.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from release_tools.versions.facts import Facts, table, text
from release_tools.versions.reading import Reading, UnreadableError
from release_tools.versions.stated import by_pattern, in_json, of_value, toml_data

KIND = "hatch"
PATTERN = r"""(?i)^(__version__|VERSION) *= *(['"])v?(?P<version>.+?)\2"""

_OF_GIT = re.compile(r"(?i)vcs|scm|git|dunamai")
_OF_TAG = {"vcs": "hatch-vcs"}


def read(facts: Facts) -> Reading | None:
    """Read the version of a project that hatchling builds."""
    if facts.backend != "hatch":
        return None
    options = _options(facts)
    if not options:
        raise UnreadableError("tool.hatch.version is not set, so a build hook must set the version")
    source = options.get("source", "regex")
    if not isinstance(source, str):
        raise UnreadableError("tool.hatch.version.source is not a string")
    if source in _SOURCES:
        return _SOURCES[source](facts, options)
    if _OF_GIT.search(source) or source in {"versioningit", "uv-dynamic-versioning"}:
        return Reading(from_tag=_OF_TAG.get(source, source))
    raise UnreadableError(f"the version comes from the hatch plugin {source!r}")


def _options(facts: Facts) -> Mapping[str, Any]:
    """Return the table of the version; what hatch.toml says goes first."""
    if facts.tree.has_file("hatch.toml"):
        own = toml_data(facts, "hatch.toml")
        if "version" in own:
            return table(own, "version")
    return facts.table("tool", "hatch", "version")


def _path(options: Mapping[str, Any], default: str = "") -> str:
    path = text(options, "path") or default
    if not path:
        raise UnreadableError("tool.hatch.version.path is not set")
    return path


def _regex(facts: Facts, options: Mapping[str, Any]) -> Reading:
    return by_pattern(facts, _path(options), text(options, "pattern") or PATTERN, KIND)


def _code(facts: Facts, options: Mapping[str, Any]) -> Reading:
    expression = text(options, "expression") or "__version__"
    return of_value(facts.python.expression(_path(options), expression), KIND)


def _env(_: Facts, options: Mapping[str, Any]) -> Reading:
    raise UnreadableError(f"the version comes from the environment variable {text(options, 'variable')}")


def _node(facts: Facts, options: Mapping[str, Any]) -> Reading:
    return in_json(facts, _path(options, "package.json"), KIND)


def _incremental(facts: Facts, _: Mapping[str, Any]) -> Reading:
    from release_tools.versions import incremental

    return incremental.of_project(facts)


_SOURCES = {
    "code": _code,
    "env": _env,
    "incremental": _incremental,
    "nodejs": _node,
    "regex": _regex,
    "regex_commit": _regex,
}
