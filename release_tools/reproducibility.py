"""Whether a build can be done again: how two of them differ, and all that they were made with."""

from __future__ import annotations

import platform
import sysconfig
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from release_tools.adapters import backend, files
from release_tools.adapters.twice import Built, Order, Pair
from release_tools.distributions import Archive, compare
from release_tools.distributions.compare import Difference


def differences(built: Built, archives: Iterable[Archive], epoch: int, started: int) -> tuple[Difference, ...]:
    """Return how two builds differ, and the times by which they would differ another day.

    `archives` are the files of the first build as read.
    """
    others = {path.suffix: path for path in _paths(built.other)}
    read = {archive.filename: archive for archive in archives}
    return tuple(
        difference
        for path in _paths(built.one)
        for difference in _of_file(path, others[path.suffix], read[path.name], epoch, started)
    )


def _of_file(path: Path, other: Path, archive: Archive, epoch: int, started: int) -> Iterator[Difference]:
    found: tuple[Difference, ...] = ()
    if path.name != other.name or files.sha256(path) != files.sha256(other):
        from release_tools import inspection

        found = compare.differences(archive, inspection.read(other))
    yield from found
    told = {(each.member, each.field) for each in found}
    yield from (each for each in compare.stamps(archive, epoch, started) if (each.member, each.field) not in told)


def _paths(pair: Pair) -> tuple[Path, Path]:
    return pair.wheel, pair.sdist


def inputs(built: Built, order: Order) -> dict[str, str]:
    """Return all that a build depends on besides the commit, in words that the ledger keeps."""
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "platform": sysconfig.get_platform(),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        "installer": built.installer,
        "requirements": " ".join(f"{name}=={version}" for name, version in built.requirements.items()),
        "requirements-locked": "yes" if built.requirements.keys() <= built.locked else "no",
        "source-date-epoch": str(order.commit_time),
        "umask": f"{backend.UMASK:03o}",
        "normalised": built.one.sdist.name if order.settle else "",
    }
