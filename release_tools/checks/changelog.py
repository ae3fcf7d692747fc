"""Whether there is a changelog, and in it the entry of the release with all its notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from packaging.version import Version

from release_tools.changelog import Changelog, Heading, has_content, says_unreleased
from release_tools.checks import Problem, check
from release_tools.config import Config
from release_tools.model import Entry, Location, Mode, Release, Severity, Tag

if TYPE_CHECKING:
    from release_tools.changelog import NearMiss


@check(alignment=True)
def changelog_found(changelog: Changelog | None, config: Config) -> Iterator[Problem]:
    """Add CHANGELOG.md with an entry for each version, or name your file in pyproject.toml.

    The key is `changelog = "PATH"` under `[tool.release-tools]`; without a changelog it is `changelog = false` and a
    reason: `because = "..."`.
    """
    if changelog is None and config.changelog is not False:
        yield Problem(message="no changelog was found: neither in the root, nor in docs, nor in the package")


@check(alignment=True)
def changelog_has_entry(
    changelog: Changelog | None,
    entries: tuple[Entry, ...],
    near_misses: tuple[NearMiss, ...],
    unreleased: Entry | None,
    fragments: tuple[str, ...],
    headings: tuple[Heading, ...],
    release: Release,
    tags: tuple[Tag, ...],
    mode: Mode,
    *,
    entry_due: bool,
) -> Iterator[Problem]:
    """Add an entry for the version on top of the changelog: a heading, the date, and what changed for users."""
    if not entry_due or changelog is None or entries:
        return
    version = release.tag.version
    problem = (
        _hidden_entry(version, near_misses)
        or _unmoved_notes(version, unreleased, fragments, mode)
        or _entry_of_another(version, headings, tags)
        or Problem(message=_missing(version, near_misses), where=changelog.where)
    )
    yield replace(problem, severity="warning") if version.is_prerelease else problem


# What stands in the changelog in place of an entry, and how to make one of it.
_HIDDEN = {
    "malformed-heading": ("the heading of {} is malformed: {!r}", "Write it as the other headings are written."),
    "short-underline": ("the underline of {} is too short", "Make the underline as long as the title."),
    "joined-title": ("the heading of {} runs into the text above it", "Put a blank line above the heading."),
    "bare-line": ("{} stands on a line that is no heading: {!r}", "Mark the line as the other headings are marked."),
    "comment": ("the entry of {} stands in a comment", "Take the entry out of the comment."),
    "code": (
        "the entry of {} stands in a code block",
        "Take the entry out of the code block, or end the block above it.",
    ),
}


def _hidden_entry(version: Version, near_misses: Sequence[NearMiss]) -> Problem | None:
    miss = next((each for each in near_misses if each.kind in _HIDDEN), None)
    if miss is None:
        return None
    message, fix = _HIDDEN[miss.kind]
    return Problem(message=message.format(version, miss.text), where=miss.where, fix=fix)


def _unmoved_notes(version: Version, unreleased: Entry | None, fragments: Sequence[str], mode: Mode) -> Problem | None:
    """Return what is wrong where the notes are there; in a rehearsal that is left to do, not a fault."""
    severity: Severity | None = "todo" if mode == "rehearsal" else None
    if unreleased and has_content(unreleased):
        title = unreleased.heading.strip() or "Unreleased"
        return Problem(
            message=f"{version} has no entry; its notes stand under {title}",
            where=unreleased.where,
            severity=severity,
            fix=f"Put the heading of {version} with the date of the release above these notes.",
        )
    if fragments:
        return Problem(
            message=f"{version} has no entry; its notes are {len(fragments)} fragments, such as {fragments[0]}",
            where=Location(file=fragments[0]),
            severity=severity,
            fix=f"Collect the fragments: towncrier build --version {version}, or scriv collect --version {version}.",
        )
    return None


def _entry_of_another(version: Version, headings: Sequence[Heading], tags: Sequence[Tag]) -> Problem | None:
    """Return what is wrong where an entry is of a version that was never tagged, of a candidate, or stands there twice.

    The first entry of a release is meant, which may stand below those that are kept open; else the one on top.
    """
    listed = [each for each in headings if each.version is not None]
    closed = [each for each in listed if not says_unreleased(each.dated)]
    twice = {found for found, times in Counter(each.version for each in listed).items() if times > 1}
    explained = {tag.version for tag in tags if tag.version.release != version.release} - twice
    other = next((each for each in (*closed[:1], *listed[:1]) if each.version not in explained), None)
    if other is None:
        return None
    place = "on top" if other is listed[0] else "in its place"
    return Problem(
        message=f"{version} has no entry; the one {place} is headed {other.version}",
        where=other.where,
        fix=f"Write {version} into the heading if this is its entry, else add one.",
    )


def _missing(version: Version, near_misses: Sequence[NearMiss]) -> str:
    if not near_misses:
        return f"{version} has no entry"
    kinds = {"sub-heading": "a heading of something else", "link": "a link"}
    place = kinds.get(near_misses[0].kind, "the text")
    return f"{version} has no entry; only {place} names it (line {near_misses[0].where.line})"


@check("warning", alignment=True)
def unreleased_empty(unreleased: Entry | None, entries: tuple[Entry, ...], *, entry_due: bool) -> Iterator[Problem]:
    """Move what is part of this release from Unreleased into its entry."""
    if not entry_due or not entries or unreleased is None or not has_content(unreleased):
        return
    if unreleased.where.file == entries[0].where.file and (unreleased.where.line or 0) > (entries[0].where.line or 0):
        return
    title = unreleased.heading.strip() or "Unreleased"
    yield Problem(message=f"notes under {title} stand above the entry of {entries[0].version}", where=unreleased.where)
