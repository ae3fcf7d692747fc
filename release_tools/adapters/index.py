"""The door to a package index: what it lists, what it serves, and the one way to send files to it."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import NormalizedName
from packaging.version import Version

from release_tools.adapters import files, process, simple, web
from release_tools.adapters.simple import Listed
from release_tools.errors import Conflict, Refused, ServiceFailed
from release_tools.model import Distribution, GoAhead, Manifest, Target
from release_tools.text import Redactor

LARGEST_PAGE = 1 << 26
LARGEST_FILE = 1 << 31
KEPT_ANSWERS = 1 << 20
GRACE = 10.0
UPLOADER = Path(__file__).with_name("uploader.py")
# All that the uploader may know of the environment: no proxy, no netrc, no setting of another tool.
NEEDED = ("LANG", "LC_ALL", "PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How many seconds to wait: for a connection, for the next sign of the other side, for everything."""

    connect: float = 30.0
    silence: float = 120.0
    total: float = 720.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the index said to one file; never proof, neither way, until the digest is read back.

    `status` is 0 when no answer came; `sent` is False when the file was not offered at all.
    """

    filename: str
    status: int
    reason: str
    body: str = ""
    sent: bool = True


class Index:
    """One package index, as the target names it."""

    def __init__(self, target: Target, patience: Patience | None = None) -> None:
        self.target = target
        self._patience = patience or Patience()

    def files(self, project: NormalizedName, version: Version) -> dict[str, Listed]:
        """Return the files of one version by name; none when the index does not know the project."""
        url = f"{self.target.simple_url}{project}/"
        with self._get(url, simple.ACCEPT) as page:
            if page.status == web.NOT_FOUND:
                return {}
            self._require_ok(page)
            text = page.text(LARGEST_PAGE)
        try:
            listed = list(simple.read(text, page.content_type, page.url))
        except (ValueError, RecursionError) as error:
            raise self._failed(f"answers with no page of an index: {error}") from error
        return {file.filename: file for file in listed if simple.belongs(file.filename, version)}

    def held(self, project: NormalizedName, version: Version, manifest: Manifest) -> dict[str, Listed]:
        """Return the files of one version as `files` does; raises Conflict when one has other bytes than ours."""
        listed = self.files(project, version)
        for each in manifest.distributions:
            if each.filename in listed and (there := self.sha256(listed[each.filename])) != each.sha256:
                raise other_bytes(self.target, each, there)
        return listed

    def sha256(self, file: Listed) -> str:
        """Return the digest of a file: as listed, or of its bytes where the index lists none."""
        if file.sha256:
            return file.sha256
        digest = hashlib.sha256()
        for chunk in self._bytes(file, LARGEST_FILE):
            digest.update(chunk)
        return digest.hexdigest()

    def download(self, file: Listed, path: Path, size: int) -> tuple[int, str]:
        """Save a file and return its size and SHA-256; reading stops soon after `size` bytes."""
        digest, received = hashlib.sha256(), 0
        with files.no_space_named(path), path.open("wb") as saved:
            for chunk in self._bytes(file, size):
                digest.update(chunk)
                received += len(chunk)
                saved.write(chunk)
        return received, digest.hexdigest()

    def upload(
        self,
        go_ahead: GoAhead,
        manifest: Manifest,
        distributions: Sequence[Distribution],
        password: str,
        environment: Mapping[str, str],
    ) -> tuple[Answer, ...]:
        """Send files in order, up to the first that is not accepted; raises Refused for a foreign go-ahead."""
        self._require(go_ahead, manifest)
        job = self._job(manifest, distributions)
        given = {name: environment[name] for name in NEEDED if name in environment}
        done = process.run(
            (sys.executable, "-I", str(UPLOADER)),
            env=given | {"TWINE_PASSWORD": password},
            timeout=self._patience.total + GRACE,
            keep=KEPT_ANSWERS,
            given=json.dumps(job).encode(),
        )
        answers = tuple(_answers(done.out, Redactor((password,))))
        if len(answers) < len(distributions) and all(answer.status == web.OK for answer in answers):
            lost = distributions[len(answers)].filename
            return (*answers, Answer(filename=lost, status=0, reason=f"the uploader ended early: {_last_line(done)}"))
        return answers

    def _require(self, go_ahead: GoAhead, manifest: Manifest) -> None:
        if go_ahead.target == self.target.name and go_ahead.ledger_sha256 == manifest.ledger_sha256:
            return
        raise Refused(
            f"the go-ahead is for {go_ahead.target} and ledger {go_ahead.ledger_sha256[:12]}, "
            f"not for {self.target.name} and ledger {manifest.ledger_sha256[:12]}",
            state="nothing was sent",
            fix="run the stage again, so that its gates look at these files and this target",
        )

    def _job(self, manifest: Manifest, distributions: Iterable[Distribution]) -> dict[str, object]:
        rows = [
            {"path": str(manifest.folder.absolute() / each.filename), "sha256": each.sha256} for each in distributions
        ]
        return {
            "upload_url": self.target.upload_url,
            "username": self.target.username,
            "files": rows,
            "connect": self._patience.connect,
            "read": self._patience.silence,
            "total": self._patience.total,
        }

    def _bytes(self, file: Listed, limit: int) -> Iterator[bytes]:
        with self._get(file.url, "*/*") as page:
            self._require_ok(page)
            yield from page.chunks(limit)

    def _get(self, url: str, accept: str) -> AbstractContextManager[web.Page]:
        return web.get(url, accept=accept, silence=self._patience.silence, total=self._patience.total)

    def _require_ok(self, page: web.Page) -> None:
        if page.status != web.OK:
            raise self._failed(f"answers {page.status} {page.reason} for {web.bare(page.url)}")

    def _failed(self, what: str) -> ServiceFailed:
        return ServiceFailed(
            f"{self.target.name} {what}",
            state="the files in dist/ are as they were; what the index holds is read again by the next run",
            fix="run the same command again",
        )


def other_bytes(target: Target, ours: Distribution, there: str) -> Conflict:
    """Return the conflict of a file that the index holds or serves with other bytes than the ledger's."""
    return Conflict(
        f"{ours.filename} has other bytes on {target.name}: SHA-256 {there} there, {ours.sha256} in the ledger",
        state="nothing more was sent; what the index holds was left as it is",
        fix="begin a new rehearsal: nox -s release"
        if target.rehearsal
        else "make a new version and release that: a name that is taken on an index is taken for ever",
    )


def _answers(lines: bytes, redact: Redactor) -> Iterator[Answer]:
    for line in lines.splitlines():
        # The last line may be cut off when the child was ended.
        with suppress(ValueError):
            row = json.loads(line)
            yield Answer(
                filename=row["file"],
                status=row["status"],
                reason=redact(row["reason"]),
                body=redact(row["body"]),
                sent=row["sent"],
            )


def _last_line(done: process.Completed) -> str:
    return done.tail.rpartition("\n")[2] or f"exit code {done.code}"
