"""The command `status` where the project is on GitHub: a row for CI, one for the release, and when they count."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest

from release_tools import ledger as ledgers
from tests import loopback, running
from tests.samples import git
from tests.stages.test_status import SDIST, WHEEL, Scene, scene
from tests.stubs import github as stubs
from tests.stubs.github import Asset, Check, Page, Run

__all__ = ["scene"]
PAGE = "release v1.2.3 on GitHub"


@dataclass
class OnGitHub:
    """A complete release, on its index and on GitHub, with CI that was green."""

    scene: Scene
    hub: stubs.GitHub
    stub: loopback.Stub
    env: dict[str, str]

    def ask(self, *arguments: str) -> tuple[int, str, str]:
        """Run the command; return its exit code, what to type next, and all that it said."""
        done = running.stage(self.scene.root, "status", *arguments, env=self.env)
        following = running.three_lines(done)[2] if done.returncode else ""
        return done.returncode, following, done.stdout + done.stderr

    @property
    def job(self) -> Check:
        """The one job of CI."""
        return self.hub.runs[0].jobs[0]

    @property
    def assets(self) -> list[Asset]:
        """The files of the release."""
        return self.hub.pages[0].assets


@pytest.fixture
def on_github(scene: Scene) -> Iterator[OnGitHub]:
    """Give a project whose release is complete everywhere."""
    path = scene.root / "pyproject.toml"
    path.write_text(path.read_text() + "github = true\n")
    assets = [Asset(name, (scene.manifest.folder / name).read_bytes()) for name in (WHEEL, SDIST)]
    commit = git(scene.root, "rev-parse", "HEAD")
    run = Run("CI", ".github/workflows/ci.yml", commit, jobs=[Check("tests")])
    hub = stubs.GitHub(pages=[Page("v1.2.3", assets)], runs=[run])
    with loopback.serve(hub) as stub:
        yield OnGitHub(scene, hub, stub, {"GITHUB_API_URL": stub.url, "GITHUB_REPOSITORY": "owner/project"})


def test_a_release_that_is_complete_everywhere(on_github: OnGitHub) -> None:
    """Both rows say yes; the commit of the tag is the one whose CI is told."""
    git(on_github.scene.root, "commit", "-q", "--allow-empty", "-m", "later")
    code, _, said = on_github.ask("1.2.3")
    assert code == 0, said
    assert PAGE in said
    assert "1 green" in said


def red(on_github: OnGitHub) -> None:
    """Let CI be red."""
    on_github.job.conclusion = "failure"


def unfinished(on_github: OnGitHub) -> None:
    """Take a file from the index, and let CI be red."""
    on_github.scene.index.files.pop(SDIST)
    red(on_github)


def other_bytes(on_github: OnGitHub) -> None:
    """Let the release hold another wheel."""
    on_github.assets[0].content = b"other"


CASES: dict[str, tuple[Callable[[OnGitHub], object], int, str, str]] = {
    "red, and all is out": (red, 0, "tests is red", ""),
    "red, and a file is missing": (unfinished, 3, "missing: CI", "see what is red or still runs; once it is green: "),
    "no release": (lambda it: it.hub.pages.clear(), 3, f"missing: {PAGE}", "make the release v1.2.3 on GitHub"),
    "a file is missing there": (lambda it: it.assets.pop(), 3, f"missing: {PAGE}", "add it: "),
    "other bytes there": (other_bytes, 4, f"{PAGE}: other bytes than the ledger's: {WHEEL}", "find out who moved it"),
    "GitHub gives no answer": (
        lambda it: setattr(it.hub, "private", True), 3, f"nobody can tell whether 1.2.3 is complete: {PAGE}",
        "give a token that may read it in GITHUB_TOKEN",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_missing_on_github(on_github: OnGitHub, case: str) -> None:
    """CI counts while there is something left to release; the release on GitHub always does."""
    change, wanted, words, following = CASES[case]
    change(on_github)
    code, next_line, said = on_github.ask()
    assert code == wanted, said
    assert words in said
    assert next_line.removeprefix("next:").strip().startswith(following)


def test_red_ci_without_a_release_there_is_no_reason_to_release_again(on_github: OnGitHub) -> None:
    """Every file is out; what is missing is the release on GitHub alone."""
    red(on_github)
    on_github.hub.pages.clear()
    code, following, said = on_github.ask()
    assert (code, f"missing: {PAGE}" in said) == (3, True)
    assert following.startswith("make the release")


def test_a_rehearsal_is_not_held_against_the_release_there(on_github: OnGitHub) -> None:
    """Index and GitHub hold the same bytes; what was built here and never sent is no measure of them."""
    ledger = ledgers.read(on_github.scene.root / "dist")
    assert ledger is not None
    ledgers.write(replace(ledger, targets={}), on_github.scene.root / "dist")
    for name in (WHEEL, SDIST):
        on_github.scene.index.files[name].content += b"other"
    for asset in on_github.assets:
        asset.content += b"other"
    code, _, said = on_github.ask()
    assert code == 0, said


def test_the_list_of_checksums_belongs_to_the_release(on_github: OnGitHub) -> None:
    """As `verify` has it: where it was written, it is one of the files."""
    ledger = ledgers.read(on_github.scene.root / "dist")
    assert ledger is not None
    ledgers.write(ledger.with_file("SHA256SUMS.txt", "0" * 64), on_github.scene.root / "dist")
    code, _, said = on_github.ask()
    assert (code, "lacks SHA256SUMS.txt" in said) == (3, True)


def test_offline_github_is_not_asked(on_github: OnGitHub) -> None:
    """Its rows say so."""
    digest = hashlib.sha256(b"").hexdigest()
    on_github.assets[0].digest = f"sha256:{digest}"
    code, _, said = on_github.ask("--offline")
    assert (code, said.count("it was not asked (--offline)") >= 2) == (3, True)
    assert digest not in said
    assert not on_github.stub.seen
