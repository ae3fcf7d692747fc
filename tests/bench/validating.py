"""`validate` on this repository: as a session beside an empty one, as a command beside a bare Python."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.bench.measuring import ROOT, call, compiling, row, timed

EMPTY = """
import nox


@nox.session(venv_backend="uv|virtualenv", reuse_venv=True)
def empty(session):
    pass
"""
# A working tree may have findings; how long it takes to find them is measured all the same.
CODES = (0, 3)


def validate(folder: Path) -> None:
    """`validate --offline` here, warm, as a session and as a command."""
    (folder / "noxfile.py").write_text(EMPTY)
    env = compiling(RELEASE_DIST=str(folder / "dist"))
    nox = (sys.executable, "-m", "nox", "--envdir", str(folder / "envs"))
    ours, empty = timed(
        lambda: call(*nox, "-s", "validate", "--", "--offline", cwd=ROOT, env=env, codes=(0, 1)),
        lambda: call(*nox, "-s", "empty", cwd=folder, env=env),
        runs=9,
    )
    row("validate --offline as a warm session / an empty one", f"{ours:.2f} / {empty:.2f} s", "")
    row("  ratio", f"{ours / empty:.2f}", "3.5 or less")
    python = next(path for name in ("bin", "Scripts") for path in (folder / "envs/validate" / name).glob("python*"))
    command = (str(python), "-I", "-m", "release_tools", "validate", "--offline")
    ours, bare = timed(
        lambda: call(*command, cwd=ROOT, env=env, codes=CODES),
        lambda: call(str(python), "-I", "-c", "pass", cwd=ROOT, env=env),
        runs=21,
    )
    row("validate --offline as a command / bare Python", f"{ours:.3f} / {bare:.3f} s", "")
    row("  ratio", f"{ours / bare:.1f}", "40 or less")
