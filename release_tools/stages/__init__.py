"""The stages, one file each: a function of the stage's name, from nouns to an `Outcome`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from release_tools.ledger import Ledger
from release_tools.model import Finding, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a stage gives: the ledger with what it learnt (its own record is the runner's), and what to say.

    `summary` are lines for a person, `evidence` goes into the stage's record, `document` into the JSON answer.
    Findings of severity error make the stage fail.
    """

    ledger: Ledger
    summary: tuple[str, ...] = ()
    evidence: Mapping[str, Any] = field(default_factory=dict)
    document: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    status: Status = "passed"
    reason: str = ""
