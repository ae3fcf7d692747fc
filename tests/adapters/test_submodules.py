"""Submodules come from the working clone alone, at the recorded commit, and theirs with them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from release_tools.adapters import git as door
from release_tools.adapters import submodules
from release_tools.adapters.git import Git
from release_tools.errors import Refused
from tests import samples

ALLOWED = ("-c", "protocol.file.allow=always")


def repository(folder: Path, **submodules_of: Path) -> Path:
    """Make a repository with a file, and with other repositories as submodules by path."""
    folder.mkdir()
    (folder / "file").write_text(folder.name, encoding="utf-8")
    samples.git(folder, "init", "--quiet", "--initial-branch=main", "--template=")
    for path, other in submodules_of.items():
        samples.git(folder, *ALLOWED, "submodule", "--quiet", "add", "--name", f"name of {path}", str(other), path)
    samples.git(folder, "add", "--all")
    samples.git(folder, "commit", "--quiet", "--message=Begin")
    samples.git(folder, *ALLOWED, "submodule", "--quiet", "update", "--init", "--recursive")
    return folder


def filled(working: Path, clone: Path) -> Path:
    """Return a clean clone of a repository with its submodules."""
    git = Git(working)
    door.clean_clone(git, git.commit(), clone, None)
    submodules.fill(clone, working)
    return clone


@pytest.fixture
def working(tmp_path: Path) -> Path:
    """Give a repository with a submodule that has one itself."""
    inner = repository(tmp_path / "inner")
    middle = repository(tmp_path / "middle", deep=inner)
    outer = repository(tmp_path / "outer", sub=middle)
    shutil.rmtree(inner)
    shutil.rmtree(middle)
    return outer


def test_each_level_is_filled(tmp_path: Path, working: Path) -> None:
    """A submodule's submodule is there too; nothing is fetched from where they came from."""
    clone = filled(working, tmp_path / "clone")
    texts = {name: (clone / name / "file").read_text() for name in (".", "sub", "sub/deep")}
    assert texts == {".": "outer", "sub": "middle", "sub/deep": "inner"}
    assert samples.git(clone, "status", "--porcelain") == ""


def test_the_recorded_commit_is_taken(tmp_path: Path, working: Path) -> None:
    """Whatever is checked out in the working clone, the clone has what the commit records."""
    (working / "sub/file").write_text("changed", encoding="utf-8")
    samples.git(working / "sub", "commit", "--quiet", "--all", "--message=Go on")
    assert (filled(working, tmp_path / "clone") / "sub/file").read_text() == "middle"


def test_an_old_layout_is_taken_too(tmp_path: Path, working: Path) -> None:
    """A submodule that keeps its repository in its own folder is found there."""
    shutil.rmtree(working / "sub")
    modules = working / ".git/modules/name of sub"
    shutil.rmtree(modules / "modules")
    (working / "sub").mkdir()
    modules.rename(working / "sub/.git")
    samples.git(working, "config", "--file", "sub/.git/config", "--unset", "core.worktree")
    samples.git(working / "sub", "rm", "--quiet", "--cached", "deep", ".gitmodules")
    samples.git(working / "sub", "commit", "--quiet", "--message=Drop the inner one")
    samples.git(working, "commit", "--quiet", "--all", "--message=Take it")
    assert not (filled(working, tmp_path / "clone") / "sub/deep").exists()


def test_an_absent_one_is_refused(tmp_path: Path, working: Path) -> None:
    """Neither a missing repository nor a missing commit is fetched."""
    (working / ".git/modules/name of sub").rename(tmp_path / "away")
    (working / "sub/.git").unlink()
    with pytest.raises(Refused, match="the submodule sub is not there"):
        filled(working, tmp_path / "one")
    repository(tmp_path / "other").rename(working / "sub/.repository")
    (working / "sub/.repository/.git").rename(working / "sub/.git")
    with pytest.raises(Refused, match="the submodule sub has no commit"):
        filled(working, tmp_path / "two")


@pytest.mark.parametrize("gone", ["emptied", "removed"])
def test_one_that_is_not_checked_out_is_there_all_the_same(gone: str, tmp_path: Path, working: Path) -> None:
    """The working clone keeps its repository, and in that the one of its own submodule."""
    shutil.rmtree(working / "sub")
    if gone == "emptied":
        (working / "sub").mkdir()
    clone = filled(working, tmp_path / "clone")
    assert (clone / "sub/deep/file").read_text() == "inner"


def test_a_name_that_leads_elsewhere_is_not_followed(tmp_path: Path, working: Path) -> None:
    """A submodule named with `..` is not sought outside git's own folder."""
    (tmp_path / "evil").mkdir()
    listed = (working / ".gitmodules").read_text().replace("name of sub", "../../../evil")
    (working / ".gitmodules").write_text(listed)
    samples.git(working, "commit", "--quiet", "--all", "--message=Rename it")
    (working / "sub/.git").unlink()
    with pytest.raises(Refused, match="is not there"):
        filled(working, tmp_path / "clone")


def test_a_declared_one_that_is_not_in_the_commit_is_nothing(tmp_path: Path) -> None:
    """Only what the commit holds counts; a repository without submodules is left as it is."""
    plain = repository(tmp_path / "plain")
    (plain / ".gitmodules").write_text('[submodule "gone"]\n\tpath = gone\n\turl = ../gone\n')
    samples.git(plain, "add", ".gitmodules")
    samples.git(plain, "commit", "--quiet", "--message=Declare it")
    assert not (filled(plain, tmp_path / "clone") / "gone").exists()
