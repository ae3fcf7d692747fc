"""What git says of the working tree and of the files of the commit."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from release_tools.adapters.git import Git
from tests.adapters.repositories import change, commit, made, with_submodule
from tests.samples import git

pytestmark = pytest.mark.usefixtures("fresh_machine")


DIRTY: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "modified": (("echo more >> file",), {"file"}),
    "staged": (("echo more >> file", "git add file"), {"file"}),
    "staged and changed back": (("echo x >> file", "git add file", "git show HEAD:file > file"), {"file"}),
    "deleted": (("rm file",), {"file"}),
    "removed": (("git rm -q file",), {"file"}),
    "untracked": (("echo x > new",), {"new"}),
    "untracked folder": (("mkdir new", "echo x > new/a"), {"new/"}),
    "renamed": (("git mv file other",), {"other"}),
    "renamed and more": (("git mv file other", "echo x > new"), {"other", "new"}),
    "renamed by intent": (("mv file other", "git add -N other", "echo x > new"), {"other", "new"}),
    "permission": (("chmod +x file",), {"file"}),
    "link for file": (("rm file", "ln -s two file"), {"file"}),
    "Unicode": (("echo x > 'Grüße 漢.txt'",), {"Grüße 漢.txt"}),
    "quotes": (("echo x > 'say \"hi\" $(id)'",), {'say "hi" $(id)'}),
    "line break": (("echo x > 'a\nb'",), {"a\nb"}),
    "no UTF-8": (("echo x > \"$(printf 'caf\\351')\"",), {"caf\\xe9"}),
    "ignored": (("echo x > secret.ignored",), set()),
    "in an ignored folder": (("mkdir dist", "echo x > dist/a", "mkdir '[d]ist'", "echo x > '[d]ist/b'"), {"[d]ist/"}),
    "touched": (("touch file",), set()),
    "clean": ((), set()),
}


@pytest.mark.parametrize(("commands", "paths"), DIRTY.values(), ids=DIRTY)
def test_every_kind_of_dirt_is_seen(tmp_path: Path, commands: tuple[str, ...], paths: set[str]) -> None:
    """Whatever differs from the commit is named by its path; what git ignores, or we do, is not."""
    root = made(tmp_path, "file", "two")
    (root / ".gitignore").write_text("*.ignored\n")
    commit(root)
    change(root, *commands)
    assert set(Git(root).dirty(("dist", ".nox"))) == paths


def test_a_folder_to_ignore_is_taken_by_its_letters(tmp_path: Path) -> None:
    """The name of an ignored folder is no pattern, and is looked for beside the project, not at the top."""
    root = made(tmp_path, "package/file")
    for name in ("d", "[d]", "package/[d]"):
        (root / name).mkdir()
        (root / name / "new").write_text("x")
    assert Git(root).dirty(("[d]",)) == ("d/", "package/[d]/")
    assert Git(root / "package").dirty(("[d]",)) == ()


def test_dirt_of_the_project_alone_counts(tmp_path: Path) -> None:
    """In a repository of several packages only what is below the project's folder is dirt."""
    root = made(tmp_path, "one/file", "two/file")
    change(root, "echo x > one/file", "echo x > two/file")
    assert Git(root / "one").dirty(()) == ("one/file",)


@pytest.mark.parametrize(
    "command", ["echo x > sub/new", "echo x > sub/file", "git -C sub commit -q --allow-empty -m x", "rm -r sub"]
)
def test_dirt_in_a_submodule_is_dirt(tmp_path: Path, command: str) -> None:
    """A submodule that differs from what the commit holds makes the tree dirty, whatever the configuration says."""
    root = with_submodule(tmp_path)
    git(root, "config", "submodule.sub.ignore", "all")
    git(root, "config", "user.name", "x")
    git(root / "sub", "config", "user.name", "x")
    git(root / "sub", "config", "user.email", "x@example.com")
    assert Git(root).dirty(()) == ()
    change(root, command)
    assert Git(root).dirty(()) == ("sub",)


def test_settings_of_the_repository_do_not_hide_dirt(tmp_path: Path) -> None:
    """Untracked files are seen where git was told not to show them."""
    root = made(tmp_path)
    for name, value in (("status.showUntrackedFiles", "no"), ("core.quotePath", "true"), ("status.branch", "true")):
        git(root, "config", name, value)
    (root / "ü").write_text("x")
    assert Git(root).dirty(()) == ("ü",)


def test_a_look_at_the_tree_writes_nothing(tmp_path: Path) -> None:
    """Looking for dirt takes no lock and leaves the index as it is, also while somebody else holds the lock."""
    root = made(tmp_path)
    os.utime(root / "file", (1, 1))
    before = (root / ".git/index").read_bytes()
    (root / ".git/index.lock").write_bytes(b"")
    assert Git(root).dirty(()) == ()
    assert (root / ".git/index").read_bytes() == before


def test_all_files_of_the_commit_are_listed(tmp_path: Path) -> None:
    """Every path of the commit is named, whatever its letters; of a folder those below it."""
    root = made(tmp_path, "a", "Grüße", 'b/"c" d', "line\nbreak")
    (root / "link").symlink_to("a")
    commit(root)
    (root / "new").write_text("x")
    assert set(Git(root).tracked()) == {"a", "Grüße", 'b/"c" d', "line\nbreak", "link"}
    assert Git(root / "b").tracked() == ('"c" d',)


def test_ignored_files_are_listed(tmp_path: Path) -> None:
    """What git ignores in some folders, their names taken by their letters, is named."""
    root = made(tmp_path, "a/file", "[a]/file")
    (root / ".gitignore").write_text("*.ignored\n")
    for folder in ("a", "[a]"):
        (root / folder / "x.ignored").write_text("x")
        (root / folder / "new").write_text("x")
    assert Git(root).ignored(("[a]",)) == ("[a]/x.ignored",)
    assert Git(root).ignored(("a",)) == ("a/x.ignored",)
