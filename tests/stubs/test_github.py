"""The stub of GitHub held against a client that is generated from GitHub's own description of its API."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import githubkit
import httpx
import pytest
from githubkit.exception import PrimaryRateLimitExceeded, RequestError, RequestFailed
from githubkit.response import Response
from githubkit_schemas.latest import models
from pydantic import BaseModel, TypeAdapter

from tests import loopback
from tests.loopback import Stub
from tests.stubs.github import Asset, Check, CommitStatus, GitHub, Page, Run

READER, WRITER, NOBODY, STRANGER = (f"a-{who}" for who in ("reader", "writer", "nobody", "stranger"))
READS = frozenset({"contents:read", "checks:read", "statuses:read", "actions:read"})
SHA, OTHER = "a" * 40, "b" * 40
WHERE = ("owner", "project")
THEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
BYTES = {"Accept": "application/octet-stream"}
Client = githubkit.GitHub[Any]
Call = Callable[[Client, GitHub], Response[Any, Any]]
CALLS: dict[str, Call] = {
    "repository": lambda client, _: client.rest.repos.get(*WHERE),
    "releases": lambda client, _: client.rest.repos.list_releases(*WHERE),
    "release": lambda client, _: client.rest.repos.get_release_by_tag(*WHERE, "v1.2.3"),
    "asset": lambda client, scene: client.rest.repos.get_release_asset(*WHERE, scene.pages[1].assets[0].id),
    "check runs": lambda client, _: client.rest.checks.list_for_ref(*WHERE, SHA, filter_="latest"),
    "status": lambda client, _: client.rest.repos.get_combined_status_for_ref(*WHERE, SHA),
    "runs": lambda client, _: client.rest.actions.list_workflow_runs_for_repo(*WHERE, head_sha=SHA),
}
NEEDS = {
    "releases": "contents=read",
    "release": "contents=read",
    "asset": "contents=read",
    "check runs": "checks=read",
    "status": "statuses=read",
    "runs": "actions=read",
}
READ_BY_US: dict[type[BaseModel], str] = {
    models.Release: "id tag_name draft prerelease html_url assets",
    models.ReleaseAsset: "id name size digest state url browser_download_url",
    models.CheckRun: "name status conclusion started_at app check_suite",
    models.Integration: "slug",
    models.CheckRunPropCheckSuite: "id",
    models.WorkflowRun: "name path event status conclusion check_suite_id created_at run_attempt",
    models.CombinedCommitStatus: "statuses",
    models.SimpleCommitStatus: "context state created_at",
}


@pytest.fixture
def scene() -> GitHub:
    """Give a repository with a draft, a release of two files, what ran on its commit, and something on another one."""
    files = [Asset("tiny-1.2.3.tar.gz", b"source"), Asset("tiny-1.2.3.whl", b"wheel", digest=None)]
    jobs = [Check("lint"), Check("tests", status="in_progress", conclusion=None)]
    return GitHub(
        tokens={READER: READS, WRITER: READS | {"contents:write"}, NOBODY: frozenset()},
        pages=[Page("v1.3.0", draft=True, assets=[Asset("later", b"")]), Page("v1.2.3", files), Page("a/b", body="B")],
        runs=[Run("CI", ".github/workflows/ci.yml", SHA, jobs=jobs), Run("CI", ".github/workflows/ci.yml", OTHER)],
        checks={SHA: [Check("review", conclusion="neutral", app="reviewer")]},
        statuses={SHA: [CommitStatus("docs", "pending"), CommitStatus("docs"), CommitStatus("cover", "failure")]},
    )


@pytest.fixture
def stub(scene: GitHub) -> Iterator[Stub]:
    """Give the running stub."""
    with loopback.serve(scene) as running:
        yield running


def client(stub: Stub, token: str = "") -> Client:
    """Return a client that asks once, keeps nothing and takes nothing from the environment."""
    auth = githubkit.TokenAuthStrategy(token) if token else githubkit.UnauthAuthStrategy()
    return githubkit.GitHub(auth, base_url=stub.url, auto_retry=False, http_cache=False, trust_env=False)


@pytest.fixture
def github(stub: Stub) -> Client:
    """Give the client of somebody without a token."""
    return client(stub)


def refused(call: Callable[[], object]) -> Response[Any, Any]:
    """Return what is answered to a request that fails."""
    with pytest.raises(RequestFailed) as caught:
        call()
    response: Response[Any, Any] = caught.value.response
    return response


def addresses(value: object) -> Iterator[str]:
    """Yield each address in an answer."""
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from addresses(each)
    elif isinstance(value, str) and "://" in value:
        yield value


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("token", ["", WRITER])
def test_an_answer_is_what_github_describes(scene: GitHub, stub: Stub, call: Call, token: str) -> None:
    """It parses with all that is required, holds no field that is not described, and names no other host."""
    answer = call(client(stub, token), scene)
    parsed, sent = answer.parsed_data, answer.json()
    dumped = TypeAdapter(type(parsed)).dump_python(parsed, mode="json", by_alias=True, exclude_unset=True)
    assert dumped == sent
    assert all(address.startswith(stub.url) for address in addresses(sent))


@pytest.mark.parametrize(("model", "names"), READ_BY_US.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_what_our_client_reads_is_described(model: type[BaseModel], names: str) -> None:
    """GitHub's description has each field that our client reads, by that name."""
    assert set(names.split()) <= set(model.model_fields)


def test_a_release_has_its_files(scene: GitHub, stub: Stub, github: Client) -> None:
    """The release of a tag arrives with the values put in, also where the tag has a slash."""
    repos = github.rest.repos
    found, page = repos.get_release_by_tag(*WHERE, "v1.2.3").parsed_data, scene.pages[1]
    assert (found.id, found.tag_name, found.draft, found.prerelease) == (page.id, "v1.2.3", False, False)
    assert found.html_url == f"{stub.url}owner/project/releases/tag/v1.2.3"
    digest = f"sha256:{hashlib.sha256(b'source').hexdigest()}"
    assert [(each.name, each.size, each.digest, each.state) for each in found.assets] == [
        ("tiny-1.2.3.tar.gz", 6, digest, "uploaded"),
        ("tiny-1.2.3.whl", 5, None, "uploaded"),
    ]
    assert repos.get_release_asset(*WHERE, page.assets[0].id).parsed_data == found.assets[0]
    assert repos.get_release_by_tag(*WHERE, "a/b").parsed_data.body == "B"
    assert repos.get_release_by_tag(*WHERE, "a%2Fb").parsed_data.body == "B"


@pytest.mark.parametrize(("token", "seen"), [("", False), (READER, False), (WRITER, True)])
def test_a_draft_is_shown_to_who_may_write(scene: GitHub, stub: Stub, token: str, seen: bool) -> None:  # noqa: FBT001
    """Only there does the list have it, and its files; the page of its tag is there for nobody."""
    asked = client(stub, token)
    repos, asset = asked.rest.repos, scene.pages[0].assets[0]
    drafts = [each.tag_name for each in repos.list_releases(*WHERE).parsed_data if each.draft]
    assert drafts == (["v1.3.0"] if seen else [])
    assert refused(lambda: repos.get_release_by_tag(*WHERE, "v1.3.0")).status_code == 404
    if seen:
        assert repos.get_release_asset(*WHERE, asset.id).parsed_data.name == "later"
    else:
        assert refused(lambda: repos.get_release_asset(*WHERE, asset.id)).status_code == 404


def test_the_storage_remembers_who_showed_it_a_token(scene: GitHub, stub: Stub, github: Client) -> None:
    """The bytes come by a redirect to the storage; a client that sends its token along has leaked it."""
    number = scene.pages[1].assets[0].id
    answer = github.rest.repos.get_release_asset(*WHERE, number, headers=BYTES)
    assert (answer.content, [each.status_code for each in answer.raw_response.history]) == (b"source", [302])
    assert not scene.leaked
    # The redirect stays on one host here, and httpx keeps the token on it.
    reader = client(stub, READER)
    reader.rest.repos.get_release_asset(*WHERE, number, headers=BYTES)
    assert scene.leaked


def test_the_storage_may_lie(scene: GitHub, github: Client) -> None:
    """What is served is another thing than what is told."""
    asset = scene.pages[1].assets[0]
    asset.served = b"something else"
    repos = github.rest.repos
    assert repos.get_release_asset(*WHERE, asset.id, headers=BYTES).content == b"something else"
    assert repos.get_release_asset(*WHERE, asset.id).parsed_data.size == 6


def test_the_jobs_of_a_run_are_check_runs(scene: GitHub, github: Client) -> None:
    """They are of GitHub's own app and in the suite of the run; a check of another app is in another suite."""
    rest = github.rest
    run = rest.actions.list_workflow_runs_for_repo(*WHERE, head_sha=SHA).parsed_data.workflow_runs[0]
    assert (run.name, run.path, run.event, run.status) == ("CI", ".github/workflows/ci.yml", "push", "completed")
    assert (run.conclusion, run.created_at, run.run_attempt) == ("success", THEN, 1)
    assert run.check_suite_id == scene.runs[0].check_suite_id
    found = rest.checks.list_for_ref(*WHERE, SHA).parsed_data.check_runs
    rows = [(each.name, each.status, each.conclusion, each.app and each.app.slug, each.started_at) for each in found]
    assert rows == [
        ("lint", "completed", "success", "github-actions", THEN),
        ("tests", "in_progress", None, "github-actions", THEN),
        ("review", "completed", "neutral", "reviewer", THEN),
    ]
    suites = [each.check_suite and each.check_suite.id for each in found]
    assert [suite == run.check_suite_id for suite in suites] == [True, True, False]


def test_runs_are_listed_by_commit(github: Client) -> None:
    """Without a commit all runs are listed, with one only its own."""
    actions = github.rest.actions
    assert actions.list_workflow_runs_for_repo(*WHERE).parsed_data.total_count == 2
    found = actions.list_workflow_runs_for_repo(*WHERE, head_sha=OTHER).parsed_data
    assert [each.head_sha for each in found.workflow_runs] == [OTHER]


def test_the_latest_attempt_of_a_job_counts(scene: GitHub, github: Client) -> None:
    """A job that was run again is listed once, as it ended last, unless all attempts are asked for."""
    scene.runs[0].jobs = [Check("tests", conclusion="failure"), Check("tests")]
    scene.checks = {}
    checks = github.rest.checks
    latest, every = (checks.list_for_ref(*WHERE, SHA, filter_=kind).parsed_data for kind in ("latest", "all"))
    assert [each.conclusion for each in latest.check_runs] == ["success"]
    assert [each.conclusion for each in every.check_runs] == ["failure", "success"]


@pytest.mark.parametrize(
    ("states", "whole"),
    [
        ((), "pending"),
        (("success",), "success"),
        (("success", "pending"), "pending"),
        (("pending", "error"), "failure"),
        (("failure", "success"), "failure"),
    ],
)
def test_statuses_amount_to_one(scene: GitHub, github: Client, states: tuple[str, ...], whole: str) -> None:
    """The state of the commit is the worst of its contexts, and open where there are none."""
    scene.statuses = {SHA: [CommitStatus(f"context {number}", state) for number, state in enumerate(states)]}
    found = github.rest.repos.get_combined_status_for_ref(*WHERE, SHA).parsed_data
    assert (found.state, [each.state for each in found.statuses]) == (whole, list(states))


def test_the_latest_status_of_a_context_counts(scene: GitHub, github: Client) -> None:
    """Each context is listed once, with its newest status."""
    scene.statuses[SHA].append(CommitStatus("docs", "error", "2025-01-01T00:00:00Z"))
    found = github.rest.repos.get_combined_status_for_ref(*WHERE, SHA).parsed_data.statuses
    rows = {(each.context, each.state, each.created_at) for each in found}
    assert rows == {("docs", "success", THEN), ("cover", "failure", THEN)}
    assert len(found) == 2


def test_the_next_page_is_where_the_link_says(scene: GitHub, stub: Stub, github: Client) -> None:
    """Who follows the links sees each row once; they name the repository by its number, as GitHub's do."""
    scene.pages = [Page(f"v{number}") for number in range(5)]
    pages = github.rest.paginate(github.rest.repos.list_releases, owner="owner", repo="project", per_page=2)
    assert [each.tag_name for each in pages] == [f"v{number}" for number in range(5)]
    paths = [path for _, path, _, _ in stub.seen]
    assert paths == ["/repos/owner/project/releases?per_page=2"] + [
        f"/repositories/7/releases?per_page=2&page={number}" for number in (2, 3)
    ]


def test_a_page_has_thirty_rows_and_at_most_a_hundred(scene: GitHub, github: Client) -> None:
    """So many come when no number is asked for, and when too great a one is."""
    scene.pages = [Page(f"v{number}") for number in range(101)]
    repos = github.rest.repos
    assert len(repos.list_releases(*WHERE).parsed_data) == 30
    assert len(repos.list_releases(*WHERE, per_page=1000).parsed_data) == 100
    last = repos.list_releases(*WHERE, per_page=100, page=2)
    assert [each.tag_name for each in last.parsed_data] == ["v100"]
    assert 'rel="next"' not in last.headers["link"]


def test_every_list_has_pages(github: Client) -> None:
    """The second page of one row has the second row, and the total is that of all pages."""
    rest = github.rest
    checks = rest.checks.list_for_ref(*WHERE, SHA, per_page=1, page=2).parsed_data
    assert (checks.total_count, [each.name for each in checks.check_runs]) == (3, ["tests"])
    statuses = rest.repos.get_combined_status_for_ref(*WHERE, SHA, per_page=1, page=2).parsed_data
    assert (statuses.total_count, [each.context for each in statuses.statuses]) == (2, ["cover"])
    runs = rest.actions.list_workflow_runs_for_repo(*WHERE, per_page=1, page=2).parsed_data
    assert (runs.total_count, [each.head_sha for each in runs.workflow_runs]) == (2, [OTHER])


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_private_repository_is_not_there_without_a_token(scene: GitHub, stub: Stub, call: Call) -> None:
    """Nobody is told that it is there; a token that may read is answered."""
    scene.private = True
    answer = refused(lambda: call(client(stub), scene))
    assert answer.status_code == 404
    assert answer.json() == {"message": "Not Found", "documentation_url": f"{stub.url}rest", "status": "404"}
    assert call(client(stub, READER), scene).status_code == 200


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_an_unknown_token_is_refused(scene: GitHub, stub: Stub, call: Call) -> None:
    """A bad credential is worse than none: a public repository is not shown either."""
    answer = refused(lambda: call(client(stub, STRANGER), scene))
    assert (answer.status_code, answer.json()["message"]) == (401, "Bad credentials")


@pytest.mark.parametrize(("name", "needed"), NEEDS.items())
def test_a_permission_that_lacks_is_named(scene: GitHub, stub: Stub, name: str, needed: str) -> None:
    """The token is known and may not: the header says what it would need, and with only that, or more, it may."""
    answer = refused(lambda: CALLS[name](client(stub, NOBODY), scene))
    assert (answer.status_code, answer.json()["message"]) == (403, "Resource not accessible by integration")
    assert answer.headers["x-accepted-github-permissions"] == needed
    for level in ("read", "write"):
        scene.tokens[NOBODY] = frozenset({needed.replace("=read", f":{level}")})
        assert CALLS[name](client(stub, NOBODY), scene).status_code == 200


def test_another_repository_is_not_there(github: Client) -> None:
    """The stub is one repository, whose name may be spelled in capitals; nothing else is there."""
    repos = github.rest.repos
    assert repos.get("Owner", "Project").parsed_data.full_name == "owner/project"
    assert refused(lambda: repos.get("owner", "projects")).status_code == 404
    assert refused(lambda: repos.get_release_by_tag(*WHERE, "v9")).parsed_data.message == "Not Found"
    assert refused(lambda: repos.get_release_asset(*WHERE, 1)).status_code == 404
    assert refused(lambda: repos.list_branches(*WHERE)).status_code == 404


def test_the_limit_of_requests_ends(scene: GitHub, github: Client) -> None:
    """Each answer counts down; when nothing remains, the refusal says until when."""
    scene.remaining = 1
    repos = github.rest.repos
    assert repos.get(*WHERE).headers["x-ratelimit-remaining"] == "0"
    with pytest.raises(PrimaryRateLimitExceeded) as caught:
        repos.get(*WHERE)
    assert timedelta(minutes=55) < caught.value.retry_after <= timedelta(hours=1)
    answer = caught.value.response
    assert (answer.status_code, answer.headers["x-ratelimit-reset"]) == (403, str(scene.reset))
    assert answer.json()["message"].startswith("API rate limit exceeded")


def test_the_script_comes_first(scene: GitHub, github: Client) -> None:
    """What a test wants to go wrong does so in turn: a page of HTML, an answer cut short; then all is well."""
    html, whole = {"Content-Type": "text/html"}, {"Content-Length": "100"}
    scene.script = [(502, b"<html>Unicorn!</html>", html), (200, b'{"id": ', whole)]
    repos = github.rest.repos
    assert refused(lambda: repos.get(*WHERE)).status_code == 502
    with pytest.raises(RequestError) as caught:
        repos.get(*WHERE)
    assert isinstance(caught.value.exc, httpx.RemoteProtocolError)
    assert repos.get(*WHERE).parsed_data.name == "project"
