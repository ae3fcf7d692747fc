"""Running the product as users do: nox in a folder, or one stage as a command. No index is asked."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from tests import samples, wheelhouse

ROOT = Path(__file__).parents[1]
STAGES = ("validate", "preflight", "build", "checksums", "draft", "attest", "publish", "announce", "verify")
LIMIT = 500
Done: TypeAlias = subprocess.CompletedProcess[str]


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a user who has this checkout and no secret; PYTHONPATH stands for an installation."""
    return {
        **samples.clean_env(),
        **(wheelhouse.offline() if (wheelhouse.HOUSE / "filled").exists() else {}),
        "PYTHONPATH": str(ROOT),
        "NOX_SCRIPT_MODE": "none",
        "PYTHONDONTWRITEBYTECODE": "1",
        **more,
    }


def nox(root: Path, *arguments: str, env: Mapping[str, str] | None = None) -> Done:
    """Run nox in a project."""
    return _run([sys.executable, "-m", "nox", *arguments], root, env)


@dataclass(frozen=True, slots=True)
class Nox:
    """Nox with a folder of its own for the environments."""

    envdir: Path

    def __call__(self, root: Path, *arguments: str, env: Mapping[str, str] | None = None) -> Done:
        """Run nox in a project."""
        return nox(root, "--envdir", str(self.envdir), *arguments, env=env)


def stage(root: Path, *arguments: str, env: Mapping[str, str] | None = None) -> Done:
    """Run one stage of release_tools in a project, as its command."""
    return _run([sys.executable, "-m", "release_tools", *arguments], root, env)


def chain(root: Path, until: str, env: Mapping[str, str] | None = None) -> None:
    """Run the stages of a rehearsal up to and with one of them; each must pass."""
    for name in STAGES[: STAGES.index(until) + 1]:
        done = stage(root, name, env={"_RELEASE_TOOLS_CHAIN": "1", **(env or {})})
        assert done.returncode == 0, f"{name}\n{done.stdout}{done.stderr}"


def ledger(root: Path) -> dict[str, Any]:
    """Return the ledger of a project as plain data."""
    document: dict[str, Any] = json.loads((root / "dist/release.json").read_text(encoding="utf-8"))
    return document


def names(folder: Path) -> list[str]:
    """Return the names of what is in a folder, sorted."""
    return sorted(path.name for path in folder.iterdir())


def three_lines(done: Done) -> tuple[str, str, str]:
    """Return what, state and next of a failure; the test fails when one is missing or a traceback is shown."""
    lines = done.stderr.splitlines()
    assert not any("Traceback (most recent call last)" in line for line in lines), done.stderr
    starts = [at for at, line in enumerate(lines) if line.startswith("error: ")]
    position = next((at for at in reversed(starts) if at + 2 < len(lines)), None)
    assert position is not None, f"no three lines in:\n{done.stdout}\n{done.stderr}"
    what = lines[position].removeprefix("error: ")
    rest = lines[position + 1 :]
    state = next(line for line in rest if line.startswith("state: "))
    following = next(line for line in rest if line.startswith("next:  "))
    return what, state.removeprefix("state: "), following.removeprefix("next:  ")


def _run(command: list[str], root: Path, env: Mapping[str, str] | None) -> Done:
    return subprocess.run(
        command, cwd=root, env=environment(**(env or {})), capture_output=True, text=True, timeout=LIMIT, check=False
    )
