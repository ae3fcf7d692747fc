"""The door to time."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

import pytest

from release_tools.adapters.clock import Clock


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the time zone of the process cannot be set")
@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Etc/GMT+12"])
def test_all_times_are_utc(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Moment and date are those of UTC wherever the machine stands."""
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        before = datetime.fromtimestamp(time.time(), timezone.utc)
        now, today = Clock().now(), Clock().today()
        assert now.utcoffset() == timedelta(0)
        assert before <= now <= before + timedelta(minutes=1)
        assert today in {before.date(), now.date()}
    finally:
        monkeypatch.undo()
        time.tzset()


def test_sleeping_takes_the_time_that_it_says() -> None:
    """The clock waits, and its seconds only grow."""
    clock = Clock()
    started = clock.monotonic()
    clock.sleep(0.05)
    assert 0.05 <= clock.monotonic() - started < 5
