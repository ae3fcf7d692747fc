"""The stub of trusted publishing, held against the table of how the real index mints tokens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from release_tools.adapters import web
from release_tools.adapters.web import Request
from tests import loopback
from tests.loopback import Stub
from tests.stubs import forms, oidc
from tests.stubs.warehouse import Warehouse


@contextmanager
def minting(**more: Any) -> Iterator[tuple[oidc.Minting, Stub]]:  # noqa: ANN401 - of the stub
    """Run an index with trusted publishing."""
    index = oidc.Minting(Warehouse(), **more)
    with loopback.serve(index) as stub:
        yield index, stub


def asked(url: str, body: bytes | None = None, method: str = "POST", **headers: str) -> tuple[int, Any]:
    """Ask an address; return the status and the JSON of the answer."""
    with web.ask(url, Request(method=method, body=body, headers=headers), silence=5, total=5) as page:
        text = page.text(1 << 16)
        return page.status, json.loads(text) if text else None


def mint(stub: Stub, token: object) -> tuple[int, Any]:
    """Ask for a token of the index."""
    return asked(f"{stub.url}_/oidc/mint-token", json.dumps({"token": token}).encode())


def test_the_index_names_its_audience() -> None:
    """As JSON; a token is minted by POST only."""
    with minting() as (_, stub):
        assert asked(f"{stub.url}_/oidc/audience", method="GET") == (200, {"audience": "pypi"})
        assert asked(f"{stub.url}_/oidc/mint-token", method="GET")[0] == 405


def test_an_identity_is_given_to_who_has_the_runners_token() -> None:
    """For the audience that is asked for, fresh each time."""
    with loopback.serve(identity := oidc.Identity()) as stub:
        assert asked(f"{stub.url}?audience=pypi", method="GET")[0] == 401
        for _ in range(2):
            status, found = asked(
                f"{stub.url}?audience=pypi", method="GET", Authorization=f"bearer {oidc.REQUEST_TOKEN}"
            )
            assert (status, oidc.claims_of(found["value"])["aud"]) == (200, "pypi")
    assert len({oidc.claims_of(token)["jti"] for token in identity.given}) == 2


def test_a_minted_token_lets_in_for_a_quarter_of_an_hour() -> None:
    """For the projects of the publisher, for many files; each identity mints once."""
    identity = oidc.Identity()
    with minting(projects=frozenset({"tiny-sample"})) as (index, stub):
        token = identity.token("pypi")
        status, found = mint(stub, token)
        assert (status, found["success"]) == (200, True)
        assert abs(found["expires"] - index.warehouse.now().timestamp() - 900) < 5
        assert forms.send(stub, found["token"])[0] == 200
        assert mint(stub, token)[1]["errors"][0]["code"] == "invalid-reuse-token"
        other = forms.send(stub, found["token"], {"name": "other"}, filename="other-1.2.3-py3-none-any.whl")
        assert "Non-user identities cannot create new projects" in other[1]


ELSEWHERE = "owner/project/.github/workflows/other.yml@refs/heads/main"


@pytest.mark.parametrize(
    ("claims", "audience", "code"),
    [
        ({"repository": "owner/other"}, "pypi", "invalid-publisher"),
        ({"job_workflow_ref": ELSEWHERE}, "pypi", "invalid-publisher"),
        ({"environment": "staging"}, "pypi", "invalid-publisher"),
        ({"repository": "owner/other"}, "testpypi", "invalid-token"),
    ],
)
def test_other_claims_than_the_registered_are_refused(claims: dict[str, str], audience: str, code: str) -> None:
    """With 422 and a code; the identity is not used up by it."""
    identity = oidc.Identity({**oidc.CLAIMS, **claims})
    with minting() as (index, stub):
        status, found = mint(stub, identity.token(audience))
        assert (status, found["message"], found["errors"][0]["code"]) == (422, "Token request failed", code)
        assert not index.minted
        assert not index.used


@pytest.mark.parametrize("environment", ["pypi", "PyPI"])
def test_the_case_of_an_environment_does_not_matter(environment: str) -> None:
    """As on the real index."""
    with minting() as (_, stub):
        assert mint(stub, oidc.Identity({**oidc.CLAIMS, "environment": environment}).token("pypi"))[0] == 200


@pytest.mark.parametrize("token", [None, 1, "", "no.token", "a.b.c"])
def test_what_is_no_identity_is_not_understood(token: object) -> None:
    """Missing, no text or no token at all."""
    with minting() as (_, stub):
        assert mint(stub, token)[1]["errors"][0]["code"] == "invalid-payload"


def test_it_can_be_switched_off() -> None:
    """Then every identity is refused by the same code."""
    with minting(enabled=False) as (_, stub):
        assert mint(stub, oidc.Identity().token("pypi"))[1]["errors"][0]["code"] == "not-enabled"
