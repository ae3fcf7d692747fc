"""Whether the changelog has the entry of the release, complete, dated and in its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise

from packaging.version import Version

from release_tools.changelog import Changelog, Heading, NearMiss, has_content, says_unreleased
from release_tools.checks import Problem, check
from release_tools.config import Config
from release_tools.model import Entry, Location, Mode, Release, Severity, Source, Tag

AHEAD = timedelta(days=3)
LONG_AGO = timedelta(days=366)
FIRST_DAY = date(2000, 1, 1)
ENOUGH = 3


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
    releasing: bool,
) -> Iterator[Problem]:
    """Add an entry for the version on top of the changelog: a heading, the date, and what changed for users."""
    if not releasing or changelog is None or entries:
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
    """Return what is wrong where the top entry is of a version that was never tagged, or stands there twice."""
    listed = [each for each in headings if each.version is not None]
    top = listed[0] if listed else None
    twice = top is not None and any(each.version == top.version for each in listed[1:])
    if top is None or (not twice and any(tag.version == top.version for tag in tags)):
        return None
    return Problem(
        message=f"{version} has no entry; the one on top is headed {top.version}",
        where=top.where,
        fix=f"Write {version} into the heading if this is its entry, else add one.",
    )


def _missing(version: Version, near_misses: Sequence[NearMiss]) -> str:
    if not near_misses:
        return f"{version} has no entry"
    kinds = {"sub-heading": "a heading of something else", "link": "a link"}
    place = kinds.get(near_misses[0].kind, "the text")
    return f"{version} has no entry; only {place} names it (line {near_misses[0].where.line})"


@check(alignment=True, todo=True)
def changelog_entry_released(entries: tuple[Entry, ...], *, releasing: bool) -> Iterator[Problem]:
    """Write the date of the release into the heading, as in `## 1.2.3 - 2026-01-31`."""
    if releasing and entries and all(says_unreleased(entry.dated) for entry in entries):
        yield Problem(message=f"the entry of {entries[0].version} says {entries[0].dated!r}", where=entries[0].where)


@check(alignment=True)
def changelog_entry_has_content(entries: tuple[Entry, ...], *, releasing: bool) -> Iterator[Problem]:
    """Write below the heading what changed for those who use the project."""
    if releasing and entries and not any(has_content(entry) for entry in entries):
        yield Problem(message=f"the entry of {entries[0].version} says nothing", where=entries[0].where)


@check("warning", alignment=True)
def changelog_entry_unique(entries: tuple[Entry, ...], *, releasing: bool) -> Iterator[Problem]:
    """Merge the entries of one version into one."""
    if releasing and len(entries) > 1:
        places = ", ".join(str(entry.where) for entry in entries)
        yield Problem(message=f"{entries[0].version} has {len(entries)} entries: {places}", where=entries[1].where)


@check("warning", alignment=True)
def changelog_entry_on_top(
    entries: tuple[Entry, ...],
    headings: tuple[Heading, ...],
    tags: tuple[Tag, ...],
    earlier: tuple[Tag, ...],
    source: Source,
    *,
    releasing: bool,
) -> Iterator[Problem]:
    """Move the entry above those of all earlier versions."""
    if not releasing or len(entries) != 1 or _is_behind(entries[0], earlier):
        return
    own = entries[0]
    listed = [each for each in headings if each.version is not None and each.where.file == own.where.file]
    at = next((at for at, each in enumerate(listed) if each.where == own.where), 0)
    released = {tag.version for tag in tags} - {tag.version for tag in earlier}
    for each in () if _is_ascending(listed) else listed[:at]:
        newer = each.version is not None and own.version is not None and each.version > own.version
        if says_unreleased(each.dated) or each.level < listed[at].level:
            continue
        if not newer or (each.version not in released and not source.shallow):
            yield Problem(
                message=f"the entry of {own.version} stands below that of {each.version} (line {each.where.line})",
                where=own.where,
            )
            return


def _is_behind(entry: Entry, earlier: Sequence[Tag]) -> bool:
    """Whether version-increases has something to say, from which the place of the entry follows."""
    return any(entry.version is None or tag.version >= entry.version for tag in earlier)


def _is_ascending(listed: Sequence[Heading]) -> bool:
    """Whether the file lists the oldest version first; two entries are too few to tell."""
    versions = [each.version for each in listed if each.version is not None]
    rising = sum(before < after for before, after in pairwise(versions))
    return len(versions) >= ENOUGH and rising * 2 > len(versions) - 1


@check(alignment=True)
def changelog_entry_date(
    entries: tuple[Entry, ...],
    headings: tuple[Heading, ...],
    release: Release,
    mode: Mode,
    today: date,
    *,
    releasing: bool,
) -> Iterator[Problem]:
    """Date the entry with the day of the release, as in `## 1.2.3 - 2026-01-31`."""
    if not releasing or not entries or any(says_unreleased(entry.dated) for entry in entries):
        return
    entry = next((entry for entry in entries if entry.dated), entries[0])
    if entry.dated is None:
        yield from _undated(entry, headings)
    elif entry.date is None:
        yield Problem(message=f"{entry.dated!r} is no day of the calendar", where=entry.where)
    else:
        yield from _misdated(entry, entry.date, release, today if mode != "tag" and not release.tagged else None)


def _undated(entry: Entry, headings: Sequence[Heading]) -> Iterator[Problem]:
    others = [each for each in headings if each.version is not None and each.version != entry.version]
    if others and all(each.dated for each in others):
        yield Problem(
            message=f"the entry of {entry.version} has no date, all others have one",
            where=entry.where,
            severity="warning",
        )


def _misdated(entry: Entry, dated: date, release: Release, today: date | None) -> Iterator[Problem]:
    """Compare with the day of the tag; of one that is still to be made, with today."""
    tagged_on = _day(release.tag.when)
    latest = max(filter(None, (tagged_on, today)), default=None)
    if latest and dated > latest + AHEAD:
        what = f"the tag, which is of {latest}" if today is None else f"today, {latest}"
        yield Problem(message=f"the date {entry.dated} is later than {what}", where=entry.where)
    elif tagged_on and dated < tagged_on - LONG_AGO:
        what = "tag" if release.tagged else "commit"
        yield Problem(
            message=f"the date {entry.dated} is more than a year before the {what}, which is of {tagged_on}",
            where=entry.where,
            severity="warning",
        )


def _day(seconds: int) -> date | None:
    """Return the day of a moment; None where a clock was clearly wrong."""
    try:
        day = datetime.fromtimestamp(seconds, tz=timezone.utc).date()
    except (ValueError, OverflowError, OSError):
        return None
    return day if day >= FIRST_DAY else None


@check("warning", alignment=True)
def unreleased_empty(
    unreleased: Entry | None, entries: tuple[Entry, ...], earlier: tuple[Tag, ...], *, releasing: bool
) -> Iterator[Problem]:
    """Move what is part of this release from Unreleased into its entry."""
    if not releasing or not entries or unreleased is None or not has_content(unreleased):
        return
    if _is_behind(entries[0], earlier):
        return
    if unreleased.where.file == entries[0].where.file and (unreleased.where.line or 0) > (entries[0].where.line or 0):
        return
    title = unreleased.heading.strip() or "Unreleased"
    yield Problem(message=f"notes under {title} stand above the entry of {entries[0].version}", where=unreleased.where)
