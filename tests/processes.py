"""Watching processes from a test: one that tells its id, and one that should end."""

from __future__ import annotations

import os
import time
from pathlib import Path


def gone(pid: int, within: float = 5.0) -> bool:
    """Whether a process ends within some seconds; one that nobody has collected yet is gone too."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.02)
    return False


def pid_in(path: Path) -> int:
    """Wait for a process to tell its id in a file."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if path.exists() and (told := path.read_text()).endswith("\n"):
            return int(told)
        time.sleep(0.02)
    raise AssertionError("the program did not start")
