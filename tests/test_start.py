"""A run imports what its project needs, when it needs it: start-up time is a promise."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests import running, samples

# Each is needed by other projects, other findings or other stages.
NOT_HERE = {
    "asyncio",
    "build",
    "configparser",
    "docutils",
    "http.client",
    "requests",
    "rich",
    "secrets",
    "twine",
    "release_tools.adapters.isolation",
    "release_tools.changelog.misses",
    "release_tools.changelog.rst",
    "release_tools.changelog.stubs",
    "release_tools.versions.evaluate",
    "release_tools.versions.setup_py",
}


def test_validate_imports_nothing_that_a_plain_project_does_not_need(tmp_path: Path) -> None:
    """A Markdown changelog and a version that is stated plainly need no other parsers."""
    root = samples.make("hatchling", tmp_path / "project")
    command = [sys.executable, "-X", "importtime", "-m", "release_tools", "validate", "--offline"]
    done = subprocess.run(command, cwd=root, env=running.environment(), capture_output=True, text=True, check=True)
    rows = (line.rpartition("|") for line in done.stderr.splitlines() if line.startswith("import time:"))
    assert NOT_HERE & {name.strip() for _, _, name in rows} == set()
