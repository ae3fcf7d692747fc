"""The door to taking turns: one run at a time changes the world with the files of one folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from release_tools.errors import ServiceFailed


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the folder for this run; raises ServiceFailed when another run holds it. A kill lets go of it."""
    try:
        import fcntl
    except ImportError:  # Windows has no locks on folders
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ServiceFailed(
                f"another run is publishing from {folder}",
                state="this run sent nothing",
                fix="wait for the other run, then run the same command again: what arrived is skipped",
            ) from error
        yield
    finally:
        os.close(descriptor)
