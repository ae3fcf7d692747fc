"""Where a repository is, and the clean clone from which is built."""

from __future__ import annotations

import os
from collections.abc import Mapping
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


def settings_of_the_user(folder: Path, settings: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the user a global configuration of git; "{}" stands for the folder."""
    (folder / "attributes").write_text("* text\n")
    git(folder, "config", "--file=global", "--add", "user.name", "Sam")
    for name, value in settings.items():
        git(folder, "config", "--file=global", "--add", name, value.format(folder))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(folder / "global"))


# What a user may have set on a laptop, and nobody has in CI.
SETTINGS = {
    "line ends": {"core.autocrlf": "true"},
    "attributes": {"core.attributesFile": "{}/attributes", "core.eol": "crlf"},
    "links": {"core.symlinks": "false"},
    "local clones": {"protocol.file.allow": "never"},
    "shallow clones": {"clone.rejectShallow": "true"},
    "name of the remote": {"clone.defaultRemoteName": "up"},
    "hidden tags": {"transfer.hideRefs": "refs/tags"},
    "hidden branches": {"uploadpack.hideRefs": "refs/heads"},
    "strict objects": {"transfer.fsckObjects": "true", "fsck.missingEmail": "error"},
    "submodules": {"submodule.recurse": "true"},
}


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_no_setting_of_the_user_changes_a_clean_clone(
    tmp_path: Path, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A laptop builds from the very bytes that CI builds from, also from a shallow clone and where tags are hidden."""
    root = made(tmp_path / "root")
    (root / "link").symlink_to("file")
    commit(root)
    git(root, "tag", "--annotate", "--message=x", "v1")
    git(tmp_path, "clone", "--quiet", "--depth=1", "--branch=v1", root.as_uri(), "shallow")
    tag, content = git(root, "rev-parse", "v1"), (root / "file").read_bytes()
    settings_of_the_user(tmp_path, settings, monkeypatch)
    for name in ("root", "shallow"):
        folder = tmp_path / f"clone of {name}"
        clean_clone(Git(tmp_path / name), Git(root).commit(), folder, ("v1", tag))
        assert (folder / "file").read_bytes() == content
        assert (folder / "link").readlink() == Path("file")
        assert [row[:2] for row in Git(folder).tags()] == [("v1", tag)]
        assert Git(folder).dirty(()) == ()


def test_the_protocols_that_a_user_allows_do_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clone comes from a folder here, whatever may be read elsewhere."""
    root = made(tmp_path / "root")
    monkeypatch.setenv("GIT_ALLOW_PROTOCOL", "https:ssh")
    clean_clone(Git(root), Git(root).commit(), tmp_path / "clone", None)
    assert (tmp_path / "clone/file").exists()


def test_what_the_repository_says_of_its_files_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own .gitattributes tell the ends of lines in a clean clone."""
    root = made(tmp_path / "root", "run.bat", "run.sh")
    (root / ".gitattributes").write_text("* text=auto\n*.bat eol=crlf\n")
    commit(root)
    settings_of_the_user(tmp_path, {"core.autocrlf": "true"}, monkeypatch)
    clean_clone(Git(root), Git(root).commit(), tmp_path / "clone", None)
    assert b"\r\n" in (tmp_path / "clone/run.bat").read_bytes()
    assert b"\r" not in (tmp_path / "clone/run.sh").read_bytes()


def test_no_filter_of_the_user_changes_a_clean_clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The attributes of the commit may ask for a filter that only some have; the clone holds what the commit holds."""
    root = made(tmp_path / "root", "words.txt")
    (root / ".gitattributes").write_text("*.txt filter=shout\n")
    commit(root)
    shout = {"filter.shout.smudge": "tr a-z A-Z", "filter.shout.clean": "tr A-Z a-z", "filter.shout.required": "true"}
    settings_of_the_user(tmp_path, shout, monkeypatch)
    clean_clone(Git(root), Git(root).commit(), tmp_path / "clone", None)
    content = (tmp_path / "clone/words.txt").read_bytes()
    assert content == (root / "words.txt").read_bytes()
    assert content != content.upper()


def with_large_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a repository with a file of Git LFS, and put a program on PATH that does what Git LFS would."""
    (folder / "bin").mkdir()
    program = folder / "bin/git-lfs"
    program.write_text("#!/bin/sh\ncase $1 in (smudge) tr a-z A-Z;; (clean) tr A-Z a-z;; (*) exit 1;; esac\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}")
    root = made(folder / "root", "large")
    (root / ".gitattributes").write_text("large filter=lfs\n")
    commit(root)
    return root


def test_large_files_are_in_the_clone_as_in_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Git LFS is set up for this repository alone, as CI does, the clone holds the content, and is clean."""
    root = with_large_file(tmp_path, monkeypatch)
    git(root, "config", "filter.lfs.smudge", "git-lfs smudge -- %f")
    git(root, "config", "filter.lfs.clean", "git-lfs clean -- %f")
    clean_clone(Git(root), Git(root).commit(), tmp_path / "clone", None)
    assert (tmp_path / "clone/large").read_text() == "LARGE\n" * 5
    assert Git(tmp_path / "clone").dirty(()) == ()


@pytest.mark.parametrize(
    "value", ["false", "git-lfs smudge --skip -- %f", "./git-lfs smudge -- %f", "git-lfs smudge -- %f; touch {}"]
)
def test_another_program_for_large_files_is_not_run(
    tmp_path: Path, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only Git LFS itself is set up in the clone: what the configuration of a repository says instead is not."""
    root = with_large_file(tmp_path, monkeypatch)
    git(root, "config", "filter.lfs.smudge", value.format(tmp_path / "mark"))
    git(root, "config", "filter.lfs.required", "true")
    clean_clone(Git(root), Git(root).commit(), tmp_path / "clone", None)
    assert (tmp_path / "clone/large").read_text() == "large\n" * 5
    assert not (tmp_path / "mark").exists()
