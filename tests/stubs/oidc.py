"""A stub of trusted publishing: the workflow's identity service, and the index that mints a token for it."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.loopback import Handler, Stub
from tests.stubs.warehouse import Token, Warehouse

LIFE = timedelta(minutes=15)
REQUEST_TOKEN = "what-the-runner-gave"  # noqa: S105 - of the stub
CLAIMS = {
    "repository": "owner/project",
    "repository_owner": "owner",
    "repository_owner_id": "1",
    "job_workflow_ref": "owner/project/.github/workflows/release.yml@refs/tags/v1.2.3",
    "workflow_ref": "owner/project/.github/workflows/release.yml@refs/tags/v1.2.3",
    "environment": "pypi",
    "event_name": "push",
    "ref": "refs/tags/v1.2.3",
    "ref_type": "tag",
    "sha": "0" * 40,
}


@dataclass
class Identity:
    """The service that gives a job its identity, as claims in a token that nobody here verifies."""

    claims: dict[str, Any] = field(default_factory=lambda: dict(CLAIMS))
    given: list[str] = field(default_factory=list)

    def __call__(self, handler: Handler, stub: Stub) -> None:
        """Answer the request of a job."""
        _, path, _, _ = stub.seen[-1]
        if handler.headers.get("Authorization", "").lower() != f"bearer {REQUEST_TOKEN}":
            handler.say(401)
            return
        audience = parse_qs(urlsplit(path).query).get("audience", [""])[0]
        handler.say(200, json.dumps({"value": self.token(audience)}).encode(), Content_Type="application/json")

    def token(self, audience: str) -> str:
        """Return a fresh identity token."""
        now = int(time.time())
        claims = {**self.claims, "aud": audience, "iat": now, "exp": now + 300, "jti": f"jti-{len(self.given)}"}
        found = ".".join((_encoded({"alg": "RS256"}), _encoded(claims), "c2lnbmF0dXJl"))
        self.given.append(found)
        return found


def _encoded(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def claims_of(token: str) -> dict[str, Any]:
    """Return the claims of an identity token."""
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


@dataclass
class Minting:
    """An index with trusted publishing: the claims that are registered, and how it answers a mint."""

    warehouse: Warehouse
    publisher: dict[str, str] = field(
        default_factory=lambda: {"repository": "owner/project", "workflow": "release.yml", "environment": "pypi"}
    )
    projects: frozenset[str] = frozenset({"project"})
    script: list[Callable[[Handler], None]] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    minted: list[str] = field(default_factory=list)
    enabled: bool = True

    def __call__(self, handler: Handler, stub: Stub) -> None:
        """Answer one request: of trusted publishing here, of everything else by the index."""
        method, path, _, body = stub.seen[-1]
        if path == "/_/oidc/audience":
            handler.say(200, b'{"audience": "pypi"}', Content_Type="application/json")
        elif path == "/_/oidc/mint-token":
            self._mint(handler, method, body)
        else:
            self.warehouse(handler, stub)

    def _mint(self, handler: Handler, method: str, body: bytes) -> None:
        if method != "POST":
            handler.say(405)
        elif self.script:
            self.script.pop(0)(handler)
        elif code := self._refused(body):
            refuse(handler, code)
        else:
            self._accept(handler, claims_of(json.loads(body)["token"]))

    def _refused(self, body: bytes) -> str:
        try:
            claims = claims_of(json.loads(body)["token"])
        except (ValueError, KeyError, IndexError, TypeError, AttributeError):
            return "invalid-payload"
        if not self.enabled:
            return "not-enabled"
        if claims.get("aud") != "pypi":
            return "invalid-token"
        if not self._registered(claims):
            return "invalid-publisher"
        return "invalid-reuse-token" if claims["jti"] in self.used else ""

    def _registered(self, claims: dict[str, Any]) -> bool:
        workflow = str(claims.get("job_workflow_ref", "")).partition("@")[0].rpartition("/")[2]
        environment = str(claims.get("environment", "")).lower()
        own = (claims.get("repository"), workflow, environment)
        return own == (self.publisher["repository"], self.publisher["workflow"], self.publisher["environment"])

    def _accept(self, handler: Handler, claims: dict[str, Any]) -> None:
        self.used.add(claims["jti"])
        token = f"pypi-minted-{len(self.minted)}-{claims['jti']}"
        self.minted.append(token)
        expires = self.warehouse.now() + LIFE
        self.warehouse.tokens[token] = Token(projects=self.projects, expires=expires, trusted=True)
        answer = {"success": True, "token": token, "expires": int(expires.timestamp())}
        handler.say(200, json.dumps(answer).encode(), Content_Type="application/json")


def refuse(handler: Handler, code: str) -> None:
    """Answer with one of the codes by which a mint is refused."""
    errors = [{"code": code, "description": f"described: {code}"}]
    body = {"message": "Token request failed", "errors": errors}
    handler.say(422, json.dumps(body).encode(), Content_Type="application/json")
