"""Attestations: who has none, those beside the files in `dist/`, what each says, and those that an index shows."""

from __future__ import annotations

from collections.abc import Mapping

from release_tools import credentials
from release_tools.config import Config, TargetTable
from release_tools.dist_folder import ATTESTATIONS
from release_tools.errors import Refused
from release_tools.ledger import Ledger, Record
from release_tools.model import Target
from release_tools.options import Options


def why_none(target: Target, config: Config, options: Options, environment: Mapping[str, str]) -> str:
    """Return why a release to a target goes without attestations; empty where it must have them."""
    if target.rehearsal:
        return "attestations are signed with the identity of a CI job"
    table = config.targets.get(target.name, TargetTable())
    if credentials.kind(table, credentials.token_of(target, environment)) == "token":
        return "without trusted publishing an index takes no attestations"
    return f"unattested, because {options.because}" if options.unattested else ""


def passed(ledger: Ledger, target: Target) -> bool:
    """Whether the ledger tells that every file has its attestation for a target."""
    record = ledger.record("attest", target.name)
    return record is not None and record.status == "passed"


def without(ledger: Ledger, target: Target) -> str:
    """Return why, as the ledger tells it, a release goes to a target without attestations; empty where it does not."""
    decided = ledger.record("attest", target.name)
    return sent_without(ledger, target) or (_unattested(decided) if decided and decided.status != "failed" else "")


def sent_without(ledger: Ledger, target: Target) -> str:
    """Return why files were sent to a target without attestations; empty where none was."""
    return _unattested(ledger.record("publish", target.name))


def _unattested(record: Record | None) -> str:
    return str(record.evidence.get("unattested") or "") if record else ""


def told(ledger: Ledger, target: Target, options: Options) -> dict[str, str]:
    """Return what the record of `publish` keeps of that decision, be it of now or of a run before."""
    why = (options.because or "") if options.unattested else without(ledger, target)
    return {"unattested": why} if why and not target.rehearsal else {}


def require_whole(ledger: Ledger, target: Target, options: Options) -> None:
    """Refuse to go on without attestations once a file may have gone out with one: all have one, or none has."""
    signed = passed(ledger, target) or any(name.startswith(f"{ATTESTATIONS}/") for name in ledger.files)
    if options.unattested and signed and ledger.sent(target.name) and not without(ledger, target):
        raise Refused(
            f"files of this release were sent to {target.name} with attestations; the others are not sent without",
            state="nothing was sent; no request was made",
            fix=f"go on with attestations: unset RELEASE_UNATTESTED, then {target.command()}; "
            f"or, where {target.name} lists none of the files, remove all that is in dist/ and begin again",
        )
