"""The door to the signing service: attestations of files, by the identity of this workflow run.

Verifying is proved on real attestations; signing cannot be tried without an account, so it is proved as far as its
library goes, and not against the service.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from release_tools.attestations import provenance
from release_tools.attestations.sidecars import SIGN_AGAIN
from release_tools.config import Publisher
from release_tools.errors import Refused, ServiceFailed

AUDIENCE = "sigstore"


class Signer(Protocol):
    """What signs files; tests give one of their own."""

    def sign(self, paths: Sequence[Path]) -> dict[str, str]:
        """Return the attestation of each file, as JSON, by its name; raises ServiceFailed where none can be had."""

    def verify(self, paths: Sequence[Path], signed: Mapping[str, str], publisher: Publisher | None) -> None:
        """Refuse attestations whose signature is not of these very files, or not of the publisher; nobody is asked."""


class Sigstore:
    """The public signing service and its log, through pypi-attestations."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def sign(self, paths: Sequence[Path]) -> dict[str, str]:
        """Sign every file by one fresh identity, and verify each signature before it is given away."""
        from release_tools.adapters import oidc

        with _missing_named(), _failures_named():
            from pypi_attestations import Attestation, Distribution
            from sigstore.models import ClientTrustConfig
            from sigstore.oidc import IdentityToken
            from sigstore.sign import SigningContext

            token = oidc.identity(self._environment, AUDIENCE)
            config = ClientTrustConfig.production()
            config.force_tlog_version = 1  # the index takes no entry of the newer log yet
            found = {}
            with SigningContext.from_trust_config(config).signer(IdentityToken(token), cache=True) as signer:
                for path in paths:
                    distribution = Distribution.from_file(path)
                    attestation = Attestation.sign(signer, distribution)
                    attestation.verify(_publisher(token), distribution, offline=True)
                    found[path.name] = attestation.model_dump_json()
            return found

    def verify(self, paths: Sequence[Path], signed: Mapping[str, str], publisher: Publisher | None) -> None:
        """Refuse attestations whose signature is not of these very files, or not of the publisher; nobody is asked."""
        for path in paths:
            _require_signed(path, signed[path.name], publisher)


def _require_signed(path: Path, signed: str, publisher: Publisher | None) -> None:
    with _missing_named():
        from pypi_attestations import Attestation, AttestationError, Distribution, GitHubPublisher
        from sigstore.errors import Error
        from sigstore.verify.policy import UnsafeNoOp

    try:
        # Without a publisher in the configuration the signature is looked at, and not whose it is.
        who = GitHubPublisher(**_registered(publisher, signed)) if publisher else UnsafeNoOp()
        Attestation.model_validate_json(signed).verify(who, Distribution.from_file(path), offline=True)
    except (AttestationError, Error, ValueError) as error:
        raise Refused(
            f"the attestation of {path.name} is not to be trusted: {str(error).partition(chr(10))[0]}",
            state="nothing was signed and nothing was sent",
            fix=SIGN_AGAIN,
        ) from error


def _registered(publisher: Publisher, attestation: str) -> dict[str, str]:
    """Return who must have signed; GitHub ignores case in a repository's name, so the certificate's spelling counts."""
    signed = provenance.repository(attestation)
    repository = signed if signed.lower() == publisher.repository.lower() else publisher.repository
    return {"repository": repository, "workflow": publisher.workflow.rpartition("/")[2]}


def _publisher(token: str) -> object:
    """Return the identity that a signature must bear: the one that asked for it."""
    from pypi_attestations import GitHubPublisher

    from release_tools.adapters import oidc
    from release_tools.credentials import claims as publisher

    claims = oidc.claims(token)
    return GitHubPublisher(repository=str(claims.get("repository", "")), workflow=publisher.workflow(claims))


@contextmanager
def _missing_named() -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise Refused(
            f"what signs attestations is not installed: {error.name}",
            state="nothing was signed",
            fix="run nox -s attest, or: python -m pip install 'nox-release-tools[attest]'",
        ) from error


@contextmanager
def _failures_named() -> Iterator[None]:
    """Tell every failure of service, log and library as one that running again may mend."""
    from pypi_attestations import AttestationError
    from requests import RequestException
    from sigstore.errors import Error

    try:
        yield
    except (AttestationError, Error, RequestException, OSError, ValueError) as error:
        raise ServiceFailed(
            f"the signing service gives no attestation: {type(error).__name__}: {str(error) or 'no reason'}",
            state="nothing was signed; no file of an earlier try is kept",
            fix="run the same command again; to publish without, set RELEASE_UNATTESTED=1 and RELEASE_BECAUSE=TEXT",
        ) from error
