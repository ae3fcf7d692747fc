"""The door to HTTP for what is read: no proxy, no netrc, no redirect to another place, bounded size and time."""

from __future__ import annotations

import http.client
import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import SplitResult, urljoin, urlsplit

from release_tools.config import LOOPBACK
from release_tools.errors import ServiceFailed, Untrusted

CHUNK = 1 << 16
HOPS = 3
BUNDLE = "REQUESTS_CA_BUNDLE"
OK = 200
NOT_FOUND = 404
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Page:
    """An answer whose body has not been read yet."""

    def __init__(self, url: str, response: http.client.HTTPResponse, end: float) -> None:
        self.url = url
        self.status = response.status
        self.reason = response.reason
        self.content_type = response.getheader("Content-Type") or ""
        self.location = response.getheader("Location")
        self._response = response
        self._end = end

    def chunks(self, limit: int) -> Iterator[bytes]:
        """Yield the body until it ends or is longer than `limit`: one chunk beyond it, and no more."""
        read = 0
        while read <= limit:
            chunk = self._response.read1(CHUNK)
            if time.monotonic() >= self._end:
                raise _failed(self.url, "the answer took too long")
            if not chunk:
                if self._response.length:
                    raise _failed(self.url, f"it was cut off, {self._response.length} bytes before its end")
                return
            read += len(chunk)
            yield chunk

    def header(self, name: str) -> str:
        """Return a header, empty where there is none."""
        return self._response.getheader(name) or ""

    @property
    def date(self) -> datetime | None:
        """When the answer was given, by the clock of who gave it; None where it does not say."""
        try:
            found = parsedate_to_datetime(self.header("Date"))
        except (ValueError, TypeError):
            return None
        return found if found.tzinfo else None

    def text(self, limit: int) -> str:
        """Return the whole body; raises ServiceFailed when it is longer than `limit`."""
        body = b"".join(self.chunks(limit))
        if len(body) > limit:
            raise _failed(self.url, f"the answer is longer than {limit} bytes")
        return body.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of an address. It may hold a secret, so it is never shown."""

    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)


@contextmanager
def ask(url: str, request: Request, *, silence: float, total: float) -> Iterator[Page]:
    """Ask once and give the answer, whatever its status; no redirect is followed, so no secret goes elsewhere.

    `silence` bounds each wait for the other side, `total` everything. Raises ServiceFailed when there is no answer.
    """
    with _asked(url, request, silence, time.monotonic() + total) as page:
        yield page


@contextmanager
def get(url: str, *, accept: str = "*/*", silence: float, total: float, connect: float | None = None) -> Iterator[Page]:
    """Read an address as `ask` does; a redirect within the same place is followed.

    `connect` bounds the wait for a connection, `silence` where it is not given.
    """
    end = time.monotonic() + total
    for _ in range(HOPS):
        with _asked(url, Request(headers={"Accept": accept}), silence, end, connect) as page:
            if page.status not in REDIRECTS:
                yield page
                return
            url = _followed(page)
    raise _failed(url, "it redirects without end")


def unusable(page: Page) -> ServiceFailed:
    """Return the error for an answer that is neither a verdict nor what was asked for."""
    return _failed(page.url, f"it answers {page.status} {page.reason}")


def bare(url: str) -> str:
    """Return an address without user, query and fragment, which may hold secrets."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "an address that is none"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


@contextmanager
def _asked(url: str, request: Request, silence: float, end: float, connect: float | None = None) -> Iterator[Page]:
    try:
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        with closing(_connection(parts, silence if connect is None else connect)) as connection:
            connection.connect()
            connection.sock.settimeout(silence)
            with _cut_off(connection.sock, end):
                headers = {"Accept-Encoding": "identity", **request.headers}
                connection.request(request.method, path, body=request.body, headers=headers)
                # An answer that is not read to its end would hold the socket open.
                with closing(connection.getresponse()) as response:
                    yield Page(url, response, end)
    except ssl.SSLCertVerificationError as error:
        raise _untrusted(url, error.verify_message) from error
    except (http.client.InvalidURL, ValueError) as error:
        # In their own words they quote what may hold a secret.
        raise _failed(url, "the address is not usable") from error
    except (OSError, http.client.HTTPException) as error:
        # Whom we cut off ourselves seems to have closed the connection.
        late = "the answer took too long" if time.monotonic() >= end else ""
        raise _failed(url, late or str(error) or type(error).__name__) from error


@contextmanager
def _cut_off(connected: socket.socket, end: float) -> Iterator[None]:
    """Cut the connection when the time is up: a server that sends byte by byte never counts as silent."""

    def cut() -> None:
        with suppress(OSError):
            connected.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(max(0.0, end - time.monotonic()), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _connection(parts: SplitResult, timeout: float) -> http.client.HTTPConnection:
    if parts.scheme == "https" and parts.hostname:
        return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=timeout, context=_authorities())
    if parts.scheme == "http" and parts.hostname in LOOPBACK:
        return http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
    raise _failed(parts.geturl(), "only https is asked, and http on loopback")


def _authorities() -> ssl.SSLContext:
    """Trust whom the system trusts, or whom the user names; OpenSSL itself looks at SSL_CERT_FILE."""
    bundle = os.environ.get(BUNDLE) or None
    try:
        folder = bundle is not None and Path(bundle).is_dir()
        return ssl.create_default_context(cafile=None if folder else bundle, capath=bundle if folder else None)
    except OSError as error:
        raise Untrusted(
            f"{BUNDLE} names {bundle}, which holds no certificates: {error.strerror or error}",
            state="nothing was asked",
            fix=f"correct {BUNDLE}, or unset it",
        ) from error


def _followed(page: Page) -> str:
    if not page.location:
        raise _failed(page.url, "it redirects to nowhere")
    url = urljoin(page.url, page.location)
    if urlsplit(url)[:2] != urlsplit(page.url)[:2]:
        raise _failed(page.url, f"it redirects to another place, {bare(url)}")
    return url


def _untrusted(url: str, why: str) -> Untrusted:
    return Untrusted(
        f"{bare(url)} cannot prove who it is: {why}",
        state="nothing was sent there, no credential either",
        fix=f"for an authority of your own name the file with its certificate in SSL_CERT_FILE or {BUNDLE}; else have "
        "the certificate of the index mended",
    )


def _failed(url: str, why: str) -> ServiceFailed:
    return ServiceFailed(
        f"cannot read {bare(url)}: {why}",
        state="only reading failed; nothing was changed by it",
        fix="run the same command again; if it stays, look at the status page of the index",
    )
