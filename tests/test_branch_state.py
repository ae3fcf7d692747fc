"""What a branch holds: a candidate, or work in progress."""

from __future__ import annotations

from typing import Any

import pytest
from packaging.version import Version

from release_tools.branch_state import Signs, state_of

V = Version
CASES: dict[str, tuple[dict[str, Any], str | None]] = {
    # With a base the declaration itself tells.
    "moved against the base": ({"moved": True}, "candidate"),
    "as on the base": ({"moved": False}, "in-progress"),
    "moved, though the entry is open": ({"moved": True, "entry": "open"}, "candidate"),
    "moved back to a released version": ({"moved": True, "version": V("1.2.0")}, "candidate"),
    "a release of the branch itself": ({"moved": True, "released_since_base": True}, "in-progress"),
    "moved to a development version": ({"moved": True, "version": V("1.3.0.dev0")}, "in-progress"),
    "moved to a local version": ({"moved": True, "version": V("1.3.0+dev")}, "in-progress"),
    "a placeholder": ({"version": V("0.0.0")}, "in-progress"),
    # The default branch itself: only its last commit can make it a candidate.
    "the base, moved by its last commit": ({"at_base": True, "moved_last": True}, "candidate"),
    "the base, moved before": ({"at_base": True}, "in-progress"),
    # A release was just made, and the next version declared.
    "the base, moved to a version that is kept open": (
        {"at_base": True, "moved_last": True, "entry": "open"},
        "in-progress",
    ),
    # No base: the newest release tells.
    "higher than the newest release": ({}, "candidate"),
    "lower than the newest release": ({"version": V("1.1.0")}, "candidate"),
    "the newest release": ({"version": V("1.2.0")}, "in-progress"),
    "the next version is kept open": ({"entry": "open"}, "in-progress"),
    "the next version is open, but there is no remote": ({"entry": "open", "shared": False}, "candidate"),
    "the next version, opened and moved just now": ({"entry": "open", "moved_last": True}, "candidate"),
    "the released commit": ({"on_head": True, "version": V("1.2.0")}, "in-progress"),
    "never released, without an entry": ({"newest": None}, "in-progress"),
    "never released, with its entry": ({"newest": None, "entry": "closed"}, "candidate"),
    "never released, the entry open": ({"newest": None, "entry": "open"}, "in-progress"),
    # The tag is the version: only the changelog tells.
    "from the tag, a new entry": ({"from_tag": True, "entry": "closed"}, "candidate"),
    "from the tag, no entry": ({"from_tag": True}, "in-progress"),
    "from the tag, an open entry": ({"from_tag": True, "entry": "open"}, "in-progress"),
    # A shallow clone tells only what needs no history.
    "shallow": ({"whole": False}, None),
    "shallow, from the tag": ({"whole": False, "from_tag": True, "entry": "closed"}, None),
    "shallow, but the base is there": ({"whole": False, "moved": True}, "candidate"),
    "shallow, a development version": ({"whole": False, "version": V("1.3.0.dev0")}, "in-progress"),
}


@pytest.mark.parametrize(("signs", "state"), CASES.values(), ids=CASES)
def test_the_state_of_a_branch(signs: dict[str, Any], state: str | None) -> None:
    """A candidate moved its version to one that can be released; what cannot be known is not guessed."""
    known: dict[str, Any] = {"version": V("1.3.0"), "newest": V("1.2.0")}
    assert state_of(Signs(**known | signs)) == state
