"""Waiting longer after each failure, by chance a little more or less, within one budget of time."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from release_tools.adapters.clock import Clock
from release_tools.errors import Lasting, ServiceFailed

FIRST = 1.0
LONGEST = 60.0
JITTER = 0.25

T = TypeVar("T")


@dataclass(kw_only=True)
class Backoff:
    """A budget of `total` seconds from its making on; waits of 1, 2, 4 ... 60 s, each a quarter more or less."""

    clock: Clock
    total: float
    say: Callable[[str], None]
    chance: random.Random = field(default_factory=random.Random)
    _next: float = FIRST

    def __post_init__(self) -> None:
        self._end = self.clock.monotonic() + self.total

    @property
    def left(self) -> float:
        """Return how many seconds are left."""
        return max(0.0, self._end - self.clock.monotonic())

    def wait(self, why: str) -> bool:
        """Wait and return True; False, at once, when the budget would not last."""
        seconds = self._next * self.chance.uniform(1 - JITTER, 1 + JITTER)
        if seconds > self.left:
            return False
        self._next = min(self._next * 2, LONGEST)
        self.say(f"{why}; again in {seconds:.0f} s, for {self.left / 60:.0f} min at most")
        self.clock.sleep(seconds)
        return True

    def settle(self) -> None:
        """Begin again with the shortest wait, after something went well."""
        self._next = FIRST

    def until(self, act: Callable[[], T]) -> T:
        """Do something that may be done again, until the service does not fail or the budget is used up."""
        while (found := self._tried(act)) is None:
            pass
        return found

    def _tried(self, act: Callable[[], T]) -> T | None:
        try:
            return act()
        except Lasting:
            raise
        except ServiceFailed as error:
            if not self.wait(error.what):
                raise
        return None
