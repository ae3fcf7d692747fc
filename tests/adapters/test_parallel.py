"""Doing a few things at once."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

import pytest

from release_tools.adapters import process
from release_tools.adapters.parallel import beside, together, within


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
    assert threading.active_count() <= before


def test_a_job_beside_us_is_heard_of_when_it_is_asked_for() -> None:
    """It runs at once; its result or its error comes each time that it is asked for."""
    begun, go_on = threading.Event(), threading.Event()

    def work() -> str:
        begun.set()
        assert go_on.wait(5)
        return "done"

    result = beside(work)
    assert begun.wait(5)
    go_on.set()
    assert (result(), result()) == ("done", "done")
    failed = beside(lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        failed()


def test_a_job_has_only_so_much_time() -> None:
    """Its result or its error comes at once; of one that takes longer nobody hears any more."""
    waiting = threading.Event()
    assert within(5, lambda: "done") == "done"
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 // 0)
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        within(0.2, lambda: waiting.wait(20))
    assert time.monotonic() - started < 5
    waiting.set()


def test_a_job_with_a_time_limit_may_go_as_deep_as_any() -> None:
    """What nests deeply ends with Python's own error, never with a thread that has run out of stack."""

    def deeper(levels: int) -> int:
        return levels and max((deeper(levels - 1),))

    before = threading.stack_size()
    assert within(5, lambda: deeper(400)) == 0
    with pytest.raises(RecursionError):
        within(5, lambda: deeper(sys.getrecursionlimit()))
    assert threading.stack_size() == before
