"""Whether the files of a release are those of the commit: nothing added, nothing changed."""

from __future__ import annotations

from collections.abc import Iterator

from release_tools.checks import Problem, check, listed, short
from release_tools.distributions import Sdist, Wheel
from release_tools.distributions.faults import shown
from release_tools.identity.trace import Lineage, Stranger, Trace
from release_tools.model import Location


@check()
def sdist_from_source(sdists: tuple[Sdist, ...], lineage: Lineage | None) -> Iterator[Problem]:
    """Commit what belongs to it, name in the build's settings what it writes, and find out where the rest came from."""
    for sdist in sdists:
        yield from _strange(sdist.filename, lineage.sdist if lineage else None, "in the sdist, not in the commit")


@check()
def wheel_from_sdist(wheels: tuple[Wheel, ...], lineage: Lineage | None) -> Iterator[Problem]:
    """Let the sdist hold what the wheel is made of; a build itself makes compiled modules and version files only."""
    for wheel in wheels:
        yield from _strange(wheel.filename, lineage.wheel if lineage else None, "in the wheel, not in the sdist")


def _strange(filename: str, trace: Trace | None, unknown: str) -> Iterator[Problem]:
    """Yield one problem for what nobody knows, and one for what was changed."""
    where = Location(file=filename)
    strangers = trace.strangers if trace else ()
    if added := [each for each in strangers if not each.expected]:
        message = f"{unknown}: {listed([_named(each) for each in added])}"
        yield Problem(message=message, where=where, member=shown(added[0].name))
    if changed := [each for each in strangers if each.expected]:
        message = f"changed by the build: {listed([_compared(each) for each in changed])}"
        yield Problem(message=message, where=where, member=shown(changed[0].name))


def _named(stranger: Stranger) -> str:
    name = shown(stranger.name) or ""
    return f"{name} -> {shown(stranger.link)}" if stranger.link else name


def _compared(stranger: Stranger) -> str:
    return f"{_named(stranger)} ({short(stranger.expected)} became {short(stranger.found) or 'a link'})"
