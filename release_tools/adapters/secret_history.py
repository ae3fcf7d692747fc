"""The door to all that git keeps, searched for secrets: every version of every file, and every message."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from release_tools.adapters import objects
from release_tools.adapters.git import Git
from release_tools.adapters.objects import Stored
from release_tools.adapters.secret_files import MOST
from release_tools.secret_scan import bounds, names, nested, scan
from release_tools.secret_scan.bounds import SEPARATOR
from release_tools.secret_scan.report import Exposed, Searched
from release_tools.secret_scan.scan import Match
from release_tools.secret_scan.values import NONE, Needles


def search(git: Git, needles: Needles = NONE) -> Searched:
    """Search every object of every ref, each once; what is found is told with the commit that brought it in."""
    every = objects.every(git)
    fit = [each for each in every if each.size <= objects.LARGEST]
    untold = [f"{_name(each)}: {each.size >> 20} MB" for each in every if each.size > objects.LARGEST]
    found: list[tuple[Stored, Exposed]] = []
    for each, content in objects.contents(git, fit):
        found += ((each, exposed) for exposed in islice(_in_object(each, content, needles, untold), MOST))
    places = objects.introduced(git, sorted({each.object_id for each, _ in found if each.kind == "blob"}))
    exposed = (_placed(each, one, places) for each, one in found)
    return Searched(
        exposed=tuple(sorted(exposed, key=lambda each: (each.file, each.member or "", each.match.offset))),
        files=len(fit),
        size=sum(each.size for each in fit),
        untold=tuple(untold),
    )


def _in_object(each: Stored, content: bytes, needles: Needles, untold: list[str]) -> Iterator[Exposed]:
    path, kinds = each.path if each.kind == "blob" else "", set()
    if path and bounds.archive(content[: bounds.HEAD]):
        for leak in nested.search(io.BytesIO(content), bounds.allowed(each.size, untold), needles, path):
            kinds.add(leak.match.kind)
            yield _exposed(each, leak.match, leak.member)
    if content and (opaque := names.opaque(path)):
        yield _exposed(each, Match(kind=opaque))
    for match in scan.content(content, needles, path):
        if match.kind not in kinds:
            yield _exposed(each, match)


def _exposed(each: Stored, match: Match, path: str = "") -> Exposed:
    member = path.removeprefix(each.path).removeprefix(SEPARATOR) or None
    fixture = not match.sure and each.kind == "blob" and names.is_fixture(path or each.path)
    return Exposed(file=_name(each), member=member, match=match, fixture=fixture)


def _name(each: Stored) -> str:
    return each.path if each.kind == "blob" else f"message of {each.kind} {each.object_id}"


def _placed(each: Stored, exposed: Exposed, places: dict[str, objects.Place]) -> Exposed:
    if each.kind == "commit":
        return replace(exposed, commit=each.object_id)
    place = places.get(each.object_id)
    return replace(exposed, file=place.path or exposed.file, commit=place.commit) if place else exposed
