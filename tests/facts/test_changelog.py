"""The facts of the changelog, as far as they are more than what the changelog itself tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import running, samples
from tests.samples import git


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


@pytest.mark.parametrize("named", ["link", "option", "key"])
def test_a_package_may_have_the_changelog_of_its_repository(tmp_path: Path, named: str) -> None:
    """By a link in its folder, by the option or by the key: it is judged as one of its own is."""
    root = samples.make("flit", tmp_path / "project/packages/flit", tag=None)
    top = tmp_path / "project"
    (root / "CHANGELOG.md").rename(top / "CHANGELOG.md")
    (root / ".git").rename(top / ".git")
    if named == "link":
        (root / "CHANGELOG.md").symlink_to("../../CHANGELOG.md")
    if named == "key":
        with (root / "pyproject.toml").open("a") as file:
            file.write("\n[tool.release-tools]\nchangelog = '../../CHANGELOG.md'\n")
    git(top, "add", "--all")
    git(top, "commit", "--quiet", "--message=Move it")
    git(top, "tag", "--annotate", "--message=x", "v1.2.3")
    arguments = ["--changelog", "../../CHANGELOG.md"] if named == "option" else []
    done = running.stage(root, "validate", *arguments)
    assert done.returncode == 0, done.stderr
    (top / "CHANGELOG.md").write_text("# Changelog\n\n## 1.2.2 - 2026-01-01\n\n- Nothing.\n")
    done = running.stage(root, "validate", *arguments)
    assert "changelog-has-entry" in done.stderr
