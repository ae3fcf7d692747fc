"""Killed just before some of its side effects and run again, each stage that goes out to an index ends complete."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import running, tiny
from tests.kill import hook, series
from tests.rows.publishing import WHEEL

SOME, SEED = 12, 6


@pytest.mark.parametrize("stage", series.STAGES)
def test_it_converges_from_wherever_it_was_killed(stage: str, tmp_path: Path) -> None:
    """The next run has no conflict, sends what is missing and nothing else, and leaves neither file nor process."""
    with series.of(stage, tmp_path) as of_stage:
        points = of_stage.points()
        assert len(points) > SOME
        for point in series.chosen(len(points), SOME, SEED):
            before, faults = of_stage.killed(point)
            assert not faults, (point, before)


def test_what_does_not_converge_is_told(tmp_path: Path) -> None:
    """An index that takes nothing: how the second run ended, what is missing there and what the ledger says."""
    with series.of("publish", tmp_path) as of_stage:
        of_stage.there.index.prohibited = {tiny.NAME}
        _, (ended, holds, stored, sent, ledger) = of_stage.killed(1)
    assert ended.startswith("exit 3: ")
    assert [holds, stored, sent] == ["the index holds []", "the index stored []", f"the index was sent ['{WHEEL}']"]
    assert ledger.startswith("the ledger says Record(status='failed'")


EFFECTS = """
import os, socket, subprocess, sys
open("read-only-later", "w").close()
open("read-only-later").read()
os.replace("read-only-later", "moved")
os.close(os.open("moved", os.O_RDONLY))
subprocess.run([sys.executable, "-c", "open('of-the-child', 'w')"])
os.remove("moved")
"""


def run(folder: Path, point: int) -> tuple[int, list[str]]:
    """Run a program under the hook; return how it ended and the events that were noted."""
    (folder / "sitecustomize.py").write_text(Path(hook.__file__).read_text())
    env = {"KILL_PARENT": str(os.getpid()), "KILL_AT": str(point), "KILL_NOTES": str(folder / "notes")}
    command = [sys.executable, "-c", EFFECTS]
    done = subprocess.run(command, cwd=folder, env=running.environment(PYTHONPATH=str(folder), **env), check=False)
    return done.returncode, [line.split()[0] for line in (folder / "notes").read_text().splitlines()]


def test_the_hook_counts_what_changes_the_world(tmp_path: Path) -> None:
    """Writing, renaming, starting a program, removing; reading does not count, nor what a child does."""
    code, noted = run(tmp_path, 0)
    assert code == 0
    assert noted == ["open", "os.rename", "subprocess.Popen", "os.remove"]


def test_the_hook_kills_before_the_event(tmp_path: Path) -> None:
    """What was to happen at this point has not happened."""
    _, noted = run(tmp_path, 0)
    (tmp_path / "of-the-child").unlink()
    code, again = run(tmp_path, noted.index("os.rename") + 1)
    assert code == -9
    assert again == noted[: noted.index("os.rename") + 1]
    assert running.names(tmp_path) == ["notes", "read-only-later", "sitecustomize.py"]
