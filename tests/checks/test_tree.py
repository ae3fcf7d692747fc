"""The checks of the tree: each fires on its defect, names it and the way out, and is silent otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from release_tools import checks
from release_tools.branch_state import Comparison
from release_tools.checks import tree as subject
from release_tools.config import Config
from release_tools.facts.git import Branches
from release_tools.model import Mode
from tests.checks.facts_for import CHANGELOG, HEAD, OLD, changelog, found, only, release, source, tag

ALL = checks.of(("tree",))
UNTAGGED = release("1.2.3", tagged=False)


@pytest.mark.parametrize("mode", ["tag", "rehearsal", "branch"])
@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_a_healthy_tree_gives_no_finding(check: checks.Check, mode: Mode) -> None:
    """Nothing is said of a clean tree on a release branch, in any mode."""
    assert found(check, mode=mode, state="in-progress" if mode == "branch" else None) == []


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_the_checks_of_the_tree_leave_the_verdict_alone(check: checks.Check) -> None:
    """They refuse, but do not say that versions are misaligned; the remedy is a sentence."""
    assert not check.alignment
    assert check.remedy.endswith(".")


@pytest.mark.parametrize(("mode", "severity"), [("tag", "error"), ("rehearsal", "todo"), ("branch", "warning")])
def test_a_dirty_tree_is_as_serious_as_what_is_judged(mode: Mode, severity: str) -> None:
    """A release is made of the commit; a branch is judged all the same."""
    finding = only(subject.tree_clean, source=source(dirty=("sample/core.py",)), mode=mode)
    assert finding.severity == severity
    assert "1 path differs" in finding.message
    assert "sample/core.py" in finding.message
    assert "git stash --include-untracked" in finding.fix


def test_at_most_ten_paths_are_listed() -> None:
    """The rest is counted."""
    finding = only(subject.tree_clean, source=source(dirty=tuple(f"file{number:02}" for number in range(13))))
    assert "13 paths differ" in finding.message
    assert "file09 and 3 more" in finding.message
    assert "file10" not in finding.message


def test_ignored_modules_of_the_package_are_named() -> None:
    """They work here and are missing for everyone else."""
    finding = only(subject.tree_clean, overlooked=("sample/local.py",))
    assert finding.severity == "error"
    assert "sample/local.py" in finding.message
    assert "git add --force sample/local.py" in finding.fix


SIDE = Branches(known=("main", "1.x", "topic"), holding=("topic",))


@pytest.mark.parametrize(("mode", "severity"), [("tag", "error"), ("rehearsal", "todo")])
def test_a_tag_on_a_side_branch_is_refused(mode: Mode, severity: str) -> None:
    """The branches that were looked at are named."""
    finding = only(subject.tag_on_release_branch, branches=SIDE, mode=mode)
    assert finding.severity == severity
    assert "1.x, main" in finding.message
    assert "topic" not in finding.message
    assert "release-branches" in finding.fix


def test_without_a_tag_head_is_the_subject() -> None:
    """A rehearsal on a topic branch says so."""
    changes: dict[str, Any] = {"release": UNTAGGED, "source": source(branch="topic"), "mode": "rehearsal"}
    assert "HEAD (topic)" in only(subject.tag_on_release_branch, branches=SIDE, **changes).message


@pytest.mark.parametrize(
    "name",
    [
        "main",
        "master",
        "1.x",
        "1.2",
        "1.2.x",
        "12.0.x",
        "v2.x",
        "stable/1.2",
        "release/next",
        "maint",
        "maintenance/1.25.x",
    ],
)
def test_usual_release_branches_are_known(name: str) -> None:
    """The default branch, and the common names of maintenance branches."""
    assert found(subject.tag_on_release_branch, branches=Branches(known=("main", name), holding=(name,))) == []


@pytest.mark.parametrize("name", ["N.x", "a.x", "1.2.x-fix", "my-release/1", "main2", "dev1.x", "1"])
def test_other_names_are_no_release_branches(name: str) -> None:
    """A name must fit as a whole."""
    branches = Branches(known=("main", name), holding=(name,))
    assert only(subject.tag_on_release_branch, branches=branches).severity == "error"


def test_configured_branches_replace_the_usual_ones() -> None:
    """Also where the clone knows none of them."""
    configured = Config(release_branches=("prod-*",))
    assert (
        found(
            subject.tag_on_release_branch, branches=Branches(known=("prod-1",), holding=("prod-1",)), config=configured
        )
        == []
    )
    finding = only(
        subject.tag_on_release_branch, branches=Branches(known=("main",), holding=("main",)), config=configured
    )
    assert "prod-*" in finding.message


@pytest.mark.parametrize(
    "changes",
    [
        {"branches": Branches(known=(), holding=())},
        {"branches": Branches(known=("trunk", "topic"), holding=("topic",)), "source": source(default_branch=None)},
        {"branches": SIDE, "source": source(shallow=True)},
        {"branches": SIDE, "mode": "branch"},
    ],
    ids=["no branches", "default unknown", "shallow", "a branch"],
)
def test_where_the_clone_cannot_tell_nothing_is_said(changes: dict[str, Any]) -> None:
    """A checkout of a tag in CI knows no branches: that is normal."""
    assert found(subject.tag_on_release_branch, **changes) == []


CHANGED: dict[str, Any] = {
    "mode": "branch",
    "state": "in-progress",
    "release": UNTAGGED,
    "history": (tag("1.2.3"),),
    "comparison": Comparison(base=OLD, since=OLD),
    "shipped_changes": ("sample/core.py",),
}


def noted(text: str) -> dict[str, Any]:
    """Return the change that puts a text under Unreleased."""
    return {"changelog": changelog(CHANGELOG.replace("## Unreleased\n", f"## Unreleased\n\n{text}\n"))}


def test_a_branch_that_changes_the_package_needs_notes() -> None:
    """The files are named, and the place for the notes."""
    finding = only(subject.branch_has_notes, **CHANGED)
    assert finding.severity == "error"
    assert "sample/core.py" in finding.message
    assert (finding.file, finding.line) == ("CHANGELOG.md", 3)
    assert "## Unreleased" in finding.fix


@pytest.mark.parametrize(
    "changes",
    [
        noted("- Faster."),
        {"fragments": ("newsfragments/12.bugfix",)},
        {"shipped_changes": ()},
        {"state": "candidate"},
        {"state": None},
        {"changelog": None},
        {"changelog": changelog(CHANGELOG.replace("## Unreleased", "## 1.3.0 (unreleased)\n\n- Faster."))},
    ],
    ids=["notes", "a fragment", "nothing shipped", "a candidate", "unknown", "no changelog", "the next version"],
)
def test_notes_of_any_kind_are_enough(changes: dict[str, Any]) -> None:
    """So is a change that no user gets; a candidate needs its entry instead."""
    assert found(subject.branch_has_notes, **CHANGED | changes) == []


def test_an_empty_template_is_no_note() -> None:
    """Sub-headings alone say nothing."""
    assert only(subject.branch_has_notes, **CHANGED | noted("### Added")).severity == "error"


def test_without_a_base_a_project_may_write_its_notes_at_the_release() -> None:
    """It is warned, unless its changelog has a place for notes, or nothing was ever shared."""
    text = changelog(CHANGELOG.replace("## Unreleased\n\n", ""))
    guess: dict[str, Any] = {**CHANGED, "comparison": Comparison(base=None, since=OLD), "changelog": text}
    assert only(subject.branch_has_notes, **guess).severity == "warning"
    assert only(subject.branch_has_notes, **{**guess, "changelog": changelog(CHANGELOG)}).severity == "error"
    assert only(subject.branch_has_notes, **{**guess, "source": source(remote=None)}).severity == "error"
    assert (
        only(subject.branch_has_notes, **{**guess, "comparison": Comparison(base=HEAD, since=HEAD)}).severity == "error"
    )
