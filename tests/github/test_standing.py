"""How far a version is on GitHub: a row for its CI, and one for its release."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from release_tools.adapters.github import GitHub
from release_tools.adapters.github_rows import Asset, GitHubRelease
from release_tools.ci import Ran, State
from release_tools.github import standing as github_standing
from release_tools.github.repository import Repository
from release_tools.github.standing import OnGitHub
from tests import loopback
from tests.stubs import github as stubs

GREEN, RED = "a" * 64, "b" * 64
FILES = {"one.whl": GREEN, "one.tar.gz": GREEN}


def ran(**states: State) -> tuple[Ran, ...]:
    """Return how some names ended."""
    return tuple(Ran(name=name, state=state, since="") for name, state in states.items())


@pytest.mark.parametrize(
    ("found", "required", "state", "detail"),
    [
        (ran(tests="green", lint="green"), (), "yes", "2 green"),
        (ran(tests="green", lint="red"), (), "no", "lint is red"),
        (ran(tests="pending"), (), "no", "tests is pending"),
        (ran(tests="green", lint="red"), ("tests",), "yes", "1 green"),
        (ran(lint="green"), ("tests", "types"), "no", "tests never ran, types never ran"),
        ((), (), "no", "nothing ran on this commit"),
    ],
)
def test_the_row_of_ci(found: tuple[Ran, ...], required: tuple[str, ...], state: str, detail: str) -> None:
    """With required names the others are not looked at; what is red, still runs or never ran is named."""
    row = github_standing.of_ci(found, required, "do this")
    assert (row.state, row.detail) == (state, detail)
    assert row.missing is (state == "no" and bool(found))


def page(files: Mapping[str, str | None], *, draft: bool = False) -> GitHubRelease:
    """Return a release with some files."""
    assets = {name: Asset(number=1, name=name, size=1, sha256=sha256) for name, sha256 in files.items()}
    return GitHubRelease(tag="v1", draft=draft, address="there", assets=assets)


@pytest.mark.parametrize(
    ("found", "state", "detail", "mend"),
    [
        (page(FILES), "yes", "2 files", ""),
        (page({**FILES, "SHA256SUMS.txt": RED}), "yes", "3 files", ""),
        (page(dict.fromkeys(FILES)), "yes", "2 files", ""),
        (None, "no", "none", "make the release v1 on GitHub"),
        (page(FILES, draft=True), "no", "a draft", "make it public: there"),
        (page({"one.whl": GREEN}), "no", "lacks one.tar.gz", "add it: there"),
        (page({**FILES, "one.whl": RED}), "other", "other bytes than the ledger's: one.whl", ""),
        (page({**FILES, "one.whl": RED}, draft=True), "other", "other bytes than the ledger's: one.whl", ""),
    ],
)
def test_the_row_of_the_release(found: GitHubRelease | None, state: str, detail: str, mend: str) -> None:
    """There with our bytes, or what is missing and how it is mended, or other bytes."""
    row = github_standing.of_page("release v1 on GitHub", found, "v1", FILES)
    assert (row.state, row.detail) == (state, detail)
    assert row.mend.startswith(mend) if mend else not row.mend


@pytest.mark.parametrize("offline", [True, False])
def test_what_github_does_not_tell_is_a_row_too(*, offline: bool) -> None:
    """Not asked, or without an answer: nobody knows."""
    with loopback.serve(stubs.GitHub(private=True)) as stub:
        github = GitHub(Repository(name="owner/project", api=stub.url.rstrip("/")))
        on_github = OnGitHub(github=github, offline=offline)
        rows = [on_github.ci("c" * 40, (), "x"), on_github.page("v1", FILES)]
    words = "it was not asked" if offline else "does not show owner/project"
    assert [row.state for row in rows] == ["unknown", "unknown"]
    assert all(words in row.detail for row in rows)
    assert bool(stub.seen) is not offline
