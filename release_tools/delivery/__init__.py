"""Bringing a release to one index until it holds every file, or until it is clear why it will not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from release_tools.adapters.listing import Listing
from release_tools.adapters.sending import TAKEN, Answer
from release_tools.backoff import Backoff
from release_tools.delivery import answers
from release_tools.delivery.answers import Meaning
from release_tools.errors import Conflict, NotYetVisible, Refused, ReleaseError, ServiceFailed
from release_tools.model import Distribution, Manifest, Published, Target

Missing = Sequence[Distribution]


@dataclass(kw_only=True)
class Delivery:
    """Brings a release to an index: each answer counts only once its file was looked for there."""

    manifest: Manifest
    target: Target
    held: Callable[[], Listing]
    send: Callable[[Missing], tuple[Answer, ...]]
    renew: Callable[[], bool]
    backoff: Backoff
    _taken: set[str] = field(default_factory=set)
    _offered: set[str] = field(default_factory=set)
    _present: set[str] = field(default_factory=set)
    _seen: set[str] = field(default_factory=set)
    _brought: set[str] = field(default_factory=set)
    _said_to_be_there: dict[str, Answer] = field(default_factory=dict)
    _renewed_after: int = 0

    def complete(self) -> Published:
        """Send until the index holds every file; raises what it means when it will not."""
        listing = self.backoff.until(self.held)
        self._present |= set(listing.files)
        self._seen |= set(listing.files)
        if _missing(self.manifest, listing):
            _require_open(listing, self.target, self.backoff.clock.now())
        while missing := _missing(self.manifest, listing):
            unsent = self._unsent(missing)
            with self._known(listing, sure=not self._live(listing)):
                found = self.send(unsent) if unsent else ()
            self._taken |= {answer.filename for answer in found if answer.status in TAKEN}
            with self._known(listing, sure=False):
                listing = self.backoff.until(self.held)
            self._remember(found, listing)
            self._judge(found, listing)
        names = [each.filename for each in self.manifest.distributions]
        return Published(
            target=self.target.name,
            sent=tuple(name for name in names if name not in self._present),
            present=tuple(name for name in names if name in self._present),
        )

    @contextmanager
    def _known(self, listing: Listing, *, sure: bool) -> Iterator[None]:
        """Tell what is known to be there when something fails on the way; `sure` leaves the error's own words."""
        try:
            yield
        except (Refused, ServiceFailed) as error:
            if sure:
                raise
            there, wanted = self._live(listing), len(self.manifest.distributions)
            state = f"{there} of {wanted} files are known to be on {self.target.name}; what else arrived, the next run "
            raise type(error)(error.what, state=f"{state}asks the index", fix=error.fix) from error

    def _remember(self, found: Sequence[Answer], listing: Listing) -> None:
        """Count a file as present that is there though it was refused when first offered: others brought it."""
        offered = {each.filename for each in found}
        refused = {each.filename for each in found if each.status in answers.REFUSALS}
        self._brought = (self._brought - offered) | (refused - self._offered)
        self._said_to_be_there |= {each.filename: each for each in found if answers.is_said_to_be_there(each)}
        self._present |= self._brought & set(listing.files)
        self._seen |= set(listing.files)
        self._offered |= offered

    def _unsent(self, missing: Missing) -> Missing:
        """Return what is to be sent: nothing that arrived, and nothing while one that is said to be there may show."""
        arrived = self._taken | self._seen
        if any(each.filename in self._said_to_be_there and each.filename not in arrived for each in missing):
            return ()
        return [each for each in missing if each.filename not in arrived]

    def _judge(self, found: Sequence[Answer], listing: Listing) -> None:
        """Wait where waiting helps; raise what an answer means where it does not."""
        missing = [each.filename for each in _missing(self.manifest, listing)]
        if not missing:
            return
        answer = self._decisive(found, missing)
        if answer is None:
            return  # a file before them was refused and is there all the same
        meaning = self._meaning(answer, listing)
        if meaning.credential and self._renewed():
            return
        if (meaning.again or meaning.there or meaning.kind is NotYetVisible) and self.backoff.wait(meaning.what):
            return
        raise self._error(answer, meaning, listing)

    def _decisive(self, found: Sequence[Answer], missing: Sequence[str]) -> Answer | None:
        """Return the answer by which a file is missing; None where the next files are to be sent."""
        arrived = self._taken | self._seen
        said = [each for name, each in self._said_to_be_there.items() if name not in arrived]
        refused = [each for each in (*found, *said) if each.filename in missing and each.status not in TAKEN]
        if refused:
            return refused[0]
        return Answer(filename=missing[0], status=TAKEN[0], reason="") if arrived.issuperset(missing) else None

    def _renewed(self) -> bool:
        """Whether a credential that was good for a file, and is no longer, could be exchanged for a fresh one."""
        if self._renewed_after == len(self._taken):
            return False
        self._renewed_after = len(self._taken)
        return self.renew()

    def _meaning(self, answer: Answer, listing: Listing) -> Meaning:
        if same := self._elsewhere(answer, listing):
            what = f"{self.target.name} refuses {answer.filename}: it holds the same bytes as {same}"
            return Meaning(kind=Conflict, what=what, fix="make a new version; an index takes the same bytes only once")
        name = self.target.name
        fix = {"again": f"run the same command again: {self.target.command('publish')}",
               "verify": self.target.command("verify"),
               "build": f"build again: {self.target.command()}"}  # fmt: skip
        now = self.backoff.clock.now()
        return answers.meaning(answer, name, now, live=bool(self._live(listing)), fix=fix)

    def _elsewhere(self, answer: Answer, listing: Listing) -> str:
        """Return under which other name the index holds the bytes of a refused file."""
        ours = {each.filename: each.sha256 for each in self.manifest.distributions}
        if answer.status not in answers.REFUSALS:
            return ""
        digest = ours[answer.filename]
        return next((each.filename for each in listing.every if each.sha256 == digest), "")

    def _live(self, listing: Listing) -> int:
        return len(self.manifest.distributions) - len(_missing(self.manifest, listing))

    def _error(self, answer: Answer, meaning: Meaning, listing: Listing) -> ReleaseError:
        there, wanted = self._live(listing), len(self.manifest.distributions)
        words = answers.said(answer)
        return meaning.kind(
            f"{meaning.what}: {words}" if words else meaning.what,
            state=f"{there} of {wanted} files are on {self.target.name}, with the digests of the ledger",
            fix=meaning.fix,
        )


def _missing(manifest: Manifest, listing: Listing) -> tuple[Distribution, ...]:
    return tuple(each for each in manifest.distributions if each.filename not in listing.files)


def _require_open(listing: Listing, target: Target, now: datetime) -> None:
    """Refuse a project or a release that the index has closed: it would take nothing, or hide it."""
    if first := listing.first_if_closed(now):
        raise Conflict(
            f"the first file of this version came to {target.name} on {first:%Y-%m-%d}; a release is closed to new "
            "files 14 days later",
            state=f"{len(listing.files)} files of this version are there and stay; nothing was sent",
            fix="yank this version and release the next one",
        )
    if listing.closed:
        raise Refused(
            f"the project is {listing.status} on {target.name}",
            state="nothing was sent",
            fix="ask the index to lift the quarantine" if listing.status == "quarantined" else "make it active again",
        )
