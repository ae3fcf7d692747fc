"""The index of the rehearsal."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from release_tools.adapters import rehearsal_index
from release_tools.adapters.index import Index
from release_tools.errors import ServiceFailed
from tests import tiny

PASSWORD = "open" + "-sesame"


def asked(base: str, path: str, method: str = "GET") -> http.client.HTTPResponse:
    """Ask the server for a path."""
    parts = urlsplit(base)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)
    connection.request(method, path)
    return connection.getresponse()


def listening(base: str) -> bool:
    """Whether somebody listens at an address."""
    parts = urlsplit(base)
    with socket.socket() as probe:
        return probe.connect_ex((str(parts.hostname), parts.port or 0)) == 0


def test_it_lists_what_lies_in_its_folder(tmp_path: Path) -> None:
    """The folder outlives the server: a later one shows the same files with their digests."""
    manifest = tiny.release(tmp_path)
    with rehearsal_index.serve(tmp_path, PASSWORD) as target:
        listed = Index(target).files(tiny.project(tmp_path).normalized, tiny.VERSION)
    assert {name: each.sha256 for name, each in listed.items()} == {
        each.filename: each.sha256 for each in manifest.distributions
    }


def test_an_unknown_name_is_never_sent_elsewhere(tmp_path: Path) -> None:
    """By itself pypiserver would redirect to the public index; ours says that there is no such project."""
    with rehearsal_index.serve(tmp_path / "new", PASSWORD) as target:
        response = asked(target.simple_url, "/simple/no-such-project/")
        assert (response.status, response.getheader("Location")) == (404, None)


def test_it_listens_on_loopback_alone(tmp_path: Path) -> None:
    """Nobody on the network can reach it, and each server has a port of its own."""
    with rehearsal_index.serve(tmp_path, PASSWORD) as one, rehearsal_index.serve(tmp_path, PASSWORD) as other:
        assert {urlsplit(one.upload_url).hostname, urlsplit(other.upload_url).hostname} == {"127.0.0.1"}
        assert one.upload_url != other.upload_url


def test_nothing_is_left_of_it(tmp_path: Path) -> None:
    """No thread and no port, not even while a client holds a connection without a word."""
    before = threading.active_count()
    with rehearsal_index.serve(tmp_path, PASSWORD) as target:
        parts = urlsplit(target.upload_url)
        client = socket.create_connection((str(parts.hostname), parts.port or 0))
        assert asked(target.simple_url, "/simple/").status == 200
    with client:
        assert threading.active_count() <= before
        assert not listening(target.upload_url)


def test_an_error_inside_says_nothing_on_the_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """What goes wrong is an answer, never a log or a traceback among the stage's own lines."""
    with rehearsal_index.serve(tmp_path, PASSWORD) as target:
        assert asked(target.simple_url, "/", method="POST").status == 401
        tmp_path.chmod(0)
        tmp_path.rmdir()
        assert asked(target.simple_url, "/simple/").status in {200, 500}
    assert capfd.readouterr() == ("", "")


NO_MORE_SOCKETS = """
import resource
from pathlib import Path
from release_tools.adapters import rehearsal_index
from release_tools.errors import ServiceFailed
before = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (3, before[1]))
try:
    rehearsal_index._bound()
except ServiceFailed as error:
    print(error.what)
resource.setrlimit(resource.RLIMIT_NOFILE, before)
"""


def test_a_port_that_cannot_be_had_is_three_lines() -> None:
    """Where the system gives no socket, that is what is told."""
    done = subprocess.run(
        [sys.executable, "-c", NO_MORE_SOCKETS],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "the rehearsal index cannot listen on 127.0.0.1: Too many open files\n"


def test_a_folder_that_cannot_be_made_is_three_lines(tmp_path: Path) -> None:
    """A file in the way, or no space, is an error of the machine, told with its path."""
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(ServiceFailed, match="cannot write"),
        rehearsal_index.serve(tmp_path / "file" / "index", PASSWORD),
    ):
        pass
