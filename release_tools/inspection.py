"""Reads finished distributions and gathers the facts by which the checks judge them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from release_tools.adapters import twine_check
from release_tools.distributions import Archive, Sdist, Wheel, limits, sdist, wheel
from release_tools.distributions.content import Listener

ENDINGS = (wheel.ENDING, sdist.ENDING, ".tgz", ".tar.bz2", ".tar.xz", ".zip")
RENDERED = 128 * limits.KIB  # what is longer takes the renderer too long


def read(path: Path, listener: Listener | None = None) -> Wheel | Sdist:
    """Read one distribution, a wheel by its ending, anything else as an sdist.

    The listener is told of every piece of every content, in the one pass that is made.
    """
    reader = wheel.read if path.name.lower().endswith(wheel.ENDING) else sdist.read
    with path.open("rb", buffering=limits.CHUNK) as file:
        return reader(path.name, file, listener)


def facts(paths: Iterable[Path]) -> dict[str, Any]:
    """Return the facts of files that were built, `complaints` being those of the uploader."""
    every = {path: read(path) for path in paths}
    sound = [path for path, archive in every.items() if _is_sound(archive)]
    return {**_kinds(every.values()), "complaints": twine_check.complaints(sound)}


def of_archives(every: Iterable[Archive]) -> dict[str, Any]:
    """Return the facts of files of anybody, `complaints` being those of a renderer as the index has it."""
    archives = tuple(every)
    said = {each.filename: _complaint(each) for each in archives if _is_sound(each)}
    return {**_kinds(archives), "complaints": {name: (complaint,) for name, complaint in said.items() if complaint}}


def _kinds(every: Iterable[Archive]) -> dict[str, Any]:
    archives = tuple(every)
    return {
        "archives": archives,
        "wheels": tuple(each for each in archives if isinstance(each, Wheel)),
        "sdists": tuple(each for each in archives if isinstance(each, Sdist)),
    }


def _complaint(archive: Archive) -> str:
    from release_tools import readmes

    told = archive.metadata.fields if archive.metadata else {}
    content_type = str(told.get("description_content_type", "")).partition(";")[0].strip().lower()
    page = readmes.Readme(files=(), content_type=content_type or None, text=str(told.get("description", "")))
    found = readmes.complaint(page)
    return f"the index cannot show the description: {found.message}" if found else ""


def _is_sound(archive: Archive) -> bool:
    """Whether other programs may be given what a file holds: nothing in it takes them long or leads them astray."""
    text = archive.texts.get("METADATA") or archive.texts.get("PKG-INFO", b"")
    return not archive.fault and not archive.faults and len(text) <= RENDERED
