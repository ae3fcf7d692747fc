"""What we read in a provenance of the public index: a real one, whose commit, ref and publisher are known."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from release_tools.attestations.provenance import Expected, differences
from release_tools.config import Publisher
from release_tools.model import Distribution
from tests import real_attestations
from tests.real_attestations import FILE

SIGNED = Expected(
    publisher=Publisher(repository="trailofbits/pypi-attestations", workflow="release.yml", environment=""),
    commit="08802efe1f8e5fec4ad842d6b8ce97656092ee72",
    ref="refs/tags/v0.0.19",
)


def read(folder: Path, expected: Expected, content: bytes = b"") -> tuple[str, ...]:
    """Return how the real provenance differs from what is expected of a file."""
    real_attestations.unpack(folder)
    path = folder / FILE
    found = content or path.read_bytes()
    file = Distribution(
        filename=FILE, kind="sdist", size=len(found), sha256=hashlib.sha256(found).hexdigest(), blake2b_256=""
    )
    return differences((folder / f"{FILE}.provenance").read_text(), file, expected)


def test_a_real_provenance_says_what_is_known_of_it(tmp_path: Path) -> None:
    """Both of its attestations, the one of the upload and the one of the build."""
    assert read(tmp_path, SIGNED) == ()


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        (replace(SIGNED, commit="c" * 40), "it was signed on commit 08802efe1f8e5fec4ad842d6b8ce97656092ee72"),
        (replace(SIGNED, ref="refs/tags/v0.0.20"), "refs/tags/v0.0.19"),
        (replace(SIGNED, publisher=Publisher(repository="a/b", workflow="release.yml", environment="")), "a/b"),
    ],
    ids=["commit", "ref", "publisher"],
)
def test_each_difference_from_it_is_told(tmp_path: Path, expected: Expected, words: str) -> None:
    """With what the certificate really says."""
    assert any(words in each for each in read(tmp_path, expected))


def test_it_is_of_its_own_file_alone(tmp_path: Path) -> None:
    """Other bytes under the name have another digest."""
    assert any("it is for SHA-256" in each for each in read(tmp_path, SIGNED, b"other"))
