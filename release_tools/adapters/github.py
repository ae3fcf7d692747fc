"""The door to GitHub, for reading: the release of a tag with its assets, and the CI of a commit.

A token is sent to the API alone; the storage that an asset redirects to never sees it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Any
from urllib.parse import quote

from release_tools.adapters import github_rows, web
from release_tools.adapters.github_rows import Asset, GitHubRelease, Row
from release_tools.adapters.web import Page, Request
from release_tools.ci import Check, CommitStatus, Workflow
from release_tools.errors import Refused, ServiceFailed
from release_tools.github.repository import Repository

HEADERS = {
    "Accept": "application/vnd.github+json",
    "User-Agent": "nox-release-tools",
    "X-GitHub-Api-Version": "2022-11-28",
}
BYTES = "application/octet-stream"
LARGEST = 1 << 24  # of a page of JSON, in bytes
MOST_PAGES, ROWS = 10, 100
SILENCE, TOTAL = 10.0, 30.0
DOWNLOAD = 600.0
DENIED = frozenset({403, 429})
UNKNOWN = frozenset({404, 422})
UNAUTHORISED, TOO_MANY = 401, 429


class GitHub:
    """One repository on GitHub. Each method raises ServiceFailed without an answer, Refused where it may not read."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def release(self, tag: str) -> GitHubRelease | None:
        """Return the release of a tag, else the draft of one where the token lets drafts be seen; None without.

        A draft is looked for among the newest: a public release is found however many there are.
        """
        with self._ask(f"/releases/tags/{quote(tag, safe='')}") as page:
            if page.status == web.OK:
                return github_rows.release(_object(page))
            self._require(page, web.NOT_FOUND)
        self._require_visible()
        listed = self._every("/releases", None, whole=False) if self._repository.token else ()
        drafts = map(github_rows.release, listed)
        return next((each for each in drafts if each.draft and each.tag == tag), None)

    def measured(self, asset: Asset) -> tuple[int, str]:
        """Return size and SHA-256 of what GitHub serves for an asset; reading stops soon after its size."""
        digest, size = hashlib.sha256(), 0
        with self._content(asset) as page:
            for chunk in page.chunks(asset.size):
                digest.update(chunk)
                size += len(chunk)
        return size, digest.hexdigest()

    def text(self, asset: Asset, limit: int) -> str:
        """Return what an asset says."""
        with self._content(asset) as page:
            return page.text(limit)

    def workflows(self, commit: str) -> tuple[Workflow, ...]:
        """Return the runs of workflows on a commit."""
        return tuple(map(github_rows.workflow, self._every(f"/actions/runs?head_sha={commit}", "workflow_runs")))

    def checks(self, commit: str) -> tuple[Check, ...]:
        """Return the newest check runs on a commit."""
        return tuple(map(github_rows.check, self._every(f"/commits/{commit}/check-runs?filter=latest", "check_runs")))

    def statuses(self, commit: str) -> tuple[CommitStatus, ...]:
        """Return the newest status of each context on a commit."""
        return tuple(map(github_rows.status, self._every(f"/commits/{commit}/status", "statuses")))

    def _every(self, path: str, key: str | None, *, whole: bool = True) -> Iterator[Row]:
        """Yield the rows of all pages of a list; of a commit that was not pushed yet there is none.

        Of a list that is longer than anybody reads, it is the newest that are told where the whole is not needed.
        """
        for number in range(1, MOST_PAGES + 1):
            with self._ask(f"{path}{'&' if '?' in path else '?'}per_page={ROWS}&page={number}") as page:
                if path.startswith("/commits/") and page.status in UNKNOWN:
                    self._require_visible()
                    return
                self._require(page, web.OK)
                found = _json(page)
            rows = (found.get(key) if isinstance(found, dict) else None) if key else found
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                raise _failed(page, "it answers with no list")
            yield from rows
            if len(rows) < ROWS:
                return
        if whole:
            raise _failed(page, f"it lists more than {MOST_PAGES * ROWS}")

    @contextmanager
    def _content(self, asset: Asset) -> Iterator[Page]:
        """Give what is served for an asset: by the API itself, or by the storage that it names."""
        with self._ask(f"/releases/assets/{asset.number}", accept=BYTES, total=DOWNLOAD) as page:
            if page.status == web.OK:
                yield page
                return
            if page.status == web.NOT_FOUND:
                self._require_visible()
                raise _failed(page, "the file is gone")
            if page.status not in web.REDIRECTS:
                self._require(page, web.OK)
            if not page.location:
                raise _failed(page, "it redirects to nowhere")
            location = str(page.location)
        with web.get(location, accept=BYTES, silence=SILENCE, total=DOWNLOAD) as page:
            if page.status != web.OK:
                raise web.unusable(page)
            yield page

    @contextmanager
    def _ask(self, path: str, *, accept: str = "", total: float = TOTAL) -> Iterator[Page]:
        headers = HEADERS | ({"Accept": accept} if accept else {})
        if self._repository.token:
            headers |= {"Authorization": f"Bearer {self._repository.token}"}
        url = f"{self._repository.api}/repos/{self._repository.name}{path}"
        with web.ask(url, Request(headers=headers), silence=SILENCE, total=total) as page:
            yield page

    def _require(self, page: Page, status: int) -> None:
        """Raise what an answer means that is another one than this."""
        if page.status == status:
            return
        if page.status == UNAUTHORISED:
            raise _refused("GitHub does not know the token that it was given", "renew it, or unset GITHUB_TOKEN")
        if page.status in DENIED:
            raise _denied(page)
        if page.status == web.NOT_FOUND:
            raise self._hidden()
        if page.status in web.REDIRECTS:
            raise _refused(
                f"{self._repository.name} has another name on GitHub now",
                "git remote set-url origin ADDRESS, or GITHUB_REPOSITORY=OWNER/NAME",
            )
        raise web.unusable(page)

    def _require_visible(self) -> None:
        """Tell what is not there from what is not shown."""
        with self._ask("") as page:
            self._require(page, web.OK)

    def _hidden(self) -> Refused:
        who = "with this token" if self._repository.token else "to everybody"
        return _refused(
            f"GitHub does not show {self._repository.name} {who}", "give a token that may read it in GITHUB_TOKEN"
        )


def _json(page: Page) -> Any:  # noqa: ANN401 - whatever GitHub says
    try:
        return json.loads(page.text(LARGEST))
    except (ValueError, RecursionError) as error:
        raise _failed(page, "it answers with no JSON") from error


def _object(page: Page) -> Mapping[str, Any]:
    found = _json(page)
    if not isinstance(found, dict):
        raise _failed(page, "it answers with no object")
    return found


def _denied(page: Page) -> Refused | ServiceFailed:
    """Tell a limit, which passes, from a permission, which does not come by waiting."""
    told = page.header("x-ratelimit-remaining") == "0" or page.header("retry-after")
    if page.status == TOO_MANY or told or "rate limit" in page.text(LARGEST).lower():
        return _failed(page, f"its limit of requests is reached{_until(page)}; with a token there are more")
    needed = page.header("X-Accepted-GitHub-Permissions")
    return _refused(
        f"GitHub does not let this token read {web.bare(page.url)}",
        f"give it the permission {needed}" if needed else "give a token that may read it in GITHUB_TOKEN",
    )


def _until(page: Page) -> str:
    try:
        end = datetime.fromtimestamp(int(page.header("x-ratelimit-reset")), timezone.utc)
    except (ValueError, OverflowError, OSError):
        return ""
    return f" until {end:%H:%M} UTC"


def _refused(what: str, fix: str) -> Refused:
    return Refused(what, state="nothing was changed on GitHub", fix=fix)


def _failed(page: Page, why: str) -> ServiceFailed:
    return ServiceFailed(
        f"cannot read {web.bare(page.url)}: {why}",
        state="only reading failed; nothing was changed by it",
        fix="run the same command again; with GITHUB_TOKEN set GitHub answers more often",
    )
