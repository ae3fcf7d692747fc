"""The stage `publish`: real pypiserver, real twine, and indexes that misbehave."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from release_tools.adapters import sending
from release_tools.adapters.index import Index, Patience
from release_tools.adapters.sending import Answer
from release_tools.backoff import Backoff
from release_tools.config import Config
from release_tools.delivery import Delivery
from release_tools.errors import Conflict, NotYetVisible, Refused, ReleaseError, ServiceFailed
from release_tools.ledger import Ledger
from release_tools.model import Distribution, GoAhead, Manifest, Published, Target
from release_tools.options import Options
from release_tools.stages import Outcome
from release_tools.stages.publish import publish
from tests import loopback, tiny
from tests.clocks import FakeClock

SHORT = Patience(connect=5, silence=3, total=60)
WHEEL, SDIST = "tiny_sample-1.2.3-py3-none-any.whl", "tiny_sample-1.2.3.tar.gz"


def rehearsed(
    folder: Path, manifest: Manifest, ledger: Ledger | None = None, target: Target = tiny.REHEARSAL
) -> tuple[Outcome, list[str]]:
    """Publish to the rehearsal; return the outcome and what was said meanwhile."""
    said: list[str] = []
    outcome = publish(
        project=tiny.project(folder),
        version=tiny.VERSION,
        manifest=manifest,
        attestations={},
        target=target,
        go_ahead=tiny.GO_AHEAD,
        ledger=ledger or tiny.ledger(),
        dist=manifest.folder,
        cache=folder / "cache",
        clock=FakeClock(),
        options=Options(command="publish"),
        config=Config(),
        say=said.append,
        progress=lambda _name, _done, _of: None,
        environment=os.environ,
    )
    return outcome, said


def held(folder: Path) -> list[str]:
    """Return what lies in the folder of the rehearsal's index."""
    return sorted(path.name for path in (folder / "cache/index").iterdir())


def test_a_release_arrives_whole(tmp_path: Path) -> None:
    """Every file is sent once, its bytes lie on the index, and the evidence names each with its digest."""
    manifest = tiny.release(tmp_path / "dist")
    before = threading.active_count()
    outcome, said = rehearsed(tmp_path, manifest)
    assert held(tmp_path) == [WHEEL, SDIST]
    assert outcome.evidence == {
        "files": {each.filename: each.sha256 for each in manifest.distributions},
        "order": [WHEEL, SDIST],
        "sent": [WHEEL, SDIST],
        "present": [],
    }
    assert said == [f"sending {WHEEL}, {SDIST} to rehearsal"]
    assert threading.active_count() <= before
    for each in manifest.distributions:
        assert (tmp_path / "cache/index" / each.filename).read_bytes() == (
            tmp_path / "dist" / each.filename
        ).read_bytes()


def test_a_second_run_sends_nothing(tmp_path: Path) -> None:
    """What is there with an equal digest is skipped, and that is said."""
    manifest = tiny.release(tmp_path / "dist")
    rehearsed(tmp_path, manifest)
    outcome, said = rehearsed(tmp_path, manifest, tiny.ledger(published=True))
    assert (outcome.evidence["sent"], outcome.evidence["present"]) == ([], [WHEEL, SDIST])
    assert said == [f"{name} was there already with the same SHA-256: not sent again" for name in (WHEEL, SDIST)]


def test_a_half_done_run_is_finished(tmp_path: Path) -> None:
    """Only what is missing is sent."""
    manifest = tiny.release(tmp_path / "dist")
    rehearsed(tmp_path, manifest)
    (tmp_path / "cache/index" / SDIST).unlink()
    outcome, _ = rehearsed(tmp_path, manifest, tiny.ledger(published=True))
    assert (outcome.evidence["sent"], outcome.evidence["present"]) == ([SDIST], [WHEEL])


def test_the_first_publish_of_a_ledger_begins_with_an_empty_index(tmp_path: Path) -> None:
    """What an earlier rehearsal left there is not part of this one."""
    rehearsed(tmp_path, tiny.release(tmp_path / "old", {"old.py": ""}))
    (tmp_path / "cache/index/other-1.0.tar.gz").write_text("")
    rehearsed(tmp_path, tiny.release(tmp_path / "dist"))
    assert held(tmp_path) == [WHEEL, SDIST]


def test_other_bytes_under_the_same_name_are_a_conflict(tmp_path: Path) -> None:
    """Both digests are told, nothing is sent, and what lies there stays."""
    manifest = tiny.release(tmp_path / "dist")
    rehearsed(tmp_path, manifest)
    stored = tmp_path / "cache/index" / WHEEL
    stored.write_bytes(b"other")
    (tmp_path / "cache/index" / SDIST).unlink()
    with pytest.raises(Conflict, match="there, ") as caught:
        rehearsed(tmp_path, manifest, tiny.ledger(published=True))
    assert manifest.distributions[0].sha256 in caught.value.what
    assert held(tmp_path) == [WHEEL]
    assert stored.read_bytes() == b"other"


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    """One bit other than in the ledger: not sent, and nothing behind it either."""
    manifest = tiny.release(tmp_path / "dist")
    path = tmp_path / "dist" / WHEEL
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(Refused, match=f"{WHEEL} was not sent: its bytes are not those of the ledger"):
        rehearsed(tmp_path, manifest)
    assert held(tmp_path) == []


def test_an_index_that_cannot_be_written_is_a_failed_service(tmp_path: Path) -> None:
    """A file where the folder should be: three lines that name the path."""
    (tmp_path / "cache").write_text("")
    with pytest.raises(ServiceFailed, match="cannot write"):
        rehearsed(tmp_path, tiny.release(tmp_path / "dist"), tiny.ledger(published=True))


def against(script: list[tuple[int, bool]], manifest: Manifest, seconds: float = 0) -> tuple[Published, int]:
    """Complete a release on an index that answers by script; return the result and the number of uploads."""
    with loopback.serve(loopback.ScriptedIndex(script)) as stub:
        published = completed(stub, manifest, seconds)
        return published, sum(method == "POST" for method, *_ in stub.seen)


def completed(stub: loopback.Stub, manifest: Manifest, seconds: float = 0) -> Published:
    """Complete a release on a server, with so much patience on a clock that costs none."""
    index = Index(stub.target(), SHORT)
    go_ahead = GoAhead(target="stub", ledger_sha256=tiny.LEDGER)

    def send(missing: Sequence[Distribution]) -> tuple[Answer, ...]:
        return sending.upload(index.target, go_ahead, manifest, missing, "open" + "-sesame", os.environ, SHORT)

    project = tiny.project(manifest.folder).normalized
    return Delivery(
        manifest=manifest,
        target=index.target,
        held=lambda: index.held(project, tiny.VERSION, manifest),
        send=send,
        renew=lambda: False,
        backoff=Backoff(clock=FakeClock(), total=seconds, say=print),
    ).complete()


@pytest.mark.parametrize(
    ("script", "uploads"),
    [
        ([(200, True), (200, True)], 2),
        ([(500, True), (200, True)], 2),
        ([(200, True), (500, True)], 2),
    ],
)
def test_what_was_read_back_counts(tmp_path: Path, script: list[tuple[int, bool]], uploads: int) -> None:
    """An index that fails or refuses and holds the file all the same has it: no file is sent twice."""
    published, sent = against(script, tiny.release(tmp_path))
    assert published == Published(target="stub", sent=(WHEEL, SDIST), present=())
    assert sent == uploads


def test_what_another_hand_brought_is_not_counted_as_sent(tmp_path: Path) -> None:
    """A file that is refused when it is first offered, and is there with an equal digest, was there already."""
    published, sent = against([(409, True), (500, False), (400, True)], tiny.release(tmp_path), seconds=60)
    assert published == Published(target="stub", sent=(SDIST,), present=(WHEEL,))
    assert sent == 3


@pytest.mark.parametrize(
    ("script", "error", "what", "state"),
    [
        ([(503, False)], ServiceFailed, f"gave no usable answer to {WHEEL} (503)", "0 of 2"),
        ([(200, True), (503, False)], ServiceFailed, f"gave no usable answer to {SDIST} (503)", "1 of 2"),
        ([(429, False)], ServiceFailed, "a quota of stub is used up", "0 of 2"),
        ([(307, False)], ServiceFailed, "(307)", "0 of 2"),
        ([(200, False), (200, False)], NotYetVisible, f"took {WHEEL} and does not list it yet", "0 of 2"),
        ([(200, True), (200, False)], NotYetVisible, f"took {SDIST} and does not list it yet", "1 of 2"),
        ([(403, False)], Refused, "does not let us in (403), for a reason", "0 of 2"),
        ([(400, False)], Refused, f"refuses {WHEEL} (400): Bad Request what the index says", "0 of 2"),
        ([(200, True), (400, False)], Conflict, f"refuses {SDIST} (400)", "1 of 2"),
    ],
)
def test_each_end_has_its_error(
    tmp_path: Path, script: list[tuple[int, bool]], error: type[ReleaseError], what: str, state: str
) -> None:
    """What failed, how many files are there, and what to type; a refusal is final once a file is live."""
    with pytest.raises(error) as caught:
        against(script, tiny.release(tmp_path))
    assert type(caught.value) is error
    assert what in caught.value.what
    assert caught.value.state.startswith(f"{state} files are on stub")
    assert "markup" not in caught.value.what
    assert caught.value.fix


def test_silence_is_a_failed_service(tmp_path: Path) -> None:
    """An index that lists and never answers an upload ends in bounded time."""

    def half_silent(handler: loopback.Handler, stub: loopback.Stub) -> None:
        if stub.seen[-1][0] == "GET":
            handler.say(404)
        else:
            loopback.silence(handler, stub)

    with loopback.serve(half_silent) as stub, pytest.raises(ServiceFailed, match="silence"):
        completed(stub, tiny.release(tmp_path))


def test_a_lie_is_found(tmp_path: Path) -> None:
    """An index that says 200 and stores other bytes is a conflict when the digests are read back."""
    manifest = tiny.release(tmp_path)
    index = loopback.ScriptedIndex([(200, False), (200, False)])

    def lie(handler: loopback.Handler, stub: loopback.Stub) -> None:
        index(handler, stub)
        if stub.seen[-1][0] == "POST":
            index.files[WHEEL] = "0" * 64

    with loopback.serve(lie) as stub, pytest.raises(Conflict, match="0" * 64):
        completed(stub, manifest)
