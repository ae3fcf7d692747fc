"""The checks of the version: each fires on its defect, names it and the way out, and is silent otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from release_tools import checks
from release_tools.checks import version as subject
from release_tools.model import Mode
from release_tools.options import Options
from release_tools.versions import Reading
from tests.checks.facts_for import HEAD, OLD, OTHER, WHEN, found, only, reading, release, tag

ALL = checks.of(("version",))
SCM = Reading(from_tag="hatch-vcs")


@pytest.mark.parametrize("mode", ["tag", "rehearsal", "branch"])
@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_a_healthy_release_gives_no_finding(check: checks.Check, mode: Mode) -> None:
    """Nothing is said of a version that is readable, valid, consistent and higher than before."""
    state = "candidate" if mode == "branch" else None
    assert found(check, mode=mode, state=state) == []


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_every_check_decides_on_the_verdict_and_names_a_remedy(check: checks.Check) -> None:
    """All checks of the version are alignment checks; the remedy is a sentence."""
    assert check.alignment
    assert check.remedy.endswith(".")


def test_a_version_that_cannot_be_read_is_undetermined() -> None:
    """The reason is named, and the way out."""
    finding = only(subject.version_readable, reading=Reading(unreadable="setup.py computes it"))
    assert "setup.py computes it" in finding.message
    assert "undetermined" in finding.message
    assert "pyproject.toml" in finding.fix
    assert finding.severity == "error"


def test_no_build_is_named_as_the_reason() -> None:
    """Who switched the backend off is told that it could have been asked."""
    finding = only(subject.version_readable, reading=Reading(), options=Options(command="validate", no_build=True))
    assert "--no-build" in finding.fix


def test_a_version_from_the_tag_is_readable() -> None:
    """Where the tag is the version, nothing has to be declared."""
    assert found(subject.version_readable, reading=SCM) == []


def test_what_is_no_version_is_named_once() -> None:
    """The text and its place are named; the same text elsewhere is the same defect."""
    finding = only(subject.version_valid, reading=reading("1.2.x", "1.2.x"))
    assert "'1.2.x'" in finding.message
    assert (finding.file, finding.line) == ("pyproject.toml", 3)
    assert "1.2.3rc1" in finding.fix


def test_a_local_part_is_refused() -> None:
    """The part and the version without it are named."""
    finding = only(subject.version_publishable, reading=reading("1.2.3+g12"), release=release("1.2.3+g12"))
    assert "+g12" in finding.message
    assert "1.2.3:" in finding.fix
    assert finding.severity == "error"


def test_a_development_version_on_a_release_tag_is_a_warning() -> None:
    """It can be published, but hardly anybody wants that."""
    finding = only(subject.version_publishable, reading=reading("1.3.0.dev1"), release=release("1.3.0.dev1"))
    assert finding.severity == "warning"
    assert "1.3.0rc1" in finding.fix


def test_work_in_progress_may_carry_any_version() -> None:
    """On a branch nobody is about to release 1.3.0.dev1."""
    changes = {"mode": "branch", "state": "in-progress", "release": release("1.3.0.dev1+x", tagged=False)}
    assert found(subject.version_publishable, reading=reading("1.3.0.dev1+x"), **changes) == []


def test_declarations_that_differ_are_both_named() -> None:
    """Values and places stand in the message."""
    finding = only(subject.version_consistent, reading=reading("1.2.3", "1.2.2"))
    assert "sample/__init__.py:3 declares 1.2.2" in finding.message
    assert "pyproject.toml:3 declares 1.2.3" in finding.message
    assert "one place" in finding.fix


@pytest.mark.parametrize("other", ["1.2.3", "1.2.3.0", "v1.2.3", "no version"])
def test_another_spelling_is_no_difference(other: str) -> None:
    """Versions are compared as PEP 440 says; what is no version is another check's."""
    assert found(subject.version_consistent, reading=reading("1.2.3", other)) == []


@pytest.mark.parametrize(
    ("version", "highest", "next_ones"),
    [
        ("1.2.2", "1.2.2", "1.2.3, 1.3.0 or 2.0.0"),
        ("1.1.9", "1.2.2", "1.2.3, 1.3.0 or 2.0.0"),
        ("1.2.2rc1", "1.2.2", "1.2.3, 1.3.0 or 2.0.0"),
        ("2.0.0a1", "2.0.0rc1", "2.0.0rc2 or 2.0.0"),
        ("1.2.0", "1.2.2.post1", "1.2.2.post2, 1.2.3, 1.3.0 or 2.0.0"),
    ],
)
def test_a_version_that_is_not_higher_is_refused(version: str, highest: str, next_ones: str) -> None:
    """The earlier tag is named, and the versions that may follow it."""
    changes = {
        "release": release(version),
        "reading": reading(version),
        "history": (tag("1.0.0"), tag(highest, name=highest)),
    }
    finding = only(subject.version_increases, **changes)
    assert f"as {highest} at {OLD[:12]}" in finding.message
    assert next_ones in finding.fix
    assert finding.severity == "error"
    assert (finding.file, finding.line) == ("pyproject.toml", 3)


def test_a_backport_from_an_older_line_is_fine() -> None:
    """Only tags in the history of HEAD count."""
    changes = {"release": release("1.1.5"), "reading": reading("1.1.5"), "history": (tag("1.1.4"),)}
    assert found(subject.version_increases, **changes, tags=(tag("1.1.4"), tag("2.0.0", OTHER))) == []


def test_a_tag_below_which_the_project_went_on_binds_nobody() -> None:
    """After a lone 99.99.99 the next of the real versions is fine; one that is lower than those is not."""
    before = (tag("99.99.99", OTHER), tag("1.2.1"), tag("1.2.2"))
    changes: dict[str, Any] = {
        "history": before,
        "tags_holding": lambda commit: {"v1.2.2"} if commit == OTHER else set(),
    }
    assert found(subject.version_increases, **changes) == []
    finding = only(subject.version_increases, **changes, release=release("1.2.0"), reading=reading("1.2.0"))
    assert "1.2.0 is lower than 1.2.2" in finding.message


def test_the_tag_of_this_very_version_does_not_count() -> None:
    """Neither does a lightweight tag of another version on the same commit, of which nobody knows the order."""
    own = release("1.2.3rc1")
    beside = tag("1.2.3", HEAD, when=WHEN, made=False)
    assert found(subject.version_increases, release=own, reading=SCM, history=(own.tag, beside)) == []


def test_an_earlier_higher_tag_on_the_same_commit_counts() -> None:
    """Who tags a commit again with a lower version is told."""
    own, before = release("1.1.0", asked=True), tag("1.2.0", HEAD, when=WHEN - 1)
    finding = only(subject.version_increases, release=own, reading=SCM, history=(own.tag, before))
    assert "1.1.0 is lower than 1.2.0" in finding.message


def test_a_rehearsal_of_a_released_version_has_something_to_do() -> None:
    """The version is on the list of things to do before the tag, not a failure."""
    changes = {"release": release("1.2.2", tagged=False), "reading": reading("1.2.2"), "mode": "rehearsal"}
    finding = only(subject.version_increases, **changes)
    assert finding.severity == "todo"
    assert "is released already" in finding.message


def test_work_in_progress_may_keep_the_released_version() -> None:
    """A branch moves its version when it is a candidate, not before."""
    changes = {"release": release("1.2.2", tagged=False), "reading": reading("1.2.2"), "mode": "branch"}
    assert found(subject.version_increases, **changes, state="in-progress") == []
    assert only(subject.version_increases, **changes, state="candidate").severity == "error"
