"""The facts of the changelog, as far as they are more than what the changelog itself tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import running, samples


@pytest.mark.parametrize("named", ["option", "variable", "key"])
def test_a_changelog_that_is_not_there(tmp_path: Path, named: str) -> None:
    """The remedy names what named the file: the option and its variable, or the key."""
    root = samples.make("flit", tmp_path / "project")
    if named == "key":
        path = root / "pyproject.toml"
        path.write_text(path.read_text() + "\n[tool.release-tools]\nchangelog = 'none.md'\n")
    env = {"RELEASE_CHANGELOG": "none.md"} if named == "variable" else None
    arguments = ["--changelog", "none.md"] if named == "option" else []
    done = running.stage(root, "validate", *arguments, env=env)
    assert done.returncode == 2
    what, _, following = running.three_lines(done)
    assert what == "the changelog none.md does not exist"
    assert ("--changelog or RELEASE_CHANGELOG" in following) is (named != "key")
    assert ("pyproject.toml" in following) is (named == "key")
