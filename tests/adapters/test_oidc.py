"""The door to trusted publishing: whatever a service answers, it is an identity, a token, a verdict or none."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from release_tools.adapters import oidc
from release_tools.errors import Lasting, Refused, ReleaseError, ServiceFailed
from tests import loopback
from tests.loopback import Answer, Handler, Stub
from tests.stubs import oidc as stubs
from tests.stubs.warehouse import Warehouse

KIND = "application/json"


def document(value: object, status: int = 200) -> Answer:
    """Return an answer that is JSON."""
    return loopback.says(status, json.dumps(value).encode(), Content_Type=KIND)


def run(stub: Stub, token: str = stubs.REQUEST_TOKEN) -> dict[str, str]:
    """Return the variables of a run whose identity service is a server."""
    return {oidc.REQUEST_URL: f"{stub.url}given?api=2", oidc.REQUEST_TOKEN: token}


def test_an_identity_mints_one_token() -> None:
    """For the audience that the index names; the token is not shown where the object is."""
    index = stubs.Minting(Warehouse())
    with loopback.serve(index) as site, loopback.serve(stubs.Identity()) as github:
        audience = oidc.audience(site.url)
        assert audience == "pypi"
        given = oidc.identity(run(github), audience)
        minted = oidc.mint(site.url, given)
        assert minted.value == index.minted[0]
        assert minted.value not in repr(minted)
        with pytest.raises(Refused, match="minted a token before"):
            oidc.mint(site.url, given)
    assert loopback.urls(github) == ["GET /given?api=2&audience=pypi"]


def test_the_claims_are_read_for_people() -> None:
    """As the identity holds them; what is no identity has none."""
    claims = oidc.claims(stubs.Identity().token("pypi"))
    assert (claims["repository"], claims["environment"], claims["aud"]) == ("owner/project", "pypi", "pypi")
    for wrong in ("", "a", "a.b", "a.%%%.c", "a.WzFd.c"):
        assert oidc.claims(wrong) == {}


@pytest.mark.parametrize("missing", [oidc.REQUEST_URL, oidc.REQUEST_TOKEN])
def test_a_run_that_may_have_no_identity(missing: str) -> None:
    """Without either variable, or with an empty one, nobody is asked, and the permission to give is named."""
    with loopback.serve(loopback.never_asked) as github:
        for environment in ({**run(github), missing: ""}, {k: v for k, v in run(github).items() if k != missing}):
            assert not oidc.available(environment)
            with pytest.raises(Refused, match="no identity") as refused:
                oidc.identity(environment, "pypi")
            assert "id-token: write" in refused.value.fix
        assert oidc.available(run(github))
    assert not github.seen


NO_VERDICTS: dict[str, Answer] = {
    "404": loopback.says(404),
    "403": document({"message": "no"}, 403),
    "500": loopback.says(500, b"<html>no</html>"),
    "HTML": loopback.says(200, b"<html>yes</html>", Content_Type="text/html"),
    "cut off": loopback.says(200, b'{"token": "pyp', Content_Type=KIND),
    "null": document(dict.fromkeys(("token", "value", "audience", "success"))),
    "a number": document(dict.fromkeys(("token", "value", "audience"), 1)),
    "empty": document(dict.fromkeys(("token", "value", "audience"), "")),
    "a list": document(["token"]),
    "deep": loopback.says(200, b"[" * 60_000, Content_Type=KIND),
    "10 MB": loopback.says(200, b'{"token": "' + b"x" * 10_000_000, Content_Type=KIND),
    "a move": loopback.says(302, b"", Location="http://127.0.0.1:9/"),
    "422 without errors": document({"message": "no"}, 422),
    "422 in HTML": loopback.says(422, b"<html>no</html>"),
}


@pytest.mark.parametrize("answer", NO_VERDICTS.values(), ids=NO_VERDICTS)
def test_no_verdict_is_no_refusal(answer: Answer) -> None:
    """An answer outside the agreed shape: running again is safe, and it is one short sentence."""
    with loopback.serve(answer) as stub:
        for ask in (lambda: oidc.mint(stub.url, "x.y.z"), lambda: oidc.identity(run(stub), "pypi")):
            with pytest.raises(ServiceFailed) as failed:
                ask()
            assert len(failed.value.what) < 300
            assert "again" in failed.value.fix
            assert stubs.REQUEST_TOKEN not in str(failed.value)


@pytest.mark.parametrize("answer", ["404", "403", "HTML", "null", "empty", "a list"])
def test_an_index_without_an_audience_has_no_trusted_publishing(answer: str) -> None:
    """Whatever it says instead: None, so that somebody can say what to do about it."""
    with loopback.serve(NO_VERDICTS[answer]) as stub:
        assert oidc.audience(stub.url) is None


def test_an_index_that_fails_says_nothing_about_its_audience() -> None:
    """A failure is told as one."""
    with loopback.serve(loopback.says(503)) as stub, pytest.raises(ServiceFailed, match="503"):
        oidc.audience(stub.url)


VERDICTS: dict[str, tuple[type[ReleaseError], str]] = {
    "invalid-payload": (Refused, "does not understand the identity"),
    "not-enabled": (Lasting, "switched trusted publishing off for now"),
    "invalid-token": (Refused, "wrong audience, out of date or wrongly signed"),
    "invalid-pending-publisher": (Refused, "the project exists already"),
    "invalid-publisher": (Refused, "no publisher is registered with the claims of this run"),
    "invalid-reuse-token": (Refused, "has minted a token before"),
    "invalid-something": (Refused, "a reason that is not known here"),
}


@pytest.mark.parametrize("code", VERDICTS)
def test_each_code_has_its_sentence(code: str) -> None:
    """With what to do, and the words of the index behind it; only a service that is switched off is no refusal."""
    kind, words = VERDICTS[code]

    def answer(handler: Handler, _stub: Stub) -> None:
        stubs.refuse(handler, code)

    with loopback.serve(answer) as stub, pytest.raises(kind) as refused:
        oidc.mint(stub.url, "x.y.z")
    assert type(refused.value) is kind
    assert words in refused.value.what
    assert f"({code}: described: {code})" in refused.value.what
    assert refused.value.fix


@pytest.mark.parametrize("errors", ["no", [], [1], [{}], [{"code": 5, "description": ["x"] * 4000}]])
def test_a_refusal_of_another_shape(errors: object) -> None:
    """It stays one short sentence."""
    with loopback.serve(document({"errors": errors}, 422)) as stub, pytest.raises(ReleaseError) as refused:
        oidc.mint(stub.url, "x.y.z")
    assert len(refused.value.what) < 600


@pytest.mark.parametrize("ask", [oidc.audience, lambda url: oidc.mint(url, "x.y.z")])
def test_nothing_of_it_goes_in_the_clear(ask: Callable[[str], object]) -> None:
    """Plain http is for loopback only."""
    with pytest.raises(ServiceFailed, match="only https"):
        ask("http://index.example/")
