"""The door to taking turns: one run at a time changes the world with the files of one folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from release_tools.errors import Busy


@contextmanager
def only_one(folder: Path, say: Callable[[str], None] = lambda _line: None) -> Iterator[None]:
    """Hold the folder for this run; raises Busy when another run holds it. A kill lets go of it.

    Where the file system has no locks that is said, and the run goes on: two at once send the same bytes, and an index
    takes a file only once.
    """
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
            raise Busy(
                f"another run is publishing from {folder}",
                state="this run sent nothing",
                fix="wait for the other run, then run the same command again: what arrived is skipped",
            ) from error
        except OSError as error:
            why = error.strerror or str(error)
            say(f"{folder} cannot be locked ({why}): see to it that no other run publishes from it meanwhile")
        yield
    finally:
        os.close(descriptor)
