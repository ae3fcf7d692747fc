"""Index servers as people run them: devpi-server as a process, in an environment of its own."""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from release_tools.model import Target
from tests import wheelhouse
from tests.samples import clean_env

LOCK = wheelhouse.ROOT / "tests/locks/servers.txt"
PASSWORD = "open" + "-sesame-house"
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Devpi:
    """A running devpi-server."""

    url: str

    def target(self, index: str) -> Target:
        """Return one of its indexes: `house` keeps what it has, `loose` lets it be overwritten."""
        base = f"{self.url}root/{index}/"
        return Target(name="house", upload_url=base, simple_url=f"{base}+simple/", username="root")

    def make(self, index: str, *, volatile: bool = False) -> Target:
        """Make an index and return it."""
        token = _asked("POST", f"{self.url}+login", {"user": "root", "password": PASSWORD})["result"]["password"]
        key = base64.b64encode(f"root:{token}".encode()).decode()
        settings = {"bases": [], "volatile": volatile}
        _asked("PUT", f"{self.url}root/{index}", settings, {"X-Devpi-Auth": key})
        return self.target(index)


def installed(folder: Path) -> Path:
    """Make an environment with the servers, from the wheelhouse where it is filled; return where its programs are."""
    offline = wheelhouse.offline() if (wheelhouse.HOUSE / "filled").exists() else {}
    what = ("install", "--quiet", "--require-hashes", "--no-deps", "--requirement", str(LOCK))
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    if uv := shutil.which("uv"):
        make = [uv, "venv", "--quiet", "--python", sys.executable, str(folder)]
        fill = [uv, "pip", *what, "--python", str(folder)]
    else:
        make = [sys.executable, "-m", "venv", str(folder)]
        fill = [str(programs / "python"), "-m", "pip", *what]
    for command in (make, fill):
        subprocess.run(command, env={**clean_env(), **offline}, capture_output=True, timeout=300, check=True)
    return programs


@contextmanager
def devpi(folder: Path) -> Iterator[Devpi]:
    """Run a devpi-server without any other index behind it, on loopback, until the block ends."""
    programs, data = installed(folder / "environment"), folder / "data"
    environment = {**clean_env(), "PYTHONWARNINGS": "ignore"}
    start = [str(programs / "devpi-init"), "--serverdir", str(data), "--no-root-pypi", "--root-passwd", PASSWORD]
    subprocess.run(start, env=environment, capture_output=True, timeout=120, check=True)
    port = _free_port()
    command = [str(programs / "devpi-server"), "--serverdir", str(data), "--host", "127.0.0.1", "--port", str(port)]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen([*command, "--offline-mode"], env=environment, stdout=log, stderr=log) as server,
    ):
        try:
            yield _answering(Devpi(f"http://127.0.0.1:{port}/"), server, folder / "log")
        finally:
            server.terminate()
            with suppress(subprocess.TimeoutExpired):
                server.wait(10)
            server.kill()


def _answering(devpi: Devpi, server: subprocess.Popen[bytes], log: Path) -> Devpi:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        with suppress(OSError):
            _asked("GET", f"{devpi.url}+api")
            return devpi
        time.sleep(0.1)
    raise AssertionError(f"devpi-server does not answer:\n{log.read_text(errors='replace')}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _asked(
    method: str, url: str, document: object = None, headers: Mapping[str, str] | None = None
) -> Mapping[str, dict[str, str]]:
    body = None if document is None else json.dumps(document).encode()
    given = {"Content-Type": "application/json", **(headers or {})}
    request = urllib.request.Request(url, data=body, method=method, headers=given)  # noqa: S310 - loopback
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=10) as answer:
        found: Mapping[str, dict[str, str]] = json.loads(answer.read())
        return found
