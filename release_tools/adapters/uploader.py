"""The child that holds the password: sends files with twine, one POST each, and says how the index answered.

It is started by its path in an isolated interpreter, so it needs nothing but the standard library and twine. The job
comes on standard input, the password in `TWINE_PASSWORD`; of each file one line of JSON goes to standard output. It
judges nothing: whether a file arrived is known only when its digest was read back.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests
    from twine.repository import Repository

BODY = 1 << 16
BODY_SECONDS = 5.0
REASON = 500
TAKEN = range(200, 300)
OTHER_BYTES = "its bytes are not those of the ledger"
UNTRUSTED = "CERTIFICATE_VERIFY_FAILED"
WATCH = 0.5
STEP = 0.25  # seconds between two words on how far a file is
AUTHORITIES = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")  # where a user names authorities of his own
WHEN = ("retry-after", "ratelimit", "ratelimit-policy")  # by which an index tells when to come back


def main() -> None:
    """Do the job that standard input describes."""
    answers, sys.stdout = sys.stdout, io.StringIO()  # twine prints what it does; nobody parses that
    job = json.load(sys.stdin)
    courier = Courier(job, os.environ.pop("TWINE_PASSWORD", ""), answers)
    # Who gave the job may be gone by now, and another process be the parent.
    parent = job.get("parent") or os.getppid()
    threading.Thread(target=courier.watch, args=(parent,), daemon=True).start()
    courier.deliver()


class Courier:
    """Sends the files of one job in order and stops at the first that is not accepted.

    The job holds `upload_url`, `username`, `files` (each with `path` and `sha256`), and in seconds `connect`, `read`
    and `total`; `progress` says whether how far each file is goes to standard output too, some times a second.
    """

    def __init__(self, job: dict[str, Any], password: str, answers: TextIO) -> None:
        self._job = job
        self._password = password
        self._answers = answers
        self._lock = threading.Lock()
        self._current = Path(job["files"][0]["path"]).name

    def deliver(self) -> None:
        """Send file after file."""
        repository = _repository(self._job, self._password, self._follow)
        for file in self._job["files"]:
            self._current = Path(file["path"]).name
            answer = _send(repository, Path(file["path"]), file["sha256"], file.get("attestation"))
            self.say(answer)
            if answer["status"] not in TAKEN:
                return

    def say(self, answer: dict[str, Any]) -> None:
        """Hand one answer to whoever started this program."""
        with self._lock:
            print(json.dumps({"file": self._current, **answer}), file=self._answers, flush=True)

    def _follow(self, body: Any) -> None:  # noqa: ANN401 - what requests sends
        """Say how much of a form has been read, until all of it is."""
        size = getattr(body, "len", 0)
        while self._job.get("progress") and size and body.bytes_read < size:
            with self._lock:
                row = {"file": self._current, "progress": body.bytes_read, "of": size}
                print(json.dumps(row), file=self._answers, flush=True)
            time.sleep(STEP)

    def watch(self, parent: int) -> None:
        """End this process when the time is up or when nobody waits for it any more."""
        end = time.monotonic() + self._job["total"]
        while time.monotonic() < end and os.getppid() == parent:
            time.sleep(min(WATCH, self._job["total"]))
        self.say(_unanswered(f"no answer within {self._job['total']:.0f} s"))
        os._exit(0)


def _repository(job: dict[str, Any], password: str, follow: Callable[[Any], None]) -> Repository:
    from requests.adapters import HTTPAdapter
    from twine.repository import Repository

    class Timed(HTTPAdapter):
        """Gives each request the time limits that twine has not, and no second try."""

        def send(self, *args: Any, **options: Any) -> requests.Response:  # noqa: ANN401 - handed on
            threading.Thread(target=follow, args=(args[0].body,), daemon=True).start()
            return super().send(*args, **{**options, "timeout": (job["connect"], job["read"])})

    repository = Repository(job["upload_url"], job["username"], password, disable_progress_bar=True)
    session = repository.session
    session.trust_env = False
    session.verify = next(filter(None, map(os.environ.get, AUTHORITIES)), True)
    session.stream = True
    # What is not asked for compressed cannot unpack to more than was sent.
    session.headers["Accept-Encoding"] = "identity"
    for scheme in ("http://", "https://"):
        session.mount(scheme, Timed(max_retries=0))
    return repository


def _send(repository: Repository, path: Path, sha256: str, attestation: str | None) -> dict[str, Any]:
    from twine.package import PackageFile

    try:
        package = PackageFile.from_filename(str(path), None)
        if attestation:
            package.add_attestations([attestation])
    except Exception as error:  # noqa: BLE001 - twine ends in errors of many kinds on a file it cannot read
        with suppress(OSError):
            if _sha256(path) != sha256:
                return _unsent(OTHER_BYTES)
        return _unsent(_reason(error))
    # The index holds what it receives against this very digest.
    if package.sha2_digest != sha256:
        return _unsent(OTHER_BYTES)
    try:
        with repository.upload(package, max_redirects=1) as response:
            return _answered(response)
    except Exception as error:  # noqa: BLE001 - whatever happened, the file may have arrived
        # Who cannot prove who he is gets nothing.
        return _unsent(_reason(error)) if UNTRUSTED in repr(error) else _unanswered(_reason(error))


def _answered(response: requests.Response) -> dict[str, Any]:
    location = response.headers.get("Location")
    towards = f", towards {_bare(location)}" if location else ""
    body = "" if response.status_code in TAKEN else _body(response)
    reason = f"{response.reason or ''}{towards}"[:REASON]
    headers = {name: response.headers[name][:REASON] for name in WHEN if name in response.headers}
    return {"sent": True, "status": response.status_code, "reason": reason, "body": body, "headers": headers}


def _unanswered(reason: str) -> dict[str, Any]:
    return {"sent": True, "status": 0, "reason": reason, "body": ""}


def _unsent(reason: str) -> dict[str, Any]:
    return {"sent": False, "status": 0, "reason": reason, "body": ""}


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:REASON]


def _body(response: requests.Response) -> str:
    body = bytearray()
    end = time.monotonic() + BODY_SECONDS
    try:
        while len(body) < BODY and time.monotonic() < end:
            chunk = response.raw.read1(BODY - len(body), decode_content=False)
            if not chunk:
                break
            body += chunk
    except Exception:  # noqa: BLE001, S110 - the status is known; the rest of the text is only for people
        pass
    return body[:BODY].decode("utf-8", "backslashreplace")


def _bare(url: str) -> str:
    """Return an address without user, query and fragment, which may hold secrets."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "an address that is none"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}" if parts.netloc else parts.path


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


if __name__ == "__main__":
    main()
