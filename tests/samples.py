"""Makes git repositories out of the sample projects in `tests/projects`, the same commit each time."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from release_tools.text import without_secrets

NAMES = ("hatchling", "hatch-vcs", "setuptools", "flit", "poetry", "pdm")
VERSION = "1.2.3"
PROJECTS = Path(__file__).parent / "projects"

# Whatever could make a run here differ from one in a fresh shell on a fresh machine.
_FOREIGN = (
    "ACTIONS_",
    "GIT_",
    "GITHUB_",
    "NOX",
    "PYPI_",
    "PYTEST_",
    "RELEASE_",
    "RUNNER_",
    "TESTPYPI_",
    "TWINE_",
)
_FOREIGN_NAMES = frozenset({"CI", "FORCE_COLOR", "NO_COLOR", "PYTHONPATH", "SOURCE_DATE_EPOCH", "VIRTUAL_ENV"})
# Left over from work in the sample folder itself; a copy must not bring it along.
_LEFTOVERS = shutil.ignore_patterns("__pycache__", ".nox", "dist", "*.egg-info", "build", ".pdm-build", ".pytest_cache")

_ISOLATED = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
_WHO = {
    f"GIT_{role}_{fact}": value
    for role in ("AUTHOR", "COMMITTER")
    for fact, value in (("NAME", "Sam Sample"), ("EMAIL", "sam@example.com"), ("DATE", "2026-01-10T12:00:00Z"))
}


def clean_env() -> dict[str, str]:
    """Return an environment for child processes as a fresh machine has it: no secret, no CI, no git configuration."""
    kept = without_secrets(os.environ).items()
    inherited = {name: value for name, value in kept if not name.startswith(_FOREIGN) and name not in _FOREIGN_NAMES}
    return inherited | _ISOLATED


def git(root: Path, *args: str) -> str:
    """Run git in a folder, as Sam Sample on 2026-01-10, and return what it prints."""
    done = subprocess.run(
        ["git", *args],
        cwd=root,
        env=clean_env() | _WHO,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    return done.stdout.rstrip("\n")


def make(name: str, folder: Path, *, tag: str | None = f"v{VERSION}") -> Path:
    """Make a repository of a sample in a folder and return its root.

    One commit on `main`, with an annotated tag unless that is None.
    """
    shutil.copytree(PROJECTS / name, folder, ignore=_LEFTOVERS, dirs_exist_ok=True)
    git(folder, "init", "--quiet", "--initial-branch=main", "--template=")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=Release the sample")
    if tag is not None:
        git(folder, "tag", "--annotate", "--message", f"Release {tag}", tag)
    return folder


def edit(root: Path, file: str, old: str, new: str, *, commit: bool = True) -> None:
    """Replace a text that stands exactly once in a file, and commit that file alone."""
    path = root / file
    text = path.read_bytes().decode()
    if text.count(old) != 1:
        raise ValueError(f"{old!r} stands {text.count(old)} times in {file}, not once")
    path.write_bytes(text.replace(old, new).encode())
    if commit:
        git(root, "commit", "--quiet", f"--message=Change {file}", "--only", "--", file)
