"""A whole rehearsal of each sample project by a real `nox -s release`."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from release_tools import pipeline
from tests import running, samples, wheelhouse

TARGETED = {stage.name for stage in pipeline.STAGES if stage.targeted}


@pytest.mark.parametrize("name", samples.NAMES)
def test_a_sample_project_rehearses_its_release(nox: running.Nox, name: str, tmp_path: Path) -> None:
    """Every stage passes or has nothing to do, the files are the ledger's, and the tree stays clean."""
    root = samples.make(name, tmp_path / name)
    done = nox(root, "-s", "release")
    assert done.returncode == 0, done.stdout + done.stderr
    ledger = running.ledger(root)
    for stage in pipeline.NAMES:
        records = ledger["targets"]["rehearsal"] if stage in TARGETED else ledger["stages"]
        expected = "nothing-to-do" if stage in ("preflight", "attest", "announce") else "passed"
        assert records[stage]["status"] == expected, stage
    assert ledger["stages"]["validate"]["mode"] == "tag"
    assert ledger["stages"]["validate"]["todo"] == []
    assert {each["kind"] for each in ledger["distributions"]} == {"sdist", "wheel"}
    for each in ledger["distributions"]:
        assert hashlib.sha256((root / "dist" / each["filename"]).read_bytes()).hexdigest() == each["sha256"]
        assert each["sha256"] in done.stdout
    assert samples.git(root, "status", "--porcelain") == ""
    assert f"git push origin v{samples.VERSION}" in done.stdout
    assert (root / "dist/RELEASE_NOTES.md").read_text().strip()


def test_sha256sums_are_taken_by_the_usual_programs(tmp_path: Path) -> None:
    """`sha256sum -c` and `shasum -c` accept SHA256SUMS.txt."""
    root = samples.make("flit", tmp_path / "flit")
    running.chain(root, "checksums")
    for command in (["sha256sum", "-c"], ["shasum", "-a", "256", "-c"]):
        if shutil.which(command[0]):
            subprocess.run([*command, "SHA256SUMS.txt"], cwd=root / "dist", check=True, capture_output=True)


def test_an_untagged_tree_is_rehearsed_with_a_list_of_what_is_to_do(nox: running.Nox, tmp_path: Path) -> None:
    """Without a tag the rehearsal pretends it; a dirty tree is one more thing to do, not a failure."""
    root = samples.make("hatchling", tmp_path / "project", tag=None)
    (root / "forgotten.txt").write_text("left here\n")
    done = nox(root, "-s", "release")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Before you tag:" in done.stdout
    assert "forgotten.txt" in done.stdout
    assert running.ledger(root)["stages"]["validate"]["mode"] == "rehearsal"
    assert (root / "forgotten.txt").read_text() == "left here\n"


def test_the_same_commit_gives_the_same_bytes_in_another_clone_on_another_python(
    nox: running.Nox, tmp_path: Path
) -> None:
    """What was rehearsed here is what another machine ships."""
    other = another_python()
    wheelhouse.fill(wheelhouse.house_of(other), other)
    found = []
    for folder, python in (("first", None), ("a/deeper/second", other)):
        root = samples.make("setuptools", tmp_path / folder)
        forced = [] if python is None else ["--force-python", python]
        env = {} if python is None else wheelhouse.offline(wheelhouse.house_of(python))
        done = nox(root, *forced, "-s", "validate", "build", "checksums", env=env)
        assert done.returncode == 0, done.stdout + done.stderr
        found.append((root / "dist/SHA256SUMS.txt").read_text())
    assert found[0] == found[1]


def another_python() -> str:
    """Return the path of another supported Python on PATH; without one there is nothing to compare."""
    found = wheelhouse.other_python()
    if found is None:
        pytest.skip("no second Python on PATH")
    return found
