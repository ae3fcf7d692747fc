"""The identity of a workflow run beside the trusted publisher that is registered for the project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from release_tools.config import Publisher

WORKFLOWS = ".github/workflows/"
SHOWN = ("repository", "job_workflow_ref", "environment", "ref", "sha", "event_name")
REFUSED_EVENT = "pull_request_target"
LONGEST = 200


def differences(claims: Mapping[str, Any], publisher: Publisher | None) -> tuple[str, ...]:
    """Return what an index would refuse about the claims of a run, each with both sides."""
    return tuple(_of_the_run(claims)) + tuple(_registered(claims, publisher) if publisher else ())


def shown(claims: Mapping[str, Any]) -> dict[str, str]:
    """Return the claims that say who this run is."""
    return {name: _text(claims, name) for name in SHOWN if name in claims}


def workflow(claims: Mapping[str, Any]) -> str:
    """Return the file name of the workflow whose job this is."""
    return _text(claims, "job_workflow_ref").partition("@")[0].rpartition(WORKFLOWS)[2]


def _of_the_run(claims: Mapping[str, Any]) -> Iterator[str]:
    own, calling = _text(claims, "job_workflow_ref"), _text(claims, "workflow_ref")
    if own and calling and own != calling:
        yield f"the job is in a reusable workflow ({own}), called from {calling}: an index knows only the former"
    if claims.get("event_name") == REFUSED_EVENT:
        yield f"the run was started by {REFUSED_EVENT}, for which no index mints"


def _registered(claims: Mapping[str, Any], publisher: Publisher) -> Iterator[str]:
    ours = {
        "repository": (_text(claims, "repository"), publisher.repository),
        "workflow": (workflow(claims), publisher.workflow.rpartition("/")[2]),
        "environment": (_text(claims, "environment"), publisher.environment),
    }
    for name, (claimed, registered) in ours.items():
        same = claimed == registered if name == "workflow" else claimed.lower() == registered.lower()
        if not same:
            yield f"{name}: this run is {claimed or 'in none'}, registered is {registered}"


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return str(value)[:LONGEST] if value is not None else ""
