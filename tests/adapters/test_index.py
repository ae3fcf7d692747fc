"""Reading an index, and the one way to send files to it."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timezone
from functools import partial
from pathlib import Path

import pytest
from packaging.version import Version

from release_tools.adapters import legacy_json, listing, rehearsal_index, sending, simple
from release_tools.adapters.index import Index, Patience
from release_tools.adapters.listing import Listed
from release_tools.adapters.sending import Answer
from release_tools.errors import Conflict, Refused, ServiceFailed
from release_tools.model import GoAhead, Manifest, Target
from tests import loopback, tiny

SHORT = Patience(connect=1, silence=0.4, total=1.5)
SENDING = Patience(connect=5, silence=3, total=60)
PASSWORD = "open" + "-sesame"
PROJECT = tiny.project(Path()).normalized
SHA = "0123456789abcdef" * 4


def sent(
    place: Target,
    manifest: Manifest,
    environment: Mapping[str, str] = os.environ,
    *,
    target: str | None = None,
    ledger: str = tiny.LEDGER,
    password: str = PASSWORD,
    patience: Patience | None = None,
) -> tuple[Answer, ...]:
    """Upload everything, with a go-ahead that may be for something else."""
    go_ahead = GoAhead(target=target or place.name, ledger_sha256=ledger)
    return sending.upload(place, go_ahead, manifest, manifest.distributions, password, environment, patience)


def test_each_file_arrives_as_it_is(tmp_path: Path) -> None:
    """Real twine, a real index: two answers of 200, and the digests read back are those of the files."""
    manifest = tiny.release(tmp_path / "dist")
    with rehearsal_index.serve(tmp_path / "index", PASSWORD) as target:
        answers = sent(target, manifest)
        held = Index(target).held(PROJECT, tiny.VERSION, manifest)
    assert [(each.filename, each.status, each.sent) for each in answers] == [
        (each.filename, 200, True) for each in manifest.distributions
    ]
    assert len(held.files) == 2


def test_a_wrong_password_gets_nothing_in(tmp_path: Path) -> None:
    """The index answers 403 to the first file, and the second is not sent."""
    manifest = tiny.release(tmp_path / "dist")
    with rehearsal_index.serve(tmp_path / "index", PASSWORD) as target:
        answers = sent(target, manifest, password="another" + "-one")
    assert [each.status for each in answers] == [403]
    assert not list((tmp_path / "index").iterdir())


@pytest.mark.parametrize("value", ["yesterday", "2026-11-21T12:00:00", "", 7, None])
def test_a_time_that_is_none_is_no_time(value: object) -> None:
    """A date without its zone tells no moment either."""
    assert listing.moment(value) is None
    assert listing.moment("2026-11-21T12:00:00Z") is not None


@pytest.mark.parametrize(
    "page", ["{}", '{"urls": [{}]}', '{"urls": [{"filename": "a", "url": "b", "digests": null}]}', "["]
)
def test_json_that_is_none_of_an_index_is_refused(page: str) -> None:
    """It is told as such to whoever reads it, who has another source."""
    with pytest.raises(ValueError, match=r".+"):
        legacy_json.read(page, "https://index.example/a/json")


def test_where_no_source_answers_that_is_said() -> None:
    """A page that fails and a JSON that fails leave nothing to go by."""
    with loopback.serve(loopback.says(503)) as stub:
        place = replace(stub.target(), json_url=f"{stub.url}pypi/")
        with pytest.raises(ServiceFailed, match="503"):
            Index(place, SHORT).listing(PROJECT, tiny.VERSION)


def test_a_file_without_provenance_has_none_to_give() -> None:
    """Nobody is asked for it."""
    with loopback.serve(loopback.never_asked) as stub:
        with pytest.raises(ServiceFailed, match=r"has no provenance for a\.whl"):
            Index(stub.target(), SHORT).provenance(Listed(filename="a.whl", url="x"))
        assert not stub.seen


def test_the_status_of_a_project_is_read_from_a_page() -> None:
    """As its elements say; a page that says nothing is of an active one."""
    page = '<meta name="pypi:project-status" content="quarantined"><a href="a-1.tar.gz">a</a>'
    assert simple.read(page, "text/html", "https://index.example/simple/a/")[1] == "quarantined"
    assert simple.read("<meta name='other' content='x'>", "text/html", "https://index.example/")[1] == "active"


def test_how_far_a_file_is_is_told_while_it_is_sent(tmp_path: Path) -> None:
    """Names and bytes come in while a slow index reads; the answers are those of a run that tells nothing."""
    manifest = tiny.release(tmp_path, {"tiny_sample.py": "# " + os.urandom(4_000_000).hex()})
    told: list[tuple[str, int, int]] = []

    def slowly(handler: loopback.Handler) -> bytes:
        left = int(handler.headers["Content-Length"])
        while left > 0:
            time.sleep(0.2)
            left -= len(handler.rfile.read(min(left, 1 << 20)))
        return b""

    with loopback.serve(loopback.says(200), slowly) as stub:
        go_ahead = GoAhead(target="stub", ledger_sha256=tiny.LEDGER)
        answers = sending.upload(
            stub.target(), go_ahead, manifest, manifest.distributions, PASSWORD, os.environ, SENDING,
            progress=lambda name, done, of: told.append((name, done, of)),
        )  # fmt: skip
    assert [each.status for each in answers] == [200, 200]
    assert {name for name, _, _ in told} <= {each.filename for each in manifest.distributions}
    amounts = [done for name, done, _ in told if name == manifest.distributions[0].filename]
    assert len(amounts) > 1
    assert amounts == sorted(amounts)
    assert all(done < of for _, done, of in told)


@pytest.mark.parametrize(("target", "ledger"), [("pypi", tiny.LEDGER), ("stub", "cd" * 32)])
def test_a_foreign_go_ahead_is_refused(tmp_path: Path, target: str, ledger: str) -> None:
    """The leave to upload holds for one target and one ledger; for others not even a connection is made."""
    with (
        loopback.serve(loopback.never_asked) as stub,
        pytest.raises(Refused, match="go-ahead"),
    ):
        sent(stub.target(), tiny.release(tmp_path), target=target, ledger=ledger)
    assert not stub.seen


def test_one_changed_bit_is_not_sent(tmp_path: Path) -> None:
    """The uploader hashes what it is about to send, and sends nothing else than the ledger lists."""
    manifest = tiny.release(tmp_path)
    path = tmp_path / manifest.distributions[0].filename
    content = bytearray(path.read_bytes())
    content[40] ^= 1
    path.write_bytes(content)
    with loopback.serve(loopback.never_asked) as stub:
        answers = sent(stub.target(), manifest)
    assert [(each.sent, each.status) for each in answers] == [(False, 0)]
    assert "not those of the ledger" in answers[0].reason
    assert not stub.seen


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        (loopback.says(500), 500, "Internal Server Error"),
        (loopback.says(400, b"\x1b[31mno"), 400, "Bad Request"),
        (loopback.silence, 0, "ReadTimeout"),
        (lambda handler, _stub: handler.connection.close(), 0, "Connection"),
    ],
)
def test_every_answer_is_an_answer(tmp_path: Path, answer: loopback.Answer, status: int, said: str) -> None:
    """Refusal, failure, silence and a cut line end the sending, each told by status and words; there is one POST."""
    with loopback.serve(answer) as stub:
        answers = sent(stub.target(), tiny.release(tmp_path), patience=SENDING)
    assert [(each.status, each.sent) for each in answers] == [(status, True)]
    assert said in answers[0].reason
    assert loopback.urls(stub) == ["POST /legacy/"]


def test_a_redirect_is_told_and_not_followed(tmp_path: Path) -> None:
    """The other place is never asked, and what is told of its address holds neither user nor query."""
    with loopback.serve(loopback.never_asked) as trap:
        elsewhere = trap.url.replace("//", "//user:word@") + "up?key=value"
        with loopback.serve(loopback.says(302, Location=elsewhere)) as stub:
            answers = sent(stub.target(), tiny.release(tmp_path))
    assert [each.status for each in answers] == [302]
    assert answers[0].reason == f"Found, towards {trap.url}up"
    assert not trap.seen


def test_the_whole_takes_no_longer_than_allowed(tmp_path: Path) -> None:
    """A server that always sends a little more never falls silent; the uploader ends itself and says so."""
    started = time.monotonic()
    with loopback.serve(drip_header) as stub:
        answers = sent(stub.target(), tiny.release(tmp_path), patience=Patience(connect=20, silence=20, total=5))
    assert answers[0].reason == "no answer within 5 s"
    assert time.monotonic() - started < 15


def drip_header(handler: loopback.Handler, stub: loopback.Stub) -> None:
    """Answer with a header that never ends."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    loopback.trickle(handler, stub)


def test_only_the_index_is_asked_and_only_with_the_password(tmp_path: Path) -> None:
    """No proxy, no netrc and no setting of another tool has a part in it."""
    (tmp_path / ".netrc").write_text("default login other password other\n")
    with loopback.serve(loopback.never_asked) as trap, loopback.serve(loopback.says(200)) as stub:
        hostile = {
            **os.environ,
            **dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY", "TWINE_REPOSITORY_URL"), trap.url),
            "HOME": str(tmp_path),
            "NETRC": str(tmp_path / ".netrc"),
            "TWINE_USERNAME": "other",
        }
        answers = sent(stub.target(), tiny.release(tmp_path / "dist"), hostile)
    assert [each.status for each in answers] == [200, 200]
    assert not trap.seen
    assert {headers["Authorization"] for _, _, headers, _ in stub.seen} == {"Basic c29tZWJvZHk6b3Blbi1zZXNhbWU="}


def test_the_password_shows_nowhere(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """No command line of any process holds it, nor what the index sends back, nor the terminal."""
    lines: set[bytes] = set()

    def watch(handler: loopback.Handler, _stub: loopback.Stub) -> None:
        lines.update(path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline"))
        handler.say(400, f"you said {PASSWORD} and {handler.headers['Authorization']}".encode())

    with loopback.serve(watch) as stub:
        answers = sent(stub.target(), tiny.release(tmp_path))
    assert any(b"uploader.py" in line for line in lines)
    assert not any(PASSWORD.encode() in line for line in lines)
    assert PASSWORD not in repr(answers)
    assert "b3Blbi1zZXNhbWU" not in repr(answers)
    assert capfd.readouterr() == ("", "")


def kill_on_the_second(handler: loopback.Handler, stub: loopback.Stub) -> None:
    """Take the first file, and end the uploader while it sends the second."""
    if len(stub.seen) > 1:
        os.kill(child("uploader.py"), signal.SIGKILL)
    handler.say(200)


def child(program: str) -> int:
    """Return the id of the one child of this process that runs a program."""
    rows = [
        [*path.read_text().rpartition(") ")[2].split(), path.parent.name] for path in Path("/proc").glob("[0-9]*/stat")
    ]
    ours = [row[-1] for row in rows if int(row[1]) == os.getpid()]
    (found,) = [pid for pid in ours if program.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()]
    return int(found)


def test_a_killed_uploader_leaves_an_open_question(tmp_path: Path) -> None:
    """What it had answered counts; the file it was at may have arrived or not."""
    manifest = tiny.release(tmp_path)
    with loopback.serve(kill_on_the_second) as stub:
        answers = sent(stub.target(), manifest)
    assert [(each.filename, each.status) for each in answers] == [
        (manifest.distributions[0].filename, 200),
        (manifest.distributions[1].filename, 0),
    ]
    assert "ended early" in answers[1].reason


JSON_PAGE = json.dumps(
    {"files": [{"filename": "tiny_sample-1.2.3.tar.gz", "url": "../../f/a.tar.gz", "hashes": {"sha256": SHA.upper()}}]}
).encode()
HTML_PAGE = f'<base href="/"><a name="x">x</a><A HREF="/f/tiny_sample-1.2.3.tar.gz#sha256={SHA}">x</A>'.encode()


@pytest.mark.parametrize(
    ("page", "kind", "path"),
    [
        (JSON_PAGE, f"{simple.JSON}; charset=utf-8", "f/a.tar.gz"),
        (HTML_PAGE, "text/html", "f/tiny_sample-1.2.3.tar.gz"),
    ],
)
def test_both_forms_of_the_page_are_read(page: bytes, kind: str, path: str) -> None:
    """JSON where the index has it, else HTML: the same file, its address made whole, its digest in lower case."""
    with loopback.serve(loopback.says(200, page, Content_Type=kind)) as stub:
        found = Index(stub.target()).files(PROJECT, tiny.VERSION)
    name = "tiny_sample-1.2.3.tar.gz"
    assert found == {name: Listed(filename=name, url=stub.url + path, sha256=SHA)}
    assert loopback.urls(stub) == ["GET /simple/tiny-sample/"]


@pytest.mark.parametrize(
    ("name", "of_this"),
    [
        ("tiny_sample-1.2.3-py3-none-any.whl", True),
        ("tiny_sample-1.2.3.tar.gz", True),
        ("Tiny.Sample-1.2.3.0.zip", True),
        ("tiny_sample-1.2.3.dev1.tar.gz", False),
        ("tiny_sample-1.2.30-py3-none-any.whl", False),
        ("tiny_sample-1.2.3.win32.exe", True),
        ("tiny_sample-1.2-py3.11.egg", False),
    ],
)
def test_a_file_belongs_to_one_version(*, name: str, of_this: bool) -> None:
    """By the rules of its name; where it follows none, by its text: a stray file is better seen than missed."""
    assert listing.belongs(name, tiny.VERSION) is of_this


@pytest.mark.parametrize(
    ("name", "of_this"),
    [
        ("p-1.0-py2.7.egg", True),
        ("p-1.0.0-py2.7.egg", True),
        ("p-1.0.win32.exe", True),
        ("p-1.0.win-amd64-py3.8.exe", True),
        ("p-1.0.amd64.exe", True),
        ("p-1.0.linux-x86_64.tar.gz", True),
        ("p-1.0.tar.gz.asc", True),
        ("p-1.0.tar.bz2", True),
        ("p-1.0.zip.sig", True),
        ("p-1.0.rpm", True),
        ("p-1.0-1.noarch.rpm", True),
        ("p-1.0", True),
        ("p-1.0.1-py2.7.egg", False),
        ("p-1.0.1.tar.gz.asc", False),
        ("p-1.0.1.tar.bz2", False),
        ("p-1.0.0.1.tar.bz2", False),
        ("p-1.01.tar.bz2", False),
        ("p-1.0rc1.win32.exe", False),
        ("p-1.0.rc1.win32.exe", False),
        ("p-1.0RC1.win32.exe", False),
        ("p-1.0-rc.1.win32.exe", False),
        ("p-1.0a1-py2.7.egg", False),
        ("p-1.0b2.tar.bz2", False),
        ("p-1.0.dev3.win32.exe", False),
        ("p-1.0.dev.tar.bz2", False),
        ("p-1.0.post1.tar.bz2", False),
        ("p-1.0_post1.tar.bz2", False),
        ("p-1.0x.tar.bz2", False),
        ("p-1.0+local.tar.bz2", False),
        ("p-11.0.tar.bz2", False),
    ],
)
def test_a_version_that_goes_on_is_another(*, name: str, of_this: bool) -> None:
    """What follows no rule is of version 1.0 where nothing behind that makes it the name of a later or earlier one."""
    assert listing.belongs(name, Version("1.0")) is of_this


NO_PAGES = (
    "<html><body>Please log in <form></form></body></html>",
    "<title>Sign in</title><div id=app></div><script src=/app.js></script>",
    "<form action=/login><input name=user></form>",
    "<div id=app></div><script src=/app.js></script>",
    "It works!",
    "oops <![x[<!-- ",
)
EMPTY_PAGES = (
    "",
    "<!DOCTYPE html><html><body></body></html>",
    "<!DOCTYPE html><html><head><title>Links for p</title></head><body><h1>Links for p</h1></body></html>",
    "<html><head><title>user/dev: links for p</title></head><body><h1>user/dev: links for p</h1></body></html>",
    '<head><meta name="pypi:repository-version" content="1.4"><title>p</title></head><body><h1>p</h1></body>',
    '<html><head><title>Simple Index</title><meta name="api-version" value="2" /></head><body></body></html>',
    "<title>Directory listing for /simple/p/</title><h1>Directory listing for /simple/p/</h1><hr><ul></ul>",
    "<html><head><title>Index of /simple/p/</title></head><body><h1>Index of /simple/p/</h1><hr></body></html>",
)


@pytest.mark.parametrize("page", NO_PAGES)
def test_a_page_of_something_else_is_no_empty_page(page: str) -> None:
    """What says something, and neither has a link nor says that it is an index, is none; so is what cannot be read."""
    with (
        loopback.serve(loopback.says(200, page.encode(), Content_Type="text/html")) as stub,
        pytest.raises(ServiceFailed, match="no page of an index"),
    ):
        Index(stub.target(), SENDING).listing(PROJECT, tiny.VERSION)


@pytest.mark.parametrize("page", EMPTY_PAGES)
def test_the_empty_pages_of_index_servers_are_empty_pages(page: str) -> None:
    """As they serve them for a project without files."""
    assert simple.read(page, "text/html", "https://index.example/simple/p/") == ((), "active")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (loopback.says(500), "answers 500"),
        (loopback.says(200, b"{", Content_Type=simple.JSON), "no page of an index"),
        (loopback.says(200, b'{"files": [1]}', Content_Type=simple.JSON), "no page of an index"),
        (loopback.says(302), "redirects to nowhere"),
        (loopback.says(302, Location="/again"), "without end"),
        (loopback.says(302, Location="http://127.0.0.1:1/simple/"), "another place, http://127.0.0.1:1/simple/"),
        (loopback.silence, "timed out"),
        (loopback.drip, "took too long"),
        (drip_header, "cannot read"),
        (lambda handler, _stub: handler.wfile.write(b"what?\r\n\r\n"), "cannot read"),
    ],
)
def test_a_page_that_cannot_be_had_is_a_failed_service(answer: loopback.Answer, said: str) -> None:
    """Whatever the server does, it ends in bounded time in an error that says so; running again is safe."""
    started = time.monotonic()
    with loopback.serve(answer) as stub, pytest.raises(ServiceFailed, match=said):
        Index(stub.target(), SHORT).files(PROJECT, tiny.VERSION)
    assert time.monotonic() - started < 10


def test_a_move_within_the_index_is_followed() -> None:
    """Indexes redirect other spellings of a name; within one host that is harmless."""

    def move_once(handler: loopback.Handler, stub: loopback.Stub) -> None:
        handler.say(301, Location="/moved/") if len(stub.seen) == 1 else handler.say(404)

    with loopback.serve(move_once) as stub:
        assert Index(stub.target()).files(PROJECT, tiny.VERSION) == {}
    assert loopback.urls(stub) == ["GET /simple/tiny-sample/", "GET /moved/"]


@pytest.mark.parametrize("url", ["http://index.example/", "ftp://127.0.0.1/", "http://127.0.0.1:none/", "http://[/"])
def test_an_address_in_the_clear_is_not_asked(url: str) -> None:
    """Nothing but https, and http on loopback; what is no address at all is refused as well."""
    with pytest.raises(ServiceFailed):
        Index(Target(name="stub", upload_url=url, simple_url=url)).files(PROJECT, tiny.VERSION)


def test_an_index_without_its_certificate_is_not_read() -> None:
    """What should speak TLS and does not is a failed service."""
    with loopback.serve(loopback.never_asked) as stub:
        index = Index(replace(stub.target(), simple_url=stub.url.replace("http:", "https:")), SHORT)
        with pytest.raises(ServiceFailed, match="cannot read https"):
            index.files(PROJECT, tiny.VERSION)
    assert not stub.seen


def test_other_bytes_are_a_conflict(tmp_path: Path) -> None:
    """Both digests are named, whether the index lists them or its file must be read for them."""
    manifest = tiny.release(tmp_path)
    ours = manifest.distributions[0]
    listed = loopback.ScriptedIndex([], {ours.filename: SHA})
    with loopback.serve(listed) as stub, pytest.raises(Conflict, match=f"{SHA} there, {ours.sha256} in the ledger"):
        Index(stub.target()).held(PROJECT, tiny.VERSION, manifest)
    page = f'<a href="/{ours.filename}">{" " * ours.size}'.encode()
    with loopback.serve(loopback.says(200, page)) as stub, pytest.raises(Conflict):
        Index(stub.target()).held(PROJECT, tiny.VERSION, manifest)
    assert loopback.urls(stub) == ["GET /simple/tiny-sample/", f"GET /{ours.filename}"]


@pytest.mark.parametrize("size", [3, 10, 200_000])
def test_a_download_stops_after_the_size_it_should_have(tmp_path: Path, size: int) -> None:
    """A file that is longer than expected is not read to its end."""
    body = b"x" * 500_000
    file = Listed(filename="x", url="", sha256=None)
    with loopback.serve(loopback.says(200, body)) as stub:
        received, _ = Index(stub.target()).download(replace(file, url=stub.url), tmp_path / "x", size)
    assert size < received <= size + (1 << 16)
    assert (tmp_path / "x").stat().st_size == received


def in_parts(manifest: Manifest, *, told: str = "", cuts: int = 1, length: bool = False) -> loopback.Answer:
    """Return an index that gives the first file by halves, so many times; its page tells a digest or none."""
    ours = manifest.distributions[0]
    whole = (manifest.folder / ours.filename).read_bytes()
    page = f'<a href="/{ours.filename}{told}">{ours.filename}</a>'.encode()

    def answer(handler: loopback.Handler, stub: loopback.Stub) -> None:
        if handler.path.startswith("/simple/"):
            handler.say(200, page, Content_Type="text/html")
            return
        read = sum(path == handler.path for _, path, *_ in stub.seen)
        headers = {"Content_Length": str(len(whole))} if length else {}
        handler.say(200, whole[: len(whole) // 2] if read <= cuts else whole, **headers)

    return answer


@pytest.mark.parametrize("length", [True, False])
def test_a_download_that_was_cut_is_a_failed_service(tmp_path: Path, *, length: bool) -> None:
    """Half of the bytes are no other bytes, whether the index says how many there are or not."""
    manifest = tiny.release(tmp_path)
    ours = manifest.distributions[0]
    with loopback.serve(in_parts(manifest, length=length)) as stub:
        index = Index(stub.target(), SENDING)
        file = Listed(filename=ours.filename, url=f"{stub.url}{ours.filename}")
        with pytest.raises(ServiceFailed, match=str(ours.size) if not length else "cut off"):
            index.fetch(file, tmp_path / "x", ours)
        assert index.fetch(file, tmp_path / "x", ours) == ours.size


def test_without_a_size_to_go_by_a_file_is_read_once_more(tmp_path: Path) -> None:
    """Then other bytes are other bytes."""
    manifest = tiny.release(tmp_path)
    ours = replace(manifest.distributions[0], size=0)
    for cuts, read in ((1, 2), (9, 2), (0, 1)):
        with loopback.serve(in_parts(manifest, cuts=cuts)) as stub:
            index = Index(stub.target(), SENDING)
            file = Listed(filename=ours.filename, url=f"{stub.url}{ours.filename}")
            if cuts > 1:
                with pytest.raises(Conflict):
                    index.fetch(file, tmp_path / "x", ours)
            else:
                assert index.fetch(file, tmp_path / "x", ours) == manifest.distributions[0].size
            assert len(stub.seen) == read


def test_a_page_without_digests_and_a_download_that_was_cut(tmp_path: Path) -> None:
    """What the index holds is not known then; asked again, it is."""
    manifest = tiny.release(tmp_path)
    with loopback.serve(in_parts(manifest)) as stub:
        index = Index(stub.target(), SENDING)
        with pytest.raises(ServiceFailed, match=f"of the {manifest.distributions[0].size} bytes"):
            index.held(PROJECT, tiny.VERSION, manifest)
        assert list(index.held(PROJECT, tiny.VERSION, manifest).files) == [manifest.distributions[0].filename]


def test_reading_takes_no_longer_than_what_is_left() -> None:
    """A silent index ends after some seconds where a budget is used up, and by its patience where that is shorter."""
    with loopback.serve(loopback.silence) as stub:
        for patience, left, least, most in ((Patience(), 0.0, 4, 30), (SHORT, 100.0, 0.3, 30)):
            started = time.monotonic()
            with pytest.raises(ServiceFailed, match=r"timed out|took too long"):
                Index(stub.target(), patience, left=partial(float, left)).listing(PROJECT, tiny.VERSION)
            assert least < time.monotonic() - started < most


def test_a_connection_has_a_limit_of_its_own() -> None:
    """Nobody behind an address: the wait for a connection is not the wait for an answer."""
    with socket.socket() as listening, ExitStack() as stack:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(3):  # nobody accepts, and what is queued is full
            waiting = stack.enter_context(socket.socket())
            waiting.settimeout(0)
            waiting.connect_ex(listening.getsockname())
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        started = time.monotonic()
        with pytest.raises(ServiceFailed, match="timed out"):
            Index(Target(name="stub", upload_url=url, simple_url=url), Patience(connect=0.5, silence=60)).others(
                PROJECT
            )
        assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    ("date", "told"),
    [
        ("Sat, 21 Nov 2026 14:30:00 GMT", datetime(2026, 11, 21, 14, 30, tzinfo=timezone.utc)),
        ("Sat, 21 Nov 2026 14:30:00 -0000", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_an_index_may_tell_its_time(date: str, told: datetime | None) -> None:
    """By which the age of its files is counted; what is no moment is none."""
    with loopback.serve(loopback.says(200, JSON_PAGE, Content_Type=simple.JSON, Date=date)) as stub:
        assert Index(stub.target(), SENDING).listing(PROJECT, tiny.VERSION).told == told
    with loopback.serve(loopback.says(404, Date=date)) as stub:
        assert Index(stub.target(), SENDING).listing(PROJECT, tiny.VERSION).told == told


def test_a_page_of_any_length_is_not_read() -> None:
    """A page has a limit, far above every real one."""
    with (
        loopback.serve(loopback.says(200, b"x" * 2000)) as stub,
        pytest.raises(ServiceFailed, match="longer than 1000"),
    ):
        read_page(stub.url, 1000)


def read_page(url: str, limit: int) -> str:
    """Read a page by the door itself, with a limit that is easily reached."""
    from release_tools.adapters import web

    with web.get(url, silence=5, total=5) as page:
        return page.text(limit)
