"""The attestations of a release in `dist/attestations/`, one beside each file: all of them, or none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from release_tools.attestations import provenance
from release_tools.attestations.provenance import Expected
from release_tools.dist_folder import ATTESTATION, ATTESTATIONS
from release_tools.errors import Refused
from release_tools.model import Distribution, Manifest

SIGN_AGAIN = "have it signed again: remove dist/attestations/, then run nox -s attest for the same RELEASE_TARGET"


def name_of(file: Distribution) -> str:
    """Return the name of a file's attestation in `dist/`."""
    return f"{ATTESTATIONS}/{file.filename}{ATTESTATION}"


def require(signed: Mapping[str, str], manifest: Manifest, expected: Expected) -> None:
    """Refuse attestations that are missing, of other bytes, or signed on another commit or ref."""
    for each in manifest.distributions:
        if each.filename not in signed:
            raise _wrong(each.filename, "there is none")
        try:
            attestation = json.loads(signed[each.filename])
            document = json.dumps({"attestation_bundles": [{"attestations": [attestation]}]})
            wrong = provenance.differences(document, each, expected)
        except (ValueError, RecursionError) as error:
            raise _wrong(each.filename, f"it cannot be read: {error}") from None
        if wrong:
            raise _wrong(each.filename, "; ".join(wrong))


def read(manifest: Manifest) -> dict[str, Path]:
    """Return where the attestation of each file stands, for those that have one."""
    places = {each.filename: manifest.folder / name_of(each) for each in manifest.distributions}
    return {name: path for name, path in places.items() if path.is_file() and not path.is_symlink()}


def texts(paths: Mapping[str, Path]) -> dict[str, str]:
    """Return what the attestations say; what is no text cannot be read later, and ends in no error here."""
    return {name: path.read_text(encoding="utf-8", errors="replace") for name, path in paths.items()}


def _wrong(filename: str, why: str) -> Refused:
    return Refused(
        f"the attestation of {filename} is not this release's: {why}",
        state="nothing was sent; no request was made",
        fix=SIGN_AGAIN,
    )
