"""A project whose backend does what a file beside it says, brought to the stage that a row begins with."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from tests import fake_projects, running, samples
from tests.fake_projects import SDIST, WHEEL
from tests.rows.script import NOWHERE

LEDGER = "release.json"
BUILT = sorted([LEDGER, SDIST, WHEEL])
BEHAVIOUR = "import os, pathlib\nexec(pathlib.Path(os.environ['FAULT']).read_text())\n"
MORTAL = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
QUIET = {"RELEASE_OFFLINE": "1", "PYPI_REPOSITORY_URL": NOWHERE, "COLUMNS": "80"}
# The command with a limit on the size of every file that it or a child writes.
LIMITED = """
import resource, runpy, signal, sys
size, sys.argv = int(sys.argv[1]), ["release-tools", *sys.argv[2:]]
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
runpy.run_module("release_tools", run_name="__main__")
"""


@dataclass(frozen=True, slots=True)
class Ready:
    """The project at `root`; `fault` is the file that its backend follows."""

    root: Path

    @property
    def dist(self) -> Path:
        """Return its folder of distributions."""
        return self.root / "dist"

    @property
    def fault(self) -> Path:
        """Return what the backend runs before each hook."""
        return self.root.parent / "fault.py"

    def behave(self, fault: str = "") -> None:
        """Give the backend another fault, or none."""
        self.fault.write_text(dedent(fault), encoding="utf-8")

    def environment(self, env: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the environment in which a user runs a stage here."""
        return running.environment(**QUIET, FAULT=str(self.fault), **(env or {}))

    def run(self, *arguments: str, env: Mapping[str, str] | None = None) -> running.Done:
        """Run a stage as a user does."""
        return self._done([sys.executable, "-m", "release_tools", *arguments], env)

    def mortal(self, *arguments: str) -> running.Done:
        """Run a stage as somebody for whom the modes of files count; root is so only without a capability."""
        before = MORTAL if os.geteuid() == 0 else ()
        return self._done([*before, sys.executable, "-m", "release_tools", *arguments], None)

    def limited(self, size: int, *arguments: str) -> running.Done:
        """Run a stage where no file may become larger than so many bytes."""
        return self._done([sys.executable, "-c", LIMITED, str(size), *arguments], None)

    def _done(self, command: list[str], env: Mapping[str, str] | None) -> running.Done:
        return subprocess.run(
            command, cwd=self.root, env=self.environment(env), capture_output=True, text=True, timeout=120, check=False
        )  # fmt: skip

    def start(self, *arguments: str, env: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        """Start a stage, and leave its stderr to the caller."""
        return subprocess.Popen(
            [sys.executable, "-m", "release_tools", *arguments], cwd=self.root, env=self.environment(env), text=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip

    def passes(self, *arguments: str) -> None:
        """Run a stage that must pass."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr

    def refused(self, *arguments: str, code: int = 3, env: Mapping[str, str] | None = None) -> str:
        """Run a stage that must end with a code, its three lines all there; return all that it said."""
        return ended(self.run(*arguments, env=env), code)

    def state(self) -> dict[str, bytes]:
        """Return every file in the folder of distributions but the ledger, which says how the stages ended."""
        files = (path for path in self.dist.rglob("*") if path.is_file() and path.name != LEDGER)
        return {path.relative_to(self.dist).as_posix(): path.read_bytes() for path in files}

    def status(self, stage: str) -> str:
        """Return how a stage ended by the ledger, empty where it has no record."""
        stages = json.loads((self.dist / LEDGER).read_bytes())["stages"]
        return str(stages.get(stage, {}).get("status", ""))


def ended(done: running.Done, code: int) -> str:
    """Hold a failed run against its exit code and its three lines."""
    assert done.returncode == code, done.stdout + done.stderr
    assert all(running.three_lines(done))
    return done.stdout + done.stderr


def make(folder: Path) -> Ready:
    """Make the project, validated."""
    ready = Ready(folder / "project")
    fake_projects.make(ready.root, BEHAVIOUR)
    (ready.root / "CHANGELOG.md").write_text("# Changelog\n\n## 1.2.3 - 2026-01-10\n\n- The first.\n")
    fake_projects.commit(ready.root)
    samples.git(ready.root, "tag", "--force", "--annotate", "--message", "Release", "v1.2.3")
    ready.behave()
    ready.passes("validate")
    return ready


def copy(made: Ready, folder: Path) -> Ready:
    """Return a copy of a project as it stands."""
    shutil.copytree(made.root.parent, folder, symlinks=True, dirs_exist_ok=True)
    return Ready(folder / made.root.name)
