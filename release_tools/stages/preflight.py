"""The stage `preflight`."""

from __future__ import annotations

from collections.abc import Mapping

from release_tools.errors import Refused
from release_tools.ledger import Ledger
from release_tools.model import Source, Target
from release_tools.stages import Outcome


def preflight(
    target: Target,
    ledger: Ledger,
    source: Source,
    tagged: bool,  # noqa: FBT001 - a fact
    environment: Mapping[str, str],
) -> Outcome:
    """Look at the credential of the target; a rehearsal needs none."""
    if target.rehearsal:
        return Outcome(ledger=ledger, status="nothing-to-do", reason="a rehearsal needs no account and no credential")
    missing = [
        *([] if tagged else [f"the tag {ledger.tag} on HEAD"]),
        *([f"a clean tree ({len(source.dirty)} paths differ)"] if source.dirty else []),
        *([] if environment.get(target.token_variable) else [f"a token in {target.token_variable}"]),
        f"uploading to {target.name}, which this version of release_tools does not do yet",
    ]
    raise Refused(
        f"a release to {target.name} is not possible; still missing: {'; '.join(missing)}",
        state="nothing was built and nothing was sent",
        fix="rehearse the release without a target: nox -s release",
    )
