"""The proxy that loses, delays and lies does each of these, as often as told, and nothing else."""

from __future__ import annotations

import http.client
import time
from urllib.parse import urlsplit

import pytest

from tests import loopback
from tests.loopback import Handler, Stub
from tests.stubs import fault_proxy
from tests.stubs.fault_proxy import Rule

WHOLE = b"the whole answer"


def index(handler: Handler, stub: Stub) -> None:
    """Answer with what came."""
    body = stub.seen[-1][3] or WHOLE
    handler.say(200, body, Content_Length=str(len(body)), X_From="the index")


def asked(stub: Stub, method: str = "GET", body: bytes | None = None) -> tuple[int, str, bytes]:
    """Return status, reason and body of an answer; 0 and the kind of error where none came."""
    connection = http.client.HTTPConnection(urlsplit(stub.url).netloc, timeout=10)
    try:
        connection.request(method, "/here", body=body)
        answer = connection.getresponse()
        return answer.status, answer.reason, answer.read()
    except http.client.IncompleteRead as error:
        return 200, "cut", error.partial
    except OSError as error:
        return 0, type(error).__name__, b""
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("do", "expected", "reached"),
    [
        ("", (200, "OK", WHOLE), True),
        ("status:503", (503, "Service Unavailable", b""), False),
        ("status:418:as told", (418, "as told", b""), False),
        ("before:close", (0, "RemoteDisconnected", b""), False),
        ("before:rst", (0, "ConnectionResetError", b""), False),
        ("after:close", (0, "RemoteDisconnected", b""), True),
        ("after:rst", (0, "ConnectionResetError", b""), True),
        ("after:status:500", (500, "Internal Server Error", b""), True),
        ("after:truncate:9", (200, "cut", WHOLE[:9]), True),
    ],
)
def test_each_fault_happens_once(do: str, expected: tuple[int, str, bytes], *, reached: bool) -> None:
    """The client sees it, the index sees the request or not, and the next request passes."""
    with loopback.serve(index) as behind, fault_proxy.before(behind.url, Rule("GET /here", do)) as (proxy, front):
        assert asked(front) == expected
        assert len(behind.seen) == reached
        assert asked(front) == (200, "OK", WHOLE)
        assert proxy.log == [("GET /here", 200 if reached else 0), ("GET /here", 200)]


@pytest.mark.parametrize("size", [0, 10, 1 << 20])
def test_an_upload_can_be_cut(size: int) -> None:
    """After so many bytes, by a reset; the index hears nothing of it, and what follows is complete."""
    sent = b"x" * (1 << 21)
    with (
        loopback.serve(index) as behind,
        fault_proxy.before(behind.url, Rule("POST", f"upload:cut:{size}")) as (proxy, front),
    ):
        assert asked(front, "POST", sent)[0] == 0
        assert not behind.seen
        assert asked(front, "POST", sent)[2] == sent
        assert proxy.posts() == [0, 200]


def test_a_request_can_be_held_up() -> None:
    """It passes, later; and a test learns of the moment."""
    seen: list[int] = []
    with loopback.serve(index) as behind:
        rule = Rule("GET", "delay:0.3", meanwhile=lambda: seen.append(len(behind.seen)))
        with fault_proxy.before(behind.url, rule) as (_, front):
            since = time.monotonic()
            assert asked(front) == (200, "OK", WHOLE)
            assert time.monotonic() - since >= 0.3
    assert seen == [1]


def test_other_requests_pass() -> None:
    """A rule is for what it matches, and the first that matches counts."""
    rules = (Rule("POST", "status:500"), Rule("GET", "status:502", 2), Rule(".", "status:503"))
    with loopback.serve(index) as behind, fault_proxy.before(behind.url, *rules) as (_, front):
        assert [asked(front)[0] for _ in range(4)] == [502, 502, 503, 200]
