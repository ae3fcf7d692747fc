"""The checks of the changelog: each fires on its defect, names it and the way out, and is silent otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from release_tools import checks
from release_tools.checks import changelog as subject
from release_tools.config import Config
from release_tools.model import Mode
from tests.checks.facts_for import (
    CHANGELOG,
    ENTRY,
    changelog,
    everything,
    found,
    only,
    reading,
    release,
    tag,
    with_entry,
)

ALL = checks.of(("changelog",))
UNTAGGED = release("1.2.3", tagged=False)
IN_PROGRESS: dict[str, Any] = {"mode": "branch", "state": "in-progress", "release": UNTAGGED}
CANDIDATE: dict[str, Any] = {"mode": "branch", "state": "candidate", "release": UNTAGGED}


@pytest.mark.parametrize("mode", ["tag", "rehearsal", "branch"])
@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_a_healthy_changelog_gives_no_finding(check: checks.Check, mode: Mode) -> None:
    """Nothing is said of a dated entry with content on top, in any mode."""
    assert found(check, mode=mode, state="candidate" if mode == "branch" else None) == []


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_every_check_decides_on_the_verdict_and_names_a_remedy(check: checks.Check) -> None:
    """All checks of the changelog are alignment checks; the remedy is a sentence."""
    assert check.alignment
    assert check.remedy.endswith(".")


@pytest.mark.parametrize("check", ALL[1:], ids=lambda check: check.id)
def test_work_in_progress_needs_no_entry(check: checks.Check) -> None:
    """On a branch that is no candidate nothing is demanded of the changelog but that it is there."""
    assert found(check, **IN_PROGRESS, changelog=changelog("# Changelog\n")) == []


def test_a_project_without_a_changelog_is_told_once() -> None:
    """Where to put one and how to go without are named; the missing entry is not a second finding."""
    finding = only(subject.changelog_found, changelog=None)
    assert finding.severity == "error"
    assert "CHANGELOG.md" in finding.fix
    assert "changelog = false" in finding.fix
    assert everything(changelog=None) == ["changelog-found"]


def test_a_project_may_go_without_a_changelog() -> None:
    """It has said so, with a reason."""
    assert everything(changelog=None, config=Config(changelog=False, because="release notes live elsewhere")) == []


MISSING = {
    "missing": ("", ["1.2.3 has no entry"]),
    "under Unreleased": ("- Takes memory for one row only.\n", ["its notes stand under Unreleased"]),
    "another number": (ENTRY.replace("1.2.3", "1.2.4"), ["headed 1.2.4"]),
    "the number of the one before": (ENTRY.replace("1.2.3", "1.2.2"), ["headed 1.2.2"]),
    "another number below an open entry": (f"## 1.3.0 (TBA)\n\n{ENTRY.replace('1.2.3', '1.2.4')}", ["headed 1.2.4"]),
    "another number that is open": ("## 1.3.0 (TBA)\n\n- Faster.\n", ["headed 1.3.0"]),
    "in a comment": (f"<!--\n{ENTRY}-->\n", ["stands in a comment"]),
    "in a fence": (f"```\n{ENTRY}```\n", ["stands in a code block"]),
    "malformed heading": (ENTRY.replace("## ", "##"), ["malformed"]),
    "no mark": (ENTRY.replace("## ", ""), ["no heading"]),
    "prose": ("- Needs 1.2.3 of another.\n", []),
}


@pytest.mark.parametrize(("text", "words"), MISSING.values(), ids=MISSING)
def test_a_missing_entry_is_named_for_what_it_is(text: str, words: list[str]) -> None:
    """Whatever stands in its place: one finding, with what is wrong and what to do."""
    finding = only(subject.changelog_has_entry, **with_entry(text))
    assert finding.severity == "error"
    assert "1.2.3" in finding.message
    assert all(word in finding.message for word in words)
    assert finding.file == "CHANGELOG.md"
    assert everything(**with_entry(text)) == ["changelog-has-entry"]


def test_the_entry_of_its_own_candidate_is_named() -> None:
    """Where the notes of the candidate were to become those of the release, its tag does not explain the heading."""
    changes = with_entry(ENTRY.replace("1.2.3", "1.2.3rc1"))
    history = (tag("1.2.2"), tag("1.2.3rc1"), release().tag)
    finding = only(subject.changelog_has_entry, **changes, history=history)
    assert "headed 1.2.3rc1" in finding.message


def test_a_lost_underline_is_named() -> None:
    """A reStructuredText title without its underline is no heading."""
    text = "Changes\n=======\n\n1.2.3 (2026-01-10)\n\n- Faster.\n\n1.2.2 (2025-12-01)\n------------------\n\n- Right.\n"
    finding = only(subject.changelog_has_entry, changelog=changelog(text, "CHANGES.rst"))
    assert "1.2.3" in finding.message
    assert finding.line == 4


def test_an_entry_that_only_prose_or_a_link_names_is_missing() -> None:
    """The place of the mention is told, so that nobody thinks it was overlooked."""
    text = CHANGELOG.replace(ENTRY, "") + "\n[1.2.3]: https://example.com/compare/v1.2.2...v1.2.3\n"
    finding = only(subject.changelog_has_entry, changelog=changelog(text))
    assert "only a link names it (line" in finding.message


def test_a_pre_release_without_its_own_entry_is_a_warning() -> None:
    """Many projects gather the notes of pre-releases under the final release."""
    changes = {"release": release("1.3.0rc1"), "reading": reading("1.3.0rc1")}
    assert only(subject.changelog_has_entry, **changes).severity == "warning"


def test_in_a_rehearsal_notes_under_unreleased_are_something_to_do() -> None:
    """Where there are no notes at all, the entry is missing there too."""
    unmoved = with_entry("- Takes memory for one row only.\n")
    rehearsal: dict[str, Any] = {"mode": "rehearsal", "release": UNTAGGED}
    assert only(subject.changelog_has_entry, **unmoved, **rehearsal).severity == "todo"
    assert only(subject.changelog_has_entry, **with_entry(""), **rehearsal).severity == "error"


def test_fragments_that_were_not_collected_are_named() -> None:
    """The commands that collect them are the way out; in a rehearsal that is left to do."""
    changes: dict[str, Any] = {**with_entry(""), "fragments": ("newsfragments/12.bugfix", "newsfragments/13.doc")}
    finding = only(subject.changelog_has_entry, **changes)
    assert "2 fragments" in finding.message
    assert "towncrier build --version 1.2.3" in finding.fix
    assert finding.severity == "error"
    assert only(subject.changelog_has_entry, **changes, mode="rehearsal").severity == "todo"


def test_a_candidate_needs_its_entry() -> None:
    """A branch that moves the version is judged like a release."""
    finding = only(subject.changelog_has_entry, **with_entry(""), **CANDIDATE)
    assert finding.severity == "error"


@pytest.mark.parametrize("reads", ["1.2.2", "1.2.4.dev0"])
def test_a_tag_on_the_tree_of_another_version_is_one_defect(reads: str) -> None:
    """What the changelog lacks follows from the tag."""
    assert everything(**with_entry(""), reading=reading(reads)) == ["tag-matches-version"]


def test_notes_under_unreleased_above_the_entry_are_a_warning() -> None:
    """They may belong to this release."""
    text = CHANGELOG.replace("## Unreleased\n", "## Unreleased\n\n- Forgotten.\n")
    finding = only(subject.unreleased_empty, changelog=changelog(text))
    assert finding.severity == "warning"
    assert (finding.file, finding.line) == ("CHANGELOG.md", 3)
    assert "Unreleased" in finding.fix
    assert everything(changelog=changelog(text)) == ["unreleased-empty"]


def test_notes_below_the_entry_do_not_belong_to_it() -> None:
    """Some changelogs keep what is left for later at the end."""
    text = CHANGELOG.replace("## Unreleased\n\n", "") + "\n## Unreleased\n\n- Some day.\n"
    assert found(subject.unreleased_empty, changelog=changelog(text)) == []


def test_an_unreleased_section_of_a_template_is_empty() -> None:
    """Sub-headings alone are no notes."""
    text = CHANGELOG.replace("## Unreleased\n", "## Unreleased\n\n### Added\n\n### Fixed\n")
    assert found(subject.unreleased_empty, changelog=changelog(text)) == []


def test_an_entry_for_a_version_that_is_too_low_is_not_asked_for() -> None:
    """The version has to become another one first."""
    changes: dict[str, Any] = {"release": release("1.2.0"), "reading": reading("1.2.0")}
    assert everything(**changes) == ["version-increases"]


def test_notes_for_the_next_release_follow_from_a_version_that_was_not_moved() -> None:
    """In a rehearsal right after a release only version-increases has something to say."""
    text = CHANGELOG.replace("## Unreleased\n", "## Unreleased\n\n- To come.\n")
    history = (tag("1.2.2"), tag("1.2.3"))
    changes: dict[str, Any] = {"release": UNTAGGED, "history": history, "mode": "rehearsal"}
    assert everything(**changes, changelog=changelog(text)) == ["version-increases"]
