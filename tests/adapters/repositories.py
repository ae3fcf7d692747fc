"""Makes git repositories for the tests of the door to git."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.samples import clean_env, git


def made(folder: Path, *names: str) -> Path:
    """Make a repository with one commit that holds some files, each with its own name as content."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "--initial-branch=main", "--template=")
    for name in names or ("file",):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"{name}\n" * 5)
    commit(folder)
    return folder


def commit(root: Path) -> str:
    """Commit everything and return the id."""
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message=Change")
    return git(root, "rev-parse", "HEAD")


def change(root: Path, *commands: str) -> None:
    """Run shell commands in a repository."""
    subprocess.run(["sh", "-ec", "\n".join(commands)], cwd=root, env=clean_env(), check=True)


def with_submodule(folder: Path) -> Path:
    """Make a repository with a submodule `sub`."""
    made(folder / "origin of sub")
    root = made(folder / "root")
    address = str(folder / "origin of sub")
    git(root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "--", address, "sub")
    commit(root)
    return root
