"""Which runs of CI count for a commit, and how each name ended last."""

from __future__ import annotations

from dataclasses import replace

import pytest

from release_tools import ci
from release_tools.ci import Check, CommitStatus, State, Workflow

WORKFLOW = Workflow(
    name="CI", path=".github/workflows/ci.yml", event="push", suite=1, status="completed", conclusion="success",
    since="2026-01-02T03:00:00Z",
)  # fmt: skip
JOB = Check(
    name="tests", app=ci.ACTIONS, suite=1, status="completed", conclusion="success", since="2026-01-02T03:01:00Z"
)
STATUS = CommitStatus(context="builds", state="success", since="2026-01-02T03:02:00Z")


def states(
    workflows: tuple[Workflow, ...] = (WORKFLOW,),
    checks: tuple[Check, ...] = (),
    statuses: tuple[CommitStatus, ...] = (),
) -> dict[str, str]:
    """Return the state of each name that counts."""
    return {each.name: each.state for each in ci.newest(workflows, checks, statuses)}


@pytest.mark.parametrize(
    ("status", "conclusion", "state"),
    [
        ("completed", "success", "green"), ("completed", "skipped", "green"), ("completed", "neutral", "green"),
        ("completed", "failure", "red"), ("completed", "cancelled", "red"), ("completed", "timed_out", "red"),
        ("completed", "action_required", "red"), ("completed", "stale", "red"), ("completed", "", "red"),
        ("queued", "", "pending"), ("in_progress", "", "pending"), ("waiting", "", "pending"),
    ],
)  # fmt: skip
def test_each_end_of_a_job(status: str, conclusion: str, state: State) -> None:
    """Skipped and neutral are green; whatever is over and not good is red; the rest is still to come."""
    assert states(checks=(replace(JOB, status=status, conclusion=conclusion),)) == {"tests": state}


@pytest.mark.parametrize("event", ["push", "pull_request", "merge_group"])
def test_what_a_change_began_counts(event: str) -> None:
    """By whichever of the three events."""
    assert states((replace(WORKFLOW, event=event),), (JOB,)) == {"tests": "green"}


@pytest.mark.parametrize(
    "workflow",
    [
        replace(WORKFLOW, event="schedule"),
        replace(WORKFLOW, event="workflow_dispatch"),
        replace(WORKFLOW, event="pull_request_target"),
        replace(WORKFLOW, path=".github/workflows/release.yml"),
        replace(WORKFLOW, path=".github/workflows/watch.yml@refs/heads/main"),
    ],
    ids=["schedule", "by hand", "with rights", "the release", "the watch"],
)  # fmt: skip
def test_what_no_change_began_does_not_count(workflow: Workflow) -> None:
    """Nor do the workflows that release and watch: neither they nor their jobs."""
    assert states((workflow,), (replace(JOB, conclusion="failure"),)) == {}


def test_checks_and_statuses_of_others_count() -> None:
    """Whatever workflow runs there are, or none."""
    foreign = replace(JOB, name="other", app="some-app", suite=9, conclusion="failure")
    assert states((), (foreign,), (STATUS,)) == {"other": "red", "builds": "green"}


@pytest.mark.parametrize(
    ("said", "state"), [("success", "green"), ("pending", "pending"), ("error", "red"), ("failure", "red")]
)
def test_each_state_of_a_status(said: str, state: State) -> None:
    """An error of the provider is as red as a failure."""
    assert states((), (), (replace(STATUS, state=said),)) == {"builds": state}


@pytest.mark.parametrize("late", ["failure", "success"])
def test_of_one_name_the_newest_counts(late: str) -> None:
    """Whichever comes first in the list."""
    newer = replace(JOB, suite=2, conclusion=late, since="2026-01-02T04:00:00Z")
    older = replace(JOB, conclusion="failure" if late == "success" else "success")
    workflows = (WORKFLOW, replace(WORKFLOW, suite=2))
    wanted = {"tests": "green" if late == "success" else "red"}
    assert states(workflows, (newer, older)) == states(workflows, (older, newer)) == wanted


OTHER = replace(WORKFLOW, name="Pages", path=".github/workflows/pages.yml", suite=2, since="2026-01-02T04:00:00Z")


@pytest.mark.parametrize("red", [1, 2])
def test_jobs_of_one_name_in_two_workflows_both_count(red: int) -> None:
    """The `build` of one workflow says nothing of the `build` of another, whichever began later."""
    jobs = [replace(JOB, name="build", suite=suite, since=f"2026-01-02T04:0{suite}:00Z") for suite in (1, 2)]
    jobs[red - 1] = replace(jobs[red - 1], conclusion="failure")
    found = ci.newest((WORKFLOW, OTHER), jobs, ())
    assert sorted((each.name, each.state) for each in found) == [("build", "green"), ("build", "red")]


def test_another_run_of_the_same_workflow_replaces_the_first() -> None:
    """Of one workflow file the newest counts, whatever branch its path names; so it is for one app of others."""
    again = replace(WORKFLOW, suite=3, event="pull_request", path=f"{WORKFLOW.path}@refs/heads/x")
    newer = replace(JOB, suite=3, since="2026-01-02T04:00:00Z")
    assert states((WORKFLOW, again), (replace(JOB, conclusion="failure"), newer)) == {"tests": "green"}
    foreign = replace(JOB, app="some-app", conclusion="failure")
    assert states((), (foreign, replace(newer, app="some-app"))) == {"tests": "green"}


def test_one_name_of_several_providers_counts_for_each() -> None:
    """A check of one app does not stand for that of another, nor for a status of that name."""
    failed = replace(JOB, app="some-app", conclusion="failure")
    passed = replace(JOB, app="other-app", since="2026-01-02T04:00:00Z")
    status = replace(STATUS, context="tests", since="2026-01-02T05:00:00Z")
    found = ci.newest((), (failed, passed), (status,))
    assert sorted(each.state for each in found) == ["green", "green", "red"]


def test_a_job_does_not_stand_for_its_workflow() -> None:
    """Where a job is named like its workflow, and green, though the workflow failed besides, that still shows."""
    failed = replace(WORKFLOW, name="tests", conclusion="failure")
    found = ci.newest((failed,), (JOB,), ())
    assert sorted((each.name, each.state) for each in found) == [("tests", "green"), ("tests", "red")]


@pytest.mark.parametrize(
    ("status", "conclusion", "state"), [("queued", "", "pending"), ("completed", "startup_failure", "red")]
)
def test_a_workflow_without_a_job_speaks_for_itself(status: str, conclusion: str, state: State) -> None:
    """One that waits, and one whose file is broken; a workflow with jobs is told by them, as far as they tell."""
    assert states((replace(WORKFLOW, status=status, conclusion=conclusion),)) == {"CI": state}
    assert states((WORKFLOW,), (JOB,)) == {"tests": "green"}
    going_on = replace(WORKFLOW, status=status, conclusion=conclusion)
    assert states((going_on,), (JOB,)) == {"CI": state, "tests": "green"}
    assert states((going_on,), (replace(JOB, conclusion="failure"),)) == {"tests": "red"}


def test_what_has_not_begun_is_newer_than_all_that_has() -> None:
    """A check that waits has no time yet; the green one before it is of an earlier run."""
    waiting = replace(JOB, app="some-app", status="queued", conclusion="", since="")
    older = replace(waiting, status="completed", conclusion="success", since="2026-01-02T03:01:00Z")
    assert states((), (waiting, older)) == states((), (older, waiting)) == {"tests": "pending"}
