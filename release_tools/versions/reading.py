"""What reading a version gives: the places where it stands, the tool that takes it from the tag, or why neither."""

from __future__ import annotations

from dataclasses import dataclass

from packaging.version import Version

from release_tools.model import Declaration, Location

LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The outcome: declarations, the one that the build uses first; or a tool of the tag; or a reason.

    `from_tag` names the tool that takes the version from the git tag. `unreadable` says why the version cannot
    be known without running code: then the build backend must be asked.
    """

    declarations: tuple[Declaration, ...] = ()
    from_tag: str | None = None
    unreadable: str | None = None


class UnreadableError(Exception):
    """Reading alone does not tell the version; the text is the reason."""


def parse_version(raw: str) -> Version | None:
    """Return the version that a text spells, or None."""
    if len(raw) > LONGEST:
        return None
    try:
        return Version(raw)
    except ValueError:  # InvalidVersion, and numbers with too many digits
        return None


def declared(raw: str, kind: str, where: Location) -> Reading:
    """Return the reading of one declaration."""
    return Reading(declarations=(Declaration(raw=raw, version=parse_version(raw), kind=kind, where=where),))
