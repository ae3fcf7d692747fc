"""The door to git: commits, refs and remotes of real repositories of every kind."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from release_tools.adapters.git import Git, Head, checkout, toplevel
from release_tools.adapters.git.safety import environment
from release_tools.errors import ServiceFailed
from tests.adapters.repositories import commit, made
from tests.samples import clean_env, git

pytestmark = pytest.mark.usefixtures("fresh_machine")

WHEN = 1768046400


def test_head_is_a_commit_with_its_time(tmp_path: Path) -> None:
    """Commit, time and branch are those of HEAD."""
    root = made(tmp_path)
    seen = Git(root)
    assert seen.commit() == git(root, "rev-parse", "HEAD")
    assert seen.head() == Head(commit=seen.commit(), time=WHEN)
    assert checkout(root).branch == "main"


def test_a_detached_head_is_on_no_branch(tmp_path: Path) -> None:
    """Detached, as CI checks out a tag, HEAD is a commit and no branch."""
    root = made(tmp_path)
    git(root, "checkout", "--quiet", "--detach")
    assert checkout(root).branch is None
    assert Git(root).commit() == git(root, "rev-parse", "main")


def test_a_branch_and_a_tag_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """The branch has its own name, and HEAD its own commit, also where tags have the same names."""
    root = made(tmp_path)
    first = git(root, "rev-parse", "HEAD")
    git(root, "tag", "main")
    git(root, "update-ref", "refs/tags/HEAD", first)
    second = commit(root)
    assert Git(root).head() == Head(commit=second, time=WHEN)
    assert Git(root).commit() == second
    git(root, "update-ref", "-d", "refs/tags/HEAD")
    assert checkout(root).branch == "main"


def test_a_repository_without_a_commit_fails_with_the_words_of_git(tmp_path: Path) -> None:
    """What git complains about is passed on, with what to do."""
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    with pytest.raises(ServiceFailed, match="git rev-parse failed: fatal:") as failed:
        Git(tmp_path).commit()
    assert "mend what git complains about" in failed.value.fix
    assert Git(tmp_path).head() is None
    assert checkout(tmp_path).top == tmp_path


def test_a_failure_without_words_is_told_by_its_code(tmp_path: Path) -> None:
    """Where git fails silently its exit code is named."""
    with pytest.raises(ServiceFailed, match="git config failed: exit code 1"):
        Git(made(tmp_path)).must("config", "--get", "no.such")


def test_the_remote_and_its_default_branch_are_as_known_here(tmp_path: Path) -> None:
    """A clone knows where it came from; a repository of its own has neither."""
    root = made(tmp_path / "origin")
    git(tmp_path, "clone", "--quiet", "origin", "clone")
    assert (Git(root).remote(), checkout(root).default_branch) == (None, None)
    assert Git(tmp_path / "clone").remote() == str(root)
    assert checkout(tmp_path / "clone").default_branch == "main"
    git(tmp_path / "clone", "update-ref", "--no-deref", "refs/remotes/origin/HEAD", "HEAD")
    assert checkout(tmp_path / "clone").default_branch is None


def test_a_shallow_clone_is_known(tmp_path: Path) -> None:
    """A clone whose history is cut off is told from a whole one."""
    root = made(tmp_path / "origin")
    commit(root)
    git(tmp_path, "clone", "--quiet", "--depth=1", root.as_uri(), "shallow")
    assert checkout(tmp_path / "shallow").shallow
    assert not checkout(root).shallow


def test_tags_of_every_kind(tmp_path: Path) -> None:
    """Lightweight, annotated and nested tags lead to their commit; what leads to none is left out."""
    root = made(tmp_path)
    first = git(root, "rev-parse", "HEAD")
    git(root, "tag", "light")
    git(root, "tag", "--annotate", "--message=x", "annotated")
    git(root, "tag", "--annotate", "--message=x", "nested", "annotated")
    git(root, "tag", "--annotate", "--message=x", "nested-twice", "nested")
    git(root, "tag", "tree", "HEAD^{tree}")
    git(root, "tag", "--annotate", "--message=x", "annotated-blob", "HEAD:file")
    git(root, "tag", "--annotate", "--message=x", "nested-blob", "annotated-blob")
    git(root, "tag", "feature/v1", first)
    objects = {name: git(root, "rev-parse", name) for name in ("annotated", "nested", "nested-twice")}
    assert set(Git(root).tags()) == {
        ("light", first, first, WHEN),
        ("annotated", objects["annotated"], first, WHEN),
        ("nested", objects["nested"], first, WHEN),
        ("nested-twice", objects["nested-twice"], first, WHEN),
        ("feature/v1", first, first, WHEN),
    }


def test_a_tag_without_a_tagger_has_no_time(tmp_path: Path) -> None:
    """An old tag that does not say when it was made is listed with the time 0."""
    root = made(tmp_path)
    raw = f"object {Git(root).commit()}\ntype commit\ntag old\n\nmessage\n"
    made_tag = subprocess.run(
        ["git", "hash-object", "-t", "tag", "-w", "--stdin"],
        cwd=root, env=clean_env(), input=raw, capture_output=True, text=True, check=True,
    )  # fmt: skip
    git(root, "update-ref", "refs/tags/old", made_tag.stdout.strip())
    assert Git(root).tags() == (("old", made_tag.stdout.strip(), Git(root).commit(), 0),)


@pytest.mark.parametrize("name", ["v1\u2028", "v\x85one", "Grüße-漢", 'v1"$(id)'])
def test_odd_names_of_refs_are_names(tmp_path: Path, name: str) -> None:
    """A name with letters that elsewhere end a line is one name, of a tag as of a branch."""
    root = made(tmp_path)
    git(root, "tag", name)
    git(root, "branch", name)
    assert [row[0] for row in Git(root).tags()] == [name]
    assert set(Git(root).branches()) == {"main", name}


def test_tags_and_branches_that_hold_a_commit(tmp_path: Path) -> None:
    """Tags in the history of a commit and branches that hold it are listed, remote ones without their remote."""
    root = made(tmp_path / "origin")
    first = Git(root).commit()
    git(root, "tag", "v1")
    git(root, "branch", "1.x")
    second = commit(root)
    git(root, "tag", "v2")
    git(tmp_path, "clone", "--quiet", "origin", "clone")
    seen = Git(tmp_path / "clone")
    assert seen.history(first, (first, second)) == {first}
    assert seen.history(second, [first, second, "0" * 40]) == {first, second}
    with pytest.raises(ServiceFailed):
        seen.history("--all", (first,))
    assert seen.tags_holding(first) == {"v1", "v2"}
    assert seen.tags_holding(second) == {"v2"}
    assert set(seen.branches()) == {"main", "1.x"}
    assert seen.branches(second) == ("main",)
    assert set(seen.branches(first)) == {"main", "1.x"}


def test_what_a_branch_changed(tmp_path: Path) -> None:
    """From where HEAD left a branch, the paths that differ and their former text can be had."""
    root = made(tmp_path, "package/kept", "package/old", "other/file")
    base = Git(root).commit()
    git(root, "checkout", "--quiet", "-b", "feature")
    git(root, "mv", "package/old", "package/new")
    (root / "other/file").write_text("changed")
    commit(root)
    package = Git(root / "package")
    assert package.merge_base("main") == base
    assert [package.merge_base(name) for name in ("absent", "--all", "HEAD:package")] == [None, None, None]
    assert set(package.changed_since(base)) == {"old", "new"}
    assert package.content(base, "old") == "package/old\n" * 5
    assert package.content(base, "new") is None


def test_a_tag_of_a_remote(tmp_path: Path) -> None:
    """A remote tells a tag's object and commit; that it lacks one is something else than that nobody answers."""
    root = made(tmp_path / "origin")
    git(root, "tag", "light")
    git(root, "tag", "--annotate", "--message=x", "annotated")
    seen, head = Git(tmp_path / "origin"), Git(root).commit()
    for address in (str(root), "../origin", root.as_uri()):
        assert seen.remote_tag(address, "light") == (head, head)
        assert seen.remote_tag(address, "annotated") == (git(root, "rev-parse", "annotated"), head)
        assert seen.remote_tag(address, "absent") is None
    deep = tmp_path / "origin/packages/one"
    deep.mkdir(parents=True)
    assert Git(deep).remote_tag("../origin", "light") == Git(deep).remote_tag(".", "light") == (head, head)
    git(root, "worktree", "add", "--quiet", "--detach", str(tmp_path / "far/linked"))
    assert Git(tmp_path / "far/linked").remote_tag("../../origin", "light") == (head, head)
    for address in (str(tmp_path / "nowhere"), "host.invalid:path"):
        with pytest.raises(ServiceFailed, match="the remote does not answer"):
            seen.remote_tag(address, "light")


def test_variables_of_a_hook_do_not_lead_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run from a hook of another repository, or with other rules for paths, we still see the one asked about."""
    root, other = made(tmp_path / "root"), made(tmp_path / "other", "elsewhere")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git/index"))
    monkeypatch.setenv("GIT_LITERAL_PATHSPECS", "1")
    assert toplevel(root) == root
    assert Git(root).tracked() == ("file",)
    assert Git(root).dirty(("dist",)) == ()


def test_replaced_objects_are_not_believed(tmp_path: Path) -> None:
    """A replacement in this clone does not change what the commit holds: nobody else has it."""
    root = made(tmp_path)
    first = Git(root).commit()
    (root / "more").write_text("x")
    second = commit(root)
    git(root, "replace", second, first)
    assert set(Git(root).tracked()) == {"file", "more"}


def test_git_gets_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Git, and whatever it starts, does not see a token; it is told not to ask and to speak English."""
    monkeypatch.setenv("PYPI_API_TOKEN", "x")
    monkeypatch.setenv("SSH_AUTH_SOCK", "x")
    seen = environment()
    assert "PYPI_API_TOKEN" not in seen
    assert "SSH_AUTH_SOCK" in seen
    assert (seen["GIT_TERMINAL_PROMPT"], seen["LC_ALL"]) == ("0", "C")
