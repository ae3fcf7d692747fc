"""The stage `release`: the whole release on one screen, or what it lacks."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from release_tools import pipeline
from release_tools.console import Console
from release_tools.errors import Refused
from release_tools.ledger import Ledger, Record
from release_tools.model import Target
from release_tools.stages.release import release
from tests import tiny

HOUSE = Target(name="house", upload_url="", simple_url="")
PASSED = Record(status="passed", start="2026-11-21T00:00:00+00:00", duration=1.0)


def ended(**changed: Record | None) -> Ledger:
    """Return the ledger of a release whose stages all passed, but for those that are given."""
    ledger = tiny.ledger()
    ledger = replace(ledger, stages={}, targets={})
    for stage in pipeline.STAGES:
        record = changed.get(stage.name, PASSED)
        if record:
            ledger = ledger.with_record(stage.name, record, "house" if stage.targeted else None)
    return ledger


def test_a_whole_release_is_shown() -> None:
    """Every stage stands in the document; of the tests a missing record is told and no reason to refuse."""
    outcome = release(ended(tests=None), HOUSE, Console({}, out=io.StringIO(), err=io.StringIO()))
    stages = outcome.document["stages"]
    assert stages.pop("tests") == "no record"
    assert set(stages.values()) == {"passed"}


FAILED = replace(PASSED, status="failed", reason="no token in HOUSE_API_TOKEN")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"preflight": FAILED}, "release is not complete: preflight failed: no token in HOUSE_API_TOKEN"),
        ({"verify": None}, "release is not complete: verify has not run"),
        (
            {"tests": replace(FAILED, reason="2 failed"), "build": None},
            "release is not complete: tests failed: 2 failed",
        ),
    ],
    ids=["a stage failed", "a stage is missing", "what comes after the tests is missing"],
)
def test_what_is_missing_is_told_with_its_reason(changed: dict[str, Record | None], words: str) -> None:
    """The command that follows keeps the target."""
    with pytest.raises(Refused) as caught:
        release(ended(**changed), HOUSE, Console({}, out=io.StringIO(), err=io.StringIO()))
    assert caught.value.what == words
    assert caught.value.fix.endswith("RELEASE_TARGET=house nox -s release")
