"""The rows of the fault matrix about runs that are killed, that stand beside another, or that find a broken ledger."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from release_tools import ledger as ledgers
from release_tools.adapters import rehearsal_index
from release_tools.ledger import Record
from release_tools.model import Target
from tests import running, servers, tiny
from tests.rows.publishing import (
    HOUSE,
    TOKEN,
    VARIABLE,
    WHEEL,
    Scene,
    argv,
    command,
    hand_over,
    make,
    publish,
    quiet,
    scene,
    settings,
)  # fmt: skip
from tests.samples import git
from tests.stubs.fault_proxy import Rule

ALWAYS = 1 << 20
SUM = "0" * 64


def kills(runs: list[subprocess.Popen[bytes]]) -> Callable[[], None]:
    """Return what kills the run that is about to be put into a list, and waits until it is gone."""

    def kill() -> None:
        while not runs:
            time.sleep(0.01)
        runs[0].send_signal(signal.SIGKILL)
        runs[0].wait(10)

    return kill


POINTS = {
    "before the upload": [("GET", "before:rst")],
    "within the body": [("POST", "upload:cut:300")],
    "stored, not answered": [("POST", "after:rst")],
    "answered, not recorded": [("GET", "delay:0"), ("GET", "delay:0"), ("GET", "before:rst")],
}


@pytest.mark.parametrize("point", POINTS)
def test_p10_killed_and_run_again(tmp_path: Path, point: str) -> None:
    """Killed by the server at the worst moments: the next run has no conflict and ends complete."""
    runs: list[subprocess.Popen[bytes]] = []
    *passing, last = [Rule(match, do) for match, do in POINTS[point]]
    with scene(tmp_path, *passing, replace(last, meanwhile=kills(runs))) as there:
        nowhere = subprocess.DEVNULL
        with subprocess.Popen(argv(), cwd=there.root, env=quiet(), stdout=nowhere, stderr=nowhere) as run:
            runs.append(run)
            assert run.wait(60) == -signal.SIGKILL
        assert len(there.index.posts) == {"stored, not answered": 1, "answered, not recorded": 2}.get(point, 0)
        record = there.ledger().record("publish", HOUSE)
        assert point == "before the upload" if record is None else record.status == "failed"
        there.finished()


def test_what_others_record_between_two_sends_is_kept(tmp_path: Path) -> None:
    """Before each send the ledger is told what goes out, and keeps what it has been told by others meanwhile."""
    there: list[Scene] = []

    def record() -> None:
        ledger = there[0].ledger()
        passed = Record(status="passed", start="2026-11-21T12:00:00+00:00", duration=1.0)
        ledgers.write(ledger.with_record("verify", passed, "elsewhere"), there[0].root / "dist")

    with scene(tmp_path, Rule("POST", "status:503", 1, record)) as made:
        there.append(made)
        made.finished()
        assert made.ledger().record("verify", "elsewhere") is not None


FULL = """
import errno, os, sys
def hook(event, arguments):
    if event == "open" and os.path.exists(os.environ["FULL"]) and "dist/.release-tools-" in str(arguments[0]):
        if arguments[1] is None and arguments[2] & os.O_WRONLY:
            raise OSError(errno.ENOSPC, "no")
sys.addaudithook(hook)
"""


def test_p11_a_disk_that_is_full_after_the_upload(tmp_path: Path) -> None:
    """It is said that the files are there and only the record is missing; the next run finds them on the index."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site/sitecustomize.py").write_text(FULL)
    full = tmp_path / "full"
    with scene(tmp_path, Rule("POST", "delay:0", ALWAYS, full.touch)) as there:
        path = os.pathsep.join((str(tmp_path / "site"), str(running.ROOT)))
        told = command(there.root, PYTHONPATH=path, FULL=str(full))
        assert told.code == 5, told.err
        what, state, following = told.lines()
        assert "release.json: no space left" in what
        assert state == "publish did its work, but it is not recorded; the next run finds what was done"
        assert "run the same command again" in following
        there.whole()
        assert there.record().status == "failed"
        there.finished()


def of_another_commit(root: Path) -> None:
    """Let the ledger be of another commit."""
    git(root, "commit", "--quiet", "--allow-empty", "--message=More")


SPOILT: dict[str, Callable[[Path], object]] = {
    "cut off": lambda root: os.truncate(root / "dist/release.json", 100),
    "no JSON": lambda root: (root / "dist/release.json").write_text("\0\x1b[2J"),
    "of another schema": lambda root: edit(root, '"schema": 1', '"schema": 99'),
    "of another commit": of_another_commit,
    "of another digest": lambda root: edit(root, digest_of(root), SUM),
    "gone": lambda root: (root / "dist/release.json").unlink(),
}


def edit(root: Path, old: str, new: str) -> None:
    """Replace a text in the ledger."""
    path = root / "dist/release.json"
    content = path.read_text()
    assert old in content
    path.write_text(content.replace(old, new))


def digest_of(root: Path) -> str:
    """Return the SHA-256 of the wheel as the ledger lists it."""
    found = ledgers.read(root / "dist")
    assert found
    return found.distributions[0].sha256


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_p12_a_ledger_that_proves_nothing(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    """Broken, foreign or gone: refused before the index hears of it; put back, the release is finished."""
    with scene(tmp_path) as there:
        whole, head = (there.root / "dist/release.json").read_bytes(), git(there.root, "rev-parse", "HEAD")
        spoil(there.root)
        for _ in range(2):
            told = publish(there.root)
            assert told.code == 3
        assert not there.stub.seen
        git(there.root, "reset", "--quiet", "--hard", head)
        (there.root / "dist/release.json").write_bytes(whole)
        there.finished()


@pytest.mark.parametrize("claims", [True, False])
def test_p12_a_ledger_is_a_hint_only(tmp_path: Path, *, claims: bool) -> None:
    """It says that all was sent, or nothing, or may not be written to: the index is asked what is so."""
    with scene(tmp_path) as there:
        before = there.ledger()
        if not claims:
            assert publish(there.root).code == 0
        record = before.stages["build"] if claims else None
        ledgers.write(before.with_record("publish", record, HOUSE) if record else before, there.root / "dist")
        (there.root / "dist/release.json").chmod(0o444)
        there.finished()


ROUNDS = int(os.environ.get("ROUNDS", "3"))


def together(*roots: Path, **env: str) -> list[running.Done]:
    """Run `publish` in several places at once and wait for all."""
    runs = [
        subprocess.Popen(argv(), cwd=root, env=quiet() | env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for root in roots
    ]
    said = [run.communicate(timeout=120) for run in runs]
    return [subprocess.CompletedProcess(argv(), run.returncode, *words) for run, words in zip(runs, said, strict=True)]


@pytest.mark.parametrize("attempt", range(ROUNDS))
def test_p13_two_at_once_in_two_places(tmp_path: Path, attempt: int) -> None:
    """The index fails whom it does not serve first: both runs end well, and each file is stored once."""
    with scene(tmp_path, takes=0.1 * attempt) as there:
        other = Path(shutil.copytree(there.root, tmp_path / "other", symlinks=True))
        for done in together(there.root, other):
            assert "Traceback" not in done.stderr
            assert done.returncode == 0, done.stderr
        there.whole()
        there.finished()


@pytest.mark.parametrize("attempt", range(ROUNDS))
def test_p13_two_at_once_in_one_place(tmp_path: Path, attempt: int) -> None:
    """One of them does it, the other is told to wait or finds it done; each file is stored once."""
    with scene(tmp_path, takes=0.1 + 0.1 * attempt) as there:
        ended = together(there.root, there.root)
        for done in ended:
            assert "Traceback" not in done.stderr
            if done.returncode:
                assert done.returncode == 5
                assert "another run is publishing" in running.three_lines(done)[0]
        assert 0 in [done.returncode for done in ended]
        there.whole()
        there.finished()


def test_another_build_of_a_version_that_is_out(tmp_path: Path) -> None:
    """Other bytes under the same names: both digests, no request to take them, and the index stays as it is."""
    with scene(tmp_path) as there:
        there.finished()
        before = len(there.index.posts)
        other = tiny.release(tmp_path / "other", {"other.py": "x = 1\n"})
        hand_over(there.root, other)
        for _ in range(2):
            told = publish(there.root)
            assert told.code == 4
            held, ours = there.index.files[WHEEL].sha256(), other.distributions[0].sha256
            assert f"SHA-256 {held} there, {ours} in the ledger" in told.lines()[0]
        assert len(there.index.posts) == before


@contextmanager
def pypiserver(folder: Path) -> Iterator[Target]:
    """Run pypiserver as an index of one's own."""
    with rehearsal_index.serve(folder / "index", TOKEN) as target:
        yield target


@pytest.mark.parametrize("server", ["pypiserver", "devpi"])
def test_an_index_of_ones_own(server: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Real servers, each with its own ways: complete, then nothing to send, then a conflict with other bytes."""
    with ExitStack() as stack:
        if server == "devpi":
            target, token = request.getfixturevalue("devpi").make("own"), servers.PASSWORD
        else:
            target, token = stack.enter_context(pypiserver(tmp_path)), TOKEN
        root = make(tmp_path, settings(target, 'credentials = "token"'))
        for words in ("2 sent to house, 0 already there", "0 sent to house, 2 already there"):
            told = publish(root, env={VARIABLE: token})
            assert told.code == 0, told.err
            assert words in told.out
        hand_over(root, tiny.release(tmp_path / "other", {"other.py": "x = 1\n"}))
        assert publish(root, env={VARIABLE: token}).code == 4
