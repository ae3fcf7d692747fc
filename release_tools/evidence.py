"""The record of the project's own tests, written from within nox when its session ends."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from release_tools import ledger as ledgers
from release_tools.adapters.clock import Clock
from release_tools.adapters.git import Git
from release_tools.errors import ReleaseError
from release_tools.facts import project
from release_tools.ledger import Record
from release_tools.model import Status
from release_tools.options import DIST, Options
from release_tools.supply import Supply

TESTS = "tests"


def dirty(folder: Path | None = None) -> list[str]:
    """Return what in the tree differs from the commit, as far as anybody can tell: what is tested then is not it."""
    try:
        root, dist = _places(folder)
        return list(Git(root).dirty(project.not_dirt(root, dist)))
    except ReleaseError:
        return []


def write(
    status: Status, reason: str, evidence: Mapping[str, Any], duration: float, folder: Path | None = None
) -> bool:
    """Record how the tests ended in the ledger of this commit; without such a ledger there is nothing to record in.

    Of several variants in one nox run the record keeps a failure. Returns whether a record was written.
    """
    try:
        root, dist = _places(folder)
        ledger = ledgers.read(dist)
        if ledger is None or ledger.commit != Git(root).commit():
            return False
    except ReleaseError:
        # The stage that needs the ledger says what is wrong with it.
        return False
    run = os.getpid()
    former = ledger.record(TESTS)
    if former and former.status == "failed" and former.evidence.get("run") == run:
        return False
    record = Record(
        status=status,
        start=(Clock().now() - timedelta(seconds=duration)).isoformat(timespec="seconds"),
        duration=round(duration, 3),
        exit_code=1 if status == "failed" else 0,
        reason=reason,
        evidence={**evidence, "run": run},
    )
    ledgers.write(ledger.with_record(TESTS, record), dist)
    return True


def _places(folder: Path | None) -> tuple[Path, Path]:
    """Return the folder of the project and that of its release, as the stages find them."""
    options = Options(
        command=TESTS,
        package=os.environ.get("RELEASE_PACKAGE") or None,
        dist=os.environ.get("RELEASE_DIST") or DIST,
    )
    facts = Supply((project.__name__,), folder=folder or Path.cwd(), options=options)
    return facts.get("root"), facts.get("dist")


def proves(record: Record | None) -> bool:
    """Whether a record is evidence: passed, of the commit itself, and nobody chose among the tests by arguments."""
    if record is None or record.status != "passed":
        return False
    return record.evidence.get("posargs") == [] and not record.evidence.get("dirty")
