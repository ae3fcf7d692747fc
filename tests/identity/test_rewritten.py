"""What tools write anew in the configuration still says the same, or it is a change."""

from __future__ import annotations

import pytest

from release_tools.identity.rewritten import is_same
from tests.identity.releases import built_with

SETUPTOOLS = frozenset({"setuptools"})
PDM = frozenset({"pdm-backend"})
TAGGED = "[egg_info]\ntag_build = \ntag_date = 0\n\n"
CFG = "# why\n[metadata]\nname: sample\nclassifiers =\n    A\n    B  \n"
WRITTEN = f"[metadata]\nname = sample\nclassifiers = \n\tA\n\tB\n\n{TAGGED}"


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("", TAGGED, True),
        (CFG, WRITTEN, True),
        (f"{CFG}\n{TAGGED}", WRITTEN, True),
        (f"{CFG}\n[egg_info]\ntag_build = dev\negg_base = x\n", f"{WRITTEN}egg_base = x\n", True),
        ("", f"{TAGGED}[options]\npy_modules = evil\n", False),
        (CFG, WRITTEN.replace("sample", "other"), False),
        (CFG, f"{WRITTEN}egg_base = x\n", False),
        (CFG, TAGGED, False),
        (CFG, "no section", False),
        ("no section", "no section", False),
    ],
)
def test_setup_cfg_may_only_get_the_tags(before: str, after: str, same: bool) -> None:  # noqa: FBT001 - a case
    """Comments and spacing go, the tags of egg_info come; every other change is one."""
    assert is_same("setup.cfg", before.encode(), after.encode(), SETUPTOOLS) is same
    assert not is_same("setup.cfg", before.encode(), after.encode(), PDM)


OPEN = '[project]\nname = "sample"\ndynamic = ["version", "dependencies"]\nreadme = "docs/README.md"\n'
SYSTEM = built_with("pdm-backend", backend="pdm.backend").decode()


@pytest.mark.parametrize(
    ("after", "same"),
    [
        (OPEN, True),
        ('[project]\nname = "sample"\nversion = "1.2"\ndependencies = ["a"]\n', True),
        ('[project]\nname = "other"\nversion = "1.2"\n', False),
        ('[project]\nname = "sample"\nversion = "1.2"\nscripts = {a = "b:c"}\n', False),
        ('[project]\nname = "sample"\n[tool.pdm.build]\nexcludes = []\n', False),
        ("=", False),
    ],
)
def test_pyproject_may_only_get_what_was_left_open(after: str, same: bool) -> None:  # noqa: FBT001 - a case
    """The version and what the project calls dynamic are settled by some tools; every other change is one."""
    before, changed = f"{SYSTEM}{OPEN}".encode(), f"{SYSTEM}{after}".encode()
    assert is_same("pyproject.toml", before, changed, PDM) is same
    assert not is_same("pyproject.toml", before, changed, SETUPTOOLS)


def test_another_backend_is_no_settled_version() -> None:
    """What builds the project must not change, whatever the tool."""
    before = f"{SYSTEM}{OPEN}".encode()
    assert not is_same("pyproject.toml", before, before.replace(b"pdm.backend", b"evil"), PDM)
    assert not is_same("pyproject.toml", b"", before, PDM)


def test_poetry_and_maturin_settle_their_own_keys() -> None:
    """A plug-in of Poetry fills the version in, maturin moves its manifest."""
    poetry = frozenset({"poetry-dynamic-versioning"})
    assert is_same("pyproject.toml", b'[tool.poetry]\nversion = "0"', b'[tool.poetry]\nversion = "1.2"', poetry)
    assert not is_same("pyproject.toml", b'[tool.poetry]\nname = "a"', b'[tool.poetry]\nname = "b"', poetry)
    moved = b'[tool.maturin]\nmanifest-path = "rust/Cargo.toml"'
    assert is_same("pyproject.toml", b"[tool.maturin]\n", moved, frozenset({"maturin"}))


def test_no_other_file_is_written_anew() -> None:
    """Only these two are known."""
    assert not is_same("setup.py", b"a", b"a", SETUPTOOLS | PDM)
