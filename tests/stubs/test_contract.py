"""One contract for what the stub and two real index servers have in common, and a table of where they differ."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from release_tools.adapters import rehearsal_index, sending
from release_tools.adapters.index import Index, Patience
from release_tools.errors import Conflict
from release_tools.model import GoAhead, Manifest, Target
from tests import loopback, servers, tiny
from tests.stubs.warehouse import Token, Warehouse

PASSWORD = "open" + "-sesame-house"
WRONG = "close" + "-sesame-house"
PATIENCE = Patience(connect=5, silence=30, total=60)
PROJECT = tiny.project(Path()).normalized
NAMES = ("tiny_sample-1.2.3-py3-none-any.whl", "tiny_sample-1.2.3.tar.gz")
Place = Callable[[Path], AbstractContextManager[Target]]


@contextmanager
def warehouse(_folder: Path) -> Iterator[Target]:
    """Run the stub of the public index."""
    index = Warehouse(tokens={PASSWORD: Token()})
    with loopback.serve(index) as stub:
        yield index.target(stub)


@contextmanager
def pypiserver(folder: Path) -> Iterator[Target]:
    """Run the index of a rehearsal."""
    with rehearsal_index.serve(folder / "index", PASSWORD) as target:
        yield target


@dataclass(frozen=True)
class Differs:
    """What a server answers where each does it in its own way."""

    same: int
    other: int
    wrong: int


PYPI = Differs(same=200, other=400, wrong=403)
SERVERS = {
    "warehouse": PYPI,
    "pypiserver": Differs(same=400, other=400, wrong=403),
    "devpi": Differs(same=200, other=409, wrong=401),
}


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Target, Differs]]:
    """Give each of the servers in turn, empty."""
    differs = SERVERS[request.param]
    if request.param == "devpi":
        running: servers.Devpi = request.getfixturevalue("devpi")
        yield running.make(f"i{abs(hash(tmp_path))}"), differs
        return
    places: dict[str, Place] = {"warehouse": warehouse, "pypiserver": pypiserver}
    with places[request.param](tmp_path) as target:
        yield target, differs


def sent(target: Target, manifest: Manifest, password: str = PASSWORD) -> list[int]:
    """Upload everything; return what was answered to each file, up to the first that was not accepted."""
    leave = GoAhead(target=target.name, ledger_sha256=manifest.ledger_sha256)
    answers = sending.upload(target, leave, manifest, manifest.distributions, password, os.environ, PATIENCE)
    return [each.status for each in answers]


def test_what_is_accepted_is_listed_and_served(server: tuple[Target, Differs], tmp_path: Path) -> None:
    """Each file is taken with 200, listed with its SHA-256, and served byte for byte at the address listed."""
    target, _ = server
    index, manifest = Index(target), tiny.release(tmp_path / "dist")
    assert index.listing(PROJECT, tiny.VERSION).simple in (None, {})
    assert sent(target, manifest) == [200, 200]
    listing = index.held(PROJECT, tiny.VERSION, manifest)
    assert listing.simple is not None
    assert {name: file.sha256 for name, file in listing.simple.items()} == {
        each.filename: each.sha256 for each in manifest.distributions
    }
    for each in manifest.distributions:
        path = tmp_path / "downloaded"
        assert index.download(listing.simple[each.filename], path, each.size) == (each.size, each.sha256)
        assert path.read_bytes() == (manifest.folder / each.filename).read_bytes()


def test_the_same_bytes_are_taken_once(server: tuple[Target, Differs], tmp_path: Path) -> None:
    """Sent again, they are answered by 200 or as a duplicate, and what is listed stays as it was."""
    target, differs = server
    manifest = tiny.release(tmp_path / "dist")
    sent(target, manifest)
    before = Index(target).files(PROJECT, tiny.VERSION)
    assert sent(target, manifest)[0] == differs.same
    assert {name: file.sha256 for name, file in Index(target).files(PROJECT, tiny.VERSION).items()} == {
        name: file.sha256 for name, file in before.items()
    }


def test_other_bytes_under_the_same_name_are_refused(server: tuple[Target, Differs], tmp_path: Path) -> None:
    """The name is taken: the answer is a refusal, and who compares sees a conflict."""
    target, differs = server
    first, second = tiny.release(tmp_path / "first"), tiny.release(tmp_path / "second", {"other.py": "x = 1\n"})
    sent(target, first)
    assert sent(target, second) == [differs.other]
    assert set(Index(target).held(PROJECT, tiny.VERSION, first).files) == set(NAMES)
    with pytest.raises(Conflict):
        Index(target).held(PROJECT, tiny.VERSION, second)


def test_a_wrong_password_stores_nothing(server: tuple[Target, Differs], tmp_path: Path) -> None:
    """Nobody gets in, and nothing is listed; each server has its own status for it."""
    target, differs = server
    manifest = tiny.release(tmp_path / "dist")
    assert sent(target, manifest, WRONG) == [differs.wrong]
    assert not Index(target).files(PROJECT, tiny.VERSION)


def test_a_volatile_index_overwrites(devpi: servers.Devpi, tmp_path: Path) -> None:
    """Devpi can be told to take other bytes under the same name: who reads back what was sent before sees it."""
    target = devpi.make("loose", volatile=True)
    first, second = tiny.release(tmp_path / "first"), tiny.release(tmp_path / "second", {"other.py": "x = 1\n"})
    sent(target, first)
    assert sent(target, second) == [200, 200]
    with pytest.raises(Conflict):
        Index(target).held(PROJECT, tiny.VERSION, first)
