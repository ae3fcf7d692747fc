"""What one index must hold before another gets it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import get_args

import pytest
from packaging.version import Version

from release_tools.config import Config, TargetTable
from release_tools.errors import Refused
from release_tools.ledger import Ledger
from release_tools.model import Distribution, Kind, Source
from release_tools.required import require_held
from tests import loopback, tiny
from tests.stubs.warehouse import Stored, Warehouse

SOURCE = Source(
    root=Path(), commit="c" * 40, commit_time=1795000000, branch="main", default_branch="main", dirty=(), shallow=False,
    remote=None,
)  # fmt: skip


EMPTY = tiny.ledger()
BOTH = ("-py3-none-any.whl", ".tar.gz")


def required(
    version: str | None, *, yanked: str | None = None, offline: bool = False, endings: tuple[str, ...] = BOTH,
    ledger: Ledger = EMPTY,
) -> list[str]:  # fmt: skip
    """Require that the trial index holds the commit, where it holds one version; return what it was asked."""
    index = Warehouse(projects={tiny.NAME})
    if version:
        now = datetime.now(timezone.utc)
        for ending in endings:
            name = f"tiny_sample-{version}{ending}"
            index.files[name] = Stored(name, tiny.NAME, Version(version), b"", now, yanked)
    with loopback.serve(index) as stub:
        config = Config(targets={"testpypi": TargetTable(upload_url=f"{stub.url}legacy/")})
        project = tiny.project(Path())
        require_held(["testpypi"], project, tiny.VERSION, SOURCE, config, {}, ledger, offline=offline)
        return loopback.urls(stub)


@pytest.mark.parametrize("version", ["1.2.3", "1.2.3.dev1795000000", "1.3.0.dev1795000000"])
def test_the_version_itself_or_a_trial_of_the_commit_will_do(version: str) -> None:
    """A trial tells its commit by the time in its version, whatever number comes before."""
    assert required(version) == ["GET /simple/tiny-sample/"]


@pytest.mark.parametrize("version", [None, "1.2.2", "1.2.3.dev1795000001"])
def test_anything_else_is_refused_with_the_command_that_brings_it(version: str | None) -> None:
    """Of another commit, of another version, nothing at all."""
    with pytest.raises(Refused, match="testpypi must hold this commit first") as caught:
        required(version)
    assert caught.value.fix == "RELEASE_TARGET=testpypi nox -s release"


def test_an_index_without_an_address_is_not_asked() -> None:
    """Nobody is asked at no address."""
    with pytest.raises(Refused, match="rehearsal must hold this commit first: its address is not known"):
        require_held(["rehearsal"], tiny.project(Path()), tiny.VERSION, SOURCE, Config(), {}, EMPTY, offline=False)


@pytest.mark.parametrize("ending", BOTH)
def test_half_a_trial_is_none(ending: str) -> None:
    """A wheel or an sdist alone was left behind by a run that did not end."""
    with pytest.raises(Refused, match="wheel and sdist neither of"):
        required("1.2.3", endings=(ending,))


def test_what_was_taken_back_or_not_asked_proves_nothing() -> None:
    """A yanked trial failed; offline nobody knows."""
    with pytest.raises(Refused):
        required("1.2.3", yanked="broken")
    with pytest.raises(Refused, match="not asked") as caught:
        required("1.2.3", offline=True)
    assert caught.value.fix == "run it without --offline and RELEASE_OFFLINE"


def built(content: bytes, commit: str = SOURCE.commit) -> Ledger:
    """Return the ledger of a release whose files all have one content."""
    sha256 = hashlib.sha256(content).hexdigest()
    files = tuple(
        Distribution(filename=f"tiny_sample-1.2.3{ending}", kind=kind, size=0, sha256=sha256, blake2b_256="")
        for ending, kind in zip(BOTH, get_args(Kind)[::-1], strict=True)
    )
    return replace(EMPTY, distributions=files, built={"commit": commit, "version": "1.2.3"})


def test_the_same_version_of_other_bytes_is_another_release() -> None:
    """Once the files of this commit are known, the index must hold them; a trial tells its commit itself."""
    assert required("1.2.3", ledger=built(b""))
    assert required("1.2.3", ledger=built(b"other", commit="d" * 40))  # of another commit: nothing is known of this one
    assert required("1.2.3.dev1795000000", ledger=built(b"other"))
    with pytest.raises(Refused, match=r"neither of the files of 1\.2\.3 that are in dist/ nor of a trial"):
        required("1.2.3", ledger=built(b"other"))
