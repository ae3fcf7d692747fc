"""What the CI of a commit says: which of its runs count, and how each name ended last, for each who reports it.

Runs of the workflows that release and watch are none of it, nor those that no change began; checks and statuses of
other providers count as those of GitHub do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

ACTIONS = "github-actions"
EVENTS = frozenset({"push", "pull_request", "merge_group"})
OWN = ("release.yml", "watch.yml")
GREEN = frozenset({"success", "skipped", "neutral"})

LAST = "~"  # comes after every time

State = Literal["green", "red", "pending"]
STATUSES: dict[str, State] = {"success": "green", "pending": "pending"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """One run of a workflow file of the project; `suite` is the id that its jobs carry."""

    name: str
    path: str
    event: str
    suite: int
    status: str
    conclusion: str
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check run: a job of a workflow, or what another app reports."""

    name: str
    app: str
    suite: int
    status: str
    conclusion: str
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitStatus:
    """What a provider says of a commit in the older way."""

    context: str
    state: str
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How one name of one workflow or provider ended last."""

    name: str
    state: State
    since: str


def newest(workflows: Sequence[Workflow], checks: Iterable[Check], statuses: Iterable[CommitStatus]) -> tuple[Ran, ...]:
    """Return what counts, by name; of one name in one workflow, or by one provider, only what began last."""
    found: dict[tuple[str, str], Ran] = {}
    for origin, each in _counted(workflows, tuple(checks), statuses):
        key = each.name, origin
        # What has no time has not begun yet, so nothing is newer.
        if key not in found or (found[key].since or LAST) <= (each.since or LAST):
            found[key] = each
    return tuple(found[key] for key in sorted(found))


def _counted(
    workflows: Sequence[Workflow], checks: Sequence[Check], statuses: Iterable[CommitStatus]
) -> Iterator[tuple[str, Ran]]:
    """Yield what counts, each with who reports it: two workflows may have jobs of one name."""
    counted = {each.suite: each for each in workflows if _counts(each)}
    for check in checks:
        if check.app != ACTIONS or check.suite in counted:
            origin = f"job of {_file(counted[check.suite])}" if check.app == ACTIONS else f"app {check.app}"
            yield origin, Ran(name=check.name, state=_state(check.status, check.conclusion), since=check.since)
    for suite, each in counted.items():
        # One without a job yet, or whose file is broken; one that goes on, or failed, though its jobs so far are green.
        jobs = [_state(check.status, check.conclusion) for check in checks if check.suite == suite]
        state = _state(each.status, each.conclusion)
        if not jobs or (state != "green" and all(job == "green" for job in jobs)):
            yield _file(each), Ran(name=each.name, state=state, since=each.since)
    for status in statuses:
        yield "status", Ran(name=status.context, state=STATUSES.get(status.state, "red"), since=status.since)


def _counts(workflow: Workflow) -> bool:
    return workflow.event in EVENTS and _file(workflow).rpartition("/")[2] not in OWN


def _file(workflow: Workflow) -> str:
    return workflow.path.partition("@")[0]


def _state(status: str, conclusion: str) -> State:
    if status != "completed":
        return "pending"
    return "green" if conclusion in GREEN else "red"
