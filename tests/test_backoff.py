"""Waiting between failures."""

from __future__ import annotations

import random

import pytest

from release_tools.backoff import Backoff
from release_tools.errors import ServiceFailed, Untrusted
from tests.clocks import FakeClock

MINUTES_12 = 720.0


def waiting(clock: FakeClock, total: float = MINUTES_12) -> Backoff:
    """Return a budget on a clock that costs no time, with chance that is the same each time."""
    return Backoff(clock=clock, total=total, say=lambda _text: None, chance=random.Random(1))  # noqa: S311 - no secret


def test_it_waits_longer_each_time_for_ten_minutes_at_least() -> None:
    """1, 2, 4 ... 60 s, each up to a quarter more or less, until the budget would not last."""
    clock = FakeClock()
    backoff = waiting(clock)
    while backoff.wait("503"):
        pass
    expected = [1, 2, 4, 8, 16, 32, *[60] * (len(clock.slept) - 6)]
    assert all(0.75 * want <= slept <= 1.25 * want for want, slept in zip(expected, clock.slept, strict=True))
    assert 600 <= sum(clock.slept) <= MINUTES_12


def test_chance_keeps_two_runs_apart() -> None:
    """Two that failed at once do not come back at once."""
    clocks = FakeClock(), FakeClock()
    for clock in clocks:
        Backoff(clock=clock, total=MINUTES_12, say=lambda _text: None).wait("503")
    assert clocks[0].slept != clocks[1].slept


def test_something_that_went_well_makes_it_impatient_again() -> None:
    """After a success the waits begin anew; the budget does not."""
    clock = FakeClock()
    backoff = waiting(clock)
    backoff.wait("503")
    backoff.wait("503")
    backoff.settle()
    backoff.wait("503")
    assert clock.slept[-1] < 2
    assert backoff.left == MINUTES_12 - sum(clock.slept)


def failing(times: int) -> list[int]:
    """Do something that fails so often before it works; return how often it was tried."""
    tried: list[int] = []

    def act() -> int:
        tried.append(len(tried))
        if len(tried) <= times:
            raise ServiceFailed("it is down", state="s", fix="f")
        return 0

    assert waiting(FakeClock()).until(act) == 0
    return tried


@pytest.mark.parametrize("times", [0, 1, 5])
def test_it_tries_until_it_works(times: int) -> None:
    """A service that comes back is waited for; one that works is asked once."""
    assert len(failing(times)) == times + 1


def test_it_gives_up_with_the_last_failure() -> None:
    """A service that stays down ends in its own error."""
    with pytest.raises(ServiceFailed, match="it is down"):
        failing(1000)


def test_who_cannot_prove_who_he_is_is_not_waited_for() -> None:
    """A certificate does not become good by waiting."""

    def act() -> int:
        raise Untrusted("no", state="s", fix="f")

    clock = FakeClock()
    with pytest.raises(Untrusted):
        waiting(clock).until(act)
    assert not clock.slept


def test_no_budget_means_no_wait() -> None:
    """Without time nothing is waited for."""
    clock = FakeClock()
    assert not waiting(clock, 0).wait("503")
    assert not clock.slept
