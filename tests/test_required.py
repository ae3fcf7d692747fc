"""What one index must hold before another gets it."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest
from packaging.version import Version

from release_tools.config import Config, TargetTable
from release_tools.errors import Refused
from release_tools.model import Source
from release_tools.required import require_held
from tests import loopback, tiny
from tests.stubs.warehouse import Stored, Warehouse

SOURCE = Source(
    root=Path(), commit="c" * 40, commit_time=1795000000, branch="main", default_branch="main", dirty=(), shallow=False,
    remote=None,
)  # fmt: skip


BOTH = ("-py3-none-any.whl", ".tar.gz")


def required(
    version: str | None, *, yanked: str | None = None, offline: bool = False, endings: tuple[str, ...] = BOTH
) -> list[str]:
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
        require_held(["testpypi"], project, tiny.VERSION, SOURCE, config, {}, offline=offline)
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
        require_held(["rehearsal"], tiny.project(Path()), tiny.VERSION, SOURCE, Config(), {}, offline=False)


@pytest.mark.parametrize("ending", BOTH)
def test_half_a_trial_is_none(ending: str) -> None:
    """A wheel or an sdist alone was left behind by a run that did not end."""
    with pytest.raises(Refused, match="wheel and sdist neither of"):
        required("1.2.3", endings=(ending,))


def test_what_was_taken_back_or_not_asked_proves_nothing() -> None:
    """A yanked trial failed; offline nobody knows."""
    with pytest.raises(Refused):
        required("1.2.3", yanked="broken")
    with pytest.raises(Refused, match="not asked"):
        required("1.2.3", offline=True)
