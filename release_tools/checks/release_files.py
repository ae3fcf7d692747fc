"""What the files of a release must be together: of this project and version, the same each time, and of one source."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from release_tools.checks import Problem, check, listed
from release_tools.distributions import Archive
from release_tools.distributions.compare import Difference
from release_tools.model import Location, Project

COMPILED = (".so", ".pyd", ".dll", ".dylib", ".a", ".lib")
TOLD = {
    "": "differs between two builds",
    "clock": "tells the moment of its build",
    "own": "tells a time that is neither the commit's nor one that a backend is known for",
}


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
        for agreed, what in TOLD.items():
            if some := [each for each in found if each.agreed == agreed]:
                excused = left_as_built and not any(each.of_content for each in some)
                mild = agreed == "own" or excused or _is_compiled(some)
                message, where = f"{what}: {_fields(some)}", Location(file=filename)
                yield Problem(message=message, where=where, severity="warning" if mild else None)


def _is_compiled(found: list[Difference]) -> bool:
    """Whether compiled modules alone differ, and RECORD with them: compilers put their folder into what they make."""
    rest = [each.member or "" for each in found if not (each.member or "").endswith(COMPILED)]
    return len(rest) < len(found) and all(name.endswith(".dist-info/RECORD") for name in rest)


def _same(told: str, version: Version) -> bool:
    try:
        return Version(told) == version
    except InvalidVersion:
        return False


def _fields(found: list[Difference]) -> str:
    fields: dict[str, list[str]] = {}
    for each in found:
        fields.setdefault(each.member or "", []).append(each.field)
    parts = [f"{member} ({', '.join(names)})" if member else ", ".join(names) for member, names in fields.items()]
    return listed(parts)
