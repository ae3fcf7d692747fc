"""The stages, one file each: a function of the stage's name, from nouns to an `Outcome`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from release_tools.errors import ReleaseError
from release_tools.ledger import Ledger
from release_tools.model import Finding, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a command beside the chain gives; findings of severity error make it fail.

    `summary` are lines for a person, `document` goes into the JSON answer. `error` is how it ends where nothing is
    wrong with what was looked at, and the answer is not the good one all the same.
    """

    summary: tuple[str, ...] = ()
    document: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    error: ReleaseError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Report):
    """What a stage gives: a report, and the ledger with what it learnt (its own record is the runner's).

    `evidence` goes into the stage's record.
    """

    ledger: Ledger
    evidence: Mapping[str, Any] = field(default_factory=dict)
    status: Status = "passed"
    reason: str = ""
