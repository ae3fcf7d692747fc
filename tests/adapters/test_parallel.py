"""Doing a few things at once."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

import pytest

from release_tools.adapters import process
from release_tools.adapters.parallel import together


def test_results_come_in_order() -> None:
    """Whoever ends first: the first job's result is the first; and they do run at once."""
    met = threading.Barrier(2, timeout=5)
    assert together([lambda: (met.wait() and 0, "a")[1], lambda: (met.wait() and 0, "b")[1]]) == ("a", "b")


def test_the_first_failure_in_order_is_raised() -> None:
    """Of two failures the one of the earlier job, so that a run ends the same way each time."""

    def fail(text: str, seconds: float) -> None:
        time.sleep(seconds)
        raise ValueError(text)

    with pytest.raises(ValueError, match="one"):
        together([lambda: fail("one", 0.2), lambda: fail("two", 0)])


def test_an_interruption_ends_programs_and_threads() -> None:
    """Nothing goes on in the background when the one who waits is interrupted, nor is anything started anew."""
    before = threading.active_count()
    sleeper = (sys.executable, "-c", "import time; time.sleep(60)")
    ends: list[int] = []

    def work() -> None:
        ends.extend(process.run(sleeper).code for _ in range(2))

    # Where this runs in the background of a shell, SIGINT is ignored from the start.
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(1, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        together([work, work])
    assert time.monotonic() - started < 10
    assert set(ends) == {-signal.SIGKILL}
    timer.join()
    signal.signal(signal.SIGINT, former)
    assert threading.active_count() == before
