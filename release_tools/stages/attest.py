"""The stage `attest`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

from release_tools import attestations
from release_tools.adapters import files
from release_tools.adapters.clock import Clock
from release_tools.adapters.signing import Signer
from release_tools.attestations import sidecars
from release_tools.attestations.provenance import Expected
from release_tools.backoff import Backoff
from release_tools.config import Config, TargetTable
from release_tools.ledger import Ledger
from release_tools.model import Manifest, Tag, Target
from release_tools.options import Options
from release_tools.stages import Outcome

SECONDS = 600.0


def attest(
    manifest: Manifest, target: Target, tag: Tag, ref: str, config: Config, ledger: Ledger, dist: Path, clock: Clock,
    signer: Signer, options: Options, environment: Mapping[str, str], say: Callable[[str], None],
) -> Outcome:  # fmt: skip
    """Sign every distribution by the identity of this run, before the first of them is sent anywhere."""
    if not target.rehearsal:
        attestations.require_whole(ledger, target, options)
    if reason := attestations.why_none(target, config, options, environment):
        evidence = {"unattested": options.because} if options.unattested else {}
        return Outcome(ledger=ledger, status="nothing-to-do", reason=reason, evidence=evidence)
    if before := attestations.sent_without(ledger, target):
        reason = f"files were sent without attestations before, because {before}"
        return Outcome(ledger=ledger, status="nothing-to-do", reason=reason, evidence={"unattested": before})
    expected = Expected(publisher=None, commit=tag.commit, ref=ref)
    kept = sidecars.texts(sidecars.read(manifest))
    paths = [manifest.folder / each.filename for each in manifest.distributions]
    if signed := len(kept) == len(manifest.distributions):
        sidecars.require(kept, manifest, expected)
        signer.verify(paths, kept, config.targets.get(target.name, TargetTable()).publisher)
    else:
        kept = Backoff(clock=clock, total=options.timeout or SECONDS, say=say).until(lambda: signer.sign(paths))
        sidecars.require(kept, manifest, expected)
        ledger = _written(kept, manifest, ledger, dist)
    names = [sidecars.name_of(each) for each in manifest.distributions]
    how = "signed before, verified and kept" if signed else f"signed on {ref}, commit {tag.commit[:12]}"
    return Outcome(
        ledger=ledger,
        summary=(f"{len(names)} attestations {how}",),
        evidence={"sidecars": {name: ledger.files[name] for name in names if name in ledger.files}},
    )


def _written(signed: Mapping[str, str], manifest: Manifest, ledger: Ledger, dist: Path) -> Ledger:
    """Write the attestations, all of which are there and right."""
    for each in manifest.distributions:
        content, name = signed[each.filename].encode(), sidecars.name_of(each)
        files.write_atomically(dist / name, content)
        ledger = ledger.with_file(name, hashlib.sha256(content).hexdigest())
    return ledger
