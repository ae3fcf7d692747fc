"""The door to time."""

from __future__ import annotations

import time
from datetime import date, datetime, timezone


class Clock:
    """The real clock; tests give a stage another one with the same four methods."""

    def now(self) -> datetime:
        """Return the current moment in UTC."""
        return datetime.now(timezone.utc)

    def today(self) -> date:
        """Return the current date in UTC."""
        return self.now().date()

    def monotonic(self) -> float:
        """Return seconds that only ever grow."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)
