"""A clock on which hours pass at once."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from release_tools.adapters.clock import Clock


class FakeClock(Clock):
    """Time that passes by sleeping only; `slept` holds each wait in seconds."""

    def __init__(self, start: datetime | None = None) -> None:
        self.start = start or datetime(2026, 11, 21, 12, tzinfo=timezone.utc)
        self.slept: list[float] = []

    def now(self) -> datetime:
        """Return the start and what was slept since."""
        return self.start + timedelta(seconds=sum(self.slept))

    def monotonic(self) -> float:
        """Return the seconds slept so far."""
        return sum(self.slept)

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
