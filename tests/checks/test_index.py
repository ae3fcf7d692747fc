"""The check that the version is still free on the index, or its release can be finished."""

from __future__ import annotations

from typing import Any

import pytest

from release_tools.checks.index import version_unpublished
from release_tools.facts.index import OnIndex
from release_tools.ledger import Ledger
from release_tools.model import Distribution, Finding
from tests.checks.facts_for import HEAD, OLD, found, only

WHEEL, SDIST = "sample-1.2.3-py3-none-any.whl", "sample-1.2.3.tar.gz"
OURS, OTHER = "1" * 64, "2" * 64
BOTH = {WHEEL: OURS, SDIST: OURS}


def ledger(*, commit: str = HEAD, built: str | None = HEAD, version: str = "1.2.3") -> Ledger:
    """Return a ledger that lists a wheel and an sdist."""
    listed = (
        Distribution(filename=WHEEL, kind="wheel", size=1, sha256=OURS, blake2b_256=OURS),
        Distribution(filename=SDIST, kind="sdist", size=1, sha256=OURS, blake2b_256=OURS),
    )
    origin = {"commit": built} if built else {}
    return Ledger(project="sample", version=version, commit=commit, distributions=listed, built=origin)


def there(**state: Any) -> dict[str, Any]:  # noqa: ANN401 - facts are of any type
    """Return the change by which the index has something."""
    return {"on_index": OnIndex(name="pypi", **state)}


def judged(**changes: Any) -> Finding:  # noqa: ANN401 - facts are of any type
    """Return the one thing that the check says."""
    return only(version_unpublished, **changes)


@pytest.mark.parametrize("on_index", [None, OnIndex(name="pypi")], ids=["no release", "nothing there"])
def test_a_free_version_gives_no_finding(on_index: OnIndex | None) -> None:
    """Nor does a branch that releases nothing."""
    assert found(version_unpublished, on_index=on_index, old_ledger=ledger()) == []


def test_what_was_not_asked_is_said() -> None:
    """With the reason, as a note: the verdict stands without it."""
    finding = judged(on_index=OnIndex(name="pypi", unknown="it was not asked (--offline)"))
    assert finding.severity == "note"
    assert "1.2.3 is published on pypi: it was not asked (--offline)" in finding.message


@pytest.mark.parametrize(
    ("state", "known"),
    [
        ({"files": BOTH}, None),
        ({"files": BOTH}, ledger()),
        ({"files": BOTH}, ledger(built=None)),
        ({"files": {WHEEL: OURS}}, ledger()),
        ({"files": {WHEEL: None}}, ledger()),
        ({"files": {WHEEL: OTHER}}, ledger(version="1.2.2")),
        ({"files": {WHEEL: OTHER}}, ledger(commit=OLD, built=OLD)),
        ({"files": {"sample-1.2.3-cp312-none-any.whl": OTHER}}, ledger()),
        ({"files": BOTH, "closed": 400}, ledger()),
    ],
    ids=[
        "no ledger", "complete", "an old ledger", "a part", "no digest", "of another version", "of another commit",
        "one more wheel", "complete long ago",
    ],
)  # fmt: skip
def test_a_release_that_can_be_finished_is_a_note(state: dict[str, Any], known: Ledger | None) -> None:
    """What is there is named, and that publish judges by digest."""
    finding = judged(**there(**state), old_ledger=known)
    assert finding.severity == "note"
    assert all(name in finding.message for name in state["files"])
    assert "publish" in finding.fix


@pytest.mark.parametrize(
    ("state", "known", "words"),
    [
        ({"files": {WHEEL: OTHER}}, ledger(), f"{WHEEL} has other bytes on pypi: SHA-256 {OTHER} there, {OURS} in"),
        ({"files": {WHEEL: OTHER}}, ledger(version="1.2.3.0"), f"{WHEEL} has other bytes on pypi"),
        ({"files": BOTH}, ledger(built=OLD), f"was built from commit {OLD[:12]}, HEAD is {HEAD[:12]}"),
        ({"files": BOTH}, ledger(commit=OLD, built=None), f"was built from commit {OLD[:12]}"),
        ({"files": BOTH, "closed": 14}, None, "on pypi since 14 days"),
        ({"files": {WHEEL: OURS}, "closed": 14}, ledger(), "14 days"),
        ({"files": BOTH, "yanked": {SDIST: "broken"}}, ledger(), f"1.2.3 was yanked on pypi: broken ({SDIST})"),
        ({"files": BOTH, "yanked": {WHEEL: ""}}, None, f"1.2.3 was yanked on pypi ({WHEEL})"),
        ({"deleted": True}, None, "its files were deleted"),
    ],
    ids=[
        "other bytes",
        "other bytes of a version spelled in another way",
        "built elsewhere",
        "an old ledger",
        "too late",
        "half and too late",
        "why",
        "yanked",
        "deleted",
    ],
)
def test_a_version_that_is_used_up_is_an_error(state: dict[str, Any], known: Ledger | None, words: str) -> None:
    """The next versions are named; in a rehearsal it is one of the things to do."""
    finding = judged(**there(**state), old_ledger=known)
    assert finding.severity == "error"
    assert words in finding.message
    assert "1.2.4, 1.3.0 or 2.0.0" in finding.fix
    assert judged(**there(**state), old_ledger=known, mode="rehearsal").severity == "todo"


@pytest.mark.parametrize("status", ["archived", "quarantined"])
def test_a_project_that_is_closed_there_is_named(status: str) -> None:
    """Its next release would reach nobody."""
    finding = judged(**there(status=status))
    assert finding.severity == "warning"
    assert status in finding.message


def test_a_deprecated_project_is_a_note() -> None:
    """An index takes its releases, and its users get them."""
    finding = judged(**there(status="deprecated"))
    assert finding.severity == "note"
    assert "deprecated on pypi" in finding.message
