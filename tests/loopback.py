"""Servers on loopback that misbehave as told, and what they were asked."""

from __future__ import annotations

import re
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from release_tools.model import Target

USERNAME = "somebody"


@dataclass
class Stub:
    """A running server; `seen` holds method, path, headers and body of each request."""

    url: str = ""
    seen: list[tuple[str, str, Mapping[str, str], bytes]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def target(self, name: str = "stub") -> Target:
        """Return the server as an index to upload to."""
        return Target(name=name, upload_url=f"{self.url}legacy/", simple_url=f"{self.url}simple/", username=USERNAME)


Answer = Callable[["Handler", Stub], None]


Body = Callable[["Handler"], bytes]


class Handler(BaseHTTPRequestHandler):
    """Reads a request whole and lets the test answer it."""

    stub: Stub
    answer: Answer
    body: Body

    def do_GET(self) -> None:
        """Take a GET."""
        self._take(b"")

    def do_POST(self) -> None:
        """Take a POST."""
        self._take(type(self).body(self))

    def _take(self, body: bytes) -> None:
        self.stub.seen.append((self.command, self.path, dict(self.headers), body))
        type(self).answer(self, self.stub)

    def send_response(self, code: int, message: str | None = None) -> None:
        """Begin an answer without a date: time passes on the clocks of the tests."""
        self.send_response_only(code, message)

    def say(self, status: int, body: bytes = b"", **headers: str) -> None:
        """Answer with a status, a body and headers; `_` in their names stands for `-`."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited
        """Log nothing."""


class _Server(ThreadingHTTPServer):
    tls: ssl.SSLContext | None = None

    def finish_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - inherited
        """Serve one client, behind TLS where that is asked for."""
        if self.tls:
            with self.tls.wrap_socket(request, server_side=True) as wrapped:
                super().finish_request(wrapped, client_address)
        else:
            super().finish_request(request, client_address)

    def server_bind(self) -> None:
        """Bind without a look-up of the name."""
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that gave up."""


def whole(handler: Handler) -> bytes:
    """Read the body of a request to its end."""
    return handler.rfile.read(int(handler.headers.get("Content-Length", "0")))


@contextmanager
def serve(answer: Answer, body: Body = whole, tls: ssl.SSLContext | None = None) -> Iterator[Stub]:
    """Run a server whose every request is answered by a function; `body` reads what comes with a POST."""
    stub = Stub()
    doing = {"stub": stub, "answer": staticmethod(answer), "body": staticmethod(body)}
    with _Server(("127.0.0.1", 0), type("Answering", (Handler,), doing)) as server:
        server.tls = tls
        stub.url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_address[1]}/"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield stub
        finally:
            stub.ended.set()
            server.shutdown()
            thread.join()


def says(status: int, body: bytes = b"", **headers: str) -> Answer:
    """Return an answer that is always the same."""
    return lambda handler, _stub: handler.say(status, body, **headers)


def silence(_handler: Handler, stub: Stub) -> None:
    """Never answer."""
    stub.ended.wait(30)


def drip(handler: Handler, stub: Stub) -> None:
    """Answer byte by byte, without end."""
    handler.say(200, b"")
    trickle(handler, stub)


def trickle(handler: Handler, stub: Stub) -> None:
    """Send byte by byte until the server ends or nobody listens any more."""
    with suppress(OSError):
        while not stub.ended.wait(0.05):
            handler.wfile.write(b"x")


@dataclass
class ScriptedIndex:
    """An index that answers each upload by script: a status, and whether it keeps the file all the same."""

    script: list[tuple[int, bool]]
    files: dict[str, str] = field(default_factory=dict)

    def __call__(self, handler: Handler, stub: Stub) -> None:
        """List the files, or take one."""
        method, _, _, body = stub.seen[-1]
        if method == "GET":
            links = "".join(f'<a href="/f/{name}#sha256={sha256}">{name}</a>' for name, sha256 in self.files.items())
            handler.say(200, links.encode(), Content_Type="text/html")
            return
        status, kept = self.script.pop(0)
        if kept:
            self.files[_found(rb'filename="([^"]+)"', body)] = _found(rb'"sha256_digest"\r\n\r\n(\w+)', body)
        handler.say(status, b"<html><title>no</title><p>what the index says</p></html>")


def _found(pattern: bytes, body: bytes) -> str:
    found = re.search(pattern, body)
    assert found
    return found[1].decode()


def never_asked(handler: Handler, _stub: Stub) -> None:
    """Answer as a trap does; what matters is that nobody asked."""
    handler.say(500)


def urls(stub: Stub) -> list[str]:
    """Return method and path of each request."""
    return [f"{method} {path}" for method, path, _, _ in stub.seen]
