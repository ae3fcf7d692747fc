"""Whether the version can be read, may be published, and is higher than what came before."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.version import Version

from release_tools.checks import Problem, check, short
from release_tools.increments import following, spelled_out
from release_tools.model import Location, Release, Tag
from release_tools.options import Options
from release_tools.versions import Reading

LONGEST = 80


@check(alignment=True, basic=True)
def version_readable(reading: Reading, options: Options) -> Iterator[Problem]:
    """Declare the version as plain text, for example `version = "1.2.3"` under `[project]` in pyproject.toml."""
    if reading.declarations or reading.from_tag:
        return
    why = f": {reading.unreadable}" if reading.unreadable else ""
    yield Problem(
        message=f"undetermined: the version cannot be read without running code of the project{why}",
        fix=f"{version_readable.remedy.rstrip('.')}{_again(options)}.",
    )


def _again(options: Options) -> str:
    """Return how the same command would learn more."""
    if options.no_build:
        return "; or run this without --no-build, and the build backend is asked"
    return "; or run this without --offline, and your index is asked for the build backend" if options.offline else ""


@check(alignment=True, basic=True)
def version_valid(reading: Reading) -> Iterator[Problem]:
    """Write the version as 1.2.3, 1.2.3rc1, 1.2.3.post1 or 1.2.3.dev1: numbers, dots, such a suffix."""
    bad = {each.raw: each for each in reversed(reading.declarations) if each.version is None}
    for each in bad.values():
        raw = each.raw if len(each.raw) <= LONGEST else f"{each.raw[:LONGEST]}..."
        yield Problem(message=f"{raw!r} is no version", where=each.where)


@check(alignment=True)
def version_publishable(release: Release, reading: Reading, *, releasing: bool) -> Iterator[Problem]:
    """Release a version without a local part (`+...`) and without `.dev`: no index takes the first as a release."""
    version = release.tag.version
    where = _declared_at(version, reading)
    if not releasing:
        return
    if version.local:
        yield Problem(
            message=f"{version} has the local part +{version.local}, which indexes refuse",
            where=where,
            fix=f"Release it as {version.public}: drop +{version.local}.",
        )
    elif version.is_devrelease:
        yield Problem(
            message=f"{version} is a development version, and {release.tag.name} would release it",
            where=where,
            severity="warning",
            fix=f"Tag {version.base_version} or a pre-release such as {version.base_version}rc1 instead.",
        )


@check(alignment=True)
def version_consistent(reading: Reading) -> Iterator[Problem]:
    """Declare the version in one place and let the others take it from there, or write the same everywhere."""
    valid = [each for each in reading.declarations if each.version is not None]
    for each in valid[1:]:
        if each.version != valid[0].version:
            yield Problem(
                message=f"{each.where} declares {each.raw}, but {valid[0].where} declares {valid[0].raw}",
                where=each.where,
                fix=f"Write the same version in {each.where} as in {valid[0].where}, or declare it in one place only.",
            )


@check(alignment=True, todo=True)
def version_increases(release: Release, reading: Reading, highest: Tag | None, *, releasing: bool) -> Iterator[Problem]:
    """Choose a version above all earlier ones in the history of HEAD."""
    version = release.tag.version
    if not releasing or highest is None or version > highest.version:
        return
    relation = "is released already" if version == highest.version else f"is lower than {highest.version}, released"
    yield Problem(
        message=f"{version} {relation} as {highest.name} at {short(highest.commit)} in the history of HEAD",
        where=_declared_at(version, reading),
        fix=f"Choose the next version, {spelled_out(following(highest.version))}, "
        f"or release {version} from the line that it belongs to.",
    )


def _declared_at(version: Version, reading: Reading) -> Location | None:
    return next((each.where for each in reading.declarations if each.version == version), None)
