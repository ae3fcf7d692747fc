"""The stage `publish`."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from packaging.version import Version

from release_tools import credentials, targets
from release_tools import ledger as ledgers
from release_tools.adapters import files, rehearsal_index, sending, turns
from release_tools.adapters.clock import Clock
from release_tools.adapters.index import Index, Patience
from release_tools.adapters.listing import Listing
from release_tools.adapters.sending import Answer, Progress
from release_tools.attestations import told
from release_tools.backoff import Backoff
from release_tools.config import Config, TargetTable
from release_tools.credentials import Credential, Token
from release_tools.credentials.own_words import Examined
from release_tools.delivery import Delivery, Missing
from release_tools.ledger import Ledger, Record
from release_tools.model import GoAhead, Manifest, Project, Published, Target
from release_tools.options import Options
from release_tools.stages import Outcome

SECONDS, REHEARSAL_SECONDS = 720.0, 20.0


def publish(
    project: Project, version: Version, manifest: Manifest, attestations: Mapping[str, Path], target: Target,
    go_ahead: GoAhead, ledger: Ledger, dist: Path, cache: Path, clock: Clock, options: Options, config: Config,
    environment: Mapping[str, str], say: Callable[[str], None], progress: Progress,
) -> Outcome:  # fmt: skip
    """Send what the index does not hold yet, and believe in it only when its digests were read back."""
    fresh = ledger.record("publish", target.name) is None
    budget = REHEARSAL_SECONDS if target.rehearsal else options.timeout or SECONDS
    credential = None if target.rehearsal else _credential(project, target, config, environment, clock, say)
    decided = told(ledger, target, options)
    with turns.only_one(dist, say), _reached(target, cache, credential, fresh=fresh) as (reached, password):
        backoff = Backoff(clock=clock, total=budget, say=say)
        index = Index(reached, left=None if target.rehearsal else lambda: backoff.left)

        def held() -> Listing:
            return index.held(project.normalized, version, manifest)

        def send(missing: Missing) -> tuple[Answer, ...]:
            names = [each.filename for each in missing]
            secret = backoff.until(password)
            say(f"sending {', '.join(names)} to {target.name}")
            _note(ledger, target, dist, clock, {"sending": names, **decided})
            patience = Patience(total=max(1.0, backoff.left))
            return sending.upload(
                reached, go_ahead, manifest, missing, secret, environment, patience,
                attestations=attestations, progress=progress,
            )  # fmt: skip

        renew = credential.renew if credential else lambda: False
        delivery = Delivery(manifest=manifest, target=target, held=held, send=send, renew=renew, backoff=backoff)
        published = delivery.complete()
    for name in published.present:
        say(f"{name} was there already with the same SHA-256: not sent again")
    return _outcome(ledger, manifest, published, decided)


def _note(ledger: Ledger, target: Target, dist: Path, clock: Clock, evidence: Mapping[str, Any]) -> None:
    """Write down what is about to be done, so that a run that is killed leaves a trace of it."""
    reason = f"ended while it sent {', '.join(evidence['sending'])}; what arrived is asked of the index by the next run"
    start = clock.now().isoformat(timespec="seconds")
    record = Record(status="failed", start=start, duration=0.0, reason=reason, evidence=evidence)
    now = ledgers.read(dist)
    known = ledger.joined(now, since=ledger) if now and now.commit == ledger.commit else ledger
    ledgers.write(known.with_record("publish", record, target.name), dist)


def _outcome(ledger: Ledger, manifest: Manifest, published: Published, decided: Mapping[str, str]) -> Outcome:
    sent, present = len(published.sent), len(published.present)
    return Outcome(
        ledger=ledger,
        summary=(f"{sent} sent to {published.target}, {present} already there; the digests were read back",),
        evidence={
            "files": {each.filename: each.sha256 for each in manifest.distributions},
            "order": [each.filename for each in manifest.distributions],
            "sent": list(published.sent),
            "present": list(published.present),
            **decided,
        },
    )


def _credential(
    project: Project, target: Target, config: Config, environment: Mapping[str, str], clock: Clock,
    say: Callable[[str], None],
) -> Credential:  # fmt: skip
    """Return the credential of now, which is examined again before it is shown to anybody."""
    if not target.upload_url:
        raise targets.without_address(target)
    found = credentials.of(target, config.targets.get(target.name, TargetTable()), environment, clock, say)
    return Examined(token=found, project=project, target=target, clock=clock) if isinstance(found, Token) else found


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
