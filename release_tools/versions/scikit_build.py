"""scikit-build-core: a provider for the version, in its own table or in the standard one for dynamic metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from release_tools.versions.facts import Facts, text
from release_tools.versions.reading import Reading, UnreadableError, declared
from release_tools.versions.stated import matched
from release_tools.versions.tree import join

KIND = "scikit-build"
PATTERN = r"""(?i)^(__version__|VERSION)(?: ?: ?str)? *= *(['"])v?(?P<value>.+?)\2"""

_FIELD = re.compile(r"\{(\w*)\}")
_OF_TAG = {"setuptools_scm": "setuptools-scm", "vcs_versioning": "vcs-versioning", "versioningit": "versioningit"}


def read(facts: Facts) -> Reading | None:
    """Read the version of a project that scikit-build-core builds."""
    options = next(_tables(facts), None) if facts.backend == "scikit-build" else None
    if options is None:
        return None
    provider = text(options, "provider")
    name = provider.rpartition(".")[2].replace("-", "_")
    if "provider-path" in options:
        raise UnreadableError(f"the version comes from the project's own provider {provider!r}")
    if name in _OF_TAG:
        return Reading(from_tag=_OF_TAG[name])
    if name != "regex":
        raise UnreadableError(f"the version comes from the provider {provider!r}")
    return _regex(facts, options)


def _tables(facts: Facts) -> Iterator[Mapping[str, Any]]:
    """Yield the tables that provide the version."""
    listed = facts.table("tool").get("dynamic-metadata")
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, Mapping) and (one.get("field") == "version" or _fixed(one)):
            yield one
    for keys in (("tool", "scikit-build", "metadata", "version"), ("tool", "dynamic-metadata", "version")):
        if facts.table(*keys):
            yield facts.table(*keys)


def _fixed(options: Mapping[str, Any]) -> bool:
    """Whether a provider gives the version without being told."""
    return "field" not in options and text(options, "provider").rpartition(".")[2].replace("-", "_") in _OF_TAG


def _regex(facts: Facts, options: Mapping[str, Any]) -> Reading:
    path, pattern = text(options, "input"), text(options, "regex")
    if not path:
        raise UnreadableError("the provider regex has no input")
    found = matched(facts, join(path), pattern or PATTERN)
    raw = _filled(text(options, "result") or "{value}", found)
    if text(options, "remove"):
        raise UnreadableError("the provider regex removes parts of the version")
    line = 1 + found.string.count("\n", 0, found.start(1) if found.re.groups else found.start())
    return declared(raw, KIND, facts.tree.where(path, line))


def _filled(result: str, found: re.Match[str]) -> str:
    """Put the groups of a match into a template that only names them."""
    groups = {str(number): group for number, group in enumerate(found.groups())} | found.groupdict()
    used = [field or str(number) for number, field in enumerate(_FIELD.findall(result))]
    if re.search(r"[{}]", _FIELD.sub("", result)) or not all(groups.get(field) for field in used):
        raise UnreadableError(f"the provider regex does not fill {result!r}")
    parts = iter(used)
    return _FIELD.sub(lambda _: groups[next(parts)], result)
