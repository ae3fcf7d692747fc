"""Where a repository is, and the clean clone from which is built."""

from __future__ import annotations

from pathlib import Path

import pytest

from release_tools.adapters.git import Git, checkout, clean_clone, toplevel
from release_tools.errors import ServiceFailed, UsageError
from tests.adapters.repositories import commit, made, with_submodule
from tests.samples import git

pytestmark = pytest.mark.usefixtures("fresh_machine")


def test_the_top_of_a_repository_is_found(tmp_path: Path) -> None:
    """From anywhere in a repository its root is found, also in a linked worktree and a submodule."""
    root = with_submodule(tmp_path)
    git(root, "worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"))
    (root / "deep/er").mkdir(parents=True)
    places = {root: root, root / "deep/er": root, tmp_path / "linked": tmp_path / "linked", root / "sub": root / "sub"}
    assert {place: toplevel(place) for place in places} == places


@pytest.mark.parametrize("name", ["with space", 'qu"ote', "$(id)", "Grüße", "-option"])
def test_any_folder_can_hold_a_repository(tmp_path: Path, name: str) -> None:
    """The name of the folder makes no difference."""
    root = made(tmp_path / name)
    assert toplevel(root) == root
    clean_clone(Git(root), Git(root).commit(), tmp_path / "clone", None)
    assert (tmp_path / "clone/file").exists()


@pytest.mark.parametrize("name", ["line\nbreak", "ends\n"])
def test_a_line_break_in_the_name_of_a_folder_is_refused(tmp_path: Path, name: str) -> None:
    """Such a folder is found, but git cannot share its objects with a clone, and says so."""
    root = made(tmp_path / name)
    assert toplevel(root) == root
    with pytest.raises(ServiceFailed, match="git clone failed"):
        clean_clone(Git(root), Git(root).commit(), tmp_path / "clone", None)


def test_a_folder_outside_any_repository_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a repository the way to one is shown."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(UsageError, match="is not a git repository") as refused:
        toplevel(tmp_path)
    assert "git clone" in refused.value.fix


def test_a_repository_of_somebody_else_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where git does not trust the owner, as in a container of CI, that is said and how to change it."""
    root = made(tmp_path)
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(UsageError, match="belongs to another user") as refused:
        toplevel(root)
    assert "safe.directory" in refused.value.fix


def test_a_machine_without_git_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without git on PATH that is what is said."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="git not found") as refused:
        toplevel(tmp_path)
    assert "install git" in refused.value.fix


def test_a_clean_clone_holds_the_commit_and_one_tag(tmp_path: Path) -> None:
    """A clone for building has the commit's files, its history and the one tag, nothing of the working tree."""
    root = made(tmp_path / "root")
    git(root, "tag", "--annotate", "--message=x", "v1")
    git(root, "tag", "v0")
    commit(root)
    (root / "file").write_text("changed")
    (root / "new").write_text("x")
    target = git(root, "rev-parse", "v1^{}")
    clean_clone(Git(root), target, tmp_path / "clone", ("v1", git(root, "rev-parse", "v1")))
    clone = Git(tmp_path / "clone")
    assert (clone.commit(), checkout(clone.root).branch, clone.dirty(())) == (target, None, ())
    assert [row[0] for row in clone.tags()] == ["v1"]
    assert not list((tmp_path / "clone/.git").glob("hooks/*"))
    clean_clone(Git(root), target, tmp_path / "untagged", None)
    assert Git(tmp_path / "untagged").tags() == ()


def test_a_clean_clone_can_come_from_anywhere(tmp_path: Path) -> None:
    """A detached HEAD on no branch, a linked worktree and a shallow clone can be cloned."""
    root = made(tmp_path / "root")
    git(root, "checkout", "--quiet", "--detach")
    loose = commit(root)
    git(root, "worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"))
    git(root, "branch", "loose")
    git(tmp_path, "clone", "--quiet", "--depth=1", "--branch=loose", root.as_uri(), "shallow")
    for name in ("root", "linked", "shallow"):
        clean_clone(Git(tmp_path / name), loose, tmp_path / f"clone of {name}", ("v1", loose))
        assert Git(tmp_path / f"clone of {name}").commit() == loose


def test_an_annotated_tag_comes_along_from_a_shallow_clone(tmp_path: Path) -> None:
    """Git shares no objects of such a clone, and the tag is an object of its own."""
    root = made(tmp_path / "root")
    git(root, "tag", "--annotate", "--message=x", "v1")
    git(tmp_path, "clone", "--quiet", "--depth=1", "--branch=v1", root.as_uri(), "shallow")
    tag = git(root, "rev-parse", "v1")
    clean_clone(Git(tmp_path / "shallow"), git(root, "rev-parse", "HEAD"), tmp_path / "clone", ("v1", tag))
    assert (
        git(tmp_path / "clone", "for-each-ref", "--format=%(refname) %(objectname)", "refs/tags")
        == f"refs/tags/v1 {tag}"
    )


def test_an_incomplete_clone_is_no_clean_clone(tmp_path: Path) -> None:
    """Where an object is missing, as in a partial clone, the build does not go on with fewer files."""
    root = made(tmp_path / "root", "file", "large")
    blob = git(root, "rev-parse", "HEAD:large")
    (root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    git(root, "config", "remote.origin.promisor", "true")
    with pytest.raises(ServiceFailed, match="lacks 1 files of the commit, among them large"):
        clean_clone(Git(root), Git(root).commit(), tmp_path / "clone", None)
