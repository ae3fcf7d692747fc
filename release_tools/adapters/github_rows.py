"""What GitHub's API tells, as nouns; a field that is missing or of another type counts as empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from release_tools.ci import Check, CommitStatus, Workflow

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One file of a release on GitHub; `sha256` is None where it was uploaded before GitHub told digests."""

    number: int
    name: str
    size: int
    sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GitHubRelease:
    """A release on GitHub, a draft or a public one."""

    tag: str
    draft: bool
    address: str
    assets: Mapping[str, Asset]


def release(row: Row) -> GitHubRelease:
    """Return a release; an asset that is not uploaded yet is none."""
    listed = row.get("assets")
    every = map(_row, listed if isinstance(listed, list) else ())
    assets = [_asset(each) for each in every if _text(each, "state") == "uploaded"]
    return GitHubRelease(
        tag=_text(row, "tag_name"),
        draft=row.get("draft") is True,
        address=_text(row, "html_url"),
        assets={each.name: each for each in assets},
    )


def _asset(row: Row) -> Asset:
    kind, _, digest = _text(row, "digest").partition(":")
    return Asset(
        number=_number(row, "id"),
        name=_text(row, "name"),
        size=_number(row, "size"),
        sha256=digest.lower() if kind == "sha256" else None,
    )


def workflow(row: Row) -> Workflow:
    """Return a run of a workflow."""
    return Workflow(
        name=_text(row, "name") or _text(row, "path"),
        path=_text(row, "path"),
        event=_text(row, "event"),
        suite=_number(row, "check_suite_id"),
        status=_text(row, "status"),
        conclusion=_text(row, "conclusion"),
        since=_text(row, "created_at"),
    )


def check(row: Row) -> Check:
    """Return a check run."""
    app, suite = _row(row.get("app")), _row(row.get("check_suite"))
    return Check(
        name=_text(row, "name"),
        app=_text(app, "slug"),
        suite=_number(suite, "id"),
        status=_text(row, "status"),
        conclusion=_text(row, "conclusion"),
        since=_text(row, "started_at"),
    )


def status(row: Row) -> CommitStatus:
    """Return a status of a commit."""
    return CommitStatus(context=_text(row, "context"), state=_text(row, "state"), since=_text(row, "created_at"))


def _row(value: object) -> Row:
    return value if isinstance(value, dict) else {}


def _text(row: Row, key: str) -> str:
    value = row.get(key)
    return value if isinstance(value, str) else ""


def _number(row: Row, key: str) -> int:
    value = row.get(key)
    return value if isinstance(value, int) else 0
