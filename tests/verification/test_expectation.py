"""What a release should be where no ledger tells it."""

from __future__ import annotations

from pathlib import Path

import pytest

from release_tools.adapters.listing import Listed, Listing
from release_tools.dist_folder import SUMS
from release_tools.errors import Refused
from release_tools.model import Manifest
from release_tools.verification import expectation
from tests import tiny

SHA256 = "ab" * 32
WHEEL, SDIST = f"tiny_sample-{tiny.VERSION}-py3-none-any.whl", f"tiny_sample-{tiny.VERSION}.tar.gz"


def listing(*names: str) -> Listing:
    """Return what an index lists."""
    return Listing(simple={name: Listed(filename=name, url="/f", sha256=SHA256) for name in names})


def test_what_is_listed_is_expected_and_old_forms_are_passed_over() -> None:
    """Wheels come first; what nobody here can install is named apart."""
    found = listing(SDIST, "tiny_sample-1.2.3-py2.7.egg", WHEEL)
    assert [each.filename for each in expectation.listed(found)] == [WHEEL, SDIST]
    assert expectation.others(found) == ("tiny_sample-1.2.3-py2.7.egg",)


@pytest.mark.parametrize(
    "name",
    [
        f"/elsewhere/{SDIST}", f"../../{WHEEL}", f"a\\{SDIST}", f"\0{SDIST}", f"-{SDIST}", f"{'a' * 250}-1.2.3.tar.gz",
        "tiny-1.2.3.whl",
    ],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    """An index may list what it likes; a file is only ever written below the folder of the run."""
    with pytest.raises(Refused, match="which is no name of a distribution"):
        expectation.listed(listing(name))


def test_a_release_of_old_forms_alone_is_refused() -> None:
    """Nothing was compared or installed, and that is no success."""
    with pytest.raises(Refused, match=r"neither a wheel nor a \.tar\.gz is there, only tiny_sample-1\.2\.3\.zip"):
        expectation.listed(listing("tiny_sample-1.2.3.zip"))


@pytest.mark.parametrize("content", ["", f"{SHA256}  RELEASE_NOTES.md\n"])
def test_checksums_of_no_distribution_expect_nothing(tmp_path: Path, content: str) -> None:
    """What the index lists must not pass for what such a list says."""
    (tmp_path / SUMS).write_text(content)
    with pytest.raises(Refused, match="lists neither a wheel nor"):
        expectation.of(Manifest(folder=tmp_path, distributions=(), ledger_sha256=""), tmp_path, tuple)
