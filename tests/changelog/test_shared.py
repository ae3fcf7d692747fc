"""The changelog at the top of a repository, for a package that keeps none of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.version import Version

from release_tools.changelog import entry, shared

LOG = "# Changelog\n\n## 1.2.3\n\n- A change.\n\n## 1.2.2\n\n- Another.\n"


def _write(path: Path, text: str = LOG) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give the folder of a package, two below the top."""
    folder = tmp_path / "packages" / "demo"
    folder.mkdir(parents=True)
    return folder


def test_a_changelog_that_knows_releases_of_the_package_is_its_own(tmp_path: Path, root: Path) -> None:
    """Its places are told as seen from the package."""
    _write(tmp_path / "CHANGES.md")
    found = shared(root, tmp_path, "demo", {Version("1.2.2"), Version("0.1")})
    assert found is not None
    assert str(entry(found, Version("1.2.3"))[0].where) == "../../CHANGES.md:3"


def test_one_that_knows_none_of_them_is_of_another_package(tmp_path: Path, root: Path) -> None:
    """It says nothing about this one; nor does a repository without any."""
    assert shared(root, tmp_path, "demo", {Version("1.2.3")}) is None
    _write(tmp_path / "CHANGES.md")
    assert shared(root, tmp_path, "demo", {Version("2.0")}) is None
    assert shared(root, tmp_path, "demo", ()) is None


def test_a_file_of_its_name_needs_no_release(tmp_path: Path, root: Path) -> None:
    """Where each package has a file in a folder of the documentation, that one is taken."""
    _write(tmp_path / "docs" / "history" / "demo.md")
    _write(tmp_path / "docs" / "history" / "other.md")
    found = shared(root, tmp_path, "demo", ())
    assert found is not None
    assert str(found.where) == "../../docs/history/demo.md"


def test_a_file_for_each_version_is_seen_from_the_package_too(tmp_path: Path, root: Path) -> None:
    """Also the files of a folder are told as seen from the package."""
    for version in ("1.2.2", "1.2.3"):
        _write(tmp_path / "docs" / "releases" / f"v{version}.md", f"# {version}\n\n- A change.\n")
    found = shared(root, tmp_path, "demo", {Version("1.2.3")})
    assert found is not None
    assert str(entry(found, Version("1.2.3"))[0].where) == "../../docs/releases/v1.2.3.md:1"
