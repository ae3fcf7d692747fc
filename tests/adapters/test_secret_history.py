"""The door to what git keeps: every version of every file is searched once and told with the commit that brought it."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest

from release_tools.adapters import objects, secret_history
from release_tools.adapters.git import Git
from release_tools.errors import ServiceFailed
from release_tools.secret_scan import values
from tests.adapters.repositories import commit, made, with_submodule
from tests.samples import git
from tests.secret_scan.made_up import ALNUM, pem, some

pytestmark = pytest.mark.usefixtures("fresh_machine")

TOKEN = "npm" + "_" + some(ALNUM, 36)


def test_only_regular_files_are_listed_as_tracked(tmp_path: Path) -> None:
    """No link, no submodule, nothing untracked; below the folder alone, and names of any kind."""
    root = with_submodule(tmp_path)
    (root / "link").symlink_to("file")
    (root / "a").mkdir()
    (root / "a/with\nline and ü").write_text("x")
    commit(root)
    (root / "untracked").write_text("x")
    assert objects.tracked(Git(root)) == (".gitmodules", "a/with\nline and ü", "file")
    assert objects.tracked(Git(root / "a")) == ("with\nline and ü",)


def test_a_secret_that_was_removed_is_found_with_its_first_commit(tmp_path: Path) -> None:
    """By the path that it had there, however often it was moved, changed and removed since."""
    root = made(tmp_path)
    (root / "old.py").write_text(f"1\n{TOKEN}\n")
    first = commit(root)
    git(root, "mv", "old.py", "new.py")
    commit(root)
    git(root, "rm", "--quiet", "new.py")
    commit(root)
    (exposed,) = secret_history.search(Git(root)).exposed
    assert (exposed.file, exposed.match.line, exposed.commit) == ("old.py", 2, first)


def test_every_ref_is_searched(tmp_path: Path) -> None:
    """Other branches, tags, and what was put aside; each object once."""
    root = made(tmp_path)
    git(root, "checkout", "--quiet", "-b", "side")
    (root / "tests").mkdir()
    (root / "tests/key").write_text(pem("RSA PRIVATE KEY"))
    (root / "copy").write_text(pem("RSA PRIVATE KEY"))
    side = commit(root)
    git(root, "checkout", "--quiet", "main")
    (root / "file").write_text(TOKEN)
    git(root, "stash")
    report = secret_history.search(Git(root))
    found = {(each.file, each.match.kind) for each in report.exposed}
    assert len(report.exposed) == 2
    assert ("file", "npm token") in found
    assert {each.commit for each in report.exposed if each.match.kind == "private key"} == {side}


def test_what_a_merge_brought_in_is_found(tmp_path: Path) -> None:
    """A file that none of the parents had."""
    root = made(tmp_path)
    git(root, "checkout", "--quiet", "-b", "side")
    commit(root)
    git(root, "checkout", "--quiet", "main")
    commit(root)
    git(root, "merge", "--quiet", "--no-commit", "--no-ff", "side")
    (root / "evil").write_text(TOKEN)
    merge = commit(root)
    (exposed,) = secret_history.search(Git(root)).exposed
    assert (exposed.file, exposed.commit) == ("evil", merge)


def test_messages_are_searched(tmp_path: Path) -> None:
    """Of commits and of tags."""
    root = made(tmp_path)
    git(root, "commit", "--quiet", "--allow-empty", f"--message=Use {TOKEN}")
    git(root, "tag", "--annotate", f"--message={TOKEN}", "v1")
    tag, head = git(root, "rev-parse", "v1"), git(root, "rev-parse", "HEAD")
    found = {(each.file, each.commit) for each in secret_history.search(Git(root)).exposed}
    assert found == {(f"message of commit {head}", head), (f"message of tag {tag}", None)}


def test_archives_key_stores_and_values_are_searched(tmp_path: Path) -> None:
    """As in files."""
    root = made(tmp_path)
    value = "canary-" + some(ALNUM, 20)
    (root / "a.gz").write_bytes(gzip.compress(TOKEN.encode()))
    with zipfile.ZipFile(root / "a.zip", "w") as archive:
        archive.writestr("b", TOKEN)
    (root / "b.p12").write_bytes(b"\1")
    (root / "c").write_text(value)
    (root / "d.gz").write_bytes(gzip.compress(some(ALNUM, 99).encode())[:-20])
    commit(root)
    report = secret_history.search(Git(root), values.needles({"A_TOKEN": value}))
    assert [(each.file, each.match.kind) for each in report.exposed] == [
        ("a.gz", "npm token"),
        ("a.zip", "npm token"),
        ("b.p12", "key store"),
        ("c", "value of A_TOKEN"),
    ]
    assert report.untold == ("d.gz: it cannot be read (EOFError)",)


def test_objects_come_in_batches(tmp_path: Path) -> None:
    """More than one batch holds, with their contents in the right places."""
    root = made(tmp_path)
    for number in range(5):
        (root / f"{number}.bin").write_bytes(bytes((number,)) * (objects.BATCH // 3))
    commit(root)
    every = [each for each in objects.every(Git(root)) if each.path.endswith(".bin")]
    read = {each.path: (content[:1], len(content)) for each, content in objects.contents(Git(root), every)}
    assert read == {f"{number}.bin": (bytes((number,)), objects.BATCH // 3) for number in range(5)}


def test_an_empty_repository_has_no_history(tmp_path: Path) -> None:
    """Nothing is found, and nothing fails."""
    git(tmp_path, "init", "--quiet", "--template=")
    assert secret_history.search(Git(tmp_path)).files == 0


def test_a_folder_that_is_no_repository_fails_in_the_words_of_git(tmp_path: Path) -> None:
    """With what git said."""
    with pytest.raises(ServiceFailed, match="git rev-list failed: fatal"):
        objects.every(Git(tmp_path))
