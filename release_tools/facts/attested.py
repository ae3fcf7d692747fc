"""What signs the attestations of a release, and those that are there. Facts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from release_tools import attestations as decisions
from release_tools.adapters.signing import Signer, Sigstore
from release_tools.attestations import sidecars
from release_tools.attestations.provenance import Expected
from release_tools.config import Config
from release_tools.errors import Refused
from release_tools.ledger import Ledger
from release_tools.model import Manifest, Tag, Target
from release_tools.options import Options


def signer(environment: Mapping[str, str]) -> Signer:
    """Return what signs attestations."""
    return Sigstore(environment)


def attestations(
    manifest: Manifest, target: Target, tag: Tag, ref: str, config: Config, ledger: Ledger, options: Options,
    environment: Mapping[str, str],
) -> Mapping[str, Path]:  # fmt: skip
    """Return the attestation of each file, or none where the release goes without.

    Raises Refused where there should be some and are not, or where they are not of these very bytes.
    """
    if not target.rehearsal:
        decisions.require_whole(ledger, target, options)
    if decisions.why_none(target, config, options, environment) or decisions.without(ledger, target):
        return {}  # decided now, or before and written down
    if not decisions.passed(ledger, target):
        raise Refused(
            f"nothing proves that this release is attested for {target.name}",
            state="nothing was sent; no request was made",
            fix=f"{target.command('attest')}; to publish without, set RELEASE_UNATTESTED=1 and RELEASE_BECAUSE=TEXT",
        )
    found = sidecars.read(manifest)
    sidecars.require(sidecars.texts(found), manifest, Expected(publisher=None, commit=tag.commit, ref=ref))
    return found
