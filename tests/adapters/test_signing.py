"""What signs and verifies attestations, with its library in an environment of its own, on real attestations."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import real_attestations, running
from tests.real_attestations import FILE

WHO = "repository='trailofbits/pypi-attestations', workflow='release.yml', environment='pypi'"
PROGRAM = """
import sys
from pathlib import Path
from release_tools.adapters.signing import Sigstore
from release_tools.config import Publisher
from release_tools.errors import ReleaseError
path, attestation = map(Path, sys.argv[1:3])
try:
    Sigstore({{}}).verify([path], {{path.name: attestation.read_text()}}, {publisher})
except ReleaseError as error:
    sys.exit(f"{{type(error).__name__}}: {{error.what}}")
"""


@dataclass(frozen=True, slots=True)
class Real:
    """A file of the public index with its attestation, and a Python that has the library."""

    python: Path
    folder: Path

    def verify(self, file: Path, publisher: str = f"Publisher({WHO})", name: str = FILE) -> str:
        """Verify a file by the attestation of another; return why that was refused, empty where it was not."""
        program = PROGRAM.format(publisher=publisher)
        attestation = self.folder / f"{name}.publish.attestation"
        done = subprocess.run(
            [self.python, "-c", program, file, attestation], env=running.environment(), capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr
        return done.stderr.strip().splitlines()[-1] if done.returncode else ""


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Real:
    """Install the library from its hash-locked list, and unpack the real attestations."""
    folder = tmp_path_factory.mktemp("signing")
    env = running.environment()
    lock = running.ROOT / "release_tools/locks/attest.txt"
    for command in (
        ("venv", "--quiet", "--python", sys.executable, "v"),
        ("pip", "install", "--quiet", "--python", "v", "--no-deps", "--require-hashes", "-r", str(lock)),
    ):
        subprocess.run([sys.executable, "-m", "uv", *command], cwd=folder, env=env, check=True)
    real_attestations.unpack(folder)
    return Real(next(folder.glob("v/[bS]*/python*")), folder)


def test_a_real_attestation_is_verified_without_asking_anybody(real: Real) -> None:
    """Its signature, its certificate and its entry in the log; also where no publisher is configured."""
    assert real.verify(real.folder / FILE) == ""
    assert real.verify(real.folder / FILE, "None") == ""


def test_the_case_of_a_repository_does_not_matter(real: Real) -> None:
    """GitHub ignores it, and the index too."""
    assert real.verify(real.folder / FILE, f"Publisher({WHO.replace('trailofbits', 'TrailOfBits')})") == ""


def test_another_file_is_refused(real: Real, tmp_path: Path) -> None:
    """One byte more, or another name, and the attestation is of something else."""
    changed, renamed = tmp_path / FILE, tmp_path / FILE.replace("0.0.19", "0.0.20")
    content = (real.folder / FILE).read_bytes()
    changed.write_bytes(content + b"\0")
    renamed.write_bytes(content)
    for path in (changed, renamed):
        assert f"Refused: the attestation of {path.name} is not to be trusted" in real.verify(path)


@pytest.mark.parametrize(
    "publisher", [WHO.replace("trailofbits", "somebody"), WHO.replace("release.yml", "other.yml")], ids=["who", "where"]
)
def test_another_publisher_is_refused(real: Real, publisher: str) -> None:
    """The certificate says who signed, and in which workflow."""
    assert "Refused: the attestation of" in real.verify(real.folder / FILE, f"Publisher({publisher})")


def test_a_signature_of_another_log_is_refused(real: Real) -> None:
    """One of the staging service proves nothing, nor does what is no attestation at all."""
    staging = "rfc8785-0.1.2-py3-none-any.whl"
    assert "Refused: the attestation of" in real.verify(real.folder / staging, "None", staging)
    (real.folder / "broken.publish.attestation").write_text("{}")
    assert "Refused: the attestation of" in real.verify(real.folder / FILE, "None", "broken")
