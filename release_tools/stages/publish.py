"""The stage `publish`."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from packaging.version import Version

from release_tools.adapters import files, rehearsal_index
from release_tools.adapters.index import Answer, Index
from release_tools.errors import Conflict, NotYetVisible, Refused, ReleaseError, ServiceFailed
from release_tools.ledger import Ledger
from release_tools.model import Distribution, GoAhead, Manifest, Project, Published, Target
from release_tools.stages import Outcome

OK = 200
NOT_LET_IN = frozenset({401, 403})
QUOTA = 429
CLIENT_ERROR = range(400, 500)
MARKUP = re.compile(r"(?is)<(style|script|title)\b.*?</\1>|<[^>]*>")
LONGEST, SHOWN = 4096, 400

Missing = Sequence[Distribution]


def publish(
    project: Project,
    version: Version,
    manifest: Manifest,
    target: Target,
    go_ahead: GoAhead,
    ledger: Ledger,
    cache: Path,
    say: Callable[[str], None],
    environment: Mapping[str, str],
) -> Outcome:
    """Send what the index does not hold yet, and believe in it only when its digests were read back."""
    fresh = ledger.record("publish", target.name) is None
    with _reached(target, cache, fresh=fresh) as (reached, password):
        index = Index(reached)

        def held() -> Collection[str]:
            return index.held(project.normalized, version, manifest)

        def send(missing: Missing) -> tuple[Answer, ...]:
            say(f"sending {', '.join(each.filename for each in missing)} to {target.name}")
            return index.upload(go_ahead, manifest, missing, password, environment)

        published = complete(manifest, target, held, send)
    for name in published.present:
        say(f"{name} was there already with the same SHA-256: not sent again")
    return _outcome(ledger, manifest, published)


def _outcome(ledger: Ledger, manifest: Manifest, published: Published) -> Outcome:
    sent, present = len(published.sent), len(published.present)
    return Outcome(
        ledger=ledger,
        summary=(f"{sent} sent to {published.target}, {present} already there; the digests were read back",),
        evidence={
            "files": {each.filename: each.sha256 for each in manifest.distributions},
            "sent": list(published.sent),
            "present": list(published.present),
        },
    )


@contextmanager
def _reached(target: Target, cache: Path, *, fresh: bool) -> Iterator[tuple[Target, str]]:
    """Give the target with its addresses, and the password for it."""
    if not target.rehearsal:
        raise Refused(
            f"publishing to {target.name} is not available in this version; it lacks the check of the credential "
            "and the answers of a real index",
            state="nothing was sent",
            fix="rehearse the release instead: nox -s release",
        )
    folder = cache / rehearsal_index.FOLDER
    if fresh:
        files.remove_tree(folder)
    password = secrets.token_urlsafe(32)
    with rehearsal_index.serve(folder, password) as served:
        yield served, password


def complete(
    manifest: Manifest,
    target: Target,
    held: Callable[[], Collection[str]],
    send: Callable[[Missing], tuple[Answer, ...]],
) -> Published:
    """Send until the index holds every file; each answer counts only once its file was looked for on the index."""
    present = there = held()
    while missing := _missing(manifest, there):
        answers = send(missing)
        there = held()
        unseen = [answer for answer in answers if answer.filename not in there]
        if unseen:
            raise _failure(unseen[-1], target.name, manifest, len(_missing(manifest, there)))
    return Published(
        target=target.name,
        sent=tuple(each.filename for each in manifest.distributions if each.filename not in present),
        present=tuple(each.filename for each in manifest.distributions if each.filename in present),
    )


def _missing(manifest: Manifest, there: Collection[str]) -> tuple[Distribution, ...]:
    return tuple(each for each in manifest.distributions if each.filename not in there)


def _failure(answer: Answer, target: str, manifest: Manifest, missing: int) -> ReleaseError:
    """Return what an answer means, now that the index was read again and lacks its file."""
    wanted = len(manifest.distributions)
    there = wanted - missing
    kind, what, fix = _meaning(answer, target, live=there > 0)
    return kind(
        f"{what}: {_said(answer)}",
        state=f"{there} of {wanted} files are on {target}, with the digests of the ledger",
        fix=fix,
    )


def _said(answer: Answer) -> str:
    """Return the words of the index on one line, without the markup around them."""
    words = MARKUP.sub(" ", answer.body[:LONGEST]).split()
    return " ".join((answer.reason, *words))[:SHOWN]


def _meaning(answer: Answer, target: str, *, live: bool) -> tuple[type[ReleaseError], str, str]:
    file, status = answer.filename, answer.status
    again = f"run the same command again: {_command(target)}"
    if not answer.sent:
        return Refused, f"{file} was not sent", "build again: nox -s build checksums publish"
    if status == OK:
        what = f"{target} took {file} and does not list it yet"
        return NotYetVisible, what, f"wait a few minutes, then: {_command(target, 'verify')}"
    if status in NOT_LET_IN:
        return Refused, f"{target} does not let us in with {file} ({status})", "check the credential of this target"
    if status in CLIENT_ERROR and status != QUOTA:
        kind: type[ReleaseError] = Conflict if live else Refused
        fix = "mend what the index names and make a new version" if live else "mend what the index names, build again"
        return kind, f"{target} refuses {file} ({status})", fix
    return ServiceFailed, f"{target} gave no usable answer to {file} ({status or 'silence'})", again


def _command(target: str, stage: str = "publish") -> str:
    return f"nox -s {stage}" if target == "rehearsal" else f"RELEASE_TARGET={target} nox -s {stage}"
