"""Whether the version is still free on the index, or its release can be finished."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.version import Version

from release_tools.checks import Problem, check, short
from release_tools.facts.index import ACTIVE, DEPRECATED, OnIndex
from release_tools.increments import following, spelled_out
from release_tools.ledger import Ledger
from release_tools.model import Release, Source


@check(todo=True)
def version_unpublished(
    on_index: OnIndex | None, release: Release, source: Source, old_ledger: Ledger | None
) -> Iterator[Problem]:
    """Choose the next version: a file name that was used on an index is taken for ever."""
    version = release.tag.version
    if on_index is None:
        return
    if on_index.unknown:
        yield Problem(
            message=f"not known whether {version} is published on {on_index.name}: {on_index.unknown}",
            severity="note",
            fix="Run this again where the index can be reached; publish asks it in any case.",
        )
        return
    ledger = old_ledger if old_ledger and old_ledger.is_of(version) else None
    trouble = _gone(on_index, version) or _foreign(on_index, source, ledger) or _late(on_index, version, ledger)
    if trouble:
        yield Problem(message=trouble, fix=f"Choose the next version: {spelled_out(following(version))}.")
    elif on_index.files:
        yield Problem(
            message=f"{version} is on {on_index.name} already: {', '.join(sorted(on_index.files))}",
            severity="note",
            fix="publish goes on from there: it compares digests, sends what is missing, and stops at other bytes.",
        )
    elif on_index.status != ACTIVE:
        yield _of_project(on_index)


def _of_project(on_index: OnIndex) -> Problem:
    """Return what is to be known of a project that is not as any other on the index."""
    message = f"the project is {on_index.status} on {on_index.name}"
    if on_index.status == DEPRECATED:
        fix = "Nothing is to be done: a release goes on, and its users are told to look for another project."
        return Problem(message=message, severity="note", fix=fix)
    fix = "Look at the settings of the project there: as long as it is, a release does not reach its users."
    return Problem(message=message, severity="warning", fix=fix)


def _gone(on_index: OnIndex, version: Version) -> str:
    """Return how the version was taken back; empty where it was not."""
    if on_index.deleted:
        return f"{version} was on {on_index.name}, and its files were deleted"
    for file, reason in sorted(on_index.yanked.items()):
        return f"{version} was yanked on {on_index.name}{f': {reason}' if reason else ''} ({file})"
    return ""


def _foreign(on_index: OnIndex, source: Source, ledger: Ledger | None) -> str:
    """Return which file there is of other bytes or another commit than ours; empty where none is known to be."""
    for each in ledger.distributions if ledger else ():
        there = on_index.files.get(each.filename)
        if there and there == each.sha256 and _commit(ledger) != source.commit:
            was, now = short(_commit(ledger)), short(source.commit)
            return f"{each.filename} on {on_index.name} was built from commit {was}, HEAD is {now}"
        if there and there != each.sha256 and _commit(ledger) == source.commit:
            digests = f"SHA-256 {there} there, {each.sha256} in the ledger"
            return f"{each.filename} has other bytes on {on_index.name}: {digests}"
    return ""


def _commit(ledger: Ledger | None) -> str:
    return ledger.built.get("commit", ledger.commit) if ledger else ""


def _late(on_index: OnIndex, version: Version, ledger: Ledger | None) -> str:
    """Return that an unfinished release is too old to be finished; empty where it is not, or not unfinished."""
    ours = {each.filename for each in ledger.distributions} if ledger else set()
    if on_index.closed is None or (ours and ours.issubset(on_index.files)):
        return ""
    return (
        f"{version} is on {on_index.name} since {on_index.closed} days, and an index takes more files for 14 days only"
    )
