"""The changelog at the top of a repository, for a package that keeps none of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.version import Version

from release_tools.changelog import elsewhere, entry, outer, shared
from release_tools.errors import Refused, UsageError

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


def test_a_link_to_the_changelog_of_the_repository_is_followed(tmp_path: Path, root: Path) -> None:
    """A package may have it by a link, whatever versions it holds; its places are those of the file itself."""
    _write(tmp_path / "CHANGELOG.md")
    (root / "CHANGELOG.md").symlink_to("../../CHANGELOG.md")
    path = outer(root, tmp_path, None)
    assert path == root / "CHANGELOG.md"
    found = elsewhere(path, root, tmp_path, "demo")
    assert str(entry(found, Version("1.2.3"))[0].where) == "../../CHANGELOG.md:3"


@pytest.mark.parametrize("configured", ["../../CHANGELOG.md", "link.md", "../../docs/releases"])
def test_a_changelog_may_be_named_beyond_the_package(tmp_path: Path, root: Path, configured: str) -> None:
    """By a path, through a link, or as a folder, as long as it lies within the repository."""
    _write(tmp_path / "CHANGELOG.md")
    _write(tmp_path / "docs/releases/v1.2.3.md", "# 1.2.3\n\n- A change.\n")
    (root / "link.md").symlink_to("../../CHANGELOG.md")
    path = outer(root, tmp_path, configured)
    assert path == root / configured
    assert entry(elsewhere(path, root, tmp_path, "demo"), Version("1.2.3"))


@pytest.mark.parametrize(
    "configured", ["../../../CHANGELOG.md", "out.md", "../../.git/config", "/", "nul\0", "x" * 300]
)
def test_what_lies_outside_the_repository_is_none_of_it(tmp_path: Path, configured: str) -> None:
    """Nor what git keeps for itself; that is left to whoever looks in the package alone, and refuses it."""
    top = tmp_path / "repository"
    root = top / "packages" / "demo"
    _write(tmp_path / "CHANGELOG.md")
    _write(top / ".git" / "config")
    root.mkdir(parents=True)
    (root / "out.md").symlink_to(tmp_path / "CHANGELOG.md")
    assert outer(root, top, configured) is None


def test_a_link_beyond_the_package_counts_where_it_comes_first(tmp_path: Path, root: Path) -> None:
    """A changelog of the package's own comes before links of other names; links out of the repository never count."""
    _write(tmp_path / "NEWS.md")
    assert outer(root, tmp_path, None) is None
    (root / "NEWS.md").symlink_to("../../NEWS.md")
    assert outer(root, tmp_path, None) == root / "NEWS.md"
    _write(root / "CHANGELOG.md")
    assert outer(root, tmp_path, None) is None
    (root / "CHANGELOG.md").unlink()
    (root / "CHANGELOG.md").symlink_to("/etc/passwd")
    assert outer(root, tmp_path, None) is None


def test_a_name_beyond_the_package_that_leads_to_nothing_is_refused(tmp_path: Path, root: Path) -> None:
    """As it is within the package: there is no such file, or a folder without notes."""
    (tmp_path / "docs").mkdir()
    for configured, error in {"../../none.md": UsageError, "../../docs": Refused}.items():
        path = outer(root, tmp_path, configured)
        assert path is not None
        with pytest.raises(error):
            elsewhere(path, root, tmp_path, "demo")
