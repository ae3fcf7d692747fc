"""The checks of the entry: each fires on its defect, names it and the way out, and is silent otherwise."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from release_tools import checks
from release_tools.checks import entry as subject
from release_tools.model import Mode, Release
from tests.checks.facts_for import (
    CHANGELOG,
    DAY,
    ENTRY,
    HEAD,
    OTHER,
    TODAY,
    WHEN,
    changelog,
    everything,
    found,
    only,
    release,
    source,
    tag,
    with_entry,
)

ALL = checks.of(("entry",))
UNTAGGED = release("1.2.3", tagged=False)


@pytest.mark.parametrize("mode", ["tag", "rehearsal", "branch"])
@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_a_healthy_entry_gives_no_finding(check: checks.Check, mode: Mode) -> None:
    """Nothing is said of a dated entry with content on top, in any mode."""
    assert found(check, mode=mode, state="candidate" if mode == "branch" else None) == []


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_every_check_decides_on_the_verdict_and_names_a_remedy(check: checks.Check) -> None:
    """All checks of the entry are alignment checks; the remedy is a sentence."""
    assert check.alignment
    assert check.remedy.endswith(".")


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_work_in_progress_needs_no_entry(check: checks.Check) -> None:
    """On a branch that is no candidate nothing is demanded of an entry."""
    text = CHANGELOG.replace(ENTRY, "## 1.2.3 - unreleased\n")
    assert found(check, mode="branch", state="in-progress", release=UNTAGGED, changelog=changelog(text)) == []


@pytest.mark.parametrize(
    "words", ["unreleased", "TBD", "in development", "YYYY-MM-DD", "2026-XX-XX", "Not yet released"]
)
def test_an_entry_that_calls_itself_unreleased_is_refused(words: str) -> None:
    """The words are quoted, with the line."""
    changes = with_entry(ENTRY.replace("2026-01-10", words))
    finding = only(subject.changelog_entry_released, **changes)
    assert finding.severity == "error"
    assert words in finding.message
    assert finding.line == 5
    assert "2026-01-31" in finding.fix
    assert everything(**changes) == ["changelog-entry-released"]
    assert only(subject.changelog_entry_released, **changes, mode="rehearsal").severity == "todo"


EMPTY = {
    "nothing": "## 1.2.3 - 2026-01-10\n",
    "sub-headings": "## 1.2.3 - 2026-01-10\n\n### Added\n\n### Fixed\n",
    "a comment": "## 1.2.3 - 2026-01-10\n\n<!-- write here -->\n",
}


@pytest.mark.parametrize("text", EMPTY.values(), ids=EMPTY)
def test_an_entry_without_content_is_refused(text: str) -> None:
    """Sub-headings and comments are no content."""
    finding = only(subject.changelog_entry_has_content, **with_entry(text + "\n"))
    assert finding.severity == "error"
    assert finding.line == 5
    assert everything(**with_entry(text + "\n")) == ["changelog-entry-has-content"]


def test_two_entries_are_a_warning_that_names_both() -> None:
    """One of them is easily overlooked."""
    finding = only(subject.changelog_entry_unique, **with_entry(ENTRY + "\n" + ENTRY))
    assert finding.severity == "warning"
    assert "CHANGELOG.md:5" in finding.message
    assert "CHANGELOG.md:9" in finding.message
    assert everything(**with_entry(ENTRY + "\n" + ENTRY)) == ["changelog-entry-unique"]


def moved_down() -> dict[str, Any]:
    """Return the change that puts the entry below that of 1.2.2."""
    text = CHANGELOG.replace(ENTRY + "\n", "").replace("## 1.2.1", ENTRY + "\n## 1.2.1")
    return {"changelog": changelog(text)}


def test_an_entry_that_is_not_on_top_is_a_warning() -> None:
    """The entry above it is named."""
    finding = only(subject.changelog_entry_on_top, **moved_down())
    assert finding.severity == "warning"
    assert "below that of 1.2.2 (line 5)" in finding.message
    assert "above" in finding.fix
    assert everything(**moved_down()) == ["changelog-entry-on-top"]


NEWER = CHANGELOG.replace("## 1.2.3", "## 2.0.0 - 2026-01-05\n\n- All new.\n\n## 1.2.3")


def test_an_entry_of_an_older_line_need_not_be_on_top() -> None:
    """The newer release above it is tagged, but not in the history of HEAD."""
    history = (tag("1.2.2"), release().tag)
    changes: dict[str, Any] = {"changelog": changelog(NEWER), "history": history}
    assert found(subject.changelog_entry_on_top, **changes, tags=(*history, tag("2.0.0", OTHER))) == []
    assert only(subject.changelog_entry_on_top, **changes).severity == "warning"
    assert found(subject.changelog_entry_on_top, **changes, source=source(shallow=True)) == []


def test_the_place_follows_from_a_version_that_is_too_low() -> None:
    """Then only version-increases has something to say."""
    history = (tag("1.2.2"), tag("2.0.0"), release().tag)
    assert everything(changelog=changelog(NEWER), history=history) == ["version-increases"]


def test_a_changelog_may_begin_with_the_oldest_entry() -> None:
    """Then the newest entry is the last one."""
    entries = [f"## 1.2.{number} - 2025-01-0{number}\n\n- Change {number}.\n" for number in (1, 2, 3)]
    assert found(subject.changelog_entry_on_top, changelog=changelog("# Changelog\n\n" + "\n".join(entries))) == []


def test_the_next_version_may_stand_above() -> None:
    """An entry that calls itself unreleased is no earlier one."""
    text = CHANGELOG.replace("## Unreleased", "## 1.3.0 (unreleased)\n\n- To come.")
    assert found(subject.changelog_entry_on_top, changelog=changelog(text)) == []


def dated(day: date | str) -> dict[str, Any]:
    """Return the change that dates the entry so."""
    return with_entry(ENTRY.replace("2026-01-10", str(day)))


def on(day: date, *, when: int = WHEN, tagged: bool = True) -> dict[str, Any]:
    """Return the changes for an entry of a day and a tag of a moment."""
    return {**dated(day), "release": Release(tag=tag("1.2.3", HEAD, when=when), tagged=tagged, asked=False)}


TAGGED_ON = date(2026, 1, 10)


@pytest.mark.parametrize("ahead", [1, 2, 3])
def test_a_date_up_to_three_days_ahead_is_fine(ahead: int) -> None:
    """Time zones, and tags made on the eve."""
    assert found(subject.changelog_entry_date, **dated(TAGGED_ON + timedelta(days=ahead))) == []


def test_a_date_after_the_tag_is_refused() -> None:
    """Both days are named."""
    finding = only(subject.changelog_entry_date, **dated(TAGGED_ON + timedelta(days=4)))
    assert finding.severity == "error"
    assert "2026-01-14" in finding.message
    assert "2026-01-10" in finding.message
    assert "day of the release" in finding.fix


def test_before_the_tag_is_made_today_counts() -> None:
    """In a branch and a rehearsal the release may come as late as today, whatever the commit's date."""
    old = WHEN - 40 * DAY
    for mode in ({"mode": "rehearsal"}, {"mode": "branch", "state": "candidate"}):
        assert found(subject.changelog_entry_date, **on(TODAY, when=old, tagged=False), **mode) == []
        late = on(TODAY + timedelta(days=4), when=old, tagged=False)
        assert "today" in only(subject.changelog_entry_date, **late, **mode).message


@pytest.mark.parametrize("day", ["2026-02-30", "2026-13-01", "2026-00-10"])
def test_an_impossible_date_is_refused(day: str) -> None:
    """The text is quoted."""
    finding = only(subject.changelog_entry_date, **dated(day))
    assert finding.severity == "error"
    assert day in finding.message
    assert everything(**dated(day)) == ["changelog-entry-date"]


def test_a_date_long_before_the_tag_is_a_warning() -> None:
    """More than a year is hardly the day of the release."""
    finding = only(subject.changelog_entry_date, **dated(TAGGED_ON - timedelta(days=367)))
    assert finding.severity == "warning"
    assert "more than a year before" in finding.message
    assert found(subject.changelog_entry_date, **dated(TAGGED_ON - timedelta(days=366))) == []


def test_a_missing_date_is_a_warning_where_all_others_have_one() -> None:
    """A changelog without any dates is fine."""
    finding = only(subject.changelog_entry_date, **with_entry(ENTRY.replace(" - 2026-01-10", "")))
    assert finding.severity == "warning"
    assert "has no date" in finding.message
    undated = CHANGELOG.replace(" - 2026-01-10", "").replace(" - 2025-11-01", "")
    assert found(subject.changelog_entry_date, changelog=changelog(undated)) == []


@pytest.mark.parametrize("when", [0, 1 << 62, -5_000_000_000])
def test_a_clock_that_was_clearly_wrong_accuses_nobody(when: int) -> None:
    """Without a credible day of the tag nothing is compared with it."""
    assert found(subject.changelog_entry_date, **on(TAGGED_ON, when=when)) == []
