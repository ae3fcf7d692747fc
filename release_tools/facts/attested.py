"""What signs the attestations of a release, and those that are there. Facts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from release_tools.adapters.signing import Signer, Sigstore
from release_tools.attestations import sidecars, why_none
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
    if why_none(target, config, options, environment):
        return {}
    record = ledger.record("attest", target.name)
    if record and record.evidence.get("unattested"):
        return {}  # decided before, and written down
    if record is None or record.status != "passed":
        raise Refused(
            f"nothing proves that this release is attested for {target.name}",
            state="nothing was sent; no request was made",
            fix=f"RELEASE_TARGET={target.name} nox -s attest; to publish without: --unattested --because TEXT",
        )
    found = sidecars.read(manifest)
    signed = {name: path.read_text(encoding="utf-8", errors="replace") for name, path in found.items()}
    sidecars.require(signed, manifest, Expected(publisher=None, commit=tag.commit, ref=ref))
    return found
