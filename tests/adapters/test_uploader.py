"""The child that holds the password, seen from within; `test_index` sees it as a process."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest

from release_tools.adapters import uploader
from release_tools.model import Manifest
from tests import loopback, tiny


def rows(manifest: Manifest) -> list[dict[str, str]]:
    """Return the files of a job."""
    return [{"path": str(manifest.folder / each.filename), "sha256": each.sha256} for each in manifest.distributions]


def delivered(stub: loopback.Stub, manifest: Manifest) -> list[dict[str, Any]]:
    """Let a courier do its job in this process and return its lines."""
    target = stub.target()
    job = {
        "upload_url": target.upload_url,
        "username": target.username,
        "files": rows(manifest),
        "connect": 2.0,
        "read": 2.0,
        "total": 20.0,
    }
    lines = io.StringIO()
    uploader.Courier(job, "open" + "-sesame", lines).deliver()
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def form(headers: Mapping[str, str], body: bytes) -> list[tuple[str | None, bytes]]:
    """Return the fields of an upload, the order aside."""
    message = BytesParser().parsebytes(f"Content-Type: {headers['Content-Type']}\r\n\r\n".encode() + body)
    parts: Sequence[Any] = message.get_payload()  # type: ignore[assignment]
    return sorted(
        (part.get_param("name", header="Content-Disposition"), part.get_payload(decode=True)) for part in parts
    )


def test_the_form_is_the_one_that_twine_sends(tmp_path: Path) -> None:
    """Field by field as the command `twine upload` sends it, which is the yardstick."""
    from twine.commands.upload import main as twine

    manifest = tiny.release(tmp_path)
    with loopback.serve(loopback.says(200)) as ours:
        delivered(ours, manifest)
    with loopback.serve(loopback.says(200)) as theirs:
        paths = [str(tmp_path / each.filename) for each in manifest.distributions]
        url = theirs.target().upload_url
        twine(["--repository-url", url, "-u", "a", "-p", "b", "--non-interactive", "--disable-progress-bar", *paths])
    for (_, _, our_headers, our_body), (_, _, their_headers, their_body) in zip(ours.seen, theirs.seen, strict=True):
        assert form(our_headers, our_body) == form(their_headers, their_body)


def test_it_stops_at_the_first_refusal(tmp_path: Path) -> None:
    """The second file is not offered when the first was not taken."""
    with loopback.serve(loopback.says(409, b"taken")) as stub:
        lines = delivered(stub, tiny.release(tmp_path))
    assert lines == [
        {
            "file": "tiny_sample-1.2.3-py3-none-any.whl",
            "sent": True,
            "status": 409,
            "reason": "Conflict",
            "body": "taken",
            "headers": {},
        }
    ]
    assert len(stub.seen) == 1


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_it_goes_on_after_every_success(tmp_path: Path, status: int) -> None:
    """Whichever of its words the index has for it; the second file is sent too."""
    with loopback.serve(loopback.says(status)) as stub:
        lines = delivered(stub, tiny.release(tmp_path))
    assert [(line["status"], line["body"]) for line in lines] == [(status, "")] * 2
    assert len(stub.seen) == 2


@pytest.mark.parametrize(("body", "kept"), [(b"x" * 200_000, 1 << 16), (b"\xff\x1b", 5)])
def test_a_body_is_bounded_and_is_text(tmp_path: Path, body: bytes, kept: int) -> None:
    """At most 64 KiB of it are kept, and bytes that are no text are spelled out."""
    with loopback.serve(loopback.says(400, body)) as stub:
        (line,) = delivered(stub, tiny.release(tmp_path))
    assert len(line["body"]) == kept


def test_a_body_that_never_ends_is_left(tmp_path: Path) -> None:
    """The status is known; nobody waits for the rest of the words."""

    def endless(handler: loopback.Handler, stub: loopback.Stub) -> None:
        handler.say(503)
        loopback.trickle(handler, stub)

    with loopback.serve(endless) as stub:
        (line,) = delivered(stub, tiny.release(tmp_path))
    assert line["status"] == 503


def test_a_body_that_breaks_off_is_kept_so_far(tmp_path: Path) -> None:
    """The status counts, whatever happened to the words behind it."""

    def broken(handler: loopback.Handler, _stub: loopback.Stub) -> None:
        handler.say(400, b"7\r\nsome\r\n", Transfer_Encoding="chunked")

    with loopback.serve(broken) as stub:
        (line,) = delivered(stub, tiny.release(tmp_path))
    assert line["status"] == 400


def test_what_is_no_distribution_is_not_sent(tmp_path: Path) -> None:
    """A file that twine cannot read, or that is gone, ends the job before any request."""
    junk = tmp_path / "tiny_sample-1.2.3-py3-none-any.whl"
    junk.write_bytes(b"no archive")
    manifest = tiny.manifest(junk)
    gone = replace(manifest, folder=tmp_path / "elsewhere")
    with loopback.serve(loopback.never_asked) as stub:
        for each in (manifest, gone):
            (line,) = delivered(stub, each)
            assert (line["sent"], line["status"]) == (False, 0)
            assert line["reason"]
    assert not stub.seen


@pytest.mark.parametrize("at", [40, -22])
def test_a_changed_file_is_not_sent(tmp_path: Path, at: int) -> None:
    """One bit, in the archive's data or in its end, where twine cannot read it any more: the reason is the same."""
    manifest = tiny.release(tmp_path)
    path = tmp_path / manifest.distributions[0].filename
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)
    with loopback.serve(loopback.never_asked) as stub:
        (line,) = delivered(stub, manifest)
    assert (line["sent"], line["reason"]) == (False, "its bytes are not those of the ledger")
    assert not stub.seen


@pytest.mark.parametrize(
    ("status", "location", "said"),
    [
        (308, "/other/?key=value", "Permanent Redirect, towards /other/"),
        (400, "http://user:word@127.0.0.1/x?key=value", "Bad Request, towards http://127.0.0.1/x"),
        (400, "http://[/", "Bad Request, towards an address that is none"),
    ],
)
def test_where_the_index_points_is_told(tmp_path: Path, status: int, location: str, said: str) -> None:
    """Without what may be secret in an address, and never followed."""
    with loopback.serve(loopback.says(status, Location=location)) as stub:
        (line,) = delivered(stub, tiny.release(tmp_path))
    assert (line["status"], line["reason"]) == (status, said)
    assert len(stub.seen) == 1


def test_nobody_listening_is_no_answer(tmp_path: Path) -> None:
    """A refused connection leaves the question open, as silence does."""
    with loopback.serve(loopback.never_asked) as stub:
        pass
    (line,) = delivered(stub, tiny.release(tmp_path))
    assert (line["sent"], line["status"]) == (True, 0)
    assert "ConnectionError" in line["reason"]


def run(job: Mapping[str, Any], **password: str) -> subprocess.CompletedProcess[str]:
    """Run the program itself."""
    return subprocess.run(
        [sys.executable, "-I", uploader.__file__],
        env={**os.environ, **password},
        input=json.dumps(job),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )


def test_the_program_speaks_in_lines_of_json_alone(tmp_path: Path) -> None:
    """What twine itself prints does not get between them."""
    manifest = tiny.release(tmp_path)
    with loopback.serve(loopback.says(200)) as stub:
        target = stub.target()
        job = {
            "upload_url": target.upload_url,
            "username": "a",
            "files": rows(manifest),
            "connect": 5,
            "read": 5,
            "total": 30,
        }
        done = run(job, TWINE_PASSWORD="open" + "-sesame")
    assert [json.loads(line)["status"] for line in done.stdout.splitlines()] == [200, 200]
    assert done.stderr == ""


def test_the_program_ends_itself_when_the_time_is_up(tmp_path: Path) -> None:
    """It names the file that it was at."""
    manifest = tiny.release(tmp_path)
    with loopback.serve(loopback.silence) as stub:
        url = stub.target().upload_url
        done = run({"upload_url": url, "username": "a", "files": rows(manifest), "connect": 30, "read": 30, "total": 3})
    (line,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert (line["file"], line["reason"]) == (manifest.distributions[0].filename, "no answer within 3 s")


def test_the_program_ends_when_nobody_waits_for_it(tmp_path: Path) -> None:
    """Orphaned, it does not go on sending for minutes."""
    manifest = tiny.release(tmp_path)
    with loopback.serve(loopback.silence) as stub:
        url = stub.target().upload_url
        job = {"upload_url": url, "username": "a", "files": rows(manifest), "connect": 60, "read": 60, "total": 600}
        (tmp_path / "job").write_text(json.dumps(job))
        script = f"exec {sys.executable} -I {uploader.__file__} < {tmp_path / 'job'} > {tmp_path / 'said'} & sleep 2"
        subprocess.run(["sh", "-c", script], timeout=60, check=True)
        for _ in range(100):
            if (tmp_path / "said").read_text():
                break
            time.sleep(0.05)
    assert "no answer" in (tmp_path / "said").read_text()


def test_the_program_sends_nothing_for_somebody_who_is_gone(tmp_path: Path) -> None:
    """Whoever gave it the job was killed before it looked: nobody would hear of what it sends."""
    manifest = tiny.release(tmp_path)
    with loopback.serve(loopback.never_asked) as stub:
        times = {"connect": 5, "read": 5, "total": 30}
        gone = {"upload_url": stub.target().upload_url, "username": "a", "files": rows(manifest), "parent": 1, **times}
        done = run(gone)
    assert not stub.seen
    assert "no answer" in done.stdout
