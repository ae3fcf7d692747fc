"""Rows of the fault matrix as text: what to do to a sample project, how to run the command, what must come of it.

`=== NAME` begins a row. Below stand lines `KEY: TEXT`, and lines that begin with `$`, which a shell runs in the
project.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from tests import running, samples

Made: TypeAlias = Callable[[str, Path], Path]
# Where the index is that nobody may ask: nothing listens there.
NOWHERE = "http://127.0.0.1:9/"
WHO = {f"GIT_{role}_{fact}": "sam@example.com" for role in ("AUTHOR", "COMMITTER") for fact in ("NAME", "EMAIL")}
WHEN = {f"GIT_{role}_DATE": "2026-01-10T12:00:00Z" for role in ("AUTHOR", "COMMITTER")}


@dataclass(slots=True)
class Row:
    """One row: `sample` is the project, `inside` the folder of the command, `says` words that a person reads.

    `expect` are values of the answer as JSON.
    """

    name: str
    sample: str = "flit"
    inside: str = "."
    do: list[str] = field(default_factory=list)
    run: list[str] = field(default_factory=list)
    env: dict[str, str] = field(default_factory=dict)
    exit: int = 0
    findings: list[str] = field(default_factory=list)
    says: list[str] = field(default_factory=list)
    hides: list[str] = field(default_factory=list)
    next: list[str] = field(default_factory=list)
    expect: dict[str, str] = field(default_factory=dict)


def load(path: Path) -> list[Row]:
    """Read the rows of a file."""
    rows = []
    for block in re.split(r"(?m)^=== ", path.read_text("utf-8"))[1:]:
        name, *lines = block.strip().split("\n")
        row = Row(name)
        for line in filter(None, lines):
            _take(row, line)
        rows.append(row)
    return rows


def _take(row: Row, line: str) -> None:
    key, _, text = line.partition(" ")
    if key == "$":
        row.do.append(text)
    elif key in {"says:", "hides:", "next:", "finding:"}:
        getattr(row, {"finding:": "findings"}.get(key, key[:-1])).append(text)
    elif key == "run:":
        row.run.extend(text.split())
    elif key == "env:":
        name, _, value = text.partition("=")
        row.env[name] = value
    elif key == "exit:":
        row.exit = int(text)
    elif key in {"sample:", "inside:"}:
        setattr(row, key[:-1], text)
    else:
        assert key in {"mode:", "package:", "state:", "tag:", "verdict:", "version:"}, line
        row.expect[key[:-1]] = text


def prepare(row: Row, made: Made, folder: Path) -> Path:
    """Make the project of a row below a folder, inject the fault, and return where the command is to run."""
    root = made(row.sample, folder / "project")
    environment = samples.clean_env() | WHO | WHEN | {"PYTHON": sys.executable}
    subprocess.run(["sh", "-ec", "\n".join(row.do)], cwd=root, env=environment, timeout=60, check=True)
    return root / row.inside


def validate(root: Path, *arguments: str, **env: str) -> running.Done:
    """Run `validate` with its answer as JSON; neither an index nor a build backend is asked."""
    quiet = {"RELEASE_OFFLINE": "1", "RELEASE_NO_BUILD": "1", "PYPI_REPOSITORY_URL": NOWHERE, "COLUMNS": "80"}
    return running.stage(root, "validate", "--json", *arguments, env={**quiet, **env})


def copies(folder: Path) -> Made:
    """Return what makes each sample once and copies it from then on."""

    def copied(name: str, target: Path) -> Path:
        if not (folder / name).exists():
            samples.make(name, folder / name)
        return Path(shutil.copytree(folder / name, target, symlinks=True))

    return copied


def seen(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return everything below a folder, each file with its mode and content, but for what the command may write."""
    return {
        str(path.relative_to(folder)): (path.lstat().st_mode, _content(path))
        for path in sorted(folder.rglob("*"))
        if "dist" not in path.relative_to(folder).parts
    }


def _content(path: Path) -> bytes:
    if path.is_symlink():
        return str(path.readlink()).encode()
    return path.read_bytes() if path.is_file() else b""
