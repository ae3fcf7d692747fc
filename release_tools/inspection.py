"""Reads finished distributions and gathers the facts by which the checks judge them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from release_tools import readmes
from release_tools.adapters import rendering, twine_check
from release_tools.distributions import Archive, Sdist, Wheel, limits, sdist, wheel
from release_tools.distributions.content import Listener
from release_tools.readmes import Complaint, Readme
from release_tools.secret_scan import report
from release_tools.secret_scan.report import Searched
from release_tools.secret_scan.values import Needles
from release_tools.secret_scan.watch import Watch

ENDINGS = (wheel.ENDING, sdist.ENDING, ".tgz", ".tar.bz2", ".tar.xz", ".zip")
PATIENCE = 20.0  # in seconds, with the renderer; no index waits as long
# What follows from the facts of several files.
MORE = ("release_tools.facts.distributions",)


def read(path: Path, listener: Listener | None = None) -> Wheel | Sdist:
    """Read one distribution, a wheel by its ending, anything else as an sdist.

    The listener is told of every piece of every content, in the one pass that is made.
    """
    reader = wheel.read if path.name.lower().endswith(wheel.ENDING) else sdist.read
    with path.open("rb", buffering=limits.CHUNK) as file:
        return reader(path.name, file, listener)


def facts(paths: Iterable[Path], needles: Needles) -> dict[str, Any]:
    """Return the facts of files that were built, `complaints` being those of the uploader."""
    every = {path: _searched(path, needles) for path in paths}
    sound = {path: archive for path, (archive, _) in every.items() if _is_sound(archive)}
    endless = {path.name: (reason,) for path, archive in sound.items() if (reason := _endless(_page(archive)))}
    said = twine_check.complaints(path for path in sound if path.name not in endless)
    return {**_kinds(every.values()), "complaints": {**said, **endless}}


def of_anybody(paths: Iterable[Path], needles: Needles) -> dict[str, Any]:
    """Return the facts of files of anybody, `complaints` being those of a renderer as the index has it."""
    every = [_searched(path, needles) for path in paths]
    said = {each.filename: tuple(_complaints(each)) for each, _ in every if _is_sound(each)}
    return {**_kinds(every), "complaints": {name: complaints for name, complaints in said.items() if complaints}}


def _searched(path: Path, needles: Needles) -> tuple[Archive, Searched]:
    """Read a distribution and look for secrets in what comes by; the needles are values that nobody should read."""
    watch = Watch(path.name, needles, time.thread_time)
    archive = read(path, watch)
    return archive, watch.searched(archive)


def _kinds(every: Iterable[tuple[Archive, Searched]]) -> dict[str, Any]:
    archives, searched = zip(*every, strict=True)
    return {
        "archives": archives,
        "wheels": tuple(each for each in archives if isinstance(each, Wheel)),
        "sdists": tuple(each for each in archives if isinstance(each, Sdist)),
        "exposed": report.together(searched),
    }


def _page(archive: Archive) -> Readme:
    told = archive.metadata.fields if archive.metadata else {}
    content_type = str(told.get("description_content_type", "")).partition(";")[0].strip().lower()
    return Readme(files=(), content_type=content_type or None, text=str(told.get("description", "")))


def _complaints(archive: Archive) -> Iterator[Complaint]:
    """Yield why the index cannot show the page of a file."""
    page = _page(archive)
    if page.text.isspace() and page.content_type in (None, readmes.RST):
        yield Complaint(message="the index cannot show the description: it is nothing but white space")
    elif found := _judged(page)[0]:
        yield Complaint(message=f"the index cannot show the description: {found.message}")


def _endless(page: Readme) -> Complaint | None:
    """Return why a page is not to be given to another program."""
    complaint, ended = (None, True) if readmes.is_tame(page) else _judged(page)
    return None if ended else complaint


@lru_cache(maxsize=8)
def _judged(page: Readme) -> tuple[Complaint | None, bool]:
    """Return what the renderer says of a page, and whether it came to its end; a wheel and its sdist have the same."""
    try:
        return rendering.complaint(page, PATIENCE), True
    except rendering.TooMuchError as reason:
        return Complaint(message=str(reason)), False


def _is_sound(archive: Archive) -> bool:
    """Whether other programs may be given what a file holds: nothing in it takes them long or leads them astray."""
    text = archive.texts.get("METADATA") or archive.texts.get("PKG-INFO", b"")
    return not archive.fault and not archive.faults and len(text) <= limits.RENDERED
