"""Bringing a release to an index whose pages lag, flap and contradict its answers; time passes by sleeping only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from release_tools.adapters.listing import Listed, Listing
from release_tools.adapters.sending import Answer
from release_tools.backoff import Backoff
from release_tools.delivery import Delivery
from release_tools.errors import Conflict, NotYetVisible, Refused, ReleaseError, ServiceFailed
from release_tools.model import Distribution, Manifest, Published, Target
from tests.clocks import FakeClock

WHEEL = Distribution(filename="p-1-py3-none-any.whl", kind="wheel", size=1, sha256="a" * 64, blake2b_256="")
SDIST = Distribution(filename="p-1.tar.gz", kind="sdist", size=1, sha256="b" * 64, blake2b_256="")
BOTH = (WHEEL.filename, SDIST.filename)
EXISTS = "File already exists ('p-1.tar.gz', with blake2_256 hash 'b')."


def listed(each: Distribution) -> dict[str, Listed]:
    """Return a row of a listing."""
    return {each.filename: Listed(filename=each.filename, url="", sha256=each.sha256)}


@dataclass
class Lagging:
    """An index that shows what it took `lag` seconds later, and answers by `says`: a status for each offer of a file.

    What it holds already it refuses as `again`, with words. `flap` may take files off the page of a moment.
    """

    says: Callable[[Distribution, int], int] = lambda _file, _offer: 200
    lag: float = 0
    again: int = 400
    words: str = EXISTS
    flap: Callable[[int], bool] = lambda _page: False
    status: str = "active"
    clock: FakeClock = field(default_factory=FakeClock)
    held: dict[str, tuple[Distribution, float]] = field(default_factory=dict)
    offered: list[str] = field(default_factory=list)
    pages: int = 0
    renewed: int = 0

    def page(self) -> Listing:
        """Return what the page shows now."""
        self.pages += 1
        now = self.clock.monotonic()
        shown = [each for each, since in self.held.values() if now >= since + self.lag]
        rows = {} if self.flap(self.pages) else {name: row for each in shown for name, row in listed(each).items()}
        return Listing(simple=rows, status=self.status)

    def take(self, missing: Sequence[Distribution]) -> tuple[Answer, ...]:
        """Answer to files in order, up to the first that is not taken."""
        answers: list[Answer] = []
        for each in missing:
            answers.append(self._answer(each))
            if not 200 <= answers[-1].status < 300:
                break
        return tuple(answers)

    def _answer(self, each: Distribution) -> Answer:
        self.offered.append(each.filename)
        if each.filename in self.held:
            return Answer(filename=each.filename, status=self.again, reason="no", body=self.words)
        status = self.says(each, self.offered.count(each.filename))
        if 200 <= status < 300:
            self.held[each.filename] = (each, self.clock.monotonic())
        return Answer(filename=each.filename, status=status, reason="as it likes")

    def renew(self) -> bool:
        """Give no other credential."""
        self.renewed += 1
        return False

    def delivered(self, seconds: float = 720) -> Published:
        """Bring both files there."""
        return Delivery(
            manifest=Manifest(folder=Path(), distributions=(WHEEL, SDIST), ledger_sha256=""),
            target=Target(name="house", upload_url="u", simple_url="s"),
            held=self.page,
            send=self.take,
            renew=self.renew,
            backoff=Backoff(clock=self.clock, total=seconds, say=print),
        ).complete()

    def ended(self, kind: type[ReleaseError]) -> ReleaseError:
        """Return how it ended without a release."""
        with pytest.raises(kind) as caught:
            self.delivered()
        assert type(caught.value) is kind
        return caught.value


@pytest.mark.parametrize("status", [200, 201, 202, 204])
@pytest.mark.parametrize("lag", [0, 30])
def test_every_success_is_one(status: int, lag: float) -> None:
    """Whichever of its words an index has for it: the file is taken, sent once, and waited for."""
    index = Lagging(says=lambda _file, _offer: status, lag=lag)
    assert index.delivered() == Published(target="house", sent=BOTH, present=())
    assert tuple(index.offered) == BOTH


def test_a_success_that_never_shows_is_not_yet_visible() -> None:
    """As with 200: exit 6, after the whole budget."""
    index = Lagging(says=lambda _file, _offer: 201, lag=10_000)
    assert "took p-1-py3-none-any.whl and does not list it yet" in index.ended(NotYetVisible).what
    assert index.clock.monotonic() > 600


@pytest.mark.parametrize("status", [408, 423, 425])
def test_what_passes_by_itself_is_sent_again(status: int) -> None:
    """Too slow, locked, too early: the same file is taken a moment later."""
    index = Lagging(says=lambda each, offer: status if each == SDIST and offer == 1 else 200)
    assert index.delivered() == Published(target="house", sent=BOTH, present=())
    assert index.offered == [*BOTH, SDIST.filename]
    assert Lagging(says=lambda _file, _offer: status).ended(ServiceFailed).exit_code == 5


@pytest.mark.parametrize(("again", "words"), [(409, "Conflict"), (400, EXISTS)])
def test_what_is_said_to_be_there_is_waited_for(again: int, words: str) -> None:
    """Another hand brought it, the page is late: nothing is sent meanwhile, and the digest makes it ours."""
    index = Lagging(again=again, words=words, lag=100)
    index.held[WHEEL.filename] = (WHEEL, 0)
    assert index.delivered() == Published(target="house", sent=(SDIST.filename,), present=(WHEEL.filename,))
    assert tuple(index.offered) == BOTH
    assert index.clock.monotonic() >= 200


def test_what_is_said_to_be_there_after_we_sent_it_is_ours() -> None:
    """An offer that ended in an error had arrived: it counts as sent."""

    def lost(each: Distribution, offer: int) -> int:
        index.held[each.filename] = (each, index.clock.monotonic())
        return 502 if offer == 1 else 200

    index = Lagging(says=lost, lag=50)
    assert index.delivered() == Published(target="house", sent=BOTH, present=())


@pytest.mark.parametrize(("others", "kind"), [((), Refused), ((SDIST,), Conflict)])
def test_what_is_said_to_be_there_and_never_shows_is_refused(
    others: tuple[Distribution, ...], kind: type[ReleaseError]
) -> None:
    """In the end, with the words of the index; nothing behind it was sent."""
    index = Lagging(says=lambda _file, _offer: 409)
    index.held = {each.filename: (each, 0.0) for each in others}
    error = index.ended(kind)
    assert "refuses p-1-py3-none-any.whl (409), and does not list it" in error.what
    assert index.offered == [WHEEL.filename]
    assert index.clock.monotonic() > 600


def test_another_refusal_is_final_at_once() -> None:
    """Nothing is waited for where the file itself is at fault."""
    index = Lagging(says=lambda _file, _offer: 400)
    assert "refuses p-1-py3-none-any.whl (400): as it likes" in index.ended(Refused).what
    assert not index.clock.slept


@pytest.mark.parametrize("brought", [True, False])
def test_what_was_seen_is_not_forgotten(*, brought: bool) -> None:
    """A page that shows a file, and then does not: it is waited for, not sent again and held against us."""
    index = Lagging(flap=lambda page: page in (2, 3, 4))
    if brought:
        index.held[WHEEL.filename] = (WHEEL, 0)
    published = index.delivered()
    assert index.offered == [name for name in BOTH if not brought or name == SDIST.filename]
    assert published.present == (() if not brought else (WHEEL.filename,))


def test_what_was_seen_and_stays_away_is_not_yet_visible() -> None:
    """Published, and shown no more: exit 6, no refusal."""
    index = Lagging(flap=lambda page: page > 1)
    index.held[WHEEL.filename] = (WHEEL, 0)
    assert index.ended(NotYetVisible).exit_code == 6
    assert index.offered == [SDIST.filename]


def test_what_was_seen_asks_for_no_fresh_credential() -> None:
    """A credential that was never good for anything is not exchanged, whatever others have brought."""
    index = Lagging(says=lambda _file, _offer: 403)
    index.held[WHEEL.filename] = (WHEEL, 0)
    index.ended(Refused)
    assert index.renewed == 0


def test_a_deprecated_project_is_published_to() -> None:
    """An index treats it as any active one."""
    assert Lagging(status="deprecated").delivered().sent == BOTH


@pytest.mark.parametrize("status", ["archived", "quarantined"])
def test_a_closed_project_is_not_published_to(status: str) -> None:
    """Nothing is sent to what takes nothing."""
    index = Lagging(status=status)
    assert f"the project is {status} on house" in index.ended(Refused).what
    assert not index.offered


@pytest.mark.parametrize(
    ("told", "uploaded", "closed"), [(-20, -20, False), (20, 0, True), (None, -20, True), (None, 0, False)]
)
def test_the_age_of_a_release_is_counted_by_the_clock_of_the_index(
    told: int | None, uploaded: int, *, closed: bool
) -> None:
    """In days from our now, which may be far off: what was begun there just now is no old release."""
    now = FakeClock().now()
    theirs = None if told is None else now + timedelta(days=told)
    first = replace(listed(WHEEL)[WHEEL.filename], uploaded=now + timedelta(days=uploaded))
    assert bool(Listing(simple={WHEEL.filename: first}, told=theirs).first_if_closed(now)) is closed
