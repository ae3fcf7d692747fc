"""What `validate` says and where: to people, to a workflow, to the ledger; and what it never says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests import running, samples
from tests.rows.script import NOWHERE, Made
from tests.samples import git

CANARY = "correct-horse-battery-staple"


def judged(root: Path, *arguments: str, **env: str) -> running.Done:
    """Run `validate` for people; neither an index nor a build backend is asked."""
    quiet = {"RELEASE_OFFLINE": "1", "RELEASE_NO_BUILD": "1", "PYPI_REPOSITORY_URL": NOWHERE}
    return running.stage(root, "validate", *arguments, env={**quiet, **env})


def tagged(root: Path, tag: str) -> Path:
    """Commit everything under this one tag, or none."""
    git(root, "tag", "--delete", "v1.2.3")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message=More")
    if tag:
        git(root, "tag", tag)
    return root


def in_folder(root: Path) -> Path:
    """Move a sample into a folder of its repository, with a version that is not that of its tag."""
    samples.edit(root, "sample_flit.py", "1.2.3", "1.2.2")
    (root / "packages").mkdir()
    for name in ("CHANGELOG.md", "README.md", "LICENSE", "pyproject.toml", "sample_flit.py"):
        shutil.move(root / name, root / "packages" / name)
    return tagged(root, "sample-flit-v1.2.3")


def test_the_summary_tells_what_was_judged(made: Made, tmp_path: Path) -> None:
    """Project, version and where it is declared, tag, entry with file and line, mode, verdict: on stdout."""
    done = judged(made("flit", tmp_path / "project"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "project:  sample-flit",
        "version:  1.2.3 (sample_flit.py:5)",
        "tag:      v1.2.3",
        "entry:    CHANGELOG.md:5: v1.2.3 - 2026-01-10",
        "mode:     tag",
        "verdict:  aligned",
    ]


@pytest.mark.parametrize(
    ("sample", "tag", "line"),
    [
        ("flit", "v1.2.4", "version:  1.2.4 (by the tag; sample_flit.py:5 declares 1.2.3)"),
        ("hatch-vcs", "v1.2.3", "version:  1.2.3 (from the tag by hatch-vcs)"),
        ("flit", "", "tag:      v1.2.3 (not made yet)"),
    ],
)
def test_the_summary_tells_where_the_version_is_from(
    made: Made, tmp_path: Path, sample: str, tag: str, line: str
) -> None:
    """Nobody is led to a line that says something else."""
    assert line in judged(tagged(made(sample, tmp_path / "project"), tag)).stdout.splitlines()


def test_a_tag_on_another_commit_is_told_as_such(made: Made, tmp_path: Path) -> None:
    """It is made already; HEAD is what lacks it."""
    root = made("flit", tmp_path / "project")
    commit = samples.git(root, "rev-parse", "HEAD")
    samples.git(root, "commit", "-q", "--allow-empty", "-m", "later")
    assert f"tag:      v1.2.3 (on {commit[:12]}, not on HEAD)" in judged(root, "--tag", "v1.2.3").stdout.splitlines()


def test_each_finding_tells_where_what_and_what_to_do(made: Made, tmp_path: Path) -> None:
    """On stderr, with file and line; what to do stands below."""
    done = judged(tagged(made("flit", tmp_path / "project"), "v1.2.4"))
    lines = done.stderr.splitlines()
    at = next(number for number, line in enumerate(lines) if "[tag-matches-version]" in line)
    assert lines[at].startswith("error: sample_flit.py:5: the tag v1.2.4 says 1.2.4")
    assert lines[at + 1].startswith("  fix: Declare 1.2.4 in sample_flit.py:5")
    assert "::error" not in done.stderr


@pytest.mark.parametrize(
    ("workspace", "file"),
    [
        (None, "packages/sample_flit.py"),
        ("..", "project/packages/sample_flit.py"),
        ("elsewhere", "packages/sample_flit.py"),
        ("packages", "sample_flit.py"),
    ],
)
def test_a_workflow_is_pointed_at_the_file(made: Made, tmp_path: Path, workspace: str | None, file: str) -> None:
    """The runner counts from its workspace, not from the folder of one package."""
    root = in_folder(made("flit", tmp_path / "project"))
    env = {"GITHUB_ACTIONS": "true"} | ({"GITHUB_WORKSPACE": str(root / workspace)} if workspace else {})
    for done in (judged(root, "--package", "packages", **env), judged(root / "packages", **env)):
        assert f"::error file={file},line=5::the tag sample-flit-v1.2.3 says 1.2.3" in done.stderr
        assert "error: sample_flit.py:5: the tag" in done.stderr


def test_what_is_turned_off_is_told_and_kept(made: Made, tmp_path: Path) -> None:
    """With its reason, in the summary and in the ledger."""
    root = made("flit", tmp_path / "project")
    with (root / "pyproject.toml").open("a") as file:
        file.write('\n[tool.release-tools.checks]\ntree-clean = { severity = "off", because = "files are made" }\n')
    done = judged(root)
    assert done.returncode == 0, done.stderr
    assert "off: tree-clean, because files are made" in done.stdout
    assert running.ledger(root)["stages"]["validate"]["off"] == {"tree-clean": "files are made"}


def test_a_secret_in_the_project_is_not_shown(made: Made, tmp_path: Path) -> None:
    """Not where a heading, a version or a path holds it: neither to people, nor as JSON, nor in the ledger."""
    root = made("flit", tmp_path / "project")
    samples.edit(root, "sample_flit.py", "1.2.3", CANARY)
    samples.edit(root, "CHANGELOG.md", "v1.2.3 - 2026-01-10", f"v1.2.3 - {CANARY}")
    (root / f"{CANARY}.txt").write_text("x")
    git(root, "tag", "--force", "v1.2.3")
    for arguments in ((), ("--json",)):
        done = judged(root, *arguments, A_TOKEN=CANARY, GITHUB_ACTIONS="true")
        assert done.returncode == 3
        assert "'[hidden]' is no version" in done.stderr
        assert "[hidden].txt" in done.stderr
        assert CANARY not in done.stdout + done.stderr
        assert CANARY not in (root / "dist/release.json").read_text()


def test_text_of_the_project_is_only_text(made: Made, tmp_path: Path) -> None:
    """A heading that holds commands for a terminal or a runner is shown as it is written."""
    root = made("flit", tmp_path / "project")
    samples.edit(root, "CHANGELOG.md", "v1.2.3 - 2026-01-10", "v1.2.3 - 2026-01-10 \x1b[2J##[error]x \u202e")
    git(root, "tag", "--force", "v1.2.3")
    done = judged(root, GITHUB_ACTIONS="true")
    assert done.returncode == 0, done.stderr
    assert r"\x1b[2J##\[error]x \u202e" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr
