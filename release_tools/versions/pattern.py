"""Regular expressions that the project brings along: refused when broken, stopped when they take too long."""

from __future__ import annotations

import re
import signal
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from release_tools.versions.reading import UnreadableError

SECONDS = 1.0


def search(pattern: str, text: str, flags: int = 0, *, anchored: bool = False) -> re.Match[str] | None:
    """Return the first match of a pattern in a text, or at its start."""
    try:
        with warnings.catch_warnings(), time_limit(SECONDS):
            warnings.simplefilter("ignore")  # of an old-fashioned pattern
            compiled = re.compile(pattern, flags)
            return compiled.match(text) if anchored else compiled.search(text)
    except TimeoutError:
        raise UnreadableError(f"the pattern {pattern[:80]!r} takes too long") from None
    except (re.error, RecursionError, MemoryError, OverflowError, ValueError) as error:
        raise UnreadableError(f"the pattern {pattern[:80]!r} is not valid: {error}") from None


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in what runs longer, where the system can interrupt it; a timer that ran already goes on."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    began = time.monotonic()
    handler = signal.signal(signal.SIGALRM, _stop)
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        rest = max(left - (time.monotonic() - began), 0.001) if left else 0.0
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL if handler is None else handler)
        signal.setitimer(signal.ITIMER_REAL, rest, interval)


def _stop(_number: int, _frame: object) -> None:
    raise TimeoutError
