"""Does a few things at once, each on a thread of its own; for work that waits for other programs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from release_tools.adapters import process

Result = TypeVar("Result")
LINGER = 5.0
POLL = 0.05


def together(jobs: Sequence[Callable[[], Result]]) -> tuple[Result, ...]:
    """Do all jobs and return their results in order; raises what the first of them raised.

    When this is interrupted, the programs that the jobs run are ended and the jobs with them.
    """
    threads = [_Job(job) for job in jobs]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    except BaseException:
        _end(threads)
        raise
    return tuple(thread.result() for thread in threads)


class _Job(threading.Thread, Generic[Result]):
    def __init__(self, job: Callable[[], Result]) -> None:
        super().__init__(daemon=True)
        self._job = job
        self._results: list[Result] = []
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._results.append(self._job())
        except BaseException as error:  # noqa: BLE001 - raised again by `result`
            self._error = error

    def result(self) -> Result:
        if self._error:
            raise self._error
        return self._results[0]


def _end(threads: Sequence[threading.Thread]) -> None:
    """End what runs until no job starts anything more."""
    end = time.monotonic() + LINGER
    while any(thread.is_alive() for thread in threads) and time.monotonic() < end:
        process.end_all()
        time.sleep(POLL)
