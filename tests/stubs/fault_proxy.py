"""A proxy in front of any index that loses, delays and lies by rule; what passes is handed on unchanged.

A rule names the requests that it is for (an expression over "METHOD path"), what happens, and how often.
"""

from __future__ import annotations

import http.client
import re
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests import loopback
from tests.loopback import Handler, Stub

HOP = frozenset({"connection", "host", "transfer-encoding", "content-length"})


@dataclass
class Rule:
    """What happens to the requests that match, `times` times.

    `do` is one of `status:CODE[:reason]`, `before:close`, `before:rst`, `after:close`, `after:rst`,
    `after:status:CODE`, `after:truncate:BYTES`, `upload:cut:BYTES`, `delay:SECONDS`; with `before`, `status` and
    `upload` the index never sees the request. `meanwhile` is called when it happens, before the client learns of it.
    """

    match: str
    do: str
    times: int = 1
    meanwhile: Callable[[], object] = field(default=lambda: None, compare=False)


@dataclass
class Reply:
    """What the index said."""

    status: int
    reason: str
    headers: list[tuple[str, str]]
    body: bytes


@dataclass
class FaultProxy:
    """A running proxy; `log` holds each request with what the index said to it, 0 when it was not asked."""

    url: str
    rules: list[Rule] = field(default_factory=list)
    log: list[tuple[str, int]] = field(default_factory=list)

    def __call__(self, handler: Handler, stub: Stub) -> None:
        """Answer one request."""
        method, path, _, body = stub.seen[-1]
        asked = f"{method} {path}"
        rule = self._take(asked)
        kind, _, detail = rule.do.partition(":")
        if kind in ("status", "before", "upload"):
            self.log.append((asked, 0))
            rule.meanwhile()
            instead(handler, kind, detail)
            return
        if kind == "delay":
            time.sleep(float(detail))
        reply = self._ask(handler, method, path, body)
        self.log.append((asked, reply.status))
        rule.meanwhile()
        if kind == "after":
            afterwards(handler, reply, detail)
        else:
            hand_on(handler, reply, reply.body)

    def body(self, handler: Handler) -> bytes:
        """Read what comes with a request; of one that is to be cut only so many bytes."""
        rule = self._rule(f"{handler.command} {handler.path}")
        if rule and rule.do.startswith("upload:cut:"):
            return handler.rfile.read(int(rule.do.rpartition(":")[2]))
        return loopback.whole(handler)

    def posts(self) -> list[int]:
        """Return what the index said to each upload."""
        return [status for asked, status in self.log if asked.startswith("POST")]

    def _take(self, asked: str) -> Rule:
        rule = self._rule(asked) or Rule("", "")
        rule.times -= 1
        return rule

    def _rule(self, asked: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.times and re.search(rule.match, asked)), None)

    def _ask(self, handler: Handler, method: str, path: str, body: bytes) -> Reply:
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        headers = {name: value for name, value in handler.headers.items() if name.lower() not in HOP}
        try:
            connection.request(method, path, body=body or None, headers=headers)
            answer = connection.getresponse()
            return Reply(answer.status, answer.reason, answer.getheaders(), answer.read())
        finally:
            connection.close()


def instead(handler: Handler, kind: str, detail: str) -> None:
    """Answer in place of the index, or not at all."""
    if kind != "status":
        cut(handler, reset=detail != "close")
        return
    code, _, reason = detail.partition(":")
    handler.send_response(int(code), reason or None)
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def afterwards(handler: Handler, reply: Reply, detail: str) -> None:
    """Spoil an answer that the index has given already."""
    kind, _, value = detail.partition(":")
    if kind == "status":
        handler.say(int(value))
    elif kind == "truncate":
        hand_on(handler, reply, reply.body[: int(value)])
    else:
        cut(handler, reset=kind == "rst")


def hand_on(handler: Handler, reply: Reply, body: bytes) -> None:
    """Give the answer of the index; with less of a body than it announces, where that is what is wanted."""
    handler.send_response(reply.status, reply.reason)
    for name, value in reply.headers:
        if name.lower() not in HOP:
            handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(reply.body)))
    handler.end_headers()
    with suppress(OSError):
        handler.wfile.write(body)


def cut(handler: Handler, *, reset: bool) -> None:
    """End the connection without an answer."""
    handler.close_connection = True
    if reset:
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with suppress(OSError):
        if not reset:
            handler.connection.shutdown(socket.SHUT_RDWR)
        handler.connection.close()


@contextmanager
def before(url: str, *rules: Rule) -> Iterator[tuple[FaultProxy, Stub]]:
    """Put a proxy before the index at an address."""
    proxy = FaultProxy(url=url, rules=list(rules))
    with loopback.serve(proxy, proxy.body) as stub:
        yield proxy, stub
