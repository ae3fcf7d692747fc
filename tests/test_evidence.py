"""The record of the project's own tests: written where there is a ledger to hold it, believed when it is whole."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from release_tools import evidence
from release_tools import ledger as ledgers
from release_tools.ledger import Ledger, Record
from tests.samples import git

PASSED = Record(status="passed", start="2026", duration=1.0, evidence={"posargs": []})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make a repository whose HEAD has a ledger."""
    git(tmp_path, "init", "--quiet", "--initial-branch=main", "--template=")
    (tmp_path / "pyproject.toml").touch()
    git(tmp_path, "commit", "--quiet", "--allow-empty", "--message=One")
    ledgers.write(Ledger(project="a", version="1", commit=git(tmp_path, "rev-parse", "HEAD")), tmp_path / "dist")
    return tmp_path


def record(dist: Path) -> Record | None:
    """Return the record of the tests."""
    ledger = ledgers.read(dist)
    assert ledger
    return ledger.record("tests")


def test_how_the_tests_ended_is_recorded(root: Path) -> None:
    """Status, reason, duration and what the session says stand in the ledger of the commit."""
    assert evidence.write("passed", "", {"session": "tests-3.13", "posargs": []}, 1.23456, root)
    found = record(root / "dist")
    assert found
    assert (found.status, found.duration, found.exit_code) == ("passed", 1.235, 0)
    assert found.evidence == {"session": "tests-3.13", "posargs": [], "run": os.getpid()}
    assert found.start.endswith("+00:00")
    assert evidence.proves(found)


def test_tests_of_a_changed_tree_are_no_proof_of_the_commit(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What differed from the commit when they began is told; folders of ours count for nothing."""
    monkeypatch.setenv("RELEASE_DIST", "out/handed")
    (root / "out/handed").mkdir(parents=True)
    for name in ("dist/a", ".nox/b", "out/handed/c"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).touch()
    git(root, "add", "pyproject.toml")
    git(root, "commit", "--quiet", "--message=Two")
    assert evidence.dirty(root) == []
    (root / "pyproject.toml").write_text("# changed\n")
    assert evidence.dirty(root) == ["pyproject.toml"]
    assert evidence.dirty(root.parent / "nowhere") == []


def test_the_package_of_a_monorepo_has_a_ledger_of_its_own(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests run at the top, where nox was started; the variable says for which package."""
    package = root / "packages/one"
    package.mkdir(parents=True)
    (root / "pyproject.toml").rename(package / "pyproject.toml")
    (package / "pyproject.toml").write_text('[project]\nname = "One.More"\n')
    (root / "dist").rename(root / "one-more")
    (root / "dist").mkdir()
    (root / "one-more").rename(root / "dist/one-more")
    assert not evidence.write("passed", "", {"posargs": []}, 1, root)
    monkeypatch.setenv("RELEASE_PACKAGE", "packages/one")
    assert evidence.write("passed", "", {"posargs": []}, 1, root)
    assert record(root / "dist/one-more")


def test_a_failure_is_kept_over_a_later_pass_of_the_same_run(root: Path) -> None:
    """Of several variants in one nox run the failed one counts, of several runs the last."""
    assert evidence.write("failed", "two tests failed", {"posargs": []}, 1, root)
    assert not evidence.write("passed", "", {"posargs": []}, 1, root)
    found = record(root / "dist")
    assert found
    assert (found.status, found.exit_code, found.reason) == ("failed", 1, "two tests failed")
    ledger = ledgers.read(root / "dist")
    assert ledger
    other_run = replace(found, evidence={"run": os.getpid() + 1})
    ledgers.write(ledger.with_record("tests", other_run), root / "dist")
    assert evidence.write("passed", "", {"posargs": []}, 1, root)
    assert evidence.write("skipped", "no interpreter", {}, 0, root)
    found = record(root / "dist")
    assert found
    assert found.status == "skipped"


def test_without_a_ledger_of_this_commit_nothing_is_recorded(root: Path) -> None:
    """No ledger, one of another commit or one that cannot be believed is left as it is."""
    git(root, "commit", "--quiet", "--allow-empty", "--message=Two")
    before = (root / "dist/release.json").read_bytes()
    assert not evidence.write("passed", "", {}, 1, root)
    assert (root / "dist/release.json").read_bytes() == before
    (root / "dist/release.json").write_text("{")
    assert not evidence.write("passed", "", {}, 1, root)
    assert (root / "dist/release.json").read_text() == "{"
    (root / "dist/release.json").unlink()
    assert not evidence.write("passed", "", {}, 1, root)
    assert not list((root / "dist").iterdir())


def test_outside_a_repository_nothing_is_recorded(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A ledger that somebody carried elsewhere is no evidence there."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (root / "dist").rename(elsewhere / "dist")
    assert not evidence.write("passed", "", {}, 1, elsewhere)
    assert record(elsewhere / "dist") is None


def test_the_ledger_is_where_the_release_is_handed_over(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By itself the record goes into `dist` of the working directory; RELEASE_DIST names another folder."""
    monkeypatch.chdir(root)
    monkeypatch.delenv("RELEASE_DIST", raising=False)
    assert evidence.write("passed", "", {}, 1)
    assert record(root / "dist")
    ledgers.write(Ledger(project="a", version="1", commit=git(root, "rev-parse", "HEAD")), root / "out")
    monkeypatch.setenv("RELEASE_DIST", "out")
    assert evidence.write("failed", "x", {}, 1)
    found = record(root / "out")
    assert found
    assert found.status == "failed"


@pytest.mark.parametrize(
    ("changes", "proof"),
    [
        ({}, True),
        ({"status": "failed"}, False),
        ({"status": "skipped"}, False),
        ({"status": "nothing-to-do"}, False),
        ({"evidence": {}}, False),
        ({"evidence": {"posargs": ["-k", "one"]}}, False),
        ({"evidence": {"posargs": None}}, False),
    ],
)
def test_only_all_tests_are_a_proof(changes: dict[str, Any], proof: bool) -> None:  # noqa: FBT001 - a case
    """A pass of a choice of tests, or of nothing, proves nothing."""
    assert evidence.proves(replace(PASSED, **changes)) is proof
    assert not evidence.proves(None)
