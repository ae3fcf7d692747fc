"""The workflows hold no logic: each job installs nox from a hash-locked list and runs one session."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github/workflows").iterdir())
INSTALL = "python -m pip install --require-hashes -r .github/nox.txt"
SESSION = re.compile(r"nox -s ([\w-]+)")
PINNED = re.compile(r"(actions/(?:checkout|setup-python|upload-artifact))@[0-9a-f]{40} # v\d+\.\d+\.\d+")
TRIGGERS = {"pull_request", "push", "workflow_dispatch"}
LONGEST = 60
EXPECTED = {"ci.yml": ["tests", "lint", "types", "audit"], "release-readiness.yml": ["release"]}


def mapping(text: str) -> dict[str, str]:
    """Split a block of YAML by its keys; whatever is not written as plainly as ours is an error."""
    found: dict[str, list[str]] = {}
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    depth = len(lines[0]) - len(lines[0].lstrip()) if lines else 0
    key = ""
    for line in lines:
        if line[:depth].strip() or "\t" in line:
            raise ValueError(f"cannot be read: {line!r}")
        if line[depth] != " ":
            own = re.fullmatch(r"([A-Za-z_-]+):(?: (.*))?", line[depth:])
            if own is None or own[1] in found:
                raise ValueError(f"cannot be read: {line!r}")
            key = own[1]
            found[key] = [own[2] or ""]
        else:
            found[key].append(line)
    return {name: "\n".join(rows) if len(rows) > 1 else rows[0] for name, rows in found.items()}


def plain(value: str) -> str:
    """Return a value without the comment behind it."""
    return value.partition(" #")[0].strip()


def jobs(text: str) -> dict[str, dict[str, str]]:
    """Return the jobs of a workflow by name."""
    return {name: mapping(block) for name, block in mapping(mapping(text)["jobs"]).items()}


def steps(job: dict[str, str]) -> list[dict[str, str]]:
    """Return the steps of a job in order."""
    parts = re.split(r"(?m)^( *)- ", job["steps"])[1:]
    return [mapping(f"{depth}  {block}") for depth, block in zip(parts[::2], parts[1::2], strict=True)]


def commands(job: dict[str, str]) -> list[str]:
    """Return what a job runs."""
    return [step["run"] for step in steps(job) if "run" in step]


def faults(text: str, sessions: list[str]) -> Iterator[str]:
    """Yield where a workflow breaks a rule; `sessions` are those of the noxfile."""
    top = mapping(text)
    yield from faults_on_top(top, text)
    for name, job in jobs(text).items():
        yield from (f"{name}: {fault}" for fault in faults_of_job(name, job, sessions))


def faults_on_top(top: dict[str, str], text: str) -> Iterator[str]:
    """Yield what is wrong with a workflow as a whole."""
    if top.get("permissions") != "{}":
        yield "permissions on top are not {}"
    if set(mapping(top["on"])) - TRIGGERS:
        yield "a trigger is not allowed"
    if "NOX_SCRIPT_MODE: none" not in top.get("env", ""):
        yield "nox may install without hashes"
    if "concurrency" not in top:
        yield "no concurrency"
    for word in ("secrets.", "secrets:", "RELEASE_", "continue-on-error", "id-token", ": write", "write-all"):
        if word in text:
            yield f"{word} has no place here"


def faults_of_job(name: str, job: dict[str, str], sessions: list[str]) -> Iterator[str]:
    """Yield what is wrong with a job."""
    if not re.fullmatch(r"[1-9]\d*", job.get("timeout-minutes", "")) or int(job["timeout-minutes"]) > LONGEST:
        yield "no sensible timeout-minutes"
    if {key: plain(value) for key, value in mapping(job.get("permissions", "")).items()} != {"contents": "read"}:
        yield "permissions are not contents: read"
    if commands(job) != [INSTALL, f"nox -s {name}"]:
        yield f"does not run {INSTALL!r} and then the session of its name, and nothing else"
    yield from (f"no session {each}" for run in commands(job) for each in SESSION.findall(run) if each not in sessions)
    for step in steps(job):
        yield from faults_of_step(step)


def faults_of_step(step: dict[str, str]) -> Iterator[str]:
    """Yield what is wrong with a step."""
    if "${{" in step.get("run", ""):
        yield "an expression in run"
    if "uses" not in step:
        return
    pinned = PINNED.fullmatch(step["uses"])
    if pinned is None:
        yield f"not allowed or not pinned: {step['uses']}"
    settings = mapping(step.get("with", ""))
    if pinned and pinned[1] == "actions/checkout":
        if plain(settings.get("persist-credentials", "")) != "false":
            yield "checkout keeps credentials"
        if plain(settings.get("fetch-depth", "")) != "0":
            yield "checkout is shallow"


@pytest.fixture(scope="module")
def sessions() -> list[str]:
    """Return the sessions of our own noxfile, as nox tells them."""
    command = [sys.executable, "-m", "nox", "--noxfile", str(ROOT / "noxfile.py"), "--nocolor", "--list-sessions"]
    environment = {**os.environ, "NOX_SCRIPT_MODE": "none"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return re.findall(r"(?m)^[*-] (\S+) -> ", done.stdout)


def test_there_are_these_workflows_and_no_others() -> None:
    """Exactly the workflows that we promise exist, each with exactly its jobs."""
    assert {path.name: list(jobs(path.read_text(encoding="utf-8"))) for path in WORKFLOWS} == EXPECTED


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_keeps_every_rule(path: Path, sessions: list[str]) -> None:
    """No workflow of ours breaks a rule."""
    assert list(faults(path.read_text(encoding="utf-8"), sessions)) == []


BREAKS = [
    ("permissions: {}", "permissions: read-all", "permissions on top"),
    ("  pull_request:", "  pull_request_target:", "a trigger is not allowed"),
    ("NOX_SCRIPT_MODE: none", "NOX_SCRIPT_MODE: fresh", "without hashes"),
    ("concurrency:\n  group", "concurrent:\n  group", "no concurrency"),
    ("contents: read", "contents: write", ": write has no place"),
    ("contents: read", "actions: read", "permissions are not contents: read"),
    ("timeout-minutes: 10", "timeout-minutes: 600", "timeout-minutes"),
    ("    timeout-minutes: 10\n", "", "timeout-minutes"),
    ("nox -s lint", "nox -s lint && echo done", "and nothing else"),
    ("nox -s lint", "|\n          nox -s lint", "and nothing else"),
    ("nox -s lint", "nox -s types", "the session of its name"),
    ("  lint:\n", "  style:\n", "the session of its name"),
    ("nox -s lint", "nox -s spelling", "no session spelling"),
    ("nox -s lint", "nox -s lint ${{ github.head_ref }}", "an expression in run"),
    ("install --require-hashes -r .github/nox.txt", "install nox", "and nothing else"),
    ("# v7.0.1", "# v7", "not pinned"),
    (" # v7.0.0", "", "not pinned"),
    ("actions/setup-python@", "someone/setup-python@", "not allowed"),
    ("persist-credentials: false", "persist-credentials: true", "keeps credentials"),
    ("          persist-credentials: false\n", "", "keeps credentials"),
    ("fetch-depth: 0", "fetch-depth: 1", "shallow"),
    ("NOX_SCRIPT_MODE: none", "NOX_SCRIPT_MODE: none\n  RELEASE_TARGET: pypi", "RELEASE_ has no place"),
    ("NOX_SCRIPT_MODE: none", "NOX_SCRIPT_MODE: none\n  KEY: ${{ secrets.KEY }}", "secrets. has no place"),
]


@pytest.mark.parametrize(("old", "new", "fault"), BREAKS)
def test_each_rule_fires(old: str, new: str, fault: str) -> None:
    """A workflow that breaks a rule is found, and only the change makes the difference."""
    text = (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")
    assert old in text
    assert list(faults(text, EXPECTED["ci.yml"])) == []
    assert any(fault in found for found in faults(text.replace(old, new), EXPECTED["ci.yml"]))


@pytest.mark.parametrize("text", ["a: 1\na: 2\n", "a: 1\n\tb: 2\n", "  a: 1\nb: 2\n", "- a\n", "a: {\n b\n}\n"])
def test_what_the_reader_does_not_know_is_an_error(text: str) -> None:
    """The reader of these tests refuses what it could misread, so that no rule is passed by unusual writing."""
    with pytest.raises(ValueError, match="cannot be read"):
        mapping(text)
