"""What a search for secrets found in files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from release_tools.secret_scan.scan import Match


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposed:
    """A secret in a file.

    `member` is the path within an archive; `fixture` says that it may have been made for tests, examples or
    documentation; `commit` is the one in which it came into history, where that was searched.
    """

    file: str
    match: Match
    member: str | None = None
    fixture: bool = False
    commit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What was found, how much was searched, and what was not, each with its reason."""

    exposed: tuple[Exposed, ...] = ()
    files: int = 0
    size: int = 0
    untold: tuple[str, ...] = ()


def together(every: Iterable[Searched]) -> Searched:
    """Return several searches as one."""
    some = tuple(every)
    return Searched(
        exposed=tuple(chain.from_iterable(each.exposed for each in some)),
        files=sum(each.files for each in some),
        size=sum(each.size for each in some),
        untold=tuple(chain.from_iterable(each.untold for each in some)),
    )
