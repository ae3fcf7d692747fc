"""Files: only regular ones of modest size, inside the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from release_tools import versions
from release_tools.versions.reading import UnreadableError
from release_tools.versions.tree import LARGEST, join, normal, plant


def why(root: Path, name: str) -> str:
    """Return the reason why a file is not read."""
    with pytest.raises(UnreadableError) as caught:
        plant(root).text(name)
    assert not plant(root).has_file(name)
    return str(caught.value)


def test_text_is_cleaned(tmp_path: Path) -> None:
    """A byte order mark and line endings of other systems do not matter."""
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfa\r\nb\rc\n")
    assert plant(tmp_path).text("a.txt") == "a\nb\nc\n"


def test_fifo_is_not_opened(tmp_path: Path) -> None:
    """A pipe without a writer would block for ever."""
    os.mkfifo(tmp_path / "VERSION")
    assert "is not a regular file" in why(tmp_path, "VERSION")


def test_folder_is_not_read(tmp_path: Path) -> None:
    """A folder of that name is a reason, not an error of the system."""
    (tmp_path / "VERSION").mkdir()
    assert "is not a regular file" in why(tmp_path, "VERSION")
    assert plant(tmp_path).has_folder("VERSION")


def test_huge_file_is_not_read(tmp_path: Path) -> None:
    """The size is looked at before the content; a hole costs nothing."""
    with (tmp_path / "VERSION").open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(UnreadableError, match="larger than 1 MB"):
        plant(tmp_path).text("VERSION")


def test_link_out_of_the_project_is_not_followed(tmp_path: Path) -> None:
    """What lies outside is none of our business, also behind a link or a linked folder."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "VERSION").write_text("1.2.3")
    root = tmp_path / "project"
    root.mkdir()
    (root / "VERSION").symlink_to("../outside/VERSION")
    (root / "folder").symlink_to("../outside")
    for name in ("VERSION", "folder/VERSION", "../outside/VERSION", str(tmp_path / "outside" / "VERSION")):
        assert "lies outside the project" in why(root, name)
    assert not plant(root).has_folder("folder")


def test_link_inside_the_project_is_followed(tmp_path: Path) -> None:
    """Many projects link a file to another of their own."""
    (tmp_path / "real").write_text("1.2.3")
    (tmp_path / "VERSION").symlink_to("real")
    assert plant(tmp_path).text("VERSION") == "1.2.3"


def test_links_in_a_circle_and_to_nothing(tmp_path: Path) -> None:
    """A link that leads nowhere is a reason."""
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    (tmp_path / "dangling").symlink_to("none")
    assert why(tmp_path, "a")
    assert "does not exist" in why(tmp_path, "dangling")


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000, "\ud800", "a/" * 3000, "nul\n"])
def test_names_that_no_file_has(name: str, tmp_path: Path) -> None:
    """A name that the system refuses is a reason."""
    assert why(tmp_path, name)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable for root")
def test_file_without_permission(tmp_path: Path) -> None:
    """A file that may not be read is a reason."""
    (tmp_path / "VERSION").write_text("1.2.3")
    (tmp_path / "VERSION").chmod(0)
    assert "cannot be read" in why(tmp_path, "VERSION")


def test_repository_around_the_project(tmp_path: Path) -> None:
    """A package of a monorepo may take over from files above it, as far as the repository goes."""
    package = tmp_path / "packages" / "demo"
    package.mkdir(parents=True)
    (tmp_path / "Cargo.toml").write_text('[workspace.package]\nversion = "1.2.3"\n')
    (package / "Cargo.toml").write_text("[package]\nversion.workspace = true\n")
    pyproject = {"build-system": {"build-backend": "maturin"}}
    assert versions.read(package, pyproject).unreadable
    (found,) = versions.read(package, pyproject, within=tmp_path).declarations
    assert (found.raw, str(found.where)) == ("1.2.3", "../../Cargo.toml:2")


@pytest.mark.parametrize(
    ("path", "shortest"), [("./a//b/../c", "a/c"), ("a\\b", "a/b"), ("..", ".."), ("", "."), ("/a/../b", "/b")]
)
def test_paths_have_one_spelling(path: str, shortest: str) -> None:
    """Locations are relative, in POSIX form and as short as can be."""
    assert normal(path) == shortest
    assert join(path) == shortest


def test_paths_below_each_other() -> None:
    """An absolute part starts anew, so that it is seen to lie outside."""
    assert join("a", "b/../c") == "a/c"
    assert join("a", "/c") == "/c"
    assert join() == "."
