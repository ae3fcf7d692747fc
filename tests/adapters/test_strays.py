"""What a build leaves running is found by its environment."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from release_tools.adapters import strays

LINUX = pytest.mark.skipif(not strays.PROCESSES.exists(), reason="only Linux shows a process's environment")
SLEEP = (sys.executable, "-c", "import time; time.sleep(60)")


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
