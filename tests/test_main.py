"""The command as it is started: its exit codes, its one document, its environment, and what it never shows."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from release_tools import environment as handed
from tests import samples
from tests.processes import gone, pid_in

ROOT = Path(__file__).parents[1]
CANARY = "correct-horse-battery-staple"
SLOW_GIT = '#!/bin/sh\necho $$ > "$CANARY_PID"\nexec sleep 60\n'


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a fresh machine on which this checkout can be imported, and which asks no index."""
    ours = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "PIP_NO_INDEX": "1"}
    return samples.clean_env() | ours | more


def run(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "release_tools", *arguments],
        cwd=folder,
        env=environment(**more),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Make a project that can be validated."""
    return samples.make("flit", tmp_path / "project")


def test_version_and_help_are_told(tmp_path: Path) -> None:
    """Asked for its version or its help the command answers on stdout and ends with success."""
    for arguments, words in ((["--version"], "nox-release-tools "), (["validate", "--help"], "--changelog PATH")):
        done = run(tmp_path, *arguments)
        assert (done.returncode, done.stderr) == (0, "")
        assert words in done.stdout


@pytest.mark.parametrize("arguments", [[], ["valid"], ["validate", "--nonsense"], ["validate", "--mode", "x"]])
def test_wrong_usage_is_three_lines_and_2(tmp_path: Path, arguments: list[str]) -> None:
    """What cannot be understood is told in three lines; stdout stays empty."""
    done = run(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == ["error", "state", "next"]


def test_validate_tells_where_version_and_entry_stand(project: Path) -> None:
    """The JSON document names file and line of both; what is not there is null."""
    document = json.loads(run(project, "validate", "--json", "--offline", "--no-build").stdout)
    assert document["declared"]["file"] == "sample_flit.py"
    assert document["declared"]["line"] > 0
    assert document["entry"]["file"] == "CHANGELOG.md"
    (project / "CHANGELOG.md").unlink()
    assert json.loads(run(project, "validate", "--json", "--offline", "--no-build").stdout)["entry"] is None


def test_a_refusal_is_one_document_with_json(tmp_path: Path) -> None:
    """With --json the answer is one document also when nothing could be done."""
    for arguments in (["validate", "--json", "--nonsense"], ["validate", "--json"]):
        done = run(tmp_path, *arguments, GIT_CEILING_DIRECTORIES=str(tmp_path.parent))
        document = json.loads(done.stdout)
        assert (done.returncode, document["exit_code"], document["command"]) == (2, 2, "validate")
        assert set(document) == {"schema", "command", "exit_code", "findings", "error"}
        assert set(document["error"]) == {"what", "state", "next"}
        assert document["error"]["what"] in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("more", [[], ["--json"], ["--json", "--nonsense"]])
def test_an_answer_that_cannot_be_written_is_three_lines_and_5(project: Path, more: list[str], unbuffered: str) -> None:
    """The work is done and recorded as it ended; that its answer is lost is told on stderr."""
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "release_tools", "validate", *more],
            cwd=project, env=environment(PYTHONUNBUFFERED=unbuffered), stdout=full, stderr=subprocess.PIPE, text=True,
            timeout=120, check=False,
        )  # fmt: skip
    assert done.returncode == 5
    what, state, following = done.stderr.splitlines()[-3:]
    assert what == "error: stdout cannot be written: No space left on device"
    assert state.startswith("state: ")
    assert following.startswith("next:  ")
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    ledger = project / "dist/release.json"
    assert "--nonsense" in more or json.loads(ledger.read_text())["stages"]["validate"]["status"] == "passed"


def test_a_stage_ends_with_its_code_and_tells_nox_and_the_workflow(project: Path, tmp_path: Path) -> None:
    """The end of a stage stands in the workflow's outputs and, for nox, in a file: a word, or the first line."""
    places = {"GITHUB_OUTPUT": str(tmp_path / "output"), "_RELEASE_TOOLS_OUTCOME": str(tmp_path / "outcome")}
    done = run(project, "validate", **places)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "outcome").read_text() == handed.PASSED
    assert "\n0\n" in (tmp_path / "output").read_text()
    done = run(project, "preflight", "--target", "nowhere", **places)
    assert done.returncode == 2
    assert (tmp_path / "outcome").read_text() == "unknown target 'nowhere'"
    assert "exit-code<<" in (tmp_path / "output").read_text()
    assert "\n2\n" in (tmp_path / "output").read_text()
    done = run(project, "validate", "--nonsense", **places)
    assert done.returncode == 2
    assert "--nonsense" in (tmp_path / "outcome").read_text()
    done = run(project, "validate", "--help", **places)
    assert (done.returncode, (tmp_path / "outcome").read_text()) == (0, handed.PASSED)


def test_what_cannot_be_told_to_nox_does_not_hide_how_the_stage_ended(project: Path, tmp_path: Path) -> None:
    """Where the file of the outcome cannot be written the exit code and the three lines are as ever."""
    done = run(project, "validate", "--nonsense", _RELEASE_TOOLS_OUTCOME=str(tmp_path / "no folder" / "outcome"))
    assert done.returncode == 2
    assert done.stderr.splitlines()[-3].startswith("error: ")


@pytest.mark.parametrize(
    ("value", "code", "documents"), [("1", 0, 1), ("true", 0, 1), ("0", 0, 0), ("off", 0, 0), ("x", 2, 0)]
)
def test_a_switch_by_its_variable(project: Path, value: str, code: int, documents: int) -> None:
    """RELEASE_JSON is on for 1 and its like, off for 0 and its like, and anything else is wrong usage."""
    done = run(project, "validate", "--offline", RELEASE_JSON=value)
    assert (done.returncode, done.stdout.startswith("{")) == (code, bool(documents)), done.stderr


@pytest.mark.parametrize("module", ["packaging", "rich", "requests", "docutils", "json", "argparse"])
def test_a_module_in_the_working_directory_is_not_imported(project: Path, module: str) -> None:
    """A project may be called, or hold, what we import: ours is taken, theirs is not run."""
    (project / f"{module}.py").write_text("raise SystemExit('theirs was imported')\n")
    samples.git(project, "add", "--all")
    samples.git(project, "commit", "--quiet", "--message=More")
    done = run(project, "validate", _RELEASE_TOOLS_CHAIN="1")
    assert done.returncode == 0, done.stderr
    assert "theirs was imported" not in done.stderr


@pytest.mark.parametrize("flags", [["-O"], ["-OO"], ["-B", "-W", "error"], ["-X", "utf8=0"]])
def test_the_way_python_is_started_makes_no_difference(project: Path, flags: list[str]) -> None:
    """Without assertions, without docstrings, with every warning an error: the verdict is the same."""
    done = subprocess.run(
        [sys.executable, *flags, "-m", "release_tools", "validate"],
        cwd=project, env=environment(), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "aligned" in done.stdout


def broken(folder: Path) -> str:
    """Install libraries that fail when imported, with a secret in their words; return a path."""
    for name in ("docutils", "markdown_it"):
        (folder / "library" / name).mkdir(parents=True)
        code = "import os\nraise RuntimeError('broken \\x1b ' + os.environ['A_TOKEN'])\n"
        (folder / "library" / name / "__init__.py").write_text(code)
    return os.pathsep.join((str(folder / "library"), str(ROOT)))


def test_a_defect_is_three_lines_without_a_traceback(project: Path, tmp_path: Path) -> None:
    """An error that nobody foresaw is told in three lines, its words clean, and ends with 1."""
    path = broken(tmp_path)
    done = run(project, "validate", "--json", PYTHONPATH=path, A_TOKEN=CANARY)
    assert done.returncode == 1
    assert "a defect of release_tools: RuntimeError: broken \\x1b [hidden]" in done.stderr
    assert "Traceback" not in done.stderr
    assert json.loads(done.stdout)["exit_code"] == 1
    assert CANARY not in done.stdout + done.stderr


def test_the_ledger_holds_no_secret_that_a_finding_quotes(project: Path) -> None:
    """What is found names paths of the project, and the ledger, which is handed on, keeps what was found."""
    (project / f"notes-{CANARY}.txt").write_text("x")
    done = run(project, "validate", A_TOKEN=CANARY)
    ledger = (project / "dist/release.json").read_text(encoding="utf-8")
    assert "notes-[hidden].txt" in ledger
    assert CANARY not in ledger + done.stdout + done.stderr


def test_with_debug_a_defect_shows_its_traceback(project: Path, tmp_path: Path) -> None:
    """Who asks for it gets the traceback."""
    path = broken(tmp_path)
    done = run(project, "validate", "--debug", PYTHONPATH=path, A_TOKEN=CANARY)
    assert done.returncode == 1
    assert "Traceback (most recent call last)" in done.stderr


def slow(folder: Path) -> dict[str, str]:
    """Return an environment in which git takes a minute, and says that it has started."""
    (folder / "bin").mkdir()
    (folder / "bin/git").write_text(SLOW_GIT)
    (folder / "bin/git").chmod(0o755)
    return {"PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}", "CANARY_PID": str(folder / "pid")}


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interruption_is_three_lines_and_ends_the_children(
    project: Path, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    """Interrupted within a stage, the command says so, ends what it started and ends with the code of the signal."""
    outcome = tmp_path / "outcome"
    started = subprocess.Popen(
        [sys.executable, "-m", "release_tools", "validate"],
        cwd=project,
        env=environment(_RELEASE_TOOLS_OUTCOME=str(outcome), **slow(tmp_path)),
        stderr=subprocess.PIPE,
        text=True,
    )
    with started:
        child = pid_in(tmp_path / "pid")
        started.send_signal(number)
        _, said = started.communicate(timeout=30)
    assert started.returncode == code
    assert f"error: interrupted by {number.name}\n" in said
    assert "run the same command again" in said
    assert outcome.read_text() == f"interrupted by {number.name}"
    assert gone(child)


def test_an_orphan_stops(project: Path, tmp_path: Path) -> None:
    """When the nox that started it is killed, the command ends what it started and itself within 5 seconds."""
    command = '_RELEASE_TOOLS_PARENT=$$ "$1" -m release_tools validate; :'
    with subprocess.Popen(
        ["sh", "-c", command, "sh", sys.executable],
        cwd=project,
        env=environment(**slow(tmp_path)),
        stderr=subprocess.PIPE,
    ) as parent:
        child = pid_in(tmp_path / "pid")
        parent.send_signal(signal.SIGKILL)
        killed = time.monotonic()
        assert parent.stderr
        # The orphan holds this open until it ends.
        said = parent.stderr.read().decode()
    assert time.monotonic() - killed < 5
    assert "error: interrupted by SIGTERM\n" in said
    assert gone(child)
