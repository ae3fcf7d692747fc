"""The one way to send files to an index: through the uploader, a child that holds the password."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from release_tools.adapters import process
from release_tools.adapters.index import Patience
from release_tools.errors import Refused
from release_tools.model import Distribution, GoAhead, Manifest, Target
from release_tools.text import Redactor

KEPT_ANSWERS = 1 << 20
GRACE = 10.0
TAKEN = range(200, 300)  # whichever of its words an index has for success
UPLOADER = Path(__file__).with_name("uploader.py")
# How far a file is: its name, the bytes read of its form, and how many there are.
Progress = Callable[[str, int, int], None]
# All that the uploader may know of the environment: no proxy, no netrc, no setting of another tool.
NEEDED = ("LANG", "LC_ALL", "PATH", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the index said to one file; never proof, neither way, until the digest is read back.

    `status` is 0 when no answer came; `sent` is False when the file was not offered at all; `headers` are those that
    tell when to come back, by their names in lower case.
    """

    filename: str
    status: int
    reason: str
    body: str = ""
    sent: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)


def upload(
    target: Target,
    go_ahead: GoAhead,
    manifest: Manifest,
    distributions: Sequence[Distribution],
    password: str,
    environment: Mapping[str, str],
    patience: Patience | None = None,
    attestations: Mapping[str, Path] | None = None,
    progress: Progress | None = None,
) -> tuple[Answer, ...]:
    """Send files in order, each with its attestation, up to the first that is not accepted.

    `progress` is told how far each file is. Raises Refused for a foreign go-ahead.
    """
    _require(target, go_ahead, manifest)
    waiting = patience or Patience()
    given = {name: environment[name] for name in NEEDED if name in environment}
    job = _job(target, manifest, distributions, waiting, attestations or {})
    done = process.run(
        (sys.executable, "-I", str(UPLOADER)),
        env=given | {"TWINE_PASSWORD": password},
        timeout=waiting.total + GRACE,
        keep=KEPT_ANSWERS,
        given=json.dumps({**job, "progress": progress is not None}).encode(),
        listen=_listener(progress) if progress else None,
    )
    answers = tuple(_answers(done.out, Redactor((password,))))
    if len(answers) < len(distributions) and all(answer.status in TAKEN for answer in answers):
        lost = distributions[len(answers)].filename
        return (*answers, Answer(filename=lost, status=0, reason=f"the uploader ended early: {_last_line(done)}"))
    return answers


def _require(target: Target, go_ahead: GoAhead, manifest: Manifest) -> None:
    if go_ahead.target == target.name and go_ahead.ledger_sha256 == manifest.ledger_sha256:
        return
    raise Refused(
        f"the go-ahead is for {go_ahead.target} and ledger {go_ahead.ledger_sha256[:12]}, "
        f"not for {target.name} and ledger {manifest.ledger_sha256[:12]}",
        state="nothing was sent",
        fix="run the stage again, so that its gates look at these files and this target",
    )


def _job(
    target: Target, manifest: Manifest, distributions: Iterable[Distribution], patience: Patience,
    attestations: Mapping[str, Path],
) -> dict[str, object]:  # fmt: skip
    folder = manifest.folder.absolute()
    attested = {name: str(path.absolute()) for name, path in attestations.items()}
    rows = [
        {"path": str(folder / each.filename), "sha256": each.sha256, "attestation": attested.get(each.filename)}
        for each in distributions
    ]
    return {
        "upload_url": target.upload_url,
        "username": target.username,
        "files": rows,
        # On Windows a launcher stands between an environment's interpreter and us.
        "parent": os.getpid() if process.POSIX else None,
        "connect": patience.connect,
        "read": patience.silence,
        "total": patience.total,
    }


def _listener(progress: Progress) -> Callable[[bytes], None]:
    """Return what puts pieces of output together to lines, and hands on those that tell how far a file is."""
    rest = bytearray()

    def listen(piece: bytes) -> None:
        rest.extend(piece)
        *lines, last = bytes(rest).split(b"\n")
        rest[:] = last
        for line in lines:
            with suppress(ValueError, KeyError, TypeError):
                row = json.loads(line)
                if "progress" in row:
                    progress(str(row["file"]), int(row["progress"]), int(row["of"]))

    return listen


def _answers(lines: bytes, redact: Redactor) -> Iterator[Answer]:
    for line in lines.splitlines():
        # The last line may be cut off when the child was ended.
        with suppress(ValueError):
            row = json.loads(line)
            if "progress" in row:
                continue
            yield Answer(
                filename=row["file"],
                status=row["status"],
                reason=redact(row["reason"]),
                body=redact(row["body"]),
                sent=row["sent"],
                headers=row.get("headers", {}),
            )


def _last_line(done: process.Completed) -> str:
    return done.tail.rpartition("\n")[2] or f"exit code {done.code}"
