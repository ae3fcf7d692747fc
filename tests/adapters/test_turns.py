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


NO_LOCKS = """
import errno, os
LOCK_EX = LOCK_NB = 0
def flock(descriptor, how):
    raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))
"""
GO_ON = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from release_tools.adapters import turns
with turns.only_one(Path(sys.argv[1]), print):
    print("held")
"""


def test_a_file_system_without_locks_is_told_of(tmp_path: Path) -> None:
    """A run goes on without turns there, and says so: what arrived is asked of the index in any case."""
    (tmp_path / "fcntl.py").write_text(NO_LOCKS)
    done = subprocess.run(
        [sys.executable, "-c", GO_ON, str(tmp_path), str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [
        f"{tmp_path} cannot be locked (No locks available): see to it that no other run publishes from it meanwhile",
        "held",
    ]


def test_turns_follow_each_other(tmp_path: Path) -> None:
    """A folder is free again after its turn, also one that failed."""
    with pytest.raises(RuntimeError), turns.only_one(tmp_path):
        raise RuntimeError
    with turns.only_one(tmp_path):
        pass
