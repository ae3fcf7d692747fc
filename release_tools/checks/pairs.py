"""Whether the files of one release say the same of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from release_tools.checks import Problem, check, listed
from release_tools.distributions import Sdist, Wheel
from release_tools.model import Location

BINDING = Version("2.2")  # from which on an sdist says which of its fields may change
OF_THE_FILE = ("metadata_version", "dynamic")


@check()
def metadata_agrees(pairs: tuple[tuple[Wheel, Sdist], ...]) -> Iterator[Problem]:
    """Build both from one source with one backend; an sdist names under Dynamic what a build may say otherwise.

    Specification: core metadata, Dynamic (PEP 643).
    """
    for wheel, sdist in pairs:
        if wheel.metadata and sdist.metadata and (fields := _differing(wheel.metadata.fields, sdist.metadata.fields)):
            message = f"its metadata differs from that of {sdist.filename}, which does not say that it may: "
            yield Problem(message=message + listed(fields), where=Location(file=wheel.filename))


def _differing(wheel: Mapping[str, Any], sdist: Mapping[str, Any]) -> list[str]:
    """Return the fields in which a wheel breaks the word of its sdist."""
    try:
        binding = Version(sdist.get("metadata_version", "0")) >= BINDING
    except InvalidVersion:
        binding = False
    free = {_key(each) for each in (*OF_THE_FILE, *sdist.get("dynamic", ()))}
    bound = sorted(each for each in wheel.keys() | sdist.keys() if _key(each) not in free) if binding else ()
    return [name for name in bound if _plain(name, wheel.get(name)) != _plain(name, sdist.get(name))]


def _key(name: str) -> str:
    """Return what the name of a field and that of its list have in common."""
    return name.lower().replace("-", "_").rstrip("s")


def _plain(name: str, value: Any) -> object:  # noqa: ANN401 - of any type
    """Return what counts of a value: no white space, no order of a list, no spelling of a requirement."""
    if isinstance(value, list):
        return sorted(_requirement(each) if name == "requires_dist" else " ".join(each.split()) for each in value)
    return " ".join(value.split()) if isinstance(value, str) else value or None


def _requirement(text: str) -> str:
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        return text
    requirement.name = canonicalize_name(requirement.name)
    requirement.extras = {canonicalize_name(extra) for extra in requirement.extras}
    return str(requirement)
