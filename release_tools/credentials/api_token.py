"""What an API token says of itself: for which index it was made, for which projects, until when. Nobody is asked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timezone

from packaging.utils import NormalizedName, canonicalize_name, is_normalized_name

from release_tools.credentials import macaroon

PREFIX = "pypi-"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """The readable part of a token; it holds nothing by which somebody gets in.

    `domain` is the host of the index. `projects` is None where a token is good for every project of its owner,
    `begins` and `expires` where it is bound to no time. `understood` is False where it has a limit that is not known
    here, which only the index can judge.
    """

    domain: str
    projects: frozenset[NormalizedName] | None = None
    begins: datetime | None = None
    expires: datetime | None = None
    understood: bool = True

    @property
    def remark(self) -> str:
        """What its owner should know of it although it may do; empty for a token of one project."""
        if not self.understood:
            return "has a limit that is not known here; the index alone judges it"
        return "" if self.projects else "is good for every project of its owner; one for this project alone is safer"

    def refusal(self, project: NormalizedName, now: datetime) -> str:
        """Return why this token is not good for a project now; empty where nothing speaks against it."""
        if self.expires and now >= self.expires:
            return f"expired on {self.expires:%Y-%m-%d %H:%M} UTC"
        if self.begins and now < self.begins:
            return f"is not good before {self.begins:%Y-%m-%d %H:%M} UTC"
        if self.projects is not None and project not in self.projects:
            return f"is for {', '.join(sorted(self.projects)) or 'no project'}, not for {project}"
        return ""


def read(value: str) -> ApiToken:
    """Read a token; raises ValueError, without a piece of it, for what is none."""
    if not value.startswith(PREFIX):
        raise ValueError(f"does not begin with {PREFIX}")
    if any(character.isspace() for character in value):
        raise ValueError("has a blank or a line break in it")
    try:
        found = macaroon.read(value.removeprefix(PREFIX))
    except ValueError:
        raise ValueError("is damaged or cut off") from None
    if not found.location:
        raise ValueError("names no index")
    return _limited(found.location, [_limit(each) for each in found.limits])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limit:
    """One limit: of projects, or of time, or of what is settled elsewhere (`known`, and nothing to be compared)."""

    known: bool = True
    projects: frozenset[NormalizedName] | None = None
    begins: int | None = None
    expires: int | None = None


def _limit(written: bytes | None) -> _Limit:
    """Return what a limit says; whoever writes one that is not known here is understood by the index alone."""
    try:
        return _read_limit(json.loads(written or b""))
    except (ValueError, RecursionError):
        return _Limit(known=False)


def _read_limit(value: object) -> _Limit:
    match value:
        case [0, int(expires), int(begins)] | {"exp": int(expires), "nbf": int(begins)}:
            return _Limit(begins=begins, expires=expires)
        case [1, list(names)] | {"version": 1, "permissions": {"projects": list(names)}}:
            return _of_projects(names)
        case [2, list(_)] | [3, str(_)] | {"version": 1, "permissions": "user"}:
            return _Limit()
    return _Limit(known=False)


def _of_projects(names: list[object]) -> _Limit:
    texts = [name for name in names if isinstance(name, str) and is_normalized_name(canonicalize_name(name))]
    if len(texts) < len(names):
        return _Limit(known=False)
    return _Limit(projects=frozenset(map(canonicalize_name, texts)))


def _limited(domain: str, limits: list[_Limit]) -> ApiToken:
    """Take all limits together: each narrows what the others leave."""
    named = [each.projects for each in limits if each.projects is not None]
    return ApiToken(
        domain=domain,
        projects=frozenset.intersection(*named) if named else None,
        begins=_moment(max((each.begins for each in limits if each.begins is not None), default=None)),
        expires=_moment(min((each.expires for each in limits if each.expires is not None), default=None)),
        understood=all(each.known for each in limits),
    )


def _moment(seconds: int | None) -> datetime | None:
    """Return a time of a token; one beyond the calendar bounds nothing."""
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, tz=timezone.utc)
    except (OverflowError, OSError, ValueError):
        return None
