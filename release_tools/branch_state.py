"""What a branch holds before its merge: a release that is ready to be tagged, or work in progress."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from packaging.version import Version

State = Literal["candidate", "in-progress"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What a branch is compared with.

    `base` is the commit where HEAD left the branch it goes to, None where that is not known, HEAD itself where it has
    nothing of its own. `since` is the commit from which changes count: the base, or the newest release after it.
    `released` are the versions released between base and HEAD.
    """

    base: str | None
    since: str | None
    released: frozenset[Version] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What tells the state of a branch.

    `moved` says whether the declaration differs from the base, None where there is nothing to compare with;
    `moved_last` whether the last commit (or merge) changed it, `at_base` whether HEAD has nothing of its own, `shared`
    whether there is a remote; where `moved` tells, `moved_last` is not asked.
    `newest` is the highest release in the history of HEAD, `on_head` says that HEAD carries the tag of the version,
    `released_since_base` that a commit between does. `entry` is "open" where it calls itself unreleased. `whole`
    says that no part of the history is missing.
    """

    version: Version
    from_tag: bool = False
    moved: bool | None = None
    moved_last: bool = False
    at_base: bool = False
    shared: bool = True
    whole: bool = True
    on_head: bool = False
    released_since_base: bool = False
    newest: Version | None = None
    entry: Literal["none", "open", "closed"] = "none"


def state_of(signs: Signs) -> State | None:
    """Return what the branch holds; None where the history that would tell is cut off."""
    if not signs.from_tag and (_is_development(signs.version) or signs.released_since_base):
        return "in-progress"
    if not signs.from_tag and signs.moved is not None:
        return "candidate" if signs.moved else "in-progress"
    if not signs.whole:
        return None
    return "candidate" if _is_candidate(signs) else "in-progress"


def _is_candidate(signs: Signs) -> bool:
    """Judge where no base tells: by the last commit, else by the newest release and the changelog's entry."""
    if signs.from_tag or signs.newest is None:
        ahead = signs.newest is None or signs.version > signs.newest
        return signs.moved_last or (ahead and signs.entry == "closed")
    if signs.on_head or signs.at_base or signs.version == signs.newest:
        return signs.moved_last and not (signs.at_base and signs.entry == "open")
    # Of a branch whose base is out of sight, an open entry says that the project always declares its next version.
    return signs.moved_last or signs.entry != "open" or not signs.shared


def _is_development(version: Version) -> bool:
    """Whether nobody would release this version: `.dev`, a local part, or the placeholder 0.0.0."""
    return version.is_devrelease or version.local is not None or not any(version.release)
