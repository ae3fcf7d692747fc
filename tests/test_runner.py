"""How one stage ends: what its answer, the ledger and stderr say of a refusal, and of a module that is not there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from release_tools import ledger as ledgers
from release_tools import runner, toml
from release_tools.adapters import turns
from release_tools.ledger import Record
from tests import running, samples


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Make a project that can be validated."""
    return samples.make("flit", tmp_path / "project")


def test_a_refusal_by_findings_tells_its_three_lines_in_the_document(project: Path) -> None:
    """With --json the answer holds the three lines of stderr, and status and reason as the ledger has them."""
    (project / "CHANGELOG.md").unlink()
    done = running.stage(project, "validate", "--json", "--offline", "--no-build")
    document = json.loads(done.stdout)
    assert (done.returncode, document["exit_code"]) == (3, 3)
    lines = zip(("error: ", "state: ", "next:  "), ("what", "state", "next"), strict=True)
    assert done.stderr.splitlines()[-3:] == [start + document["error"][key] for start, key in lines]
    record = running.ledger(project)["stages"]["validate"]
    assert (document["status"], document["reason"]) == (record["status"], record["reason"])
    assert record["status"] == "failed"
    assert record["reason"]


def test_the_next_line_is_one_line(tmp_path: Path) -> None:
    """Of a remedy in several paragraphs the three lines have the first; a command beside the chain has no status."""
    (tmp_path / "sample-1.0-py3-none-any.whl").write_text("no archive")
    done = running.stage(tmp_path, "inspect", "--json", "sample-1.0-py3-none-any.whl")
    document = json.loads(done.stdout)
    assert "\n\nSpecifications: " in document["findings"][0]["fix"]
    assert document["error"]["next"] == document["findings"][0]["fix"].partition("\n\n")[0]
    assert done.stderr.splitlines()[-1] == f"next:  {document['error']['next']}"
    assert "status" not in document


@pytest.mark.parametrize(("name", "code"), [("twine.commands", 2), ("of_somebody_else", 1)])
def test_a_missing_extra_is_wrong_usage(project: Path, tmp_path: Path, name: str, code: int) -> None:
    """What an extra of ours brings is named with the command that brings it; any other lack stays a defect."""
    (tmp_path / "library").mkdir()
    raised = f"raise ModuleNotFoundError({f'No module named {name!r}'!r}, name={name!r})\n"
    for module in ("docutils", "markdown_it"):
        (tmp_path / "library" / f"{module}.py").write_text(raised)
    done = running.stage(
        project, "validate", env={"PYTHONPATH": os.pathsep.join((str(tmp_path / "library"), str(running.ROOT)))}
    )
    assert done.returncode == code, done.stderr
    what, _, following = done.stderr.splitlines()[-3:]
    assert name in what
    assert ("a defect of release_tools" in what) is (code == 1)
    assert (following == "next:  python -m pip install 'nox-release-tools[all]'") is (code == 2)


def test_every_extra_is_known() -> None:
    """Whatever the extras bring by name is told as missing, not as a defect."""
    project = toml.parse((running.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (line for extra in project["optional-dependencies"].values() for line in extra)
    brought = {Requirement(line).name.replace("-", "_") for line in lines}
    assert brought - {"nox_release_tools"} <= runner.OPTIONAL


def test_what_another_run_recorded_meanwhile_is_kept(tmp_path: Path) -> None:
    """A stage that takes long writes its own record into the ledger as it then is, not as it was."""
    root = samples.make("flit", tmp_path / "project")
    running.chain(root, "publish")
    command = [sys.executable, "-m", "release_tools", "verify"]
    env = running.environment(_RELEASE_TOOLS_CHAIN="1")
    with subprocess.Popen(
        command, cwd=root, env=env, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as run:
        assert run.stderr
        while "downloading" not in (line := run.stderr.readline()):
            assert line, "verify ended before it downloaded anything"
        ledger = ledgers.read(root / "dist")
        assert ledger
        record = Record(
            status="failed", start="2026-11-22T12:00:00+00:00", duration=1.0, evidence={"sending": ["a.whl"]}
        )
        ledgers.write(ledger.with_record("publish", record, "house"), root / "dist")
        run.communicate(timeout=120)
    assert run.returncode == 0
    targets = running.ledger(root)["targets"]
    assert targets["rehearsal"]["verify"]["status"] == "passed"
    assert targets["house"]["publish"]["sending"] == ["a.whl"]
    assert running.stage(root, "validate").returncode == 0
    kept = running.ledger(root)["targets"]
    assert kept == {"house": targets["house"], "rehearsal": {"preflight": targets["rehearsal"]["preflight"]}}
    text = (root / "sample_flit.py").read_text()
    (root / "sample_flit.py").write_text(text.replace('"1.2.3"', "str(len(__doc__))"))
    running.stage(root, "validate", "--no-build")
    assert running.ledger(root)["targets"]["house"], "what was sent is not forgotten where the version cannot be read"
    (root / "sample_flit.py").write_text(text)
    samples.git(root, "tag", "v1.2.4")
    running.stage(root, "validate", env={"RELEASE_TAG": "v1.2.4"})
    assert not running.ledger(root)["targets"]["house"], "nothing of another version was sent"


def test_who_waits_for_another_run_changes_no_record(tmp_path: Path) -> None:
    """What the other run recorded, or is about to, is not replaced by the failure of the one that came second."""
    root = samples.make("flit", tmp_path / "project")
    running.chain(root, "draft")
    before = running.ledger(root)
    with turns.only_one(root / "dist"):
        done = running.stage(root, "publish", env={"_RELEASE_TOOLS_CHAIN": "1"})
    assert done.returncode == 5
    assert "another run is publishing" in running.three_lines(done)[0]
    assert running.ledger(root) == before
