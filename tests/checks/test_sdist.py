"""The checks of sdists: each fires on its fault and is silent on a healthy sdist."""

from __future__ import annotations

from release_tools.checks import Check, sdist
from release_tools.distributions import Sdist
from tests.archives import METADATA, SDIST, TOP, read_sdist


def messages(check: Check, *sdists: Sdist) -> list[str]:
    """Return what a check finds in some sdists."""
    return [problem.message for problem in check.judge(sdists)]


def test_healthy_sdists_pass() -> None:
    """One folder with PKG-INFO and either of the two ways to build is accepted."""
    setup = read_sdist({f"{TOP}/pyproject.toml": None, f"{TOP}/setup.py": b""})
    assert messages(sdist.sdist_one_folder, read_sdist(), setup) == []
    assert messages(sdist.sdist_buildable, read_sdist(), setup) == []


def test_more_than_one_folder_is_found() -> None:
    """What stands beside the folder, and a folder of another name, is told."""
    beside = read_sdist({"other/file": b""})
    assert messages(sdist.sdist_one_folder, beside) == [f"at its top is other, {TOP}, not {TOP} alone"]
    renamed = read_sdist(
        {f"{TOP}/{name}": None for name in ("PKG-INFO", "pyproject.toml", "sample_project/__init__.py")}
    )
    assert messages(sdist.sdist_one_folder, renamed) == []
    other = read_sdist({**dict.fromkeys([f"{TOP}/PKG-INFO"]), "wrong/PKG-INFO": METADATA})
    assert messages(sdist.sdist_one_folder, other) == [f"at its top is {TOP}, wrong, not {TOP} alone"]


def test_an_sdist_that_nobody_can_build_is_found() -> None:
    """Neither pyproject.toml nor setup.py in the top folder: one deeper does not count."""
    deep = read_sdist({f"{TOP}/pyproject.toml": None, f"{TOP}/docs/setup.py": b""})
    assert messages(sdist.sdist_buildable, deep) == ["neither pyproject.toml nor setup.py is in it"]


def test_a_broken_sdist_is_left_to_another_check() -> None:
    """What cannot be read is told once, elsewhere."""
    broken = Sdist(filename=SDIST, fault="cut off")
    assert messages(sdist.sdist_one_folder, broken) == messages(sdist.sdist_buildable, broken) == []
