"""The rows of the fault matrix that concern source and git, beside each what is healthy; and the modes of judging."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests import running
from tests.rows.script import Made, Row, load, prepare, seen, validate
from tests.samples import git

FAULTS, MODES = (load(Path(__file__).with_name(name)) for name in ("validate.txt", "modes.txt"))
ROWS = FAULTS + MODES
MATRIX = ("V1", "V2", "V3", "V4", "V5", "V6", "V7", "V8", "V9", "V10", "V11", "V12", "V15", "V17", "V18", "V21")


def named(root: Path, words: str) -> str:
    """Return expected words with each `{REV}` replaced by the start of the object's id."""
    return re.sub(r"\{(.+?)\}", lambda found: git(root, "rev-parse", found[1])[:12], words)


def told(root: Path, done: running.Done) -> str:
    """Return all that a person reads; a failure has its three lines, a success none, and nobody sees a traceback."""
    assert "Traceback" not in done.stderr
    if done.returncode:
        what, state, following = running.three_lines(done)
        assert all((what, state, following)), done.stderr
    else:
        assert not re.search(r"(?m)^(error|state|next):", done.stderr), done.stderr
    return done.stderr.replace(str(root), ".")


def found(document: dict[str, Any]) -> list[str]:
    """Return the findings, but for the note that no index was asked."""
    findings = (f"{each['severity']} {each['check']}" for each in document["findings"])
    return sorted(finding for finding in findings if finding != "note version-unpublished")


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_row(row: Row, made: Made, tmp_path: Path) -> None:
    """The fault is named, nothing else is reported, the exit code is the table's, and nothing is changed."""
    root = prepare(row, made, tmp_path)
    before = seen(tmp_path)
    done = validate(root, *row.run, **row.env)
    words = told(root, done)
    document = json.loads(done.stdout)
    assert (done.returncode, document["exit_code"]) == (row.exit, row.exit), words
    assert found(document) == sorted(row.findings), words
    for expected in row.says:
        assert named(root, expected) in words
    for expected in row.hides:
        assert expected not in words
    for expected in row.next:
        assert expected in running.three_lines(done)[2]
    assert {name: document.get(name) for name in row.expect} == row.expect
    assert seen(tmp_path) == before


def test_each_fault_of_the_matrix_has_rows() -> None:
    """Each is there, and beside it one that is healthy."""
    faults = {row.name.split()[0] for row in FAULTS if row.exit or row.findings}
    healthy = {row.name.split()[0] for row in FAULTS if not row.exit}
    assert set(MATRIX) <= faults
    assert set(MATRIX) <= healthy
