"""What a distribution says of itself: its core metadata, its description and its file name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from release_tools.checks import Problem, check
from release_tools.distributions import Archive, Wheel
from release_tools.model import Location

WHEEL_PARTS = 3  # Python, ABI and platform
BUILD_PARTS = 6  # the parts of a wheel's name when it has a build tag


@check()
def metadata_present(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Mend the build backend's configuration: a wheel holds one .dist-info folder with METADATA, an sdist PKG-INFO."""
    for archive in archives:
        if archive.metadata is None and not archive.fault:
            name = ".dist-info/METADATA" if isinstance(archive, Wheel) else "PKG-INFO in its top folder"
            yield Problem(message=f"there is no {name}", where=_file(archive))


@check()
def metadata_valid(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Mend the field in pyproject.toml (or setup.cfg, setup.py) by the core metadata specification, and commit that."""
    found = ((fault, each) for each in archives if each.metadata for fault in each.metadata.faults)
    yield from _once(found)


@check()
def description_renders(archives: tuple[Archive, ...], complaints: Mapping[str, tuple[str, ...]]) -> Iterator[Problem]:
    """Mend the readme, or name its kind with readme = {file = ..., content-type = ...}; see: twine check --strict."""
    valid = (each for each in archives if each.metadata and not each.metadata.faults)
    yield from _once(("; ".join(complaints[each.filename]), each) for each in valid if each.filename in complaints)


@check()
def file_name_canonical(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Use a newer build backend: file names hold the normalized name and version of the metadata, joined by hyphens."""
    for archive in archives:
        expected = expected_name(archive)
        if expected and expected != archive.filename:
            yield Problem(message=f"the file is to be named {expected}, by its own metadata", where=_file(archive))


def expected_name(archive: Archive) -> str | None:
    """Return the one right name of a file by its metadata, None where that cannot be told."""
    told = archive.metadata
    if told is None or not told.name:
        return None
    try:
        version = str(Version(told.version)).replace("-", "_")
    except InvalidVersion:
        return None
    name = canonicalize_name(told.name).replace("-", "_")
    if not isinstance(archive, Wheel):
        return f"{name}-{version}.tar.gz"
    parts = archive.filename.split("-")
    build = parts[2:3] if len(parts) == BUILD_PARTS else []
    return "-".join([name, version, *build, *parts[-WHEEL_PARTS:]])


def _once(found: Iterable[tuple[str, Archive]]) -> Iterator[Problem]:
    """Yield one problem for what several files say alike."""
    for message, group in groupby(sorted(found, key=itemgetter(0)), key=itemgetter(0)):
        archives = [archive for _, archive in group]
        others = "".join(f" (as in {archive.filename})" for archive in archives[1:])
        yield Problem(message=f"{message}{others}", where=_file(archives[0]))


def _file(archive: Archive) -> Location:
    return Location(file=archive.filename)
