"""Reading a fresh checkout: every file by its digest, links where they lead, and nothing outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from release_tools.adapters import checked_out, files
from tests import deep
from tests.adapters import repositories
from tests.identity.releases import digest
from tests.samples import git


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Give a checkout with a project in a folder, and links of each kind."""
    root = repositories.made(
        tmp_path / "clone", "LICENSE", "packages/one/pyproject.toml", "packages/one/src/a.py", "shared/b.py"
    )
    one = root / "packages/one"
    links = {
        "LICENSE": "../../LICENSE", "shared": "../../shared", "outside": "../../../secret.txt", "git": "../../.git",
        "config": "../../.git/config", "dangling": "nowhere", "loop": "loop", "passwd": "/etc/passwd",
    }  # fmt: skip
    for name, target in links.items():
        (one / name).symlink_to(target)
    (root / "shared/link").symlink_to("b.py")
    (tmp_path / "secret.txt").write_text("secret")
    repositories.commit(root)
    return root


def test_a_file_is_read_however_deep_it_lies(tmp_path: Path) -> None:
    """Deeper than Python recurses."""
    folder = deep.below(tmp_path / "tree")
    (folder / "file").write_bytes(b"x")
    assert list(checked_out.read(tmp_path / "tree", Path()).files) == ["a/" * deep.DEPTH + "file"]
    files.remove_tree(tmp_path / "tree")


def test_every_file_of_the_commit_is_read(clone: Path) -> None:
    """As many files as git has, each by its content, with paths from the project's folder."""
    tree = checked_out.read(clone, Path())
    assert tree.files.keys() | tree.links.keys() >= set(git(clone, "ls-files").split("\n"))
    assert tree.files["shared/b.py"] == digest(b"shared/b.py\n" * 5)
    assert not [path for path in tree.files if path.startswith(".git/")]
    tree = checked_out.read(clone, Path("packages/one"))
    assert tree.files["src/a.py"] == digest(b"packages/one/src/a.py\n" * 5)
    assert tree.files["../../shared/b.py"] == digest(b"shared/b.py\n" * 5)


def test_links_are_followed_within_the_clone(clone: Path) -> None:
    """What stands behind one counts as standing there; nothing of git's own or from outside does."""
    tree = checked_out.read(clone, Path("packages/one"))
    assert tree.links.keys() - {"../../shared/link"} == {
        "LICENSE",
        "shared",
        "outside",
        "git",
        "config",
        "dangling",
        "loop",
        "passwd",
    }
    assert tree.links["shared"] == "../../shared"
    assert tree.files["LICENSE"] == tree.files["../../LICENSE"]
    assert tree.files["shared/b.py"] == tree.files["../../shared/b.py"]
    assert not tree.files.keys() & {
        "shared/link",
        "outside",
        "git",
        "git/config",
        "config",
        "dangling",
        "loop",
        "passwd",
    }


def test_the_configuration_is_read(clone: Path) -> None:
    """Of the project's folder alone, and not where it is a link or huge."""
    assert checked_out.read(clone, Path("packages/one")).texts == {
        "pyproject.toml": b"packages/one/pyproject.toml\n" * 5
    }
    assert checked_out.read(clone, Path()).texts == {}
    (clone / "setup.py").symlink_to("LICENSE")
    (clone / "setup.cfg").write_bytes(bytes(checked_out.LARGEST + 1))
    assert checked_out.read(clone, Path()).texts == {}


def test_a_submodule_is_part_of_the_tree(tmp_path: Path) -> None:
    """Its files are there, what git keeps beside them is not."""
    root = repositories.with_submodule(tmp_path)
    assert {"sub/file", ".gitmodules"} <= checked_out.read(root, Path()).files.keys()
    assert "sub/.git" not in checked_out.read(root, Path()).files
