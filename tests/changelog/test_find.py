"""Finding the changelog: what is passed over, and what a configured path may be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from packaging.version import Version

from release_tools.changelog import find, read
from release_tools.errors import Refused, UsageError

ENTRY = "## 1.2.3\n\n- A change.\n"


def _write(root: Path, name: str, text: str = ENTRY) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    "name",
    [
        "CHANGELOG.md",
        "ChangeLog",
        "changelog.rst",
        "Changelog.txt",
        "CHANGES",
        "CHANGES.md",
        "NEWS.rst",
        "HISTORY.md",
        "History.rst",
        "RELEASE_NOTES.md",
        "RELEASE-NOTES",
        "release_notes.rst",
        "RELEASES.md",
        "WHATSNEW.md",
        "change-log.md",
        "VERSIONHISTORY.rst",
        "docs/changelog.md",
        "doc/news.rst",
        "docs/source/changelog.rst",
        "doc/source/whatsnew.rst",
        "documentation/CHANGES.md",
        "docs/about/release-notes.md",
        "sites/www/changelog.rst",
        "docs/en/docs/release-notes.md",
        "DOCS/changelog.md",
        "src/demo/CHANGELOG.md",
        "demo/changes.rst",
    ],
)
def test_finds_every_usual_place_and_name(tmp_path: Path, name: str) -> None:
    """Root, documentation and package folder; any case and suffix."""
    _write(tmp_path, name, "1.2.3\n=====\n\n* A change.\n")
    found = find(tmp_path, ["demo", "src/demo"], None)
    assert found == tmp_path / name


def test_of_a_folder_with_a_file_for_each_package_the_own_one_is_found(tmp_path: Path) -> None:
    """A file that is named like the project is its changelog; without one the folder is."""
    own = _write(tmp_path, "docs/history/my-demo.md")
    _write(tmp_path, "docs/history/other.md")
    assert find(tmp_path, [], None, project="my_demo") == own
    assert find(tmp_path, [], None, project="demo") == tmp_path / "docs/history"


@pytest.mark.parametrize(
    "name",
    ["README.md", "docs/index.md", "tests/CHANGELOG.md", "docs/_build/changelog.rst", "other/CHANGES", "CHANGELOG.py"],
)
def test_other_files_are_no_changelog(tmp_path: Path, name: str) -> None:
    """Tests, built documentation, other folders and code are not looked at."""
    _write(tmp_path, name)
    assert find(tmp_path, ["demo"], None) is None


@pytest.mark.parametrize(
    "text",
    [
        ".. release-notes::\n",
        "Release Notes\n=============\n\n.. release-notes::\n   :branch: main\n",
        "Changelog\n=========\n\n.. changelog::\n   :changelog-url: https://example.org\n   :github: https://example.org\n",
        "See https://example.org/releases for what changed.\n",
        "# Changelog\n\nMoved to [the releases](https://example.org/releases).\n",
        ".. include:: ../absent.rst\n",
        "What's New\n==========\n\nAll changes that users may notice.\n\n.. toctree::\n\n   changelog\n",
    ],
)
def test_what_is_generated_or_kept_elsewhere_is_none(tmp_path: Path, text: str) -> None:
    """A page that is made when the documentation is built, or that sends elsewhere, holds no entries."""
    _write(tmp_path, "docs/changelog.rst", text)
    assert find(tmp_path, [], None) is None


def test_a_link_inside_the_tree_leads_to_the_real_file(tmp_path: Path) -> None:
    """A symlink is fine; what is found is the file itself, where it can be edited."""
    real = _write(tmp_path, "docs/log/changes.md")
    (tmp_path / "CHANGELOG.md").symlink_to(Path("docs/log/changes.md"))
    assert find(tmp_path, [], None) == real


def test_links_between_stubs_end(tmp_path: Path) -> None:
    """Two files that include each other lead nowhere."""
    _write(tmp_path, "CHANGES.rst", ".. include:: docs/changes.rst\n")
    _write(tmp_path, "docs/changes.rst", ".. include:: ../CHANGES.rst\n")
    assert find(tmp_path, [], None) is None


@pytest.mark.parametrize("kind", ["out of the tree", "fifo", "dangling", "loop", "folder", "include"])
def test_what_must_not_be_read_is_passed_over(tmp_path: Path, kind: str) -> None:
    """Of what nobody configured, an unsafe candidate is skipped for a safe one."""
    root = tmp_path / "tree"
    real = _write(root, "docs/changelog.md")
    _unsafe(root / "CHANGELOG.md", kind)
    assert find(root, [], None) == real


@pytest.mark.parametrize("kind", ["out of the tree", "fifo", "dangling", "loop", "folder"])
def test_what_must_not_be_read_is_named_where_there_is_no_other(tmp_path: Path, kind: str) -> None:
    """Who sees the file there would not believe that none was found; a folder of fragments is not meant as one."""
    root = tmp_path / "tree"
    (root / "changes").mkdir(parents=True)
    assert find(root, [], None) is None
    _unsafe(root / "CHANGELOG.md", kind)
    with pytest.raises(Refused, match=r"CHANGELOG\.md is no file of the project that can be read") as caught:
        find(root, [], None)
    assert "[tool.release-tools]" in caught.value.fix


def _unsafe(unsafe: Path, kind: str) -> None:
    """Put something that must not be read in the place of a file."""
    outside = _write(unsafe.parents[1], "outside.md")
    match kind:
        case "out of the tree":
            unsafe.symlink_to(outside)
        case "fifo":
            os.mkfifo(unsafe)
        case "dangling":
            unsafe.symlink_to("nowhere")
        case "loop":
            unsafe.symlink_to(unsafe)
        case "folder":
            unsafe.mkdir()
        case _:
            unsafe.write_text("{% include '../outside.md' %}\n")


@pytest.mark.parametrize("name", ["notes/what.txt", "notes/../notes/what.txt"])
def test_a_configured_file_is_taken(tmp_path: Path, name: str) -> None:
    """A configured path needs no usual name."""
    real = _write(tmp_path, "notes/what.txt")
    assert find(tmp_path, [], name) == real


def test_a_configured_stub_leads_to_the_real_file(tmp_path: Path) -> None:
    """A configured page that includes the changelog stands for it."""
    real = _write(tmp_path, "CHANGES.md")
    _write(tmp_path, "docs/page.md", "```{include} ../CHANGES.md\n```\n")
    assert find(tmp_path, [], "docs/page.md") == real


def test_a_configured_folder_holds_a_file_for_each_version(tmp_path: Path) -> None:
    """A configured folder is taken if it is one."""
    _write(tmp_path, "notes/1.2.3.md")
    assert find(tmp_path, [], "notes") == tmp_path / "notes"


@pytest.mark.parametrize(
    ("name", "error", "what"),
    [
        ("absent.md", UsageError, "the changelog absent.md does not exist"),
        ("../outside.md", Refused, "the changelog ../outside.md lies outside the project"),
        ("link.md", Refused, "the changelog link.md lies outside the project"),
        ("fifo", Refused, "the changelog fifo is not a file that can be read"),
        ("empty", Refused, "the changelog empty is a folder without a file for each version"),
        ("nul\0", Refused, "lies outside the project"),
        ("long" * 2000, UsageError, "longlong does not exist"),
    ],
)
def test_a_wrong_configured_path_is_refused(
    tmp_path: Path, name: str, error: type[Refused | UsageError], what: str
) -> None:
    """What is configured is never passed over in silence: three texts say what is wrong."""
    root = tmp_path / "tree"
    (root / "empty").mkdir(parents=True)
    _write(tmp_path, "outside.md")
    (root / "link.md").symlink_to(tmp_path / "outside.md")
    os.mkfifo(root / "fifo")
    with pytest.raises(error, match=what) as caught:
        find(root, [], name)
    assert caught.value.state == "nothing was changed"
    assert "[tool.release-tools]" in caught.value.fix


def test_a_file_that_cannot_be_decoded_is_found_so_that_reading_says_why(tmp_path: Path) -> None:
    """The only candidate is returned even if it is no text."""
    path = tmp_path / "NEWS"
    path.write_bytes(b"1.2.3\n=====\n\n* Fran\xe7ais\n")
    assert find(tmp_path, [], None) == path
    with pytest.raises(Refused, match="NEWS:4 is not valid UTF-8"):
        read(path, tmp_path)


@pytest.mark.parametrize(("other", "found"), [("readme.md", "docs/history.rst"), ("changes.md", "changes.md")])
def test_a_doubtful_name_is_found_broken_only_where_nothing_else_is(tmp_path: Path, other: str, found: str) -> None:
    """A history among the documentation may be anything, but to say that there is no changelog would be wrong."""
    _write(tmp_path, other)
    _write(tmp_path, "docs/history.rst").write_bytes("1.2.3\n=====\n".encode("utf-16"))
    assert find(tmp_path, [], None) == tmp_path / found


def test_a_broken_file_in_the_root_is_not_passed_over_for_another(tmp_path: Path) -> None:
    """What is named like the changelog is the changelog, also when it cannot be read as text."""
    path = tmp_path / "CHANGELOG.md"
    path.write_bytes(b"\xff\xfe# 1.2.3\n")
    _write(tmp_path, "docs/changelog.md")
    assert find(tmp_path, [], None) == path


def test_a_folder_with_a_file_that_cannot_be_decoded_is_found_too(tmp_path: Path) -> None:
    """Reading the folder then names the file."""
    (tmp_path / "changes").mkdir()
    (tmp_path / "changes" / "1.2.3.rst").write_bytes(b"\xff")
    assert find(tmp_path, [], None) == tmp_path / "changes"
    with pytest.raises(Refused, match=r"changes/1\.2\.3\.rst:1 is not valid UTF-8"):
        read(tmp_path / "changes", tmp_path)


def test_the_first_candidate_with_versions_wins(tmp_path: Path) -> None:
    """A file that goes on with newer releases is preferred to one that ended, a current one to all."""
    _write(tmp_path, "HISTORY.md", "## 1.0\n\n- Old.\n")
    newer = _write(tmp_path, "docs/changelog.md", "## 2.0\n\n- New.\n\n## 1.0\n\n- Old.\n")
    assert find(tmp_path, [], None) == newer
    current = _write(tmp_path, "CHANGELOG.md", "## Unreleased\n\n## 1.0\n\n- Old.\n")
    assert find(tmp_path, [], None) == current


def test_a_file_that_holds_the_wanted_version_is_preferred(tmp_path: Path) -> None:
    """Where the version is known, the file that has it is the one."""
    _write(tmp_path, "CHANGES.md", "## Unreleased\n\n- x\n\n## 3.0\n\n- New.\n")
    archive = _write(tmp_path, "docs/changes.md", "## 2.0\n\n- Old.\n")
    assert find(tmp_path, [], None, version=Version("2.0")) == archive
    assert find(tmp_path, [], None, version=Version("4.0")) == tmp_path / "CHANGES.md"


def test_a_folder_of_fragments_is_no_changelog(tmp_path: Path) -> None:
    """Notes of single changes are not files of versions."""
    for name in ("1234.bugfix.md", "1235.feature.rst", "README.md", "1236.md"):
        _write(tmp_path, f"changes/{name}", "A change.\n")
    assert find(tmp_path, [], None) is None


def test_package_folders_out_of_the_tree_are_not_looked_at(tmp_path: Path) -> None:
    """Whatever the list of package folders says, nothing outside is read."""
    _write(tmp_path, "outside/CHANGELOG.md")
    (tmp_path / "tree").mkdir()
    assert find(tmp_path / "tree", ["../outside"], None) is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    """A file without read permission is passed over for another, else named."""
    path = _write(tmp_path, "CHANGELOG.md")
    path.chmod(0)
    with pytest.raises(Refused, match="no file of the project that can be read"):
        find(tmp_path, [], None)
    with pytest.raises(Refused, match="not a file that can be read"):
        find(tmp_path, [], "CHANGELOG.md")
    other = _write(tmp_path, "docs/changelog.md")
    assert find(tmp_path, [], None) == other
