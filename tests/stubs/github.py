"""A stub of GitHub's API for reading: a repository with its releases, and what ran on its commits.

Its answers have the shape of GitHub's own description of the API: a client generated from that reads them in one
shared test.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, ClassVar
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from tests.loopback import Handler, Stub

Row = dict[str, Any]
NUMBER = 7  # of the repository; a Link header names it by this
ROWS, MOST_ROWS = 30, 100
LIMIT = 5000
THEN = "2026-01-02T03:04:05Z"
ACTIONS = "github-actions"
_new: Callable[[], int] = count(1001).__next__
USER_LINKS = "followers following gists starred subscriptions organizations repos events received_events avatar html"
LINKS = (
    "archive assignees blobs branches collaborators comments commits compare contents contributors deployments"
    " downloads events forks git_commits git_refs git_tags issue_comment issue_events issues keys labels languages"
    " merges milestones notifications pulls releases stargazers statuses subscribers subscription tags teams trees"
    " hooks"
)
COUNTS = (
    "forks_count stargazers_count watchers_count size open_issues_count subscribers_count network_count forks"
    " open_issues watchers"
)
SWITCHES = "has_issues has_projects has_wiki has_pages has_discussions archived disabled"
RUN_LINKS = "jobs logs check_suite artifacts cancel rerun workflow"


@dataclass
class Asset:
    """A file of a release; `served`, where it is given, is what a lying store sends instead of the content."""

    name: str
    content: bytes
    digest: str | None = "computed"
    state: str = "uploaded"
    served: bytes | None = None
    id: int = field(default_factory=_new)


@dataclass
class Page:
    """A release: the page of a tag."""

    tag_name: str
    assets: list[Asset] = field(default_factory=list)
    draft: bool = False
    prerelease: bool = False
    body: str = ""
    id: int = field(default_factory=_new)


@dataclass
class Check:
    """What one app, or one job of a workflow, said of a commit."""

    name: str
    status: str = "completed"
    conclusion: str | None = "success"
    app: str = "some-app"
    started_at: str | None = THEN
    id: int = field(default_factory=_new)


@dataclass
class Run:
    """A run of a workflow; its jobs are check runs of GitHub's own app, in the suite of the run."""

    name: str
    path: str
    head_sha: str
    event: str = "push"
    status: str = "completed"
    conclusion: str | None = "success"
    created_at: str = THEN
    jobs: list[Check] = field(default_factory=list)
    run_attempt: int = 1
    check_suite_id: int = field(default_factory=_new)
    id: int = field(default_factory=_new)


@dataclass
class CommitStatus:
    """What a service outside said of a commit, in the older way."""

    context: str
    state: str = "success"
    created_at: str = THEN
    id: int = field(default_factory=_new)


class Refusal(Exception):  # noqa: N818 - the answer, not an error of the stub
    """What a request is answered with instead: a status, a message and more headers."""

    def __init__(self, status: int, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers


@dataclass
class Asked:
    """A request to the API; `allowed` is None for one without a token."""

    handler: Handler
    stub: Stub
    path: str
    query: dict[str, str]
    allowed: frozenset[str] | None

    def may(self, permission: str) -> bool:
        """Tell whether the token has a permission; who may write may read."""
        return bool({permission, permission.replace(":read", ":write")} & (self.allowed or frozenset()))

    def cut(self, rows: list[Row], link: dict[str, str]) -> list[Row]:
        """Return the rows of the page that is asked for, and fill in the Link header."""
        size = min(int(self.query.get("per_page", ROWS)), MOST_ROWS)
        page, last = int(self.query.get("page", 1)), max(1, -(-len(rows) // size))
        pages = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
        kinds = [*(("prev", "first") if page > 1 else ()), *(("next", "last") if page < last else ())]
        if kinds:
            link["Link"] = ", ".join(f'<{self._page(pages[kind])}>; rel="{kind}"' for kind in kinds)
        return rows[(page - 1) * size : page * size]

    def _page(self, number: int) -> str:
        query = urlencode({**self.query, "page": str(number)})
        return f"{self.stub.url}repositories/{NUMBER}{self.path}?{query}"


@dataclass
class GitHub:
    """The state of one repository; a test sets it up, changes it and looks at it. Lists are as GitHub orders them."""

    repository: str = "owner/project"
    private: bool = False
    tokens: dict[str, frozenset[str]] = field(default_factory=dict)
    pages: list[Page] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    checks: dict[str, list[Check]] = field(default_factory=dict)
    statuses: dict[str, list[CommitStatus]] = field(default_factory=dict)
    remaining: int | None = None
    reset: int = field(default_factory=lambda: int(time.time()) + 3600)
    script: list[tuple[int, bytes, Mapping[str, str]]] = field(default_factory=list)
    leaked: bool = False

    def __call__(self, handler: Handler, stub: Stub) -> None:
        """Answer one request: by the script while it lasts, then as the storage or as the API."""
        address = urlsplit(stub.seen[-1][1])
        if self.script:
            status, body, headers = self.script.pop(0)
            handler.say(status, body, **headers)
        elif found := re.fullmatch(r"/storage/(\d+)", address.path):
            self._storage(handler, int(found[1]))
        else:
            self._api(handler, stub, address.path, dict(parse_qsl(address.query)))

    def _storage(self, handler: Handler, number: int) -> None:
        self.leaked = self.leaked or "Authorization" in handler.headers
        asset = next((asset for page in self.pages for asset in page.assets if asset.id == number), None)
        if asset is None:
            handler.say(404)
        else:
            served = asset.content if asset.served is None else asset.served
            handler.say(200, served, Content_Type="application/octet-stream", Content_Length=str(len(served)))

    def _api(self, handler: Handler, stub: Stub, path: str, query: dict[str, str]) -> None:
        headers: dict[str, str] = {}
        try:
            allowed = self._allowed(handler.headers.get("Authorization"))
            self._count()
            asked = Asked(handler, stub, self._within(path), query, allowed)
            status, body = 200, self._answer(asked, headers)
        except Refusal as refusal:
            status, headers = refusal.status, refusal.headers
            body = {"message": refusal.message, "documentation_url": f"{stub.url}rest", "status": str(status)}
        sent = json.dumps(body).encode()
        headers = {"Content_Type": "application/json; charset=utf-8", "Content_Length": str(len(sent)), **headers}
        handler.say(status, sent, **headers, **self._rate())

    def _allowed(self, header: str | None) -> frozenset[str] | None:
        if header is None:
            return None
        kind, _, token = header.partition(" ")
        if kind.lower() not in ("bearer", "token") or token not in self.tokens:
            raise Refusal(401, "Bad credentials")
        return self.tokens[token]

    def _count(self) -> None:
        if self.remaining is None:
            return
        if self.remaining <= 0:
            raise Refusal(403, "API rate limit exceeded for 127.0.0.1. (Authenticated requests have a higher limit.)")
        self.remaining -= 1

    def _rate(self) -> dict[str, str]:
        left = LIMIT - 1 if self.remaining is None else max(0, self.remaining)
        names = {"limit": LIMIT, "remaining": left, "used": LIMIT - left, "reset": self.reset, "resource": "core"}
        return {f"x-ratelimit-{name}": str(value) for name, value in names.items()}

    def _within(self, path: str) -> str:
        """Return the path within the repository, which its number names as well as its name."""
        for prefix in (f"/repos/{self.repository}", f"/repositories/{NUMBER}"):
            if path.lower().startswith(prefix.lower()):
                return path[len(prefix) :]
        raise Refusal(404, "Not Found")

    def _answer(self, asked: Asked, headers: dict[str, str]) -> Any:  # noqa: ANN401 - JSON
        if self.private and asked.allowed is None:
            raise Refusal(404, "Not Found")
        for pattern, (permission, answer) in self.ROUTES.items():
            if found := re.fullmatch(pattern, asked.path):
                if permission and asked.allowed is not None and not asked.may(permission):
                    accepted = permission.replace(":", "=")
                    message = "Resource not accessible by integration"
                    raise Refusal(403, message, **{"X-Accepted-GitHub-Permissions": accepted})
                return answer(self, asked, headers, *map(unquote, found.groups()))
        raise Refusal(404, "Not Found")

    def _repository(self, asked: Asked, _headers: dict[str, str]) -> Row:
        web = f"{asked.stub.url}{self.repository}"
        return {
            **self.minimal(asked.stub),
            **dict.fromkeys(("git_url", "ssh_url", "clone_url", "svn_url"), f"{web}.git"),
            **dict.fromkeys(COUNTS.split(), 0),
            **dict.fromkeys(SWITCHES.split(), False),
            **dict.fromkeys(("mirror_url", "homepage", "language", "license")),
            **dict.fromkeys(("pushed_at", "created_at", "updated_at"), THEN),
            "default_branch": "main",
            "visibility": "private" if self.private else "public",
        }

    def minimal(self, stub: Stub) -> Row:
        """Return the repository as other rows hold it."""
        owner, _, name = self.repository.partition("/")
        api = f"{stub.url}repos/{self.repository}"
        return {
            "id": NUMBER,
            "node_id": f"R_{NUMBER}",
            "name": name,
            "full_name": self.repository,
            "owner": user(stub, owner),
            "private": self.private,
            "html_url": f"{stub.url}{self.repository}",
            "description": None,
            "fork": False,
            "url": api,
            **{f"{link}_url": f"{api}/{link}" for link in LINKS.split()},
        }

    def _releases(self, asked: Asked, headers: dict[str, str]) -> list[Row]:
        return asked.cut([self._release(asked, page) for page in self._visible(asked)], headers)

    def _visible(self, asked: Asked) -> list[Page]:
        return [page for page in self.pages if not page.draft or asked.may("contents:write")]

    def _tagged(self, asked: Asked, _headers: dict[str, str], tag: str) -> Row:
        for page in self.pages:
            if page.tag_name == tag and not page.draft:
                return self._release(asked, page)
        raise Refusal(404, "Not Found")

    def _release(self, asked: Asked, page: Page) -> Row:
        api, web = f"{asked.stub.url}repos/{self.repository}", f"{asked.stub.url}{self.repository}"
        return {
            "id": page.id,
            "node_id": f"RE_{page.id}",
            "tag_name": page.tag_name,
            "target_commitish": "main",
            "name": page.tag_name,
            "body": page.body,
            "draft": page.draft,
            "prerelease": page.prerelease,
            "immutable": False,
            "created_at": THEN,
            "published_at": None if page.draft else THEN,
            "author": user(asked.stub, "somebody"),
            "assets": [self._asset(asked.stub, page, asset) for asset in page.assets],
            "url": f"{api}/releases/{page.id}",
            "html_url": f"{web}/releases/tag/{shown(page)}",
            "assets_url": f"{api}/releases/{page.id}/assets",
            "upload_url": f"{api}/releases/{page.id}/assets{{?name,label}}",
            "tarball_url": None if page.draft else f"{api}/tarball/{page.tag_name}",
            "zipball_url": None if page.draft else f"{api}/zipball/{page.tag_name}",
        }

    def _asset(self, stub: Stub, page: Page, asset: Asset) -> Row:
        computed = f"sha256:{hashlib.sha256(asset.content).hexdigest()}"
        return {
            "id": asset.id,
            "node_id": f"RA_{asset.id}",
            "name": asset.name,
            "label": "",
            "state": asset.state,
            "content_type": "application/octet-stream",
            "size": len(asset.content),
            "digest": computed if asset.digest == "computed" else asset.digest,
            "download_count": 0,
            "created_at": THEN,
            "updated_at": THEN,
            "uploader": user(stub, "somebody"),
            "url": f"{stub.url}repos/{self.repository}/releases/assets/{asset.id}",
            "browser_download_url": f"{stub.url}{self.repository}/releases/download/{shown(page)}/{asset.name}",
        }

    def _one_asset(self, asked: Asked, _headers: dict[str, str], number: str) -> Row:
        for page in self._visible(asked):
            for asset in page.assets:
                if asset.id != int(number):
                    continue
                if asked.handler.headers.get("Accept") == "application/octet-stream":
                    raise Refusal(302, "Found", Location=f"{asked.stub.url}storage/{asset.id}")
                return self._asset(asked.stub, page, asset)
        raise Refusal(404, "Not Found")

    def _check_runs(self, asked: Asked, headers: dict[str, str], sha: str) -> Row:
        held = list(self._held(sha))
        if asked.query.get("filter", "latest") == "latest":
            held = list({(suite, check.name): (suite, check) for suite, check in held}.values())
        rows = [self._check_run(asked.stub, sha, suite, check) for suite, check in held]
        return {"total_count": len(rows), "check_runs": asked.cut(rows, headers)}

    def _held(self, sha: str) -> Iterator[tuple[int, Check]]:
        """Yield each check run of a commit with its suite, an earlier attempt before a later one."""
        for run in self.runs:
            if run.head_sha == sha:
                yield from ((run.check_suite_id, replace(job, app=ACTIONS)) for job in run.jobs)
        yield from ((zlib.crc32(f"{sha} {check.app}".encode()), check) for check in self.checks.get(sha, ()))

    def _check_run(self, stub: Stub, sha: str, suite: int, check: Check) -> Row:
        api, web = f"{stub.url}repos/{self.repository}/check-runs/{check.id}", f"{stub.url}{self.repository}"
        about = {"title": None, "summary": None, "text": None}
        return {
            "id": check.id,
            "node_id": f"CR_{check.id}",
            "head_sha": sha,
            "external_id": "",
            "name": check.name,
            "status": check.status,
            "conclusion": check.conclusion,
            "started_at": check.started_at,
            "completed_at": check.started_at if check.status == "completed" else None,
            "output": {**about, "annotations_count": 0, "annotations_url": f"{api}/annotations"},
            "check_suite": {"id": suite},
            "app": app(stub, check.app),
            "pull_requests": [],
            "url": api,
            "html_url": f"{web}/runs/{check.id}",
            "details_url": f"{web}/runs/{check.id}",
        }

    def _status(self, asked: Asked, headers: dict[str, str], sha: str) -> Row:
        api = f"{asked.stub.url}repos/{self.repository}"
        latest = {each.context: each for each in sorted(self.statuses.get(sha, ()), key=lambda each: each.created_at)}
        rows = [self._one_status(asked.stub, sha, each) for each in latest.values()]
        return {
            "state": together({each.state for each in latest.values()}),
            "statuses": asked.cut(rows, headers),
            "sha": sha,
            "total_count": len(rows),
            "repository": self.minimal(asked.stub),
            "commit_url": f"{api}/commits/{sha}",
            "url": f"{api}/commits/{sha}/status",
        }

    def _one_status(self, stub: Stub, sha: str, status: CommitStatus) -> Row:
        return {
            "id": status.id,
            "node_id": f"SC_{status.id}",
            "context": status.context,
            "state": status.state,
            "description": None,
            "target_url": None,
            "avatar_url": f"{stub.url}avatar",
            "url": f"{stub.url}repos/{self.repository}/statuses/{sha}",
            "created_at": status.created_at,
            "updated_at": status.created_at,
        }

    def _runs(self, asked: Asked, headers: dict[str, str]) -> Row:
        wanted = asked.query.get("head_sha")
        rows = [self._run(asked.stub, run) for run in self.runs if wanted in (None, run.head_sha)]
        return {"total_count": len(rows), "workflow_runs": asked.cut(rows, headers)}

    def _run(self, stub: Stub, run: Run) -> Row:
        api = f"{stub.url}repos/{self.repository}/actions/runs/{run.id}"
        return {
            "id": run.id,
            "node_id": f"WFR_{run.id}",
            "name": run.name,
            "path": run.path,
            "display_title": run.name,
            "head_branch": "main",
            "head_sha": run.head_sha,
            "run_number": 1,
            "run_attempt": run.run_attempt,
            "event": run.event,
            "status": run.status,
            "conclusion": run.conclusion,
            "workflow_id": zlib.crc32(run.path.encode()),
            "check_suite_id": run.check_suite_id,
            "pull_requests": [],
            "created_at": run.created_at,
            "updated_at": run.created_at,
            "head_commit": None,
            "repository": self.minimal(stub),
            "head_repository": self.minimal(stub),
            "url": api,
            "html_url": f"{stub.url}{self.repository}/actions/runs/{run.id}",
            **{f"{link}_url": f"{api}/{link}" for link in RUN_LINKS.split()},
        }

    ROUTES: ClassVar[dict[str, tuple[str, Callable[..., Any]]]] = {
        r"": ("", _repository),
        r"/releases": ("contents:read", _releases),
        r"/releases/tags/(.+)": ("contents:read", _tagged),
        r"/releases/assets/(\d+)": ("contents:read", _one_asset),
        r"/commits/([^/]+)/check-runs": ("checks:read", _check_runs),
        r"/commits/([^/]+)/status": ("statuses:read", _status),
        r"/actions/runs": ("actions:read", _runs),
    }


def shown(page: Page) -> str:
    """Return how a release is called in addresses: a draft has no tag yet."""
    return f"untagged-{page.id}" if page.draft else page.tag_name


def together(states: set[str]) -> str:
    """Return the one state that several statuses amount to."""
    if states & {"error", "failure"}:
        return "failure"
    return "pending" if "pending" in states or not states else "success"


def user(stub: Stub, login: str) -> Row:
    """Return a user or an organization."""
    api, number = f"{stub.url}users/{login}", zlib.crc32(login.encode())
    links = {f"{link}_url": f"{api}/{link}" for link in USER_LINKS.split()}
    about = {"gravatar_id": "", "type": "User", "site_admin": False}
    return {"login": login, "id": number, "node_id": f"U_{number}", "url": api, **about, **links}


def app(stub: Stub, slug: str) -> Row:
    """Return the app that made a check run."""
    number = zlib.crc32(slug.encode())
    return {
        "id": number,
        "node_id": f"A_{number}",
        "slug": slug,
        "owner": user(stub, "somebody"),
        "name": slug,
        "description": None,
        "external_url": f"{stub.url}apps/{slug}/about",
        "html_url": f"{stub.url}apps/{slug}",
        "created_at": THEN,
        "updated_at": THEN,
        "permissions": {"checks": "write"},
        "events": [],
    }
