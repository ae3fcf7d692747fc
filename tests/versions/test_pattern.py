"""Patterns that a project brings along: bounded in time, and never an error of ours."""

from __future__ import annotations

import re
import signal
import threading
import time

import pytest

from release_tools.versions.pattern import SECONDS, search, time_limit
from release_tools.versions.reading import UnreadableError

timed = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no timer")


def test_finds_and_misses() -> None:
    """A pattern finds what `re` finds."""
    found = search("^b(.)", "a\nbc", re.MULTILINE)
    assert found
    assert found[1] == "c"
    assert search("x", "abc") is None
    assert search("b", "abc", anchored=True) is None


@pytest.mark.parametrize("pattern", ["(", "(?P<1>x)", "[", "a{99999999999}", "(" * 5000 + ")" * 5000])
def test_broken_pattern_is_a_reason(pattern: str) -> None:
    """A pattern that does not compile is told as such."""
    with pytest.raises(UnreadableError, match="is not valid"):
        search(pattern, "x")


@timed
def test_endless_pattern_is_stopped() -> None:
    """A pattern that would take years ends after a second."""
    began = time.monotonic()
    with pytest.raises(UnreadableError, match="takes too long"):
        search("(a+)+$", "a" * 60 + "b")
    assert time.monotonic() - began < SECONDS + 5


@timed
def test_timer_of_others_goes_on() -> None:
    """A timer that ran before runs on afterwards, with its handler."""
    before = signal.getsignal(signal.SIGALRM), signal.getitimer(signal.ITIMER_REAL)
    heard: list[int] = []
    signal.signal(signal.SIGALRM, lambda number, _: heard.append(number))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with time_limit(5):
            time.sleep(0.3)
        time.sleep(0.1)
        assert heard == [signal.SIGALRM]
    finally:
        signal.signal(signal.SIGALRM, before[0])
        signal.setitimer(signal.ITIMER_REAL, *before[1])


def test_other_threads_have_no_limit() -> None:
    """Only the main thread can be interrupted; elsewhere the search just runs."""
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(search("b", "abc")))
    thread.start()
    thread.join()
    assert found
    assert found != [None]
