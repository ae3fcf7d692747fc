"""Makes attestations as an index gives them, with a certificate of nobody: their signatures are not looked at."""

from __future__ import annotations

import base64
import functools
import json
from datetime import datetime, timedelta, timezone
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

KIND = "https://index.example/attestations/publish/v1"
COMMIT, REF = 13, 14


@functools.cache
def certificate(commit: str | None, ref: str | None) -> bytes:
    """Return a certificate that names the commit and the ref of a run, as the signing service writes them."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nobody")])
    now = datetime.now(timezone.utc)
    builder = x509.CertificateBuilder(
        subject_name=name, issuer_name=name, public_key=key.public_key(), serial_number=1,
        not_valid_before=now, not_valid_after=now + timedelta(minutes=10),
    )  # fmt: skip
    for number, value in ((COMMIT, commit), (REF, ref)):
        if value is not None:
            found = x509.UnrecognizedExtension(x509.ObjectIdentifier(f"1.3.6.1.4.1.57264.1.{number}"), _text(value))
            builder = builder.add_extension(found, critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _text(value: str) -> bytes:
    """Return a text in DER."""
    content = value.encode()
    short = len(content) < 0x80
    return bytes((0x0C, len(content)) if short else (0x0C, 0x81, len(content))) + content


def attestation(
    filename: str, sha256: str, commit: str | None = None, ref: str | None = None, kind: str = KIND
) -> dict[str, Any]:
    """Return the attestation of one file."""
    statement = {"predicateType": kind, "subject": [{"name": filename, "digest": {"sha256": sha256}}]}
    return {
        "version": 1,
        "envelope": {"statement": base64.b64encode(json.dumps(statement).encode()).decode(), "signature": "AAAA"},
        "verification_material": {"certificate": base64.b64encode(certificate(commit, ref)).decode()},
    }
