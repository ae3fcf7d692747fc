"""What attestations say, whoever wrote them."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from release_tools.attestations import provenance
from release_tools.attestations.provenance import Expected
from release_tools.model import Distribution
from tests import signed

NAME, SHA256 = "x-1.tar.gz", "ab" * 32
FILE = Distribution(filename=NAME, kind="sdist", size=1, sha256=SHA256, blake2b_256="")
EXPECTED = Expected(publisher=None, commit="c" * 40, ref="refs/tags/v1")
# The command of a machine on which a module is not installed.
WITHOUT = """
import sys
sys.path.insert(0, sys.argv[1])
sys.modules["cryptography"] = None
from release_tools.attestations import provenance
from release_tools.errors import Refused
from release_tools.model import Distribution
file = Distribution(filename=sys.argv[2], kind="sdist", size=1, sha256=sys.argv[3], blake2b_256="")
try:
    provenance.differences(sys.stdin.read(), file, provenance.Expected(publisher=None, commit="c", ref="r"))
except Refused as error:
    print(error.what)
"""


def document(attestation: object) -> str:
    """Return an attestation as an index gives it."""
    return json.dumps({"attestation_bundles": [{"attestations": [attestation]}]})


def certificate(value: bytes) -> str:
    """Return a certificate whose commit is written in some bytes."""
    key, day = ec.generate_private_key(ec.SECP256R1()), datetime(2026, 1, 1, tzinfo=timezone.utc)
    name = x509.Name([])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, day, day)
    commit = x509.UnrecognizedExtension(x509.ObjectIdentifier(f"{provenance.SIGSTORE}.13"), value)
    made = builder.add_extension(commit, critical=False).sign(key, hashes.SHA256())
    return base64.b64encode(made.public_bytes(serialization.Encoding.DER)).decode()


def judged(text: str) -> tuple[str, ...]:
    """Return what is wrong, also where nothing can be read."""
    try:
        return provenance.differences(text, FILE, EXPECTED)
    except ValueError as error:
        return (f"{error} ",)


@pytest.mark.parametrize("value", [b"", b"\x0c", b"\x0c\x81", b"\x0c\x02\xff\xfe"])
def test_a_certificate_of_broken_texts_says_nothing_of_this_commit(value: bytes) -> None:
    """Whoever made it, it is refused in words."""
    attestation = signed.attestation(NAME, SHA256)
    attestation["verification_material"]["certificate"] = certificate(value)
    assert judged(document(attestation))


@pytest.mark.parametrize(
    ("commit", "ref", "words"),
    [
        (None, None, ("its certificate names no commit", "its certificate names no ref")),
        (EXPECTED.commit, None, ("its certificate names no ref",)),
        (None, EXPECTED.ref, ("its certificate names no commit",)),
        (EXPECTED.commit, EXPECTED.ref, ()),
    ],
)
def test_a_certificate_must_name_what_is_expected(commit: str | None, ref: str | None, words: tuple[str, ...]) -> None:
    """One that says nothing of commit or ref is that of no known run."""
    assert judged(document(signed.attestation(NAME, SHA256, commit, ref))) == words


def test_a_certificate_of_an_unknown_version_is_refused_in_words() -> None:
    """Its version is of tomorrow, or of nobody."""
    attestation = signed.attestation(NAME, SHA256)
    made = bytearray(base64.b64decode(attestation["verification_material"]["certificate"]))
    made[made.index(b"\xa0\x03\x02\x01\x02") + 4] = 5
    attestation["verification_material"]["certificate"] = base64.b64encode(made).decode()
    assert judged(document(attestation)) == ("5 is not a valid X509 version ",)


def test_without_what_reads_certificates_it_is_said(tmp_path: Path) -> None:
    """Not every system gets it with the uploader; nothing passes unread."""
    text = document(signed.attestation(NAME, SHA256, "c" * 40, "refs/tags/v1"))
    command = [sys.executable, "-I", "-c", WITHOUT, str(Path(__file__).parents[2]), NAME, SHA256]
    done = subprocess.run(command, cwd=tmp_path, input=text, capture_output=True, text=True, check=True)
    assert "cryptography is not installed" in done.stdout
