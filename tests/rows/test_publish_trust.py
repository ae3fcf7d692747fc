"""The rows of the fault matrix about whom we trust, and what an index says and holds."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pypitoken import Token as RealToken

from release_tools.adapters import endpoints
from tests import loopback, running, tiny, tls
from tests.clocks import FakeClock
from tests.loopback import Handler, Stub
from tests.rows.publishing import (
    NOW,
    SDIST,
    TOKEN,
    VARIABLE,
    WHEEL,
    command,
    configure,
    make,
    publish,
    scene,
    settings,
    stored,
    trusted,
)
from tests.stubs.fault_proxy import Rule
from tests.stubs.warehouse import Token, Warehouse

HOST = "https://house.example/simple/"


@contextmanager
def secured(
    folder: Path, authority: tls.Authority, name: str = "IP:127.0.0.1"
) -> Iterator[tuple[Path, Warehouse, Stub]]:
    """Run the stub of the index behind TLS, with a release that is ready for it."""
    index = Warehouse(tokens={TOKEN: Token()}, now=lambda: NOW)
    with loopback.serve(index, tls=authority.server(folder, name)) as stub:
        yield make(folder, settings(index.target(stub), 'credentials = "token"')), index, stub


@pytest.mark.parametrize(
    ("token", "words"),
    [
        (None, "does not know this credential"),
        (Token(expires=NOW - timedelta(1)), "the token has expired"),
        (Token(signed=False), "the token is damaged"),
        (Token(projects=frozenset({"other"})), "the token is for another project"),
    ],
)
def test_p14_a_credential_that_went_bad(tmp_path: Path, token: Token | None, words: str) -> None:
    """Its own sentence for each, one request, and nothing of it is shown; with a good one the release is finished."""
    with scene(tmp_path) as there:
        there.index.tokens = {TOKEN: token} if token else {}
        told = publish(there.root)
        assert told.code == 3
        what, state, _ = told.lines()
        assert words in what
        assert state.startswith("0 of 2 files are on house")
        assert len(there.index.posts) == 1
        there.index.tokens = {TOKEN: Token()}
        there.finished()


def foreign() -> str:
    """Return a token of the public index."""
    known = endpoints.of("pypi")
    assert known
    made = RealToken.create(domain=urlsplit(known.site).hostname, identifier="somebody", key="secret")
    return str(made.dump())


def test_p14_another_token_than_was_examined(tmp_path: Path) -> None:
    """The credential of now is read again before it goes out: what belongs elsewhere is shown to nobody here."""
    with scene(tmp_path) as there:
        other = {VARIABLE: "", "TWINE_PASSWORD": foreign()}
        told = publish(there.root, env=other)
        assert told.code == 3
        assert told.lines()[0] == "TWINE_PASSWORD holds a token of pypi, not of house"
        assert told.lines()[1] == "nothing was sent"
        assert not [method for method, *_ in there.stub.seen if method == "POST"]
        assert "sending" not in there.record().evidence
        there.finished()
        assert publish(there.root, env=other).code == 0  # nothing is left that would need it


def test_p14_a_run_that_is_not_the_registered_one(tmp_path: Path) -> None:
    """Its identity is compared as in preflight, before any token is minted by it."""
    with trusted(tmp_path) as there:
        configure(there.root, 'environment = "pypi"', 'environment = "other"')
        told = publish(there.root, env=there.identity)
        assert told.code == 3
        assert "would not let this run publish: environment: this run is pypi, registered is other" in told.lines()[0]
        assert not there.minting.used


def test_p22_why_files_went_out_without_attestations_stays_in_the_ledger(tmp_path: Path) -> None:
    """Also after a run that failed on the way; the next one, which is not told so, goes on without as well."""
    with trusted(tmp_path) as there:
        there.scripted.script = [there.index, loopback.says(400, b"no")]
        assert publish(there.root, env=there.identity).code == 4
        noted = there.record().evidence
        assert (bool(noted["sending"]), noted["unattested"]) == (True, "a row without")
        told = command(there.root, **there.identity, HOUSE_API_TOKEN="")
        assert told.code == 0, told.err
        assert there.record().evidence["unattested"] == "a row without"


def test_p15_a_token_that_expires_between_two_files(tmp_path: Path) -> None:
    """Another is minted, by a fresh identity, and the rest is sent; no identity is used twice."""

    def expire(handler: Handler, stub: Stub) -> None:
        there.index.tokens[there.minting.minted[0]].expires = NOW - timedelta(1)
        there.index(handler, stub)

    with trusted(tmp_path) as there:
        there.scripted.script = [there.index, expire]
        told = publish(there.root, env=there.identity)
        assert told.code == 0, told.err
        assert len(there.minting.minted) == len(there.minting.used) == 2
        assert there.index.posts == [WHEEL, SDIST, SDIST]
        there.finished(there.identity)


def test_p15_no_other_token_is_to_be_had(tmp_path: Path) -> None:
    """The index does not mint just now, one file is there already: the state says so, and later it goes on."""

    def expire(handler: Handler, stub: Stub) -> None:
        there.index.tokens[there.minting.minted[0]].expires = NOW - timedelta(1)
        there.minting.script = [lambda handler: handler.say(503)] * 60
        there.index(handler, stub)

    with trusted(tmp_path) as there:
        there.scripted.script = [there.index, expire]
        told = publish(there.root, env=there.identity)
        assert told.code == 5
        assert "gives no token and no reason (503)" in told.lines()[0]
        assert told.lines()[1].startswith("1 of 2 files are known to be on house")
        assert len(there.minting.script) < 50
        there.minting.script = []
        there.finished(there.identity)


def test_p15_a_first_token_that_is_refused(tmp_path: Path) -> None:
    """Nothing was sent, and the ledger says nothing else: `status` holds no index against what never left."""
    with trusted(tmp_path) as there:
        there.minting.publisher["workflow"] = "another.yml"
        told = publish(there.root, env=there.identity)
        assert told.code == 3
        assert "invalid-publisher" in told.lines()[0]
        assert "sending" not in there.record().evidence
        assert not there.ledger().sent("house")
        there.minting.publisher["workflow"] = "release.yml"
        there.finished(there.identity)


def test_p15_a_fresh_token_that_is_refused_too(tmp_path: Path) -> None:
    """One other is minted, no more: what it is refused for is said."""

    def expire(handler: Handler, stub: Stub) -> None:
        for token in there.index.tokens.values():
            token.expires = NOW - timedelta(1)
        there.index(handler, stub)

    with trusted(tmp_path) as there:
        there.scripted.script = [there.index, *[expire] * 9]
        told = publish(there.root, env=there.identity)
        assert told.code == 3
        assert "the token has expired" in told.lines()[0]
        assert told.lines()[1].startswith("1 of 2 files are on house")
        assert len(there.minting.minted) == 2
        there.scripted.script.clear()
        there.finished(there.identity)


ELSEWHERE = [(status, "another") for status in (301, 302, 303, 307, 308)]
ELSEWHERE += [(302, place) for place in ("itself", "file:///etc/passwd", "http://house.example/up?key=value", "")]


@pytest.mark.parametrize(("status", "place"), ELSEWHERE)
def test_p17_no_redirect_is_followed(tmp_path: Path, status: int, place: str) -> None:
    """To wherever: it is no success, the credential does not go there, and no query or user of the address is told."""
    with scene(tmp_path) as there, loopback.serve(loopback.never_asked) as trap:
        elsewhere = trap.url.replace("//", "//user:word@") + "up?key=value"
        address = {"another": elsewhere, "itself": f"{there.stub.url}legacy/"}.get(place, place)
        headers = {"Location": address} if address else {}
        there.scripted.script = [lambda handler, _stub: handler.say(status, b"", **headers)]
        told = publish(there.root)
        assert told.code == 5
        assert f"leads {WHEEL} elsewhere ({status})" in told.lines()[0]
        assert "key=value" not in told.err
        assert "user:word" not in told.err
        assert not trap.seen
        assert len([method for method, *_ in there.stub.seen if method == "POST"]) == 1
        there.finished()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tls.Authority:
    """Give an authority that nobody knows."""
    return tls.Authority.make(tmp_path_factory.mktemp("authority"))


def known(authority: tls.Authority, variable: str = "SSL_CERT_FILE") -> dict[str, str]:
    """Return the variables of a user who trusts an authority; an empty one is none."""
    return {"REQUESTS_CA_BUNDLE": "", variable: str(authority.certificate)}


def test_p18_an_unknown_authority_gets_nothing(tmp_path: Path, authority: tls.Authority) -> None:
    """Neither question nor credential: the run ends at once, and says where an own authority is named."""
    clock = FakeClock()
    with secured(tmp_path, authority) as (root, index, _):
        told = publish(root, clock)
        assert told.code == 5
        what, state, following = told.lines()
        assert "cannot prove who it is" in what
        assert (state, clock.slept) == ("nothing was sent there, no credential either", [])
        assert "SSL_CERT_FILE" in following
        assert not index.posts
        assert command(root, **known(authority)).code == 0
        assert len(index.files) == 2


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_p18_an_authority_of_ones_own(tmp_path: Path, authority: tls.Authority, variable: str) -> None:
    """Whoever names its certificate publishes over TLS as everywhere, and the next run sends nothing."""
    with secured(tmp_path, authority) as (root, index, _):
        for _ in range(2):
            told = command(root, **known(authority, variable))
            assert told.code == 0, told.err
        assert index.posts == [WHEEL, SDIST]


def test_p18_a_certificate_for_another_host(tmp_path: Path, authority: tls.Authority) -> None:
    """The authority is known and the name is not that of the index: nothing is sent there."""
    with secured(tmp_path, authority, "DNS:house.example") as (root, index, _):
        told = command(root, **known(authority))
        assert told.code == 5
        assert "cannot prove who it is" in told.lines()[0]
        assert not index.posts


def test_p18_a_certificate_is_asked_for_at_the_upload_too(tmp_path: Path, authority: tls.Authority) -> None:
    """Where only the place of the upload is unknown, the file is not sent there, and nobody waits for it."""
    clock = FakeClock()
    with scene(tmp_path) as there, loopback.serve(loopback.never_asked, tls=authority.server(tmp_path)) as trap:
        configure(there.root, f"{there.front.url}legacy/", f"{trap.url}legacy/")
        told = publish(there.root, clock)
        assert told.code == 5
        assert f"{WHEEL} was not sent: house cannot prove who it is" in told.lines()[0]
        assert not clock.slept
        assert not trap.seen


@pytest.mark.parametrize("bundle", ["missing.pem", "empty.pem"])
def test_p18_a_bundle_that_is_none(tmp_path: Path, authority: tls.Authority, bundle: str) -> None:
    """A variable that names no certificates is told by name, at once."""
    (tmp_path / "empty.pem").write_text("")
    with secured(tmp_path, authority) as (root, index, _):
        told = command(root, REQUESTS_CA_BUNDLE=str(tmp_path / bundle))
        assert told.code == 5
        assert "REQUESTS_CA_BUNDLE" in "".join(told.lines())
        assert not index.posts


def test_p18_nothing_is_sent_in_the_clear(tmp_path: Path) -> None:
    """Plain http is for loopback only, whoever names the address; no way around a certificate exists."""
    root = make(tmp_path, settings(replace(tiny.REHEARSAL, upload_url="http://house.example/", simple_url=HOST)))
    assert publish(root).code == 2
    done = running.stage(root, "publish", "--target", "pypi", env={"PYPI_REPOSITORY_URL": "http://house.example/"})
    assert done.returncode == 2
    sources = "".join(path.read_text(encoding="utf-8") for path in (running.ROOT / "release_tools").rglob("*.py"))
    assert not [way for way in ("verify=False", "verify = False", "CERT_NONE", "unverified_context") if way in sources]


PROXIES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY")
HOSTILE = (*PROXIES, "PIP_INDEX_URL", "PIP_PROXY", "UV_PUBLISH_URL", "TWINE_REPOSITORY_URL", "TWINE_PROXY")


def test_p19_the_environment_of_others_has_no_part(tmp_path: Path) -> None:
    """Proxies, netrc, files and variables of other tools: nobody else is asked, and only our credential is sent."""
    home = tmp_path / "home"
    home.mkdir()
    (home / ".netrc").write_text("machine 127.0.0.1 login other password other\ndefault login other password other\n")
    with scene(tmp_path) as there, loopback.serve(loopback.never_asked) as trap:
        (home / ".pypirc").write_text(f"[distutils]\nindex-servers = house\n[house]\nrepository = {trap.url}\n")
        hostile = dict.fromkeys(HOSTILE, trap.url) | {"TWINE_USERNAME": "other", "TWINE_PASSWORD": "o" * 20}
        more = {"HOME": str(home), "NETRC": str(home / ".netrc")}
        told = command(there.root, **hostile, **more)
        assert told.code == 0, told.err
        there.whole()
        assert not trap.seen
        sent = {headers["Authorization"] for method, _, headers, _ in there.stub.seen if method == "POST"}
        assert sent == {"Basic " + base64.b64encode(f"__token__:{TOKEN}".encode()).decode()}


BOMB = gzip.compress(b"x" * 10_000_000)
WORDS: dict[str, tuple[bytes, bytes]] = {
    "escape": (b"no\x1b[2J\x1b]8;;http://x.example\x07", b"\x1b]52;c;eA==\x07\r\x08\x08"),
    "commands": (b"::add-mask::house", b"\n::stop-commands::x\n##[error]x\n  ::set-output name=a::b\n"),
    "direction": (b"no", "\u202e\u2066gnorw\u200b".encode()),
    "long": (b"n" * 60_000, b"y" * 1_000_000),
    "no text": (b"\xff\xfe", b"\xff\xfe\x00\x80"),
    "bomb": (b"no", BOMB),
}


@pytest.mark.parametrize("words", WORDS)
def test_p20_what_an_index_says_is_only_text(tmp_path: Path, words: str) -> None:
    """Shown so that neither terminal nor runner obeys it, and bounded; the release is not finished by words."""
    reason, body = WORDS[words]

    def speak(handler: Handler, _stub: Stub) -> None:
        coding = b"Content-Encoding: gzip\r\n" if body == BOMB else b""
        handler.wfile.write(b"HTTP/1.1 400 " + reason + b"\r\n" + coding + b"\r\n" + body)

    with scene(tmp_path) as there:
        there.scripted.script = [speak]
        told = publish(there.root, env={"GITHUB_ACTIONS": "true"})
        assert told.code in (3, 5)
        assert len(told.err) < 6000
        assert not set(told.err) & set("\u202e\u2066\u200b")
        commands = [line for line in told.err.splitlines() if line.lstrip().startswith("::")]
        assert [line.startswith("::error::") for line in commands] == [True]
        assert "##[" not in told.err
        there.finished()


@pytest.mark.parametrize(
    "switch", ["Read-only mode: Uploads are temporarily disabled.", "New uploads are temporarily disabled."]
)
def test_p23_an_index_that_takes_nothing_for_now(tmp_path: Path, switch: str) -> None:
    """It is not called a bad credential, nobody waits for it, and later the same command goes on."""
    clock = FakeClock()
    with scene(tmp_path, switch=switch) as there:
        told = publish(there.root, clock)
        assert told.code == 5
        assert "house has switched uploads off for now (403)" in told.lines()[0]
        assert "nothing is wrong with the credential" in told.lines()[2]
        assert (len(there.index.posts), clock.slept) == (1, [])
        there.index.switch = ""
        there.finished()


def test_p24_taken_and_not_there(tmp_path: Path) -> None:
    """Two answers of 200 and no file: not sent again in this run, waited for, and told as published, not visible."""
    clock = FakeClock()
    with scene(tmp_path) as there:
        there.scripted.script = [loopback.says(200), loopback.says(200)]
        told = publish(there.root, clock)
        assert told.code == 6
        assert f"house took {WHEEL} and does not list it yet" in told.lines()[0]
        assert 600 <= sum(clock.slept) <= 720
        there.finished()


def test_p24_other_bytes_than_were_sent(tmp_path: Path) -> None:
    """An index that says 200 and keeps something else: a conflict, with both digests, and nothing more is sent."""

    def spoil(handler: Handler, _stub: Stub) -> None:
        there.brought(WHEEL, b"spoilt")
        handler.say(200)

    with scene(tmp_path) as there:
        there.scripted.script = [spoil, loopback.says(503)]
        for _ in range(2):
            told = publish(there.root)
            assert told.code == 4
            assert stored(there.root, WHEEL, b"spoilt").sha256() in told.lines()[0]


def test_p24_one_of_two_sources_lies(tmp_path: Path) -> None:
    """The page for installers is right and the JSON is not: that is a conflict as well."""
    with scene(tmp_path) as there:
        there.index.lies[WHEEL] = "0" * 64
        for _ in range(2):
            told = publish(there.root)
            assert told.code == 4
            assert "0" * 64 in told.lines()[0]
        there.index.lies.clear()
        there.finished()


def test_p24_one_of_two_sources_is_late(tmp_path: Path) -> None:
    """The page for installers knows nothing yet, the JSON all: each file is sent once."""
    with scene(tmp_path, Rule("GET /simple/", "status:404", 4)) as there:
        told = publish(there.root)
        assert told.code == 0, told.err
        assert there.index.posts == [WHEEL, SDIST]
        there.finished()


@pytest.mark.parametrize(
    ("age", "closed"), [(timedelta(days=12, hours=23), False), (timedelta(days=13, minutes=1), True)]
)
def test_p25_a_release_is_resumed_until_its_thirteenth_day(tmp_path: Path, *, age: timedelta, closed: bool) -> None:
    """Then nothing is sent any more: the index would close it over a half release. What is there stays."""
    with scene(tmp_path) as there:
        there.brought(WHEEL, when=NOW - age)
        if not closed:
            there.finished()
            return
        for _ in range(2):
            told = publish(there.root)
            assert told.code == 4
            what, state, following = told.lines()
            assert "closed to new files 14 days later" in what
            assert state.startswith("1 files of this version are there and stay")
            assert "release the next one" in following
        assert not there.index.posts


def test_p26_a_project_that_nobody_announced(tmp_path: Path) -> None:
    """A publisher for another name cannot make this project: the name to register is told, and then it works."""
    with trusted(tmp_path, projects=("other-name",)) as there:
        told = publish(there.root, env=there.identity)
        assert told.code == 3
        assert "no pending publisher is registered under this very name" in told.lines()[0]
        assert "the project name tiny-sample" in told.lines()[2]
        there.minting.projects = frozenset({tiny.NAME})
        there.finished(there.identity)
