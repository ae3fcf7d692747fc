"""A repository can name programs in its configuration; a look at it runs none of them."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from release_tools.adapters.git import Git, clean_clone, toplevel
from release_tools.errors import ServiceFailed
from tests.adapters.repositories import commit, made, with_submodule
from tests.samples import clean_env, git

pytestmark = pytest.mark.usefixtures("fresh_machine")

HOOKS = (
    "post-checkout",
    "post-commit",
    "post-index-change",
    "pre-auto-gc",
    "pre-commit",
    "reference-transaction",
    "fsmonitor-watchman",
)


def canary(folder: Path, then: str = "exit 1") -> tuple[str, Path]:
    """Make a program that leaves a mark with its arguments and environment when it runs."""
    program, mark = folder / "canary.sh", folder / "mark"
    program.write_text(f'#!/bin/sh\n(echo "$0 $*"; env) >> {shlex.quote(str(mark))}\n{then}\n')
    program.chmod(0o755)
    return str(program), mark


def hostile(folder: Path, program: str, settings: Mapping[str, str]) -> Path:
    """Make a repository with a signed commit, attributes, changed files, and settings that name a program."""
    root = made(folder, "a.txt", "b.txt")
    (root / ".gitattributes").write_text("*.txt filter=own diff=own merge=own\n")
    first = commit(root)
    raw = git(root, "cat-file", "commit", first).replace(
        "\n\n", "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n -----END PGP SIGNATURE-----\n\n", 1
    )
    signed = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--stdin"],
        cwd=root, env=clean_env(), input=raw + "\n", capture_output=True, text=True, check=True,
    )  # fmt: skip
    git(root, "update-ref", "HEAD", signed.stdout.strip())
    git(root, "tag", "--annotate", "--message=x", "v1")
    for place in ("hooks", "more hooks"):
        (root / ".git" / place).mkdir()
        for name in HOOKS:
            shutil.copy(program, root / ".git" / place / name)
    (root / ".git/included").write_text(f"[core]\n\tfsmonitor = {program}\n")
    for name, value in settings.items():
        git(root, "config", name, value.format(program))
    (root / "a.txt").write_text("changed\n")
    os.utime(root / "b.txt", (1, 1))
    return root


def look(root: Path, folder: Path) -> None:
    """Ask git everything that we ever ask it."""
    seen = Git(root)
    head = seen.commit()
    asked: tuple[Callable[[], object], ...] = (
        lambda: toplevel(root),
        seen.head,
        lambda: seen.dirty(("dist",)),
        seen.tracked,
        lambda: seen.named(("a.txt",)),
        seen.tags,
        lambda: seen.history(head, (head,)),
        lambda: seen.tags_holding(head),
        lambda: seen.merge_base("main"),
        lambda: seen.changed_since(head),
        lambda: seen.content(head, "a.txt"),
        seen.branches,
        lambda: seen.ignored((".",)),
        lambda: _asked(seen, root),
        lambda: clean_clone(seen, head, folder, ("v1", git(root, "rev-parse", "v1"))),
    )
    for ask in asked:
        ask()


def _asked(seen: Git, root: Path) -> None:
    """Ask the remote, which may be one that nobody reaches."""
    with suppress(ServiceFailed):
        seen.remote_tag(seen.remote() or str(root), "v1")


# "{}" stands for a program of the repository's owner.
PROGRAMS: dict[str, dict[str, str]] = {
    "hooks in place": {},
    "hooks elsewhere": {"core.hooksPath": ".git/more hooks"},
    "monitor": {"core.fsmonitor": "{}"},
    "include": {"include.path": "included"},
    "conditional include": {"includeIf.gitdir:/.path": "included"},
    "pager": {"core.pager": "{}", "pager.show": "{}", "pager.status": "{}", "pager.diff": "{}"},
    "editor": {"core.editor": "{}", "sequence.editor": "{}"},
    "difference": {"diff.external": "{}", "diff.own.command": "{}", "diff.own.textconv": "{}"},
    "merge": {"merge.own.driver": "{}"},
    "signature": {"gpg.program": "{}", "log.showSignature": "true", "commit.gpgSign": "true"},
    "alias": {"alias.status": "!{}", "alias.show": "!{}", "alias.ls-remote": "!{}"},
    "connection": {
        "remote.origin.url": "ssh://host.invalid/path",
        "core.sshCommand": "{}",
        "core.gitProxy": "{}",
        "core.askPass": "{}",
        "credential.helper": "{}",
        "remote.origin.uploadpack": "{}",
    },
    "transport": {"remote.origin.url": "ext::{} x", "protocol.ext.allow": "always"},
    "packing": {"uploadpack.packObjectsHook": "{}", "core.alternateRefsCommand": "{}"},
    "submodule": {"submodule.own.update": "!{}", "status.submoduleSummary": "true"},
}


@pytest.mark.parametrize(
    ("kind", "command"),
    [
        ("hooks in place", ("checkout", "--quiet", "--detach")),
        ("hooks elsewhere", ("checkout", "--quiet", "--detach")),
        ("monitor", ("status",)),
        ("include", ("status",)),
        ("conditional include", ("status",)),
        ("difference", ("diff", "HEAD")),
        ("signature", ("show", "--no-patch")),
        ("connection", ("ls-remote", "origin")),
        ("transport", ("ls-remote", "origin")),
    ],
)
def test_the_programs_would_run_by_themselves(tmp_path: Path, kind: str, command: tuple[str, ...]) -> None:
    """The repositories of the next test are hostile indeed: plain git runs their program."""
    program, mark = canary(tmp_path)
    root = hostile(tmp_path / "root", program, PROGRAMS[kind])
    mark.unlink(missing_ok=True)
    subprocess.run(["git", *command], cwd=root, env=clean_env(), capture_output=True, timeout=60, check=False)
    assert mark.exists()


@pytest.mark.parametrize("settings", PROGRAMS.values(), ids=PROGRAMS)
def test_no_program_of_a_repository_runs(tmp_path: Path, settings: dict[str, str]) -> None:
    """Hooks, monitors and all other programs that a repository's configuration can name are not run by a look."""
    program, mark = canary(tmp_path)
    root = hostile(tmp_path / "root", program, settings)
    mark.unlink(missing_ok=True)
    look(root, tmp_path / "clone")
    assert not mark.exists(), mark.read_text()


def test_a_missing_object_is_not_fetched(tmp_path: Path) -> None:
    """A look at a partial clone asks no remote, and so runs no program for the connection."""
    program, mark = canary(tmp_path)
    root = made(tmp_path / "root")
    blob = git(root, "rev-parse", "HEAD:file")
    (root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    for name, value in {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": "ssh://host.invalid/path",
        "core.sshCommand": program,
    }.items():
        git(root, "config", name, value)
    assert Git(root).content("HEAD", "file") is None
    assert Git(root).dirty(()) == ()
    assert not mark.exists()


def test_only_a_filter_runs_and_sees_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A filter that the user set up runs when git compares a file, as Git LFS needs it, and is told no secret."""
    monkeypatch.setenv("PYPI_API_TOKEN", "canary-value")
    program, mark = canary(tmp_path, then="cat")
    root = hostile(tmp_path / "root", program, {"filter.own.clean": program})
    assert Git(root).dirty(()) == ("a.txt",)
    assert "PATH=" in mark.read_text()
    assert "canary-value" not in mark.read_text()


def test_a_submodule_runs_no_program_either(tmp_path: Path) -> None:
    """What the configuration of a submodule names is not run when we look for dirt in it."""
    program, mark = canary(tmp_path)
    root = with_submodule(tmp_path)
    git(root / "sub", "config", "core.fsmonitor", program)
    git(root / "sub", "config", "core.hooksPath", str(tmp_path))
    shutil.copy(program, tmp_path / "post-index-change")
    (root / "sub/file").write_text("changed")
    assert Git(root).dirty(()) == ("sub",)
    assert not mark.exists()
