"""What the attestations of a file say: which file, built where, by whom. Their signatures the index has verified."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from release_tools.config import Publisher
from release_tools.errors import Refused
from release_tools.model import Distribution

# How the types of a publish attestation and of a build's provenance end.
PREDICATES = ("/attestations/publish/v1", "/provenance/v1")
SIGSTORE = "1.3.6.1.4.1.57264.1"
LONGEST_SHORT = 0x7F


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Who must have signed: the publisher (None: nobody in particular), on which commit and ref."""

    publisher: Publisher | None
    commit: str
    ref: str


def differences(text: str, file: Distribution, expected: Expected) -> tuple[str, ...]:
    """Return what the provenance of a file, as an index gives it, has wrong; raises ValueError for what is none."""
    document = json.loads(text)
    try:
        bundles = [(each.get("publisher") or {}, each["attestations"]) for each in document["attestation_bundles"]]
        found = [wrong for publisher, attestations in bundles for wrong in _of(publisher, attestations, file, expected)]
        empty = not any(attestations for _, attestations in bundles)
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise ValueError(f"an attestation lacks what each has ({error})") from error
    return tuple(dict.fromkeys([*found, *(["it holds no attestation"] if empty else [])]))


def _of(
    publisher: Mapping[str, Any], attestations: Sequence[Mapping[str, Any]], file: Distribution, expected: Expected
) -> Iterator[str]:
    if expected.publisher:
        yield from _identity(publisher, expected.publisher)
    for each in attestations:
        yield from subject_differences(each, file)
        yield from _source(each, expected)


def repository(attestation: str) -> str:
    """Return the repository of which a certificate tells, empty where it tells none; raises ValueError."""
    try:
        certificate = base64.b64decode(json.loads(attestation)["verification_material"]["certificate"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"an attestation lacks what each has ({error})") from error
    return (_extension(certificate, 12) or "").removeprefix("https://github.com/")


def _identity(found: Mapping[str, Any], expected: Publisher) -> Iterator[str]:
    configured = {
        "repository": expected.repository,
        "workflow": expected.workflow.rpartition("/")[2],
        "environment": expected.environment,
    }
    for name, wanted in configured.items():
        there = str(found.get(name) or "")
        if there.lower() != wanted.lower():
            yield f"its {name} is {there or 'none'}, configured is {wanted}"


def subject_differences(attestation: Mapping[str, Any], file: Distribution) -> Iterator[str]:
    """Yield what an attestation says of another file than this one."""
    statement = json.loads(base64.b64decode(attestation["envelope"]["statement"]))
    if not str(statement.get("predicateType", "")).endswith(PREDICATES):
        yield f"it is of an unknown kind, {statement.get('predicateType')}"
    subjects = {str(each.get("name")): each.get("digest", {}).get("sha256") for each in statement["subject"]}
    if set(subjects) != {file.filename}:
        yield f"it is for {', '.join(sorted(subjects)) or 'nothing'}"
    elif subjects[file.filename] != file.sha256:
        yield f"it is for SHA-256 {subjects[file.filename]}, the file has {file.sha256}"


def _source(attestation: Mapping[str, Any], expected: Expected) -> Iterator[str]:
    """Yield where a certificate names another commit or ref, or none; the index compares neither."""
    certificate = base64.b64decode(attestation["verification_material"]["certificate"])
    for name, number, wanted in (("commit", 13, expected.commit), ("ref", 14, expected.ref)):
        found = _extension(certificate, number)
        if found != wanted and wanted:
            yield f"it was signed on {name} {found}, not {wanted}" if found else f"its certificate names no {name}"


def _extension(certificate: bytes, number: int) -> str | None:
    """Return what the signing service wrote into a certificate of the run, by the last number of its identifier."""
    try:
        from cryptography import x509
    except ImportError as error:
        raise Refused(
            "the certificates of attestations cannot be read here: cryptography is not installed",
            state="nothing was sent or installed",
            fix="python -m pip install cryptography, then run the same command again",
        ) from error

    try:
        extensions = x509.load_der_x509_certificate(certificate).extensions
        value = extensions.get_extension_for_oid(x509.ObjectIdentifier(f"{SIGSTORE}.{number}")).value
    except x509.ExtensionNotFound:
        return None
    except (x509.DuplicateExtension, x509.InvalidVersion) as error:
        raise ValueError(str(error)) from error
    return _text(value.value) if isinstance(value, x509.UnrecognizedExtension) else None


def _text(der: bytes) -> str:
    """Return a text of DER: before its letters stand its kind and its length, in one byte or in two."""
    return der[3 if der[1] > LONGEST_SHORT else 2 :].decode()
