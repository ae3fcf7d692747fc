"""What finished distributions tell beside each other. Facts."""

from __future__ import annotations

from collections.abc import Mapping

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from release_tools.distributions import Archive, Sdist, Wheel
from release_tools.identity import packages, trace
from release_tools.identity.packages import Loss

Pair = tuple[Wheel, Sdist]


def pairs(wheels: tuple[Wheel, ...], sdists: tuple[Sdist, ...]) -> tuple[Pair, ...]:
    """Return each wheel with the sdist of its release, as far as both can be read."""
    by_release = {_release(sdist): sdist for sdist in reversed(sdists) if not sdist.fault}
    by_release.pop(None, None)
    found = ((wheel, by_release.get(_release(wheel))) for wheel in wheels if not wheel.fault)
    return tuple((wheel, sdist) for wheel, sdist in found if sdist is not None)


def losses(pairs: tuple[Pair, ...]) -> Mapping[str, Loss]:
    """Return what each wheel, by the name of its file, has lost of the packages in its sdist."""
    return {wheel.filename: _loss(wheel, sdist) for wheel, sdist in pairs}


def _loss(wheel: Wheel, sdist: Sdist) -> Loss:
    members = trace.members_of(sdist).items()
    shipped = {path: member.sha256 for path, member in members if member.kind != "link"}
    name = wheel.metadata.name if wheel.metadata else ""
    return packages.loss(name, dict(packages.installed(wheel)), shipped, shipped)


def _release(archive: Archive) -> tuple[str, Version] | None:
    told = archive.metadata
    try:
        return (canonicalize_name(told.name), Version(told.version)) if told and told.name else None
    except InvalidVersion:
        return None
