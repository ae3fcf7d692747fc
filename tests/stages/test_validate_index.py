"""The command `validate` beside a package index on loopback: what it says, its exit code, and that it never waits."""

from __future__ import annotations

import json
import socket
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from release_tools import toml
from release_tools.adapters.simple import JSON
from tests import loopback, running, samples
from tests.loopback import says


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Make a project whose HEAD is tagged v1.2.3."""
    return samples.make("flit", tmp_path / "project")


def judged(project: Path, index: str, *arguments: str, **variables: str) -> tuple[int, list[dict[str, Any]]]:
    """Return the exit code, and what `version-unpublished` says with an index for the installers."""
    env = {"PIP_NO_INDEX": "", "UV_NO_INDEX": "", "UV_DEFAULT_INDEX": index, "RELEASE_JSON": "1", **variables}
    done = running.stage(project, "validate", *arguments, env=env)
    findings = json.loads(done.stdout)["findings"]
    return done.returncode, [each for each in findings if each["check"] == "version-unpublished"]


def listing(name: str, days: int, hours: int = 1) -> loopback.Answer:
    """Return the answer of an index that has had one file of some bytes for some days."""
    came = (datetime.now(timezone.utc) - timedelta(days=days, hours=hours)).isoformat()
    row = {"filename": name, "url": f"/f/{name}", "hashes": {"sha256": "0" * 64}, "upload-time": came}
    return says(200, json.dumps({"files": [row]}).encode(), Content_Type=JSON)


def sdist_of(project: Path) -> str:
    """Return the name of the project's sdist."""
    name: str = toml.parse((project / "pyproject.toml").read_text())["project"]["name"]
    return f"{name.replace('-', '_')}-1.2.3.tar.gz"


@pytest.mark.parametrize(("days", "hours"), [(2, 1), (12, 23)])
def test_a_release_that_is_under_way_passes_with_a_note(project: Path, days: int, hours: int) -> None:
    """Its second run must not be stopped: publish goes on with what is missing, until day 13."""
    with loopback.serve(listing(sdist_of(project), days, hours)) as stub:
        code, found = judged(project, stub.url)
    assert (code, [each["severity"] for each in found]) == (0, ["note"])
    assert sdist_of(project) in found[0]["message"]


@pytest.mark.parametrize("days", [13, 15])
def test_a_release_of_long_ago_is_refused_and_in_a_rehearsal_to_do(project: Path, days: int) -> None:
    """The tag is refused with the next versions named; without the tag there is something to do before it is made."""
    with loopback.serve(listing(sdist_of(project), days)) as stub:
        code, found = judged(project, stub.url)
        assert (code, [each["severity"] for each in found]) == (3, ["error"])
        assert "1.2.4" in found[0]["fix"]
        samples.git(project, "tag", "--delete", "v1.2.3")
        code, found = judged(project, stub.url, _RELEASE_TOOLS_CHAIN="1")
    assert (code, [each["severity"] for each in found]) == (0, ["todo"])


def test_without_an_index_the_verdict_is_given_all_the_same(project: Path) -> None:
    """Nobody listens, nobody answers, or nobody is to be asked: a note says so, soon."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        code, found = judged(project, f"http://127.0.0.1:{taken.getsockname()[1]}/")
    assert (code, [each["severity"] for each in found]) == (0, ["note"])
    with loopback.serve(loopback.silence) as stub:
        started = time.monotonic()
        code, found = judged(project, stub.url)
        assert time.monotonic() - started < 30
    assert (code, [each["severity"] for each in found]) == (0, ["note"])
    with loopback.serve(loopback.never_asked) as stub:
        code, found = judged(project, stub.url, "--offline")
    assert (code, stub.seen, [each["severity"] for each in found]) == (0, [], ["note"])
    assert "--offline" in found[0]["message"]


def test_a_branch_asks_nobody(project: Path) -> None:
    """Before a merge nothing is released."""
    with loopback.serve(loopback.never_asked) as stub:
        assert judged(project, stub.url, "--mode", "branch")[1] == []
    assert stub.seen == []
