"""Row V22: whatever programs a repository names in its configuration, judging it runs none of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.adapters.test_git_programs import HOOKS, PROGRAMS, canary
from tests.rows.script import Made, validate
from tests.samples import git


def hostile(root: Path, program: str, settings: dict[str, str]) -> None:
    """Put hooks, an included file and settings into a repository with attributes, a remote and a changed file."""
    git(root, "remote", "add", "origin", str(root.with_name("remote")))
    (root / ".gitattributes").write_text("*.py diff=own merge=own\n")
    git(root, "add", ".gitattributes")
    git(root, "commit", "--quiet", "--message=More")
    git(root, "tag", "--force", "--annotate", "--message=x", "v1.2.3")
    for place in ("hooks", "more hooks"):
        (root / ".git" / place).mkdir(exist_ok=True)
        for name in HOOKS:
            shutil.copy(program, root / ".git" / place / name)
    (root / ".git/included").write_text(f"[core]\n\tfsmonitor = {program}\n")
    for name, value in settings.items():
        git(root, "config", name, value.format(program))
    (root / "sample_flit.py").touch()
    (root / "README.md").write_text("changed\n")


@pytest.mark.parametrize("settings", PROGRAMS.values(), ids=PROGRAMS)
def test_no_program_of_the_repository_runs(settings: dict[str, str], made: Made, tmp_path: Path) -> None:
    """Hooks, monitors, pagers, filters for reading, helpers and aliases stay silent, for a tag as for a branch."""
    program, mark = canary(tmp_path)
    root = made("flit", tmp_path / "project")
    git(tmp_path, "clone", "--quiet", "--bare", str(root), "remote")
    hostile(root, program, settings)
    mark.unlink(missing_ok=True)
    done = validate(root, RELEASE_OFFLINE="0")
    assert done.returncode == 3, done.stderr
    assert "README.md [tree-clean]" in done.stderr
    done = validate(root, "--mode", "branch", "--base", "v1.2.3", RELEASE_OFFLINE="0")
    assert done.returncode == 0, done.stderr
    assert not mark.exists(), mark.read_text()
