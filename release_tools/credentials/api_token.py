"""What an API token says of itself: for which index it was made, for which projects, until when. Nobody is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from packaging.utils import NormalizedName, canonicalize_name

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
    from pypitoken import LoaderError, Token

    if not value.startswith(PREFIX):
        raise ValueError(f"does not begin with {PREFIX}")
    if any(character.isspace() for character in value):
        raise ValueError("has a blank or a line break in it")
    try:
        token = Token.load(value)
        domain = token.domain
    except (LoaderError, UnicodeError):
        raise ValueError("is damaged or cut off") from None
    if not domain:
        raise ValueError("names no index")
    return _limited(domain, _restrictions(token))


def _restrictions(token: Any) -> list[Any] | None:  # noqa: ANN401 - the library has no types
    """Return the limits of a token; None where one of them is not known here."""
    from pypitoken import LoaderError

    try:
        return list(token.restrictions)
    except (LoaderError, TypeError, ValueError):
        return None


def _limited(domain: str, restrictions: list[Any] | None) -> ApiToken:
    """Take all limits together: each narrows what the others leave."""
    found = restrictions or []
    named = [frozenset(map(canonicalize_name, each.project_names)) for each in found if hasattr(each, "project_names")]
    return ApiToken(
        domain=domain,
        projects=frozenset.intersection(*named) if named else None,
        begins=_moment(max(_times(found, "not_before"), default=None)),
        expires=_moment(min(_times(found, "not_after"), default=None)),
        understood=restrictions is not None,
    )


def _times(restrictions: list[Any], name: str) -> list[int]:
    return [int(getattr(each, name)) for each in restrictions if hasattr(each, name)]


def _moment(seconds: int | None) -> datetime | None:
    """Return a time of a token; one beyond the calendar bounds nothing."""
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, tz=timezone.utc)
    except (OverflowError, OSError, ValueError):
        return None
