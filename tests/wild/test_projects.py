"""The data of public projects is sound, and with clones at hand the tool says of each what a careful person says."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from pathlib import Path

import pytest

from release_tools import checks
from tests.wild import run
from tests.wild.run import Expected, Found

RELEASES = tuple(run.releases())
BRANCHES = tuple(run.branches())
REPOSITORIES = tuple(dict.fromkeys(row.repository for row in RELEASES))
CLONES = os.environ.get("WILD_CLONES", "")
SHOWN = None if CLONES else 1  # one skipped test says it for all
NEEDS_CLONES = pytest.mark.skipif(not CLONES, reason="WILD_CLONES names no folder with clones of public projects")
ROW = Expected(repository="demo/demo", commit="a" * 40, tag="v1", declared="setup.py", entry="NEWS:1")


@pytest.mark.parametrize("row", [*RELEASES, *BRANCHES], ids=str)
def test_a_row_states_facts_that_agree(row: Expected) -> None:
    """Names, ids and places have their form, and the verdict follows from the errors."""
    known = {each.id for each in checks.of(checks.SOURCE)}
    assert re.fullmatch(r"[\w.-]+/[\w.-]+", row.repository)
    assert re.fullmatch(r"[0-9a-f]{40}", row.commit)
    assert row.errors | row.warnings <= known
    decisive = row.errors & run.alignment_ids()
    follows = "misaligned" if decisive - {"version-readable"} else "undetermined" if decisive else "aligned"
    assert row.verdict == follows
    assert (row.declared == "unreadable") == ("version-readable" in row.errors)
    assert row.tag is None or re.fullmatch(r"none|[^:]+:[1-9][0-9]*", row.entry)
    assert row.verdict == "aligned" or row.why or row.errors == {"changelog-found"}


def test_there_are_forty_projects_with_three_releases_each() -> None:
    """No release is counted twice; as many default branches are there."""
    assert Counter(row.repository for row in RELEASES) == dict.fromkeys(REPOSITORIES, 3)
    assert len(REPOSITORIES) == len({(row.repository, row.tag) for row in RELEASES}) / 3 == 40
    assert len({row.repository for row in BRANCHES}) == len(BRANCHES) == 40


def test_where_tool_and_data_differ_is_told() -> None:
    """What agrees is not told, what differs is, with both sides."""
    said = {"verdict": "aligned", "errors": set[str](), "warnings": set[str](), "declared": "setup.py"}
    found = Found(said=said, others=(), messages=(), seconds=0.1)
    assert run.misses(ROW, found) == []
    other = Found(said=said | {"errors": {"b", "a"}, "entry": "none"}, others=(), messages=(), seconds=0.1)
    assert run.misses(ROW, other) == ["errors: expected none, found a, b", "entry: expected NEWS:1, found none"]


@pytest.mark.parametrize("place", ["demo+demo/repo", "demo/demo", "demo+demo"])
def test_a_clone_is_found_under_each_of_its_names(tmp_path: Path, place: str) -> None:
    """One that is not there is not made up."""
    assert run.clone_of("demo/demo", tmp_path) is None
    (tmp_path / place).mkdir(parents=True)
    assert run.clone_of("demo/demo", tmp_path) == tmp_path / place


def test_places_are_told_as_seen_from_the_repository() -> None:
    """A changelog above the package is one of the repository; a version from the tag has no place."""
    answer: dict[str, object] = {"findings": [], "verdict": "aligned", "error": None, "declared": None}
    entry = {"file": "../../NEWS", "line": 3}
    package = Expected(repository="demo/demo", commit="a" * 40, tag="v1", package="packages/demo")
    found = run.read(json.dumps(answer | {"entry": entry}), "", package, 0.1)
    assert (found.said["declared"], found.said["entry"]) == ("tag", "NEWS:3")


def test_an_answer_that_is_none_is_a_miss() -> None:
    """A crash is never taken for agreement."""
    assert run.misses(ROW, run.read("", "Traceback", ROW, 0.1))


@NEEDS_CLONES
@pytest.mark.parametrize("repository", REPOSITORIES[:SHOWN])
def test_of_each_release_the_tool_says_what_a_careful_person_says(repository: str, tmp_path: Path) -> None:
    """Verdict, errors, warnings, and the places of version and entry."""
    _compare([row for row in RELEASES if row.repository == repository], tmp_path)


@NEEDS_CLONES
@pytest.mark.parametrize("row", BRANCHES[:SHOWN], ids=str)
def test_a_healthy_default_branch_has_no_error(row: Expected, tmp_path: Path) -> None:
    """Work in progress is no fault."""
    _compare([row], tmp_path)


def _compare(rows: list[Expected], folder: Path) -> None:
    clone = run.clone_of(rows[0].repository, Path(CLONES))
    if clone is None:
        pytest.skip(f"no clone of {rows[0].repository} is at hand")
    wrong = {
        str(row): misses
        for at, row in enumerate(rows)
        if (misses := run.misses(row, run.judge(row, clone, folder / str(at))))
    }
    assert wrong == {}
