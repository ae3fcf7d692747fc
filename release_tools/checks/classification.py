"""What a distribution is filed under: classifiers and license, as the index asks for them."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.licenses import canonicalize_license_expression

from release_tools.checks import Problem, check, listed
from release_tools.checks.metadata import once, told
from release_tools.distributions import Archive, Sdist, Wheel
from release_tools.distributions.metadata import UNKNOWN, Fields, shown, stated

PRIVATE = "Private ::"
LICENSE = "License ::"


@check()
def classifiers_known(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Take classifiers from the index's list, which the package trove-classifiers holds; upgrade it for new ones.

    Specification: core metadata, Classifier (PEP 301).
    """
    yield from told(archives, _classifiers)


@check()
def classifiers_public(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Take the classifier out to publish the project: it is there to make the index refuse the file.

    Specification: core metadata, Classifier; the list of the index.
    """
    yield from told(archives, _private)


@check()
def license_told_once(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Name the license by an SPDX expression, alone: license = "MIT" in pyproject.toml, no classifier. PEP 639."""
    yield from told(archives, _two_licenses)
    yield from told(archives, _license_classifiers, "warning")
    yield from told(archives, _odd_expression, "note")


@check()
def license_files_present(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Use a newer build backend: License-File names files in .dist-info/licenses of a wheel, at the top of an sdist.

    Specification: core metadata, License-File (PEP 639).
    """
    yield from once((message, archive) for archive in archives for message in _lost_licenses(archive))


def _classifiers(fields: Fields) -> Iterator[str]:
    stated = _stated_classifiers(fields)
    if not stated:
        return
    from trove_classifiers import all_classifiers, deprecated_classifiers

    unknown = [each for each in stated if each not in all_classifiers and not each.startswith(PRIVATE)]
    if unknown:
        yield f"Classifier: unknown to the index: {listed(list(map(shown, unknown)))}"
    for each in stated:
        if each in deprecated_classifiers:
            instead = f"; use {listed(deprecated_classifiers[each])}" if deprecated_classifiers[each] else ""
            yield f"Classifier: {each!r} is deprecated{instead}"


def _private(fields: Fields) -> Iterator[str]:
    found = [each for each in _stated_classifiers(fields) if each.startswith(PRIVATE)]
    if found:
        yield f"Classifier: {listed(list(map(shown, found)))} keeps the file off the index"


def _stated_classifiers(fields: Fields) -> list[str]:
    stated = fields.get("classifiers", [])
    # One that is empty is as if it were not there, and distutils' word for nothing takes all with it.
    return [] if stated == [""] or stated[-1:] == [UNKNOWN] else sorted(set(stated))


def _two_licenses(fields: Fields) -> Iterator[str]:
    if (old := stated(fields, "license")) and (new := stated(fields, "license_expression")):
        yield f"License is {shown(old)} and License-Expression {shown(new)}: one excludes the other"


def _license_classifiers(fields: Fields) -> Iterator[str]:
    found = [each for each in _stated_classifiers(fields) if each.startswith(LICENSE)]
    if found and stated(fields, "license_expression"):
        yield f"License-Expression stands beside {listed(list(map(shown, found)))}"


def _odd_expression(fields: Fields) -> Iterator[str]:
    expression = stated(fields, "license_expression")
    # One that is none is told of already, and left out.
    normal = canonicalize_license_expression(expression) if expression else ""
    if normal != expression:
        yield f"License-Expression is {shown(expression)}, which is spelled {shown(normal)}"


def _lost_licenses(archive: Archive) -> Iterator[str]:
    stated = archive.metadata.fields.get("license_files", []) if archive.metadata and not archive.fault else []
    folder = ""
    if isinstance(archive, Wheel) and archive.dist_info:
        folder = f"{archive.dist_info}/licenses"
    elif isinstance(archive, Sdist) and len(archive.tops) == 1:
        folder = archive.tops[0]
    there = {member.name for member in archive.members} if stated and folder else set()
    lost = [name for name in dict.fromkeys(stated) if folder and f"{folder}/{name}" not in there]
    if lost:
        where = ".dist-info/licenses" if isinstance(archive, Wheel) else "the top folder"
        yield f"License-File names what is not in {where}: {listed(list(map(shown, lost)))}"
