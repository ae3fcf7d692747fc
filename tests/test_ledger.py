"""The ledger: what is written is read again, and what cannot be believed is refused and left alone."""

from __future__ import annotations

import hashlib
import json
import os
import resource
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.version import Version

from release_tools import ledger as ledgers
from release_tools.errors import Refused
from release_tools.ledger import Ledger, Record
from release_tools.model import Distribution

PASSED = Record(status="passed", start="2026-01-10T12:00:00+00:00", duration=1.5, evidence={"mode": "tag", "todo": []})
FAILED = Record(status="failed", start="2026-01-10T12:00:02+00:00", duration=0.25, exit_code=3, reason="no tag")
WHEEL = Distribution(filename="a-1-py3-none-any.whl", kind="wheel", size=7, sha256="1" * 64, blake2b_256="2" * 64)
LEDGER = Ledger(
    project="a",
    version="1",
    commit="c" * 40,
    tag="v1",
    tag_object="d" * 40,
    tools={"nox-release-tools": "0.1.0"},
    distributions=(WHEEL, replace(WHEEL, filename="a-1.tar.gz", kind="sdist")),
    files={"SHA256SUMS.txt": "3" * 64},
    built={"commit": "c" * 40, "version": "1", "tool": "0.1.0"},
    stages={"validate": PASSED, "build": FAILED},
    targets={"rehearsal": {"publish": PASSED}, "pypi": {"publish": FAILED}},
)


def document(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Return the smallest document that is a ledger, with some of its fields changed."""
    record = {"status": "passed", "start": "2026", "duration": 1, "exit_code": 0, "reason": ""}
    row = {"filename": "a-1.tar.gz", "kind": "sdist", "size": 1, "sha256": "0", "blake2b_256": "0"}
    whole = {
        "schema": 1,
        "project": "a",
        "version": "1",
        "commit": "c",
        "tag": None,
        "tag_object": None,
        "tools": {},
        "distributions": [row],
        "files": {},
        "stages": {"validate": record},
        "targets": {"pypi": {"publish": record}},
    }
    return whole | changes


def test_a_ledger_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Every field survives the file."""
    ledgers.write(LEDGER, tmp_path)
    assert ledgers.read(tmp_path) == LEDGER


def test_a_version_that_could_not_be_read_survives_the_file(tmp_path: Path) -> None:
    """What `validate` found no version of has a ledger too, and is of none."""
    ledgers.write(replace(LEDGER, version=""), tmp_path)
    found = ledgers.read(tmp_path)
    assert found
    assert found.version == ""
    assert not found.is_of(Version("1"))
    assert LEDGER.is_of(Version("1.0"))


@pytest.mark.parametrize(
    ("record", "sent"),
    [
        (PASSED, True),
        (FAILED, False),
        (replace(FAILED, evidence={"sending": ["a"]}), True),
        (replace(FAILED, evidence={"sent": ["a"]}), True),
    ],
)
def test_what_was_sent_stays_sent(record: Record, sent: bool) -> None:  # noqa: FBT001 - a case
    """A later failure takes nothing back of what an earlier run of publish sent."""
    assert LEDGER.with_record("publish", record, "pypi").sent("pypi") is sent
    assert not LEDGER.sent("elsewhere")


def test_what_others_wrote_meanwhile_is_kept() -> None:
    """A stage that took long replaces its own record only: others since are kept, what it dropped stays dropped."""
    ours = LEDGER.with_record("verify", PASSED, "testpypi").with_file("new", "5" * 64)
    ours = replace(ours, stages={"validate": PASSED})
    now = LEDGER.with_record("publish", PASSED, "pypi").with_record("tests", PASSED).with_file("other", "6" * 64)
    joined = ours.joined(now, since=LEDGER)
    assert joined.stages == {"validate": PASSED, "tests": PASSED}
    assert joined.targets == {**ours.targets, "pypi": {"publish": PASSED}}
    assert joined.files == {**LEDGER.files, "new": "5" * 64, "other": "6" * 64}
    assert ours.joined(LEDGER, since=LEDGER) == ours


@settings(deadline=None)
@given(st.text(st.characters()), st.dictionaries(st.text(st.characters()), st.text(st.characters()), max_size=3))
def test_any_text_survives_the_file(
    tmp_path_factory: pytest.TempPathFactory, text: str, evidence: dict[str, str]
) -> None:
    """Whatever a tool or a server said can be kept as a reason or as evidence, lone surrogates too."""
    dist = tmp_path_factory.mktemp("dist")
    kept = {name: value for name, value in evidence.items() if name not in ledgers.FIXED}
    written = LEDGER.with_record("tests", replace(PASSED, reason=text, evidence=kept))
    ledgers.write(written, dist)
    assert ledgers.read(dist) == written


def test_evidence_stands_beside_the_other_fields(tmp_path: Path) -> None:
    """In the file the evidence of a stage is read without knowing of us, and cannot pose as its status."""
    dressed = replace(FAILED, evidence={"status": "passed", "mode": "tag"})
    ledgers.write(LEDGER.with_record("validate", dressed), tmp_path)
    row = json.loads((tmp_path / "release.json").read_bytes())["stages"]["validate"]
    assert (row["mode"], row["status"], row["exit_code"]) == ("tag", "failed", 3)


def test_the_file_is_plain_and_sorted(tmp_path: Path) -> None:
    """Equal ledgers are equal bytes, in ASCII, with the schema named and a line break at the end."""
    ledgers.write(LEDGER, tmp_path)
    first = (tmp_path / "release.json").read_bytes()
    ledgers.write(LEDGER, tmp_path)
    assert (tmp_path / "release.json").read_bytes() == first
    assert first.isascii()
    assert first.endswith(b"}\n")
    assert json.loads(first)["schema"] == 1


def test_digests_are_of_the_bytes(tmp_path: Path) -> None:
    """The digest by which a ledger is handed over is the SHA-256 of its file."""
    ledgers.write(LEDGER, tmp_path)
    content = ledgers.path_in(tmp_path).read_bytes()
    assert ledgers.digest(tmp_path) == hashlib.sha256(content).hexdigest()


def test_records_are_of_a_stage_or_of_a_target_too() -> None:
    """The publish of a rehearsal is never that of a real target, and a new record replaces the former one."""
    assert LEDGER.record("validate") == PASSED
    assert LEDGER.record("publish") is None
    assert LEDGER.record("publish", "rehearsal") == PASSED
    assert LEDGER.record("publish", "elsewhere") is None
    again = (
        LEDGER.with_record("validate", FAILED).with_record("verify", PASSED, "pypi").with_record("publish", PASSED, "x")
    )
    assert again.record("validate") == FAILED
    assert again.record("build") == FAILED
    assert [again.record(stage, "pypi") for stage in ("publish", "verify")] == [FAILED, PASSED]
    assert again.record("publish", "x") == PASSED
    assert LEDGER.record("validate") == PASSED


def test_one_more_file_of_ours_is_listed() -> None:
    """A file that a stage wrote is added to those already listed."""
    assert LEDGER.with_file("a", "0").files == {"SHA256SUMS.txt": "3" * 64, "a": "0"}


def test_no_ledger_is_none(tmp_path: Path) -> None:
    """Where nothing was validated yet there is no ledger, and that is no error."""
    assert ledgers.read(tmp_path) is None
    assert ledgers.read(tmp_path / "absent") is None


def test_fields_that_came_later_may_be_missing(tmp_path: Path) -> None:
    """A ledger written before `built` existed is read."""
    (tmp_path / "release.json").write_text(json.dumps(document()))
    found = ledgers.read(tmp_path)
    assert found is not None
    assert found.built == {}


def refused(dist: Path, content: bytes | None = None) -> Refused:
    """Return the refusal of a ledger; it names the file, which stays as it is."""
    if content is not None:
        (dist / "release.json").write_bytes(content)
    with pytest.raises(Refused) as error:
        ledgers.read(dist)
    assert str(dist / "release.json") in error.value.what
    assert content is None or (dist / "release.json").read_bytes() == content
    return error.value


RECORD = document()["stages"]["validate"]
ROW = document()["distributions"][0]
BROKEN: dict[str, tuple[bytes | dict[str, Any], str]] = {
    "empty": (b"", "empty, cut off or no JSON"),
    "cut off": (json.dumps(document()).encode()[:-9], "empty, cut off or no JSON"),
    "no text": (b"\xff\xfe\x00", "empty, cut off or no JSON"),
    "nested": (b"[" * 200_000, "empty, cut off or no JSON"),
    "a list": (b"[]", "its schema is null"),
    "no schema": ({"project": "a"}, "its schema is null"),
    "newer schema": (document(schema=2), "its schema is 2, not 1"),
    "odd schema": (document(schema="x" * 99), 'its schema is "xxx'),
    "no project": ({name: value for name, value in document().items() if name != "project"}, "'project'"),
    "project no text": (document(project=1), "1 is no text"),
    "version unreadable": (document(version="one"), "Invalid version: 'one'"),
    "tag no text": (document(tag=1), "1 is no text"),
    "tools a list": (document(tools=[]), "no attribute"),
    "stages null": (document(stages=None), "no attribute"),
    "record a list": (document(stages={"validate": []}), "indices"),
    "status unknown": (document(stages={"validate": RECORD | {"status": "superb"}}), "status 'superb'"),
    "status a list": (document(stages={"validate": RECORD | {"status": []}}), "status []"),
    "duration no number": (document(stages={"validate": RECORD | {"duration": "x"}}), "'x'"),
    "duration beyond numbers": (document(stages={"validate": RECORD | {"duration": 10**400}}), "too large"),
    "target a list": (document(targets={"pypi": []}), "no attribute"),
    "distribution null": (document(distributions=[None]), "not subscriptable"),
    "kind unknown": (document(distributions=[ROW | {"kind": "egg"}]), "distribution 'a-1.tar.gz'"),
    "size infinite": (json.dumps(document(distributions=[ROW | {"size": float("inf")}])).encode(), "infinity"),
    "climbing name": (document(distributions=[ROW | {"filename": "../a-1.tar.gz"}]), "distribution '../a-1.tar.gz'"),
    "name of Windows": (document(distributions=[ROW | {"filename": "..\\a.whl"}]), "distribution"),
    "hidden name": (document(distributions=[ROW | {"filename": ".a.whl"}]), "distribution '.a.whl'"),
    "name like an option": (document(distributions=[ROW | {"filename": "-rf.whl"}]), "distribution '-rf.whl'"),
    "no name": (document(distributions=[ROW | {"filename": ""}]), "distribution ''"),
    "name with NUL": (document(distributions=[ROW | {"filename": "a\0.whl"}]), "distribution"),
}


@pytest.mark.parametrize(("content", "why"), BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_believed_is_refused(tmp_path: Path, content: bytes | dict[str, Any], why: str) -> None:
    """A ledger that is broken, of another schema or with a field of another kind is refused, with the reason."""
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    error = refused(tmp_path, raw)
    assert why in error.what
    assert "nox -s validate" in error.fix


def link(path: Path) -> None:
    """Put a good ledger elsewhere and a link to it in place."""
    ledgers.write(LEDGER, path.parent / "elsewhere")
    path.symlink_to(path.parent / "elsewhere/release.json")


@pytest.mark.parametrize(
    ("place", "what"),
    [
        pytest.param(link, "a symbolic link", id="link"),
        pytest.param(lambda path: path.symlink_to("nowhere"), "a symbolic link", id="dangling link"),
        pytest.param(Path.mkdir, "a folder", id="folder"),
        pytest.param(os.mkfifo, "no regular file", id="pipe"),
    ],
)
@pytest.mark.timeout(20)
def test_only_a_regular_file_is_a_ledger(tmp_path: Path, place: Callable[[Path], None], what: str) -> None:
    """A link, even to a good ledger, a folder or a pipe is named and neither followed nor opened."""
    place(tmp_path / "release.json")
    assert what in refused(tmp_path).what


def test_a_file_larger_than_any_ledger_is_not_read(tmp_path: Path) -> None:
    """A huge file under the ledger's name costs no memory."""
    with (tmp_path / "release.json").open("wb") as file:
        file.truncate(ledgers.LARGEST + 1)
    assert "larger than any ledger" in refused(tmp_path).what


def test_a_ledger_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    """What the system says of a file that it does not open is passed on."""
    ledgers.write(LEDGER, tmp_path)
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest_free = os.dup(0)
    os.close(lowest_free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free, before[1]))
    try:
        error = refused(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert "Too many open files" in error.what


def test_a_link_in_place_of_the_ledger_is_replaced_not_followed(tmp_path: Path) -> None:
    """Writing puts a file in place; what a link pointed to keeps its bytes."""
    other = tmp_path / "other.json"
    other.write_text("mine")
    (tmp_path / "release.json").symlink_to(other)
    ledgers.write(LEDGER, tmp_path)
    assert other.read_text() == "mine"
    assert ledgers.read(tmp_path) == LEDGER
