"""The door to trusted publishing: the identity of this workflow run, and the short-lived token it is exchanged for.

Neither is ever shown or kept: an identity mints one token, and the token lives a quarter of an hour.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from release_tools.adapters import web
from release_tools.adapters.web import Request
from release_tools.errors import Lasting, Refused, ReleaseError, ServiceFailed
from release_tools.text import Redactor

REQUEST_URL, REQUEST_TOKEN = "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"
SILENCE, TOTAL = 30.0, 60.0
LARGEST = 1 << 16
REFUSED, FAILING = 422, 500
LONGEST = 300
# By the code of the index: what is wrong, what to do, and whether later may help.
CODES: Mapping[str, tuple[str, str]] = {
    "invalid-payload": (
        "it does not understand the identity of this run",
        "publish from GitHub Actions, or with a token of the index",
    ),
    "not-enabled": ("it has switched trusted publishing off for now", "run the same command again later"),
    "invalid-token": (
        "it does not accept the identity: wrong audience, out of date or wrongly signed",
        "look at the clock of the runner, then run the job again for a fresh identity",
    ),
    "invalid-pending-publisher": (
        "the publisher is registered as pending, but the project exists already",
        "add the publisher in the settings of the project: Manage, Publishing",
    ),
    "invalid-publisher": (
        "no publisher is registered with the claims of this run",
        "register it in the settings of the project: Manage, Publishing; or correct workflow or environment",
    ),
    "invalid-reuse-token": ("this identity has minted a token before", "run the job again for a fresh identity"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Minted:
    """A token of an index, and when it expires in seconds since the epoch."""

    expires: int
    value: str = field(repr=False)


def available(environment: Mapping[str, str]) -> bool:
    """Whether this run can have an identity."""
    return bool(environment.get(REQUEST_URL) and environment.get(REQUEST_TOKEN))


def audience(site: str) -> str | None:
    """Return for whom an identity is to be made, as the index names it; None where it has no trusted publishing.

    Raises ServiceFailed when the index does not answer, or only says that it cannot now.
    """
    with _asked(f"{site}_/oidc/audience", Request()) as page:
        found = _json(page).get("audience") if page.status == web.OK else None
    if page.status >= FAILING:
        raise _no_verdict(site, f"does not say whether it has trusted publishing ({page.status})")
    return found if isinstance(found, str) and found else None


def identity(environment: Mapping[str, str], audience: str) -> str:
    """Return a fresh identity of this run; raises Refused where it may have none."""
    if not available(environment):
        raise Refused(
            "this run has no identity: the variables by which GitHub Actions offers one are not set",
            state="nothing was sent",
            fix="give the job `permissions: id-token: write`; pull requests from forks never have it",
        )
    url = environment[REQUEST_URL]
    asked = f"{url}{'&' if '?' in url else '?'}{urlencode({'audience': audience})}"
    with _asked(asked, Request(headers={"Authorization": f"bearer {environment[REQUEST_TOKEN]}"})) as page:
        found = _json(page).get("value") if page.status == web.OK else None
    if not isinstance(found, str) or not found:
        raise ServiceFailed(
            f"GitHub gives this run no identity ({page.status})",
            state="nothing was sent",
            fix="run the job again; if it stays, look at its `permissions`",
        )
    return found


def claims(identity: str) -> dict[str, Any]:
    """Return what an identity says, for people; who judges it is the index."""
    part = [*identity.split("."), ""][1]
    try:
        found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def mint(site: str, identity: str) -> Minted:
    """Exchange an identity for a token; raises Refused for a verdict and ServiceFailed for none."""
    body = json.dumps({"token": identity}).encode()
    request = Request(method="POST", headers={"Content-Type": "application/json"}, body=body)
    with _asked(f"{site}_/oidc/mint-token", request) as page:
        answer = _json(page)
    if page.status == REFUSED and (errors := answer.get("errors")):
        raise _refused(site, errors, Redactor((identity,)))
    token, expires = answer.get("token"), answer.get("expires")
    if page.status != web.OK or not isinstance(token, str) or not token:
        raise _no_verdict(site, f"gives no token and no reason ({page.status})")
    return Minted(value=token, expires=expires if isinstance(expires, int) else 0)


def _asked(url: str, request: Request) -> AbstractContextManager[web.Page]:
    return web.ask(url, request, silence=SILENCE, total=TOTAL)


def _json(page: web.Page) -> dict[str, Any]:
    try:
        found = json.loads(page.text(LARGEST))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _refused(site: str, errors: object, redact: Redactor) -> ReleaseError:
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    code, description = str(first.get("code", "")), redact(str(first.get("description", "")))[:LONGEST]
    why, fix = CODES.get(code, ("it gives a reason that is not known here", "look at what the index says"))
    kind = Lasting if code == "not-enabled" else Refused
    return kind(
        f"{web.bare(site)} mints no token: {why} ({code or 'no code'}: {description})",
        state="nothing was sent; the identity was dropped",
        fix=fix,
    )


def _no_verdict(site: str, what: str) -> ServiceFailed:
    return ServiceFailed(
        f"{web.bare(site)} {what}", state="nothing was sent; running again is safe", fix="run the same command again"
    )
