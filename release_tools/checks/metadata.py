"""What a distribution says of itself: its core metadata, its description and its file name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from packaging.utils import InvalidName, canonicalize_name
from packaging.version import InvalidVersion, Version

from release_tools.checks import MANY, Problem, check, listed
from release_tools.distributions import Archive, Wheel, limits, wheel_name
from release_tools.distributions.metadata import Fields, shown, stated
from release_tools.model import Location, Severity

if TYPE_CHECKING:
    from release_tools.readmes import Complaint

RST = "text/x-rst"

Judge = Callable[[Fields], Iterator[str]]


@check()
def metadata_present(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Mend the build backend's configuration: a wheel holds one .dist-info folder with METADATA, an sdist PKG-INFO."""
    for archive in archives:
        if archive.metadata is None and not archive.fault:
            yield Problem(message=_lack(archive), where=_file(archive))


@check()
def metadata_valid(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Mend the field in pyproject.toml (or setup.cfg, setup.py) by the core metadata specification, and commit that.

    The index takes its versions 1.0 to 1.2 and 2.1 to 2.5.
    """
    found = ((fault, each) for each in archives if each.metadata for fault in each.metadata.faults)
    yield from once(found)


@check("warning")
def metadata_whole(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Mend the field above that line: its further lines are to begin with a space. Core metadata, its file format."""
    cut = ((each, each.metadata.ended_by) for each in archives if each.metadata and not each.metadata.faults)
    yield from once(
        (f"the fields end with {shown(line)}: the rest counts as description", each) for each, line in cut if line
    )


@check()
def description_renders(
    archives: tuple[Archive, ...], complaints: Mapping[str, tuple[Complaint, ...]]
) -> Iterator[Problem]:
    """Mend the readme, or name its kind with readme = {file = ..., content-type = ...}; see: twine check --strict.

    Without a readme, or with one of no stated kind that renders, the index takes the file: a warning.
    """
    valid = [each for each in archives if each.metadata and not each.metadata.faults]
    for mild in (False, True):
        said = ((_together(complaints.get(each.filename, ()), mild=mild), each) for each in valid)
        yield from once((row for row in said if row[0]), "warning" if mild else None)
    yield from once(((message, each) for each in archives for message in _unrendered(each)), "note")


@check()
def file_name_canonical(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Use a newer build backend: file names hold the normalized name and version of the metadata, joined by hyphens."""
    for archive in archives:
        expected = expected_name(archive)
        if expected and expected != archive.filename:
            yield Problem(message=f"the file is to be named {expected}, by its own metadata", where=_file(archive))


def expected_name(archive: Archive) -> str | None:
    """Return the one right name of a file by its metadata, None where that cannot be told."""
    core = archive.metadata
    if core is None or not core.name:
        return None
    try:
        version = str(Version(core.version))
        name = canonicalize_name(core.name, validate=True).replace("-", "_")
    except (InvalidVersion, InvalidName):
        return None
    if not isinstance(archive, Wheel):
        return f"{name}-{version}.tar.gz"
    parts = wheel_name.parse(archive.filename)
    tags = archive.filename.split("-")[-3:]
    return "-".join([name, version, *([parts.build] if parts.build else []), *tags]) if parts else None


def _together(complaints: Iterable[Complaint], *, mild: bool) -> str:
    return "; ".join(each.message for each in complaints if each.mild == mild)


def _lack(archive: Archive) -> str:
    """Return what keeps the metadata of an archive from being found."""
    if not isinstance(archive, Wheel):
        return "there is no PKG-INFO in its top folder"
    folders = {member.name.partition("/")[0] for member in archive.members}
    found = sorted(each for each in folders if each.endswith(".dist-info"))
    return (
        f"there is more than one .dist-info folder: {listed(found)}" if found[1:] else "there is no .dist-info/METADATA"
    )


def _unrendered(archive: Archive) -> Iterator[str]:
    """Say of a description that may fail, and is too long to be rendered here, that nobody has tried."""
    fields = archive.metadata.fields if archive.metadata else {}
    content_type = stated(fields, "description_content_type").partition(";")[0].strip().lower()
    size = len(archive.texts.get("METADATA") or archive.texts.get("PKG-INFO", b""))
    if archive.metadata and size > limits.RENDERED and content_type in ("", RST):
        yield f"the description was not rendered, for its length: the metadata has {size} bytes"


def told(archives: tuple[Archive, ...], judge: Judge, severity: Severity | None = None) -> Iterator[Problem]:
    """Yield what is wrong with the fields, once for files that say the same; of endless faults the first ones."""
    every = ((list(judge(each.metadata.fields)), each) for each in archives if each.metadata)
    yield from once(((message, each) for messages, each in every for message in _first(messages)), severity)


def _first(messages: list[str]) -> Iterator[str]:
    yield from messages[:MANY]
    if len(messages) > MANY:
        yield f"and {len(messages) - MANY} faults more of this kind"


def once(found: Iterable[tuple[str, Archive]], severity: Severity | None = None) -> Iterator[Problem]:
    """Yield one problem for what several files say alike."""
    for message, group in groupby(sorted(found, key=itemgetter(0)), key=itemgetter(0)):
        archives = [archive for _, archive in group]
        others = "".join(f" (as in {archive.filename})" for archive in archives[1:])
        yield Problem(message=f"{message}{others}", where=_file(archives[0]), severity=severity)


def _file(archive: Archive) -> Location:
    return Location(file=archive.filename)
