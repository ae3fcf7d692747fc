"""Steps side by side: results in order, and one failure or signal ends all that runs."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from release_tools.adapters import process, strays, twice

LINUX = pytest.mark.skipif(not strays.PROCESSES.exists(), reason="only Linux shows a process's environment")
SLEEP = (sys.executable, "-c", "import time; time.sleep(60)")


def test_results_come_in_order() -> None:
    """Whatever ends first, the answers stand in the order of the steps."""

    def slow() -> int:
        time.sleep(0.3)
        return 1

    assert twice.side_by_side(slow, lambda: 2) == [1, 2]


def test_one_failure_ends_the_other_step() -> None:
    """A program that would run for a minute is ended once the other step has failed."""

    def fail() -> None:
        raise ValueError("no")

    started = time.monotonic()
    with pytest.raises(ValueError, match="no"):
        twice.side_by_side(lambda: process.run(SLEEP), fail)
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_ends_all_steps(name: str) -> None:
    """Both programs are ended, and the signal is told as one."""
    program = (
        "from release_tools.adapters import process, twice\n"
        "from release_tools.errors import Interrupted\n"
        "import sys, threading\n"
        "process.stop_on_signals()\n"
        "print('ready', flush=True)\n"
        "try:\n"
        "    twice.side_by_side(*[lambda: process.run((sys.executable, '-c', 'import time; time.sleep(60)'))] * 2)\n"
        "except Interrupted as stopped:\n"
        "    print(stopped.what, threading.active_count())\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    ) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == b"ready\n"
        time.sleep(0.5)
        run.send_signal(getattr(signal, name))
        out, _ = run.communicate(timeout=30)
    assert out == f"interrupted by {name} 1\n".encode()


@LINUX
def test_what_left_its_group_is_ended(tmp_path: Path) -> None:
    """A process is known by a variable that it was started with, and only by that."""
    marked, other = (
        subprocess.Popen(SLEEP, env={"TMPDIR": str(folder)}, start_new_session=True)
        for folder in (tmp_path, tmp_path / "other")
    )
    try:
        assert strays.end("TMPDIR", [str(tmp_path)]) >= 1
        assert marked.wait(10) == -signal.SIGKILL
        assert other.poll() is None
        assert strays.end("TMPDIR", [str(tmp_path)]) == 0
    finally:
        other.kill()
        other.wait()
