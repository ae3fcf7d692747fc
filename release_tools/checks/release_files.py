"""What the files of a release must be together: of this project and version, the same each time, and of one source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from pathlib import PurePosixPath

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from release_tools.checks import Problem, check
from release_tools.distributions import Archive, Member, Sdist, Wheel
from release_tools.distributions.compare import Difference
from release_tools.model import Location, Project

MANY = 10
# What a backend makes while it builds: compiled modules, and the file that tells the version.
COMPILED = (".so", ".pyd", ".dll", ".dylib", ".a", ".lib")
VERSION_FILE = re.compile(r"(?i).*version.*")


@check()
def name_consistent(archives: tuple[Archive, ...], project: Project) -> Iterator[Problem]:
    """Give the project one name: in pyproject.toml, and whatever else tells the build backend."""
    for archive in archives:
        name = archive.metadata.name if archive.metadata else ""
        if name and canonicalize_name(name) != project.normalized:
            message = f"its metadata names {name}, the project is {project.name}"
            yield Problem(message=message, where=Location(file=archive.filename))


@check()
def version_matches_tag(archives: tuple[Archive, ...], version: Version) -> Iterator[Problem]:
    """Let the project declare the version of the tag, and commit that; a version from git needs the tag on HEAD."""
    for archive in archives:
        told = archive.metadata.version if archive.metadata else ""
        if told and not _same(told, version):
            message = f"its metadata says version {told}, the release is {version}"
            yield Problem(message=message, where=Location(file=archive.filename))


@check()
def reproducible(differences: tuple[Difference, ...], left_as_built: bool) -> Iterator[Problem]:  # noqa: FBT001 - as named
    """Make the build ignore clock, folder, locale, time zone and order of files; SOURCE_DATE_EPOCH is set for it."""
    for filename, group in groupby(differences, key=attrgetter("filename")):
        found = list(group)
        excused = left_as_built and not any(each.of_content for each in found)
        where = Location(file=filename)
        yield Problem(message=_told(found), where=where, severity="warning" if excused else None)


@check()
def wheel_from_sdist(wheels: tuple[Wheel, ...], sdists: tuple[Sdist, ...]) -> Iterator[Problem]:
    """Let the sdist hold what the wheel is made of; a build itself makes compiled modules and version files only."""
    known = {member.sha256 for sdist in sdists for member in sdist.files().values()}
    comparable = bool(sdists) and not any(sdist.fault for sdist in sdists)
    for wheel in wheels if comparable else ():
        strange = [name for name, member in wheel.files().items() if _strange(wheel, name, member, known)]
        if strange:
            message = f"in the wheel, not in the sdist: {_listed(strange)}"
            yield Problem(message=message, where=Location(file=wheel.filename), member=strange[0])


def _same(told: str, version: Version) -> bool:
    try:
        return Version(told) == version
    except InvalidVersion:
        return False


def _told(found: list[Difference]) -> str:
    fields: dict[str, list[str]] = {}
    for each in found:
        fields.setdefault(each.member or "", []).append(each.field)
    parts = [f"{member} ({', '.join(names)})" if member else ", ".join(names) for member, names in fields.items()]
    return f"differs between two builds: {_listed(parts)}"


def _listed(parts: list[str]) -> str:
    more = f" and {len(parts) - MANY} more" if len(parts) > MANY else ""
    return f"{', '.join(parts[:MANY])}{more}"


def _strange(wheel: Wheel, name: str, member: Member, known: set[str]) -> bool:
    """Whether the sdist does not hold this content and no backend makes it."""
    made = name.startswith(f"{wheel.dist_info}/") or name.lower().endswith(COMPILED) or _is_script(name)
    of_version = VERSION_FILE.fullmatch(PurePosixPath(name).stem)
    return bool(member.size) and member.sha256 not in known and not made and not of_version


def _is_script(name: str) -> bool:
    """Whether a backend may have changed its first line."""
    folder, _, rest = name.partition("/")
    return folder.endswith(".data") and rest.startswith("scripts/")
