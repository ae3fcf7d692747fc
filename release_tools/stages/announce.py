"""The stage `announce`."""

from __future__ import annotations

from release_tools.ledger import Ledger
from release_tools.stages import Outcome


def announce(ledger: Ledger) -> Outcome:
    """Make the draft public; a rehearsal has none."""
    return Outcome(ledger=ledger, status="nothing-to-do", reason="a rehearsal makes no release on GitHub")
