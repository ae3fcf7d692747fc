"""Whether the entry of the release is complete, dated and in its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise

from release_tools.changelog import Heading, has_content, says_unreleased
from release_tools.checks import Problem, check
from release_tools.model import Entry, Mode, Release, Source, Tag

AHEAD = timedelta(days=3)
LONG_AGO = timedelta(days=366)
FIRST_DAY = date(2000, 1, 1)
ENOUGH = 3


@check(alignment=True, todo=True)
def changelog_entry_released(entries: tuple[Entry, ...], *, entry_due: bool) -> Iterator[Problem]:
    """Write the date of the release into the heading, as in `## 1.2.3 - 2026-01-31`."""
    if entry_due and entries and all(says_unreleased(entry.dated) for entry in entries):
        yield Problem(message=f"the entry of {entries[0].version} says {entries[0].dated!r}", where=entries[0].where)


@check(alignment=True)
def changelog_entry_has_content(entries: tuple[Entry, ...], *, entry_due: bool) -> Iterator[Problem]:
    """Write below the heading what changed for those who use the project."""
    if entry_due and entries and not any(has_content(entry) for entry in entries):
        yield Problem(message=f"the entry of {entries[0].version} says nothing", where=entries[0].where)


@check("warning", alignment=True)
def changelog_entry_unique(entries: tuple[Entry, ...], *, entry_due: bool) -> Iterator[Problem]:
    """Merge the entries of one version into one."""
    if entry_due and len(entries) > 1:
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
    entry_due: bool,
) -> Iterator[Problem]:
    """Move the entry above those of all earlier versions."""
    if not entry_due or len(entries) != 1:
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
    entry_due: bool,
) -> Iterator[Problem]:
    """Date the entry with the day of the release, as in `## 1.2.3 - 2026-01-31`."""
    if not entry_due or not entries or any(says_unreleased(entry.dated) for entry in entries):
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
