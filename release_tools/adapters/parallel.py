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
# As much as the main thread has: parsers go deep.
STACK = 8 << 20


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


def beside(job: Callable[[], Result]) -> Callable[[], Result]:
    """Begin a job and go on; what is returned waits for its end, then returns or raises what it did."""
    thread = _Job(job)
    thread.start()

    def result() -> Result:
        thread.join()
        return thread.result()

    return result


def within(seconds: float, job: Callable[[], Result]) -> Result:
    """Do one job and return its result; raises TimeoutError when it takes longer, and leaves it to itself then."""
    before = threading.stack_size(STACK)
    try:
        thread = _Job(job)
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join(seconds)
    if thread.is_alive():
        raise TimeoutError
    return thread.result()


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
