"""Taking turns."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from release_tools.adapters import turns
from release_tools.errors import ServiceFailed

HOLD = """
import sys, time
from pathlib import Path
from release_tools.adapters import turns
with turns.only_one(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_run_is_told_to_wait_and_a_killed_one_lets_go(tmp_path: Path) -> None:
    """Only one process holds a folder; nothing is left in it, and a kill frees it at once."""
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        with pytest.raises(ServiceFailed, match="another run is publishing"), turns.only_one(tmp_path):
            pytest.fail("two at once")
        other.send_signal(signal.SIGKILL)
    with turns.only_one(tmp_path):
        assert not list(tmp_path.iterdir())


def test_turns_follow_each_other(tmp_path: Path) -> None:
    """A folder is free again after its turn, also one that failed."""
    with pytest.raises(RuntimeError), turns.only_one(tmp_path):
        raise RuntimeError
    with turns.only_one(tmp_path):
        pass
