"""The door to GitHub: what is read from a stub of it, which is held against a client made from GitHub's description."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from release_tools import ci
from release_tools.adapters.github import GitHub
from release_tools.errors import Refused, ReleaseError, ServiceFailed
from release_tools.github.repository import Repository
from tests import loopback
from tests.loopback import Stub
from tests.stubs import github as stubs
from tests.stubs.github import Asset, Check, CommitStatus, Page, Run

COMMIT = "c" * 40
WRITER, READER = "w" * 20, "r" * 20
TOKENS = {
    WRITER: frozenset({"contents:write"}),
    READER: frozenset({"contents:read", "checks:read", "actions:read", "statuses:read"}),
}


@contextmanager
def asked(hub: stubs.GitHub, token: str = "") -> Iterator[tuple[GitHub, Stub]]:
    """Give a client of the stub."""
    with loopback.serve(hub) as stub:
        yield GitHub(Repository(name="owner/project", api=stub.url.rstrip("/"), token=token)), stub


def hub(*pages: Page, **more: Any) -> stubs.GitHub:  # noqa: ANN401 - fields
    """Return a repository with some releases."""
    return stubs.GitHub(pages=list(pages), tokens=dict(TOKENS), **more)


def test_a_release_is_found_by_its_tag_with_its_files() -> None:
    """By a tag of any spelling; a file of old has no digest, and one that is not uploaded is none."""
    assets = [Asset("a.whl", b"one"), Asset("old.txt", b"two", digest=None), Asset("half.whl", b"", state="starter")]
    with asked(hub(Page("v1.2.2"), Page("pkg/v1.2.3+x", assets))) as (client, stub):
        found = client.release("pkg/v1.2.3+x")
        assert client.release("v9") is None
    assert found is not None
    assert (found.tag, found.draft) == ("pkg/v1.2.3+x", False)
    assert {name: (each.size, each.sha256) for name, each in found.assets.items()} == {
        "a.whl": (3, hashlib.sha256(b"one").hexdigest()),
        "old.txt": (3, None),
    }
    assert all(headers["User-Agent"] == "nox-release-tools" for _, _, headers, _ in stub.seen)
    assert not any("Authorization" in headers for _, _, headers, _ in stub.seen)


@pytest.mark.parametrize(("token", "seen"), [("", False), (READER, False), (WRITER, True)])
def test_a_draft_is_seen_by_who_may_write(token: str, *, seen: bool) -> None:
    """Also behind more than a page of other drafts; all others are told that there is none."""
    others = [Page(f"v0.{number}", draft=True) for number in range(120)]
    with asked(hub(*others, Page("v1", draft=True)), token) as (client, _):
        found = client.release("v1")
    assert (found is not None and found.draft) is seen


def test_a_repository_may_have_more_releases_than_anybody_reads() -> None:
    """A public one is found by its tag, a draft among the newest; that there is none of a tag is told as ever."""
    others = [Page(f"v0.{number}") for number in range(1100)]
    with asked(hub(Page("v2", draft=True), *others, Page("v1")), WRITER) as (client, stub):
        found = [client.release(tag) for tag in ("v1", "v2", "v3")]
    assert [each and (each.tag, each.draft) for each in found] == [("v1", False), ("v2", True), None]
    assert len(stub.seen) == 1 + 3 + 12


@pytest.mark.parametrize("token", ["", READER])
def test_a_file_is_read_from_the_storage_which_sees_no_token(token: str) -> None:
    """What is measured is what is served; reading stops soon after the size that GitHub told."""
    lying = Asset("b.whl", b"told", served=b"x" * 200_000)
    repository = hub(Page("v1", [Asset("a.whl", b"one"), lying]))
    with asked(repository, token) as (client, _):
        found = client.release("v1")
        assert found is not None
        assert client.measured(found.assets["a.whl"]) == (3, hashlib.sha256(b"one").hexdigest())
        assert client.text(found.assets["a.whl"], 10) == "one"
        size, sha256 = client.measured(found.assets["b.whl"])
    assert sha256 != found.assets["b.whl"].sha256
    assert 4 < size < 200_000
    assert not repository.leaked


def test_all_that_ran_on_a_commit_is_read() -> None:
    """Runs of workflows with their jobs, checks of other apps and statuses, over several pages."""
    jobs = [Check(f"job {number}") for number in range(130)]
    repository = hub(
        runs=[Run("CI", ".github/workflows/ci.yml", COMMIT, jobs=jobs)],
        checks={COMMIT: [Check("other", conclusion="failure")]},
        statuses={COMMIT: [CommitStatus("builds", "pending")]},
    )
    with asked(repository, READER) as (client, _):
        ran = ci.newest(client.workflows(COMMIT), client.checks(COMMIT), client.statuses(COMMIT))
    states = {each.name: each.state for each in ran}
    assert len(states) == 132
    assert (states["job 129"], states["other"], states["builds"]) == ("green", "red", "pending")


@pytest.mark.parametrize("status", [404, 422])
def test_a_commit_that_was_not_pushed_has_nothing(status: int) -> None:
    """GitHub has its own words for one that it does not know; a repository that is hidden is another matter."""
    body = b'{"message": "No commit found for SHA"}'
    repository = hub(script=[(status, body, {})])
    with asked(repository) as (client, _):
        assert client.checks(COMMIT) == ()
        repository.script = [(status, body, {})]
        assert client.statuses(COMMIT) == ()
        repository.script, repository.private = [(status, body, {})], True
        with pytest.raises(Refused, match="does not show"):
            client.statuses(COMMIT)


Asking = Callable[[GitHub], object]
CASES: dict[str, tuple[dict[str, Any], str, Asking, type[ReleaseError], str, str]] = {
    "a private repository": (
        {"private": True}, "", lambda each: each.release("v1"), Refused, "does not show owner/project to everybody",
        "GITHUB_TOKEN",
    ),
    "a token that is not known": (
        {}, "x" * 20, lambda each: each.release("v1"), Refused, "does not know the token", "renew",
    ),
    "a permission that is missing": (
        {}, WRITER, lambda each: each.checks(COMMIT), Refused, "does not let this token read", "checks=read",
    ),
    "the limit of requests": (
        {"remaining": 0}, "", lambda each: each.release("v1"), ServiceFailed, "limit of requests is reached until",
        "GITHUB_TOKEN",
    ),
    "a limit without headers": (
        {"script": [(429, b"{}", {})]}, "", lambda each: each.release("v1"), ServiceFailed, "limit of requests",
        "again",
    ),
    "a secondary limit": (
        {"script": [(403, b'{"message": "You have exceeded a secondary rate limit"}', {})]}, "",
        lambda each: each.release("v1"), ServiceFailed, "limit of requests", "again",
    ),
    "another name": (
        {"script": [(301, b"{}", {"Location": "/repositories/7"})]}, "", lambda each: each.release("v1"), Refused,
        "owner/project has another name on GitHub now", "GITHUB_REPOSITORY=OWNER/NAME",
    ),
    "more than anybody reads": (
        {"script": [(200, json.dumps({"check_runs": [{}] * 100}).encode(), {})] * 10}, "",
        lambda each: each.checks(COMMIT), ServiceFailed, "lists more than 1000", "again",
    ),
    "an error of the service": (
        {"script": [(502, b"<html>", {})]}, "", lambda each: each.release("v1"), ServiceFailed, "it answers 502",
        "again",
    ),
    "no JSON": (
        {"script": [(200, b"<html>", {})]}, "", lambda each: each.release("v1"), ServiceFailed, "no JSON", "again",
    ),
    "no object": (
        {"script": [(200, b"[]", {})]}, "", lambda each: each.release("v1"), ServiceFailed, "no object", "again",
    ),
    "no list": (
        {"script": [(200, b'{"check_runs": 1}', {})]}, "", lambda each: each.checks(COMMIT), ServiceFailed, "no list",
        "again",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_refusal_says_what_to_do(case: str) -> None:
    """A limit passes, a permission does not come by waiting; no token is ever told."""
    more, token, ask, kind, words, fix = CASES[case]
    with asked(hub(**more), token) as (client, _), pytest.raises(kind) as caught:
        ask(client)
    assert words in caught.value.what
    assert fix in caught.value.fix
    assert caught.value.state
    assert not token or token not in f"{caught.value.what}{caught.value.fix}"


@pytest.mark.parametrize(
    "body",
    [
        b'{"tag_name": 1, "assets": 5}', b'{"tag_name": "v1", "assets": [1, null, {"state": "uploaded", "digest": 3}]}',
        b"{}", b'{"assets": {"a": 1}}',
    ],
)  # fmt: skip
def test_fields_of_other_types_count_as_empty(body: bytes) -> None:
    """An answer in another shape never ends in a defect of ours."""
    with asked(hub(script=[(200, body, {})])) as (client, _):
        found = client.release("v1")
    assert found is not None
    assert all(each.sha256 is None for each in found.assets.values())


def test_a_file_that_was_taken_away_is_gone() -> None:
    """That is no fault of the repository, which is shown."""
    repository = hub(Page("v1", [Asset("a.whl", b"one")]))
    with asked(repository) as (client, _):
        found = client.release("v1")
        assert found is not None
        repository.pages.clear()
        with pytest.raises(ServiceFailed, match="the file is gone"):
            client.measured(found.assets["a.whl"])


def test_a_file_that_is_cut_off_is_no_other_file() -> None:
    """Its end is still to come: nothing is said about its bytes."""
    repository = hub(Page("v1", [Asset("a.whl", b"one")]))
    with asked(repository) as (client, stub):
        found = client.release("v1")
        assert found is not None
        url = f"{stub.url}storage/1"
        repository.script = [(302, b"", {"Location": url}), (200, b"on", {"Content_Length": "3"})]
        with pytest.raises(ServiceFailed, match="it was cut off, 1 bytes before its end"):
            client.measured(found.assets["a.whl"])


def test_an_address_that_is_none_is_not_quoted() -> None:
    """What follows its path may be a signature that lets anybody in."""
    repository = hub(Page("v1", [Asset("a.whl", b"one")]))
    with asked(repository) as (client, stub):
        found = client.release("v1")
        assert found is not None
        repository.script = [(302, b"", {"Location": f"{stub.url}a b?signature=opensesame"})]
        with pytest.raises(ServiceFailed, match="the address is not usable") as caught:
            client.measured(found.assets["a.whl"])
    assert "opensesame" not in str(caught.value)


@pytest.mark.parametrize("location", [None, "/elsewhere", "http://192.0.2.1/file"])
def test_a_storage_that_cannot_be_reached_is_told(location: str | None) -> None:
    """No address, none that holds the file, or one that would be read in the clear."""
    repository = hub(Page("v1", [Asset("a.whl", b"one")]))
    with asked(repository) as (client, stub):
        found = client.release("v1")
        assert found is not None
        url = location and (location if location.startswith("http") else f"{stub.url.rstrip('/')}{location}")
        repository.script = [(302, b"", {"Location": url} if url else {})]
        with pytest.raises(ServiceFailed):
            client.measured(found.assets["a.whl"])
