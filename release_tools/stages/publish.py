"""The stage `publish`."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from packaging.version import Version

from release_tools import answers, credentials
from release_tools import ledger as ledgers
from release_tools.adapters import files, rehearsal_index, sending, turns
from release_tools.adapters.clock import Clock
from release_tools.adapters.index import Index, Patience
from release_tools.adapters.listing import ACTIVE, Listing
from release_tools.adapters.sending import Answer
from release_tools.answers import Meaning
from release_tools.backoff import Backoff
from release_tools.config import Config, TargetTable
from release_tools.credentials import Credential
from release_tools.errors import Conflict, NotYetVisible, Refused, ReleaseError, ServiceFailed, UsageError
from release_tools.ledger import Ledger, Record
from release_tools.model import Distribution, GoAhead, Manifest, Project, Published, Target
from release_tools.options import Options
from release_tools.stages import Outcome

# The index closes a release 14 days after its first file; a day is left for what goes wrong.
LATEST = timedelta(days=13)
SECONDS, REHEARSAL_SECONDS = 720.0, 20.0

Missing = Sequence[Distribution]


def publish(
    project: Project, version: Version, manifest: Manifest, attestations: Mapping[str, Path], target: Target,
    go_ahead: GoAhead, ledger: Ledger, dist: Path, cache: Path, clock: Clock, options: Options, config: Config,
    environment: Mapping[str, str], say: Callable[[str], None],
) -> Outcome:  # fmt: skip
    """Send what the index does not hold yet, and believe in it only when its digests were read back."""
    fresh = ledger.record("publish", target.name) is None
    budget = REHEARSAL_SECONDS if target.rehearsal else options.timeout or SECONDS
    credential = None if target.rehearsal else _credential(target, config, environment, clock, say)
    with turns.only_one(dist), _reached(target, cache, credential, fresh=fresh) as (reached, password):
        index = Index(reached)
        backoff = Backoff(clock=clock, total=budget, say=say)

        def held() -> Listing:
            return index.held(project.normalized, version, manifest)

        def send(missing: Missing) -> tuple[Answer, ...]:
            names = [each.filename for each in missing]
            say(f"sending {', '.join(names)} to {target.name}")
            _note(ledger, target, dist, clock, names)
            patience = Patience(total=max(1.0, backoff.left))
            return sending.upload(
                reached, go_ahead, manifest, missing, password(), environment, patience, attestations=attestations
            )

        renew = credential.renew if credential else lambda: False
        delivery = Delivery(manifest=manifest, target=target, held=held, send=send, renew=renew, backoff=backoff)
        published = delivery.complete()
    for name in published.present:
        say(f"{name} was there already with the same SHA-256: not sent again")
    return _outcome(ledger, manifest, published)


def _note(ledger: Ledger, target: Target, dist: Path, clock: Clock, names: list[str]) -> None:
    """Write down what is about to be done, so that a run that is killed leaves a trace of it."""
    reason = f"ended while it sent {', '.join(names)}; what arrived is asked of the index by the next run"
    start = clock.now().isoformat(timespec="seconds")
    record = Record(status="failed", start=start, duration=0.0, reason=reason, evidence={"sending": names})
    ledgers.write(ledger.with_record("publish", record, target.name), dist)


def _outcome(ledger: Ledger, manifest: Manifest, published: Published) -> Outcome:
    sent, present = len(published.sent), len(published.present)
    return Outcome(
        ledger=ledger,
        summary=(f"{sent} sent to {published.target}, {present} already there; the digests were read back",),
        evidence={
            "files": {each.filename: each.sha256 for each in manifest.distributions},
            "order": [each.filename for each in manifest.distributions],
            "sent": list(published.sent),
            "present": list(published.present),
        },
    )


def _credential(
    target: Target, config: Config, environment: Mapping[str, str], clock: Clock, say: Callable[[str], None]
) -> Credential:
    if not target.upload_url:
        raise UsageError(
            f"the address of {target.name} is not known here",
            state="nothing was sent",
            fix="install twine, which knows it, or give upload-url in [tool.release-tools.targets]",
        )
    return credentials.of(target, config.targets.get(target.name, TargetTable()), environment, clock, say)


@contextmanager
def _reached(
    target: Target, cache: Path, credential: Credential | None, *, fresh: bool
) -> Iterator[tuple[Target, Callable[[], str]]]:
    """Give the target with its addresses, and how to get the password for it."""
    if credential:
        yield target, credential.password
        return
    folder = cache / rehearsal_index.FOLDER
    if fresh:
        files.remove_tree(folder)
    password = secrets.token_urlsafe(32)
    with rehearsal_index.serve(folder, password) as served:
        yield served, lambda: password


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
    _renewed_after: int = 0

    def complete(self) -> Published:
        """Send until the index holds every file; raises what it means when it will not."""
        listing = self.backoff.until(self.held)
        self._present |= set(listing.files)
        if _missing(self.manifest, listing):
            _require_open(listing, self.target, self.backoff.clock.now())
        while missing := _missing(self.manifest, listing):
            unsent = [each for each in missing if each.filename not in self._taken]
            with self._known(listing, sure=not self._live(listing)):
                found = self.send(unsent) if unsent else ()
            self._taken |= {answer.filename for answer in found if answer.status == answers.OK}
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
        refused = {each.filename for each in found if each.status in answers.REFUSALS}
        self._present |= (refused - self._offered) & set(listing.files)
        self._offered |= {each.filename for each in found}

    def _judge(self, found: Sequence[Answer], listing: Listing) -> None:
        """Wait where waiting helps; raise what an answer means where it does not."""
        missing = [each.filename for each in _missing(self.manifest, listing)]
        if not missing:
            return
        refused = next((each for each in found if each.filename in missing and each.status != answers.OK), None)
        if refused is None and not self._taken.issuperset(missing):
            return  # a file before them was refused and is there all the same
        answer = refused or Answer(filename=missing[0], status=answers.OK, reason="")
        meaning = self._meaning(answer, listing)
        if meaning.credential and self._renewed():
            return
        if (meaning.again or meaning.kind is NotYetVisible) and self.backoff.wait(meaning.what):
            return
        raise self._error(answer, meaning, listing)

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
        fix = {"again": f"run the same command again: {command(name)}", "verify": command(name, "verify"),
               "build": "build again: nox -s build checksums publish"}  # fmt: skip
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
    first = listing.first_upload
    if first and now - first > LATEST:
        raise Conflict(
            f"the first file of this version came to {target.name} on {first:%Y-%m-%d}; a release is closed to new "
            "files 14 days later",
            state=f"{len(listing.files)} files of this version are there and stay; nothing was sent",
            fix="yank this version and release the next one",
        )
    if listing.status != ACTIVE:
        raise Refused(
            f"the project is {listing.status} on {target.name}",
            state="nothing was sent",
            fix="ask the index to lift the quarantine" if listing.status == "quarantined" else "make it active again",
        )


def command(target: str, stage: str = "publish") -> str:
    """Return what to type for a stage of a target."""
    return f"nox -s {stage}" if target == "rehearsal" else f"RELEASE_TARGET={target} nox -s {stage}"
