"""A real package index for a rehearsal: pypiserver inside this process, on loopback, for as long as it is needed."""

from __future__ import annotations

import hmac
import io
import logging
import os
import socket
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socketserver import TCPServer, ThreadingMixIn
from typing import TYPE_CHECKING, Any, BinaryIO
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from release_tools.adapters import files
from release_tools.errors import ServiceFailed
from release_tools.model import Target

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

FOLDER = "index"
USERNAME = "rehearsal"
LOOPBACK = "127.0.0.1"
SILENCE = 30.0
POLL = 0.02


@contextmanager
def serve(folder: Path, password: str) -> Iterator[Target]:
    """Serve the distributions in a folder until the block ends; uploads need the password."""
    with files.no_space_named(folder):
        folder.mkdir(parents=True, exist_ok=True)
    application = _application(folder, password)
    with _bound() as server:
        server.set_app(application)
        thread = threading.Thread(target=server.serve_forever, args=(POLL,), name="rehearsal-index", daemon=True)
        thread.start()
        try:
            yield _target(server.server_port)
        finally:
            server.shutdown()
            thread.join()


def _target(port: int) -> Target:
    base = f"http://{LOOPBACK}:{port}/"
    return Target(name="rehearsal", upload_url=base, simple_url=f"{base}simple/", username=USERNAME)


def _bound() -> _Server:
    try:
        return _Server((LOOPBACK, 0), _Handler)
    except OSError as error:
        raise ServiceFailed(
            f"the rehearsal index cannot listen on {LOOPBACK}: {error.strerror or error}",
            state="nothing was uploaded",
            fix="allow this user to listen on the loopback interface, then run the same command again",
        ) from error


def _application(folder: Path, password: str) -> WSGIApplication:
    with _quiet_import():
        import pypiserver
        from pypiserver.config import Config

    # It warns through logging what it also answers; without a handler that would reach the terminal.
    logging.getLogger("pypiserver").addHandler(logging.NullHandler())
    logging.getLogger("pypiserver").propagate = False
    # Without disable-fallback it sends whoever asks for an unknown name on to the public index.
    arguments = ("run", "--backend", "simple-dir", "--authenticate", "update", "--disable-fallback", str(folder))
    config = Config.from_args(arguments).with_updates(auther=_gatekeeper(password))
    config.backend = _backend(config)
    application: WSGIApplication = pypiserver.setup_routes_from_config(pypiserver.app_from_config(config), config)
    return application


@contextmanager
def _quiet_import() -> Iterator[None]:
    """Keep what pypiserver's copy of bottle does when imported to itself: old modules, and a hook into all imports."""
    finders = sys.meta_path[:]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            sys.meta_path[:] = finders


def _gatekeeper(password: str) -> Callable[[str, str], bool]:
    def let_in(username: str, given: str) -> bool:
        return username == USERNAME and hmac.compare_digest(given.encode(), password.encode())

    return let_in


def _backend(config: Any) -> Any:  # noqa: ANN401 - pypiserver ships no types
    from pypiserver.backend import BackendProxy, SimpleFileBackend

    class Whole(SimpleFileBackend):  # type: ignore[misc]
        """Gives an uploaded file its name only when it is complete; hidden names are not listed."""

        def add_package(self, filename: str, stream: BinaryIO) -> None:
            temporary = self.roots[0] / f"{files.TEMPORARY}{os.getpid()}-{threading.get_ident()}"
            try:
                super().add_package(temporary.name, stream)
                temporary.replace(self.roots[0] / filename)
            finally:
                temporary.unlink(missing_ok=True)

    return BackendProxy(Whole(config))


class _Handler(WSGIRequestHandler):
    """Answers without a word on the terminal, and gives up on a client that falls silent."""

    timeout = SILENCE

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is inherited
        """Log nothing."""

    def get_stderr(self) -> io.StringIO:
        """Give the errors of the application nowhere to go; their answer is a 500."""
        return io.StringIO()


class _Server(ThreadingMixIn, WSGIServer):
    """A thread for each connection; closing it ends them all."""

    daemon_threads = False
    block_on_close = True

    def __init__(self, *args: Any) -> None:  # noqa: ANN401 - handed on
        self._open: set[socket.socket] = set()
        super().__init__(*args)

    def server_bind(self) -> None:
        """Bind without the reverse look-up of the host name that the base class does."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, self.server_address[1]
        self.setup_environ()

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - inherited
        """Remember the connection."""
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - inherited
        """Forget the connection."""
        self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Cut what is still connected, so that no thread waits for a client."""
        for request in tuple(self._open):
            with suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)
        super().server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - inherited
        """Say nothing: what a client did wrong shows in its own answer."""
