"""The rows of the fault matrix that concern uploading: what goes wrong, how the run ends, and what the next one does.

Rows about the credential alone (P14, P16) stand with `preflight`, those about attestations (P21, P22) with `attest`.
"""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from release_tools import ledger as ledgers
from release_tools.adapters.clock import Clock
from tests import loopback
from tests.clocks import FakeClock
from tests.loopback import Answer, Handler, Stub
from tests.rows.publishing import SDIST, SECOND, WHEEL, command, configure, publish, scene, stored
from tests.stubs.fault_proxy import Rule
from tests.stubs.warehouse import said

ALWAYS = 1 << 20


@pytest.mark.parametrize("times", [1, 5])
def test_p1_an_outage_is_waited_for(tmp_path: Path, times: int) -> None:
    """The same bytes are sent again after 1, 2, 4 ... seconds, a quarter more or less, until the index takes them."""
    clock = FakeClock()
    with scene(tmp_path, Rule("POST", "status:503", times)) as there:
        told = publish(there.root, clock)
        assert told.code == 0, told.err
        assert len(clock.slept) == times
        assert all(0.75 * 2**n <= slept <= 1.25 * 2**n for n, slept in enumerate(clock.slept))
        assert there.proxy.posts() == [0] * times + [200, 200]
        there.finished()


@pytest.mark.parametrize("match", ["POST", "GET", "."])
def test_p1_a_long_outage_ends_the_run(tmp_path: Path, match: str) -> None:
    """After at least ten minutes it gives up: nothing is lost, the same command goes on, and it does."""
    clock = FakeClock()
    with scene(tmp_path, Rule(match, "status:503", ALWAYS)) as there:
        told = publish(there.root, clock)
        assert told.code == 5
        what, state, following = told.lines()
        assert "503" in what
        assert "run the same command again" in following
        assert match != "POST" or state.startswith("0 of 2 files are on house")
        assert 600 <= sum(clock.slept) <= 720
        there.proxy.rules.clear()
        there.finished()


def test_p1_an_outage_between_upload_and_read_back(tmp_path: Path) -> None:
    """What arrived is not known then, and that is said; the next run sends nothing again."""
    with scene(tmp_path, Rule("GET", "delay:0", 2), Rule("GET", "status:503", ALWAYS)) as there:
        told = publish(there.root)
        assert told.code == 5
        known = "0 of 2 files are known to be on house; what else arrived, the next run asks the index"
        assert told.lines()[1] == known
        assert len(there.index.posts) == 2
        there.proxy.rules.clear()
        there.finished()
        assert len(there.index.posts) == 2


def test_p1_an_outage_in_real_time(tmp_path: Path) -> None:
    """The command itself waits its seconds by the real clock."""
    with scene(tmp_path, Rule("POST", "status:503", 2)) as there:
        since = time.monotonic()
        told = command(there.root)
        assert told.code == 0, told.err
        assert 2 <= time.monotonic() - since < 60
        there.finished()


@pytest.mark.parametrize("do", ["after:status:500", "after:status:502", "after:truncate:10"])
def test_p2_what_was_stored_is_not_sent_again(tmp_path: Path, do: str) -> None:
    """An answer of failure after the file was stored: the read-back finds it, and each file is sent once."""
    clock = FakeClock()
    with scene(tmp_path, Rule("POST", do, ALWAYS)) as there:
        told = publish(there.root, clock)
        assert told.code == 0, told.err
        assert there.index.posts == [WHEEL, SDIST]
        assert not clock.slept
        assert there.record().evidence["sent"] == [WHEEL, SDIST]
        there.finished()


CUTS = ("upload:cut:0", "upload:cut:300", "before:rst", "before:close", "after:rst", "after:close")


@pytest.mark.parametrize("do", CUTS)
def test_p3_a_cut_connection_is_no_verdict(tmp_path: Path, do: str) -> None:
    """Cut after the headers, within the body, before the answer: what is there counts, the rest is sent again."""
    with scene(tmp_path, Rule("POST", do, 2)) as there:
        told = publish(there.root)
        assert told.code == 0, told.err
        there.whole()
        there.finished()


def drip_of_a_head(handler: Handler, stub: Stub) -> None:
    """Begin an answer, and go on byte by byte without coming to its body."""
    handler.wfile.write(b"HTTP/1.1 200 ")
    loopback.trickle(handler, stub)


def error_dripping(handler: Handler, stub: Stub) -> None:
    """Refuse in words that never end, byte by byte."""
    handler.say(503)
    loopback.trickle(handler, stub)


def error_without_end(handler: Handler, stub: Stub) -> None:
    """Refuse in words that never end, as fast as they are read."""
    handler.say(503)
    try:
        while not stub.ended.is_set():
            handler.wfile.write(b"x" * 65536)
    except OSError:
        return


@pytest.mark.parametrize("answer", [loopback.silence, drip_of_a_head, error_dripping, error_without_end])
def test_p4_no_server_holds_us_up(tmp_path: Path, answer: Answer) -> None:
    """Silence, a drip, a body without end: it ends in the time allowed, and says that running again is safe."""
    with scene(tmp_path) as there:
        there.scripted.script = [answer] * 20
        since = time.monotonic()
        told = publish(there.root, Clock(), timeout=4)
        assert time.monotonic() - since < 25
        assert told.code == 5
        assert told.lines()[1].startswith("0 of 2 files are on house")
        assert len(told.err) < 5000
        there.scripted.script.clear()
        there.finished()


def test_p4_no_page_holds_us_up(tmp_path: Path) -> None:
    """An index that is silent when it is read: the time that the user gives bounds that too."""
    with loopback.serve(loopback.silence) as mute, scene(tmp_path) as there:
        configure(there.root, there.front.url, mute.url)
        since = time.monotonic()
        told = publish(there.root, Clock(), timeout=4)
        assert time.monotonic() - since < 25
        assert told.code == 5


@pytest.mark.parametrize(
    ("headers", "when"),
    [
        ({}, "does not say when"),
        ({"Retry-After": "3600"}, "after 2026-11-21 13:00"),
        ({"Retry-After": "Sat, 21 Nov 2026 14:30:00 GMT"}, "after 2026-11-21 14:30"),
        ({"Retry-After": "999999999999"}, "does not say when"),
        ({"Retry-After": "-5"}, "does not say when"),
        ({"Retry-After": "soon"}, "does not say when"),
    ],
)
def test_p5_a_quota_is_not_waited_for(tmp_path: Path, headers: dict[str, str], when: str) -> None:
    """One request, no wait, and the time to come back as far as the index tells one that can be believed."""
    clock = FakeClock()
    with scene(tmp_path) as there:
        there.scripted.script = [lambda handler, _stub: handler.say(429, b"", **headers)]
        told = publish(there.root, clock)
        assert told.code == 5
        what, state, following = told.lines()
        assert (what.partition(":")[0], state[:6]) == ("a quota of house is used up", "0 of 2")
        assert when in following
        assert not clock.slept
        there.finished()


def test_p5_the_quota_of_new_projects_tells_its_end(tmp_path: Path) -> None:
    """As the public index says it, in a header of its own."""
    with scene(tmp_path, quota=0) as there:
        told = publish(there.root)
        assert (told.code, len(there.index.posts)) == (5, 1)
        assert "after 2026-11-22 03:26" in told.lines()[2]
        there.index.quota = 1
        there.finished()


def test_p6_the_same_bytes_are_there_already(tmp_path: Path) -> None:
    """What another hand brought is success, said, and not sent again."""
    with scene(tmp_path) as there:
        there.brought(WHEEL)
        told = publish(there.root)
        assert told.code == 0, told.err
        assert there.index.posts == [SDIST]
        assert f"{WHEEL} was there already with the same SHA-256" in told.err
        there.finished()


@pytest.mark.parametrize("status", [400, 409])
def test_p6_an_index_that_calls_equal_bytes_a_refusal(tmp_path: Path, status: int) -> None:
    """Brought by another hand between our look and our upload: the refusal is no failure, the digest decides."""

    def meanwhile(handler: Handler, _stub: Stub) -> None:
        there.brought(WHEEL)
        said(handler, status, "File already exists")

    with scene(tmp_path) as there:
        there.scripted.script = [meanwhile]
        told = publish(there.root)
        assert told.code == 0, told.err
        assert there.record().evidence["present"] == [WHEEL]
        there.finished()


@pytest.mark.parametrize("early", [True, False])
def test_p7_other_bytes_end_everything(tmp_path: Path, *, early: bool) -> None:
    """Found before or after an upload: both digests are told, no further file is sent, and a next run says the same."""

    def meanwhile(handler: Handler, _stub: Stub) -> None:
        there.brought(WHEEL, b"other bytes")
        said(handler, 400, "File already exists")

    with scene(tmp_path) as there:
        other, ours = (stored(there.root, WHEEL, content).sha256() for content in (b"other bytes", None))
        there.scripted.script = [] if early else [meanwhile]
        if early:
            there.brought(WHEEL, b"other bytes")
        for _ in range(2):
            told = publish(there.root)
            assert told.code == 4
            what, _, following = told.lines()
            assert f"SHA-256 {other} there, {ours} in the ledger" in what
            assert "new version" in following
        assert SDIST not in there.index.posts
        assert list(there.index.files) == [WHEEL]


def test_p8_the_same_bytes_under_another_name(tmp_path: Path) -> None:
    """The index refuses them for ever, and it is said under which name it has them."""
    with scene(tmp_path) as there:
        there.brought(WHEEL, under=SECOND)
        for _ in range(2):
            told = publish(there.root)
            assert told.code == 4
            assert f"it holds the same bytes as {SECOND}" in told.lines()[0]
            assert "new version" in told.lines()[2]
        assert there.index.posts == [WHEEL, WHEEL]


def test_p9_a_refusal_in_the_middle(tmp_path: Path) -> None:
    """The second of three files is refused: one is live and stays, nothing behind it is sent, a fix needs a version."""

    def refuse(handler: Handler, _stub: Stub) -> None:
        said(handler, 400, "Binary wheel has an unsupported platform tag.")

    with scene(tmp_path, files=3) as there:
        there.scripted.script = [there.index, refuse]
        told = publish(there.root)
        assert told.code == 4
        what, state, following = told.lines()
        assert "unsupported platform tag" in what
        assert state.startswith("1 of 3 files are on house")
        assert "new version" in following
        assert there.index.posts == [SECOND]
        # That it failed takes nothing back: `status` holds the index against what was sent.
        ledger = ledgers.read(there.root / "dist")
        record = ledger.record("publish", "house") if ledger else None
        assert record is not None
        assert (record.status, len(record.evidence["sending"])) == ("failed", 3)
        there.finished()


def test_every_row_has_a_test() -> None:
    """Those about the credential before anything is built and about attestations stand with their stages."""
    folder = Path(__file__).parent
    texts = [path.read_text(encoding="utf-8") for path in folder.glob("test_publish*.py")]
    named = {int(row) for text in texts for row in re.findall(r"def test_p(\d+)_", text)}
    assert set(range(1, 27)) - named <= {16, 21, 22}
