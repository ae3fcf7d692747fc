"""The stage `preflight`: a stub of the public index, its trusted publishing, and two light servers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from packaging.version import Version
from pypitoken import Token as RealToken

from release_tools.adapters import endpoints
from release_tools.config import Config, Credentials, Publisher, TargetTable
from release_tools.environment import UNTESTED
from release_tools.errors import Refused, ReleaseError, ServiceFailed
from release_tools.ledger import Ledger
from release_tools.model import Distribution, Source, Tag, Target
from release_tools.options import Options
from release_tools.stages import Outcome
from release_tools.stages.preflight import preflight
from tests import loopback, tiny
from tests.clocks import FakeClock
from tests.stubs import oidc, warehouse
from tests.stubs.warehouse import Stored, Token

HOUSE, PYPI = "HOUSE_API_TOKEN", "PYPI_API_TOKEN"
NOW = datetime(2026, 11, 21, 12, tzinfo=timezone.utc)
REGISTERED = Publisher(repository="owner/project", workflow="release.yml", environment="pypi")
SOURCE = Source(
    root=Path(),
    commit="0" * 40,
    commit_time=1,
    branch=None,
    default_branch="main",
    dirty=(),
    shallow=False,
    remote=None,
)


def token(domain: str | None = None, *, signed: str = "secret", **limits: object) -> str:
    """Return a token as an index makes it, the stub's own where none is named."""
    made = RealToken.create(domain=domain or "127.0.0.1", identifier="somebody", key=signed)
    if limits:
        made.restrict(**limits)
    return str(made.dump())


@dataclass
class Scene:
    """The index, who asks it and with what."""

    index: warehouse.Warehouse = field(default_factory=lambda: warehouse.Warehouse(now=lambda: NOW))
    minting: oidc.Minting | None = None
    identity: oidc.Identity = field(default_factory=oidc.Identity)
    table: TargetTable = field(default_factory=TargetTable)
    environment: dict[str, str] = field(default_factory=dict)
    offline: bool = False
    chain: bool = False
    tagged: bool = True
    source: Source = SOURCE
    ledger: Ledger = field(default_factory=tiny.ledger)
    said: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.minting = oidc.Minting(self.index, projects=frozenset({tiny.NAME}))

    def holds_the_project(self) -> Scene:
        """Let the index hold an earlier version."""
        self.index.projects.add(tiny.NAME)
        name = "tiny_sample-1.0.tar.gz"
        self.index.files[name] = Stored(
            name=name, project=tiny.NAME, version=Version("1.0"), content=b"1.0", uploaded=NOW - timedelta(days=90)
        )
        return self

    def takes(self, value: str, **of: object) -> Scene:
        """Give a token to the index and to the environment."""
        self.index.tokens[value] = Token(**of)  # type: ignore[arg-type]
        self.environment["PYPI_API_TOKEN"] = value
        return self

    def ask(self, name: str = "pypi") -> Outcome:
        """Run the stage against the index."""
        assert self.minting
        with loopback.serve(self.minting) as stub, loopback.serve(self.identity) as github:
            target = replace(self.index.target(stub, name), site=stub.url)
            environment = dict(self.environment)
            if environment.pop("GITHUB", None):
                environment["ACTIONS_ID_TOKEN_REQUEST_URL"] = f"{github.url}?api-version=2"
                environment["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = oidc.REQUEST_TOKEN
            try:
                return self.run(target, environment)
            finally:
                self.seen = loopback.urls(stub)

    def run(self, target: Target, environment: Mapping[str, str]) -> Outcome:
        """Run the stage against a target."""
        return preflight(
            project=tiny.project(Path()),
            version=tiny.VERSION,
            tag=Tag(name="v1.2.3", version=tiny.VERSION, commit="0" * 40, object_id="0" * 40),
            target=target,
            config=Config(targets={target.name: self.table}),
            ledger=self.ledger,
            source=self.source,
            tagged=self.tagged,
            options=Options(command="preflight", offline=self.offline, chain=self.chain),
            clock=FakeClock(NOW),
            environment=environment,
            say=self.said.append,
        )

    def refused(self, kind: type[ReleaseError] = Refused) -> ReleaseError:
        """Return the refusal; the index stores nothing and no token is shown."""
        before = dict(self.index.files)
        with pytest.raises(kind) as caught:
            self.ask()
        assert self.index.files == before
        shown = f"{caught.value.what} {caught.value.state} {caught.value.fix}"
        assert not any(value in shown for value in self.environment.values() if len(value) > 8)
        assert any(
            words in caught.value.state for words in ("nothing was built", "nothing was sent", "nothing was changed")
        )
        return caught.value


def trusted(**claims: object) -> Scene:
    """Return a run in a workflow, of the registered publisher but for some claims."""
    scene = Scene(table=TargetTable(publisher=REGISTERED), environment={"GITHUB": "yes"})
    scene.identity.claims.update(claims)
    return scene


def test_a_good_token_is_confirmed_and_leaves_nothing_behind() -> None:
    """The exact probe asks once, the index stores nothing, and the ledger tells what is proved, not the token."""
    value = token(project_names=[tiny.NAME])
    scene = Scene().holds_the_project().takes(value, projects=frozenset({tiny.NAME}))
    outcome = scene.ask()
    assert outcome.status == "passed"
    assert str(outcome.evidence["upload_url"]).endswith("/legacy/")
    assert {name: value for name, value in outcome.evidence.items() if name != "upload_url"} == {
        "credential": "token", "variable": "PYPI_API_TOKEN", "proof": "exact", "exists": True, "version": "1.2.3",
        "tag": None, "offline": False,
    }  # fmt: skip
    assert outcome.summary == ("pypi confirms the token in PYPI_API_TOKEN for tiny-sample; nothing was stored",)
    assert list(scene.index.files) == ["tiny_sample-1.0.tar.gz"]
    assert sum(each.startswith("POST") for each in scene.seen) == 1
    assert "long-lived token" in scene.said[0]


def test_a_token_for_everything_is_taken_with_a_word() -> None:
    """A token of the whole account works, and its owner hears of a safer one."""
    scene = Scene().holds_the_project().takes(token())
    assert "one for this project alone is safer" in scene.ask().summary[1]


def test_a_new_project_is_asked_about_without_a_probe_that_costs() -> None:
    """For a name that the index does not know no file is offered: that would use up a quota."""
    scene = Scene().takes(token())
    outcome = scene.ask()
    assert outcome.evidence["proof"] == "known"
    assert "does not know tiny-sample yet" in outcome.summary[-1]  # and nothing of trusted publishing
    assert not scene.index.projects


WRONG_TOKENS: dict[str, tuple[Callable[[], str], str]] = {
    "no-prefix": (lambda: "hunter" + "2hunter2", "does not begin with pypi-"),
    "of-no-index": (lambda: str(RealToken.create(domain="", identifier="x", key="k").dump()), "names no index"),
    "damaged": (lambda: token()[:40], "is damaged or cut off"),
    "with-a-blank": (lambda: token()[:40] + " " + token()[40:], "has a blank or a line break in it"),
    "of-the-other-index": (lambda: token(host("testpypi")), "holds a token of testpypi, not of pypi"),
    "of-the-index-of-this-name": (
        lambda: token(host("pypi")), "holds a token of pypi, not of 127.0.0.1, where pypi leads here",
    ),
    "expired": (lambda: token(not_before=1, not_after=1_000_000_000), "expired on 2001-09-09 01:46 UTC"),
    "not-yet-good": (
        lambda: token(not_before=4_000_000_000, not_after=4_100_000_000), "is not good before 2096-10-02 07:06 UTC",
    ),
    "of-another-project": (lambda: token(project_names=["other", "some-thing"]), "is for other, some-thing, not for"),
    "narrowed-to-nothing": (
        lambda: str(RealToken.load(token(project_names=["other"])).restrict(project_names=[tiny.NAME]).dump()),
        "is for no project, not for tiny-sample",
    ),
}  # fmt: skip


def host(name: str) -> str:
    """Return the name that tokens of a public index carry."""
    known = endpoints.of(name)
    assert known
    return str(urlsplit(known.site).hostname)


@pytest.mark.parametrize("name", ["pypi", "trials"])
def test_whose_token_it_is_follows_from_the_address(name: str) -> None:
    """A public index takes its own tokens and no others, whatever the target is called."""
    known = endpoints.of("testpypi")
    assert known
    target = Target(
        name=name, upload_url=known.upload_url.rstrip("/"), simple_url="", site=known.site, token_variable=HOUSE
    )
    scene = Scene(offline=True)
    assert scene.run(target, {HOUSE: token(host("testpypi"))}).evidence["proof"] == "nothing"
    for domain, owner in ((host("pypi"), "pypi"), ("index.example", "index.example")):
        with pytest.raises(Refused, match=f"HOUSE_API_TOKEN holds a token of {owner}, not of "):
            scene.run(target, {HOUSE: token(domain)})
    with pytest.raises(Refused, match="does not begin with pypi-"):
        scene.run(target, {HOUSE: "open" + "-sesame"})


@pytest.mark.parametrize("case", WRONG_TOKENS)
def test_p14_a_token_that_cannot_do_is_refused_before_it_is_shown_to_anybody(case: str) -> None:
    """Each fault has its sentence, the token stands in none of them, and nothing is posted."""
    make, words = WRONG_TOKENS[case]
    scene = Scene().holds_the_project().takes(make())
    error = scene.refused()
    assert words in error.what
    assert "PYPI_API_TOKEN" in error.what
    assert "API tokens" in error.fix
    assert not [each for each in scene.seen if each.startswith("POST")]


REFUSED_TOKENS: dict[str, tuple[dict[str, Any], str]] = {
    "unknown": ({}, "does not know this credential"),
    "tampered": ({"signed": False}, "the token is damaged"),
    "expired-there": ({"expires": NOW - timedelta(days=1)}, "the token has expired"),
    "narrower-there": ({"projects": frozenset({"other"})}, "the token is for another project"),
}


@pytest.mark.parametrize("case", REFUSED_TOKENS)
def test_p14_what_only_the_index_knows_of_a_token(case: str) -> None:
    """The probe tells the families of a refusal apart, and offers nothing that could stay."""
    known, words = REFUSED_TOKENS[case]
    scene = Scene().holds_the_project().takes(token(), **known)
    if case == "unknown":
        scene.index.tokens.clear()
    assert words in scene.refused().what


def test_uploads_switched_off_are_no_fault_of_the_credential() -> None:
    """Exit 5: later, the same token is good again."""
    scene = Scene().holds_the_project().takes(token())
    scene.index.switch = "Read-only mode: Uploads are temporarily disabled."
    error = scene.refused(ServiceFailed)
    assert "switched uploads off" in error.what
    assert "nothing is wrong with the credential" in error.fix


def test_a_limit_that_is_not_known_here_is_left_to_the_index() -> None:
    """A token of tomorrow is not refused; its owner hears that nobody here understood all of it."""
    scene = Scene().holds_the_project().takes(token(project_names=["Not/A/Name"]))
    assert "a limit that is not known here" in scene.ask().summary[1]


@pytest.mark.parametrize(("value", "where"), [("", "empty"), (" \n", "blank"), (None, "absent")])
def test_no_token(value: str | None, where: str) -> None:
    """A missing, an empty and a blank variable are the same: nothing is there."""
    scene = Scene(table=TargetTable(credentials="token"))
    if value is not None:
        scene.environment["PYPI_API_TOKEN"] = value
    error = scene.refused()
    assert "a token in PYPI_API_TOKEN" in error.what, where
    assert scene.seen == []


def test_everything_that_is_missing_is_told_at_once() -> None:
    """Tag, tree and credential in one refusal."""
    scene = Scene(tagged=False, source=replace(SOURCE, dirty=("a.py", "b.py")))
    what = scene.refused().what
    assert "the tag v1.2.3 on HEAD" in what
    assert "a clean tree (2 paths differ)" in what
    assert "id-token: write" in what
    assert "a token in PYPI_API_TOKEN" in what


@pytest.mark.parametrize(("dirty", "words"), [(("a",), "1 path differs"), (("a", "b"), "2 paths differ")])
def test_what_differs_is_counted_as_people_do(dirty: tuple[str, ...], words: str) -> None:
    """One path, two paths."""
    assert f"a clean tree ({words})" in Scene(source=replace(SOURCE, dirty=dirty)).refused().what


@pytest.mark.parametrize(("chain", "untested", "told"), [(True, "1", True), (True, "", False), (False, "1", False)])
def test_tests_that_nobody_will_run_are_missing(chain: bool, untested: str, told: bool) -> None:  # noqa: FBT001 - a case
    """A chain without a session of tests would stop after the build; one stage alone gets that proof from elsewhere."""
    scene = Scene(chain=chain, tagged=False, environment={UNTESTED: untested})
    assert ("a session that runs the tests" in scene.refused().what) is told


def test_a_rotated_token_is_taken_at_the_next_run() -> None:
    """The old one is refused, the new one passes: nothing of a token is kept anywhere."""
    scene = Scene().holds_the_project().takes(token(signed="old"))
    scene.index.tokens.clear()
    assert "does not know this credential" in scene.refused().what
    assert scene.takes(token(signed="new")).ask().evidence["proof"] == "exact"


def test_a_registered_publisher_mints_and_the_token_is_dropped() -> None:
    """The claims are compared first; what is minted stands neither in the ledger nor in the summary."""
    scene = trusted().holds_the_project()
    outcome = scene.ask()
    assert scene.minting
    assert outcome.evidence["proof"] == "minted"
    assert outcome.evidence["claims"]["repository"] == "owner/project"
    assert len(scene.minting.minted) == 1
    assert not any(minted in repr(outcome) for minted in (*scene.minting.minted, *scene.identity.given))


def test_a_new_project_of_a_publisher_is_compared_only() -> None:
    """Nothing is minted for a name that is not there: a mint would create it."""
    scene = trusted()
    outcome = scene.ask()
    assert scene.minting
    assert (outcome.evidence["proof"], scene.minting.minted) == ("compared", [])
    assert "pending publisher" in outcome.summary[-1]


def test_a_publisher_that_is_not_configured_is_not_compared() -> None:
    """Without a `publisher` the index alone judges, by minting."""
    scene = Scene(environment={"GITHUB": "yes"}).holds_the_project()
    assert scene.ask().evidence["proof"] == "minted"
    assert Scene(environment={"GITHUB": "yes"}).ask().evidence["proof"] == "nothing"


OTHER_WORKFLOW = "owner/project/.github/workflows/ci.yml@refs/heads/main"
WRONG_CLAIMS: dict[str, tuple[dict[str, object], str]] = {
    "repository": ({"repository": "fork/project"}, "repository: this run is fork/project, registered is owner/project"),
    "workflow": (
        {"job_workflow_ref": OTHER_WORKFLOW, "workflow_ref": OTHER_WORKFLOW},
        "workflow: this run is ci.yml, registered is release.yml",
    ),
    "environment": ({"environment": "staging"}, "environment: this run is staging, registered is pypi"),
    "no-environment": ({"environment": None}, "environment: this run is in none, registered is pypi"),
    "reusable": ({"workflow_ref": "other/ours/.github/workflows/release.yml@main"}, "reusable workflow"),
    "event": ({"event_name": "pull_request_target"}, "pull_request_target"),
}


@pytest.mark.parametrize("case", WRONG_CLAIMS)
def test_a_publisher_registered_otherwise_stops_before_any_mint(case: str) -> None:
    """Own claims stand beside the registered ones, with the page where it is made good; no token is a way out."""
    claims, words = WRONG_CLAIMS[case]
    scene = trusted(**claims).holds_the_project().takes(token())
    error = scene.refused()
    assert words in error.what
    assert "Publishing" in error.fix
    assert scene.minting
    assert scene.minting.minted == []
    assert not [each for each in scene.seen if each.startswith("POST")]


CODES: Mapping[str, type[ReleaseError]] = {
    "invalid-payload": Refused,
    "not-enabled": ServiceFailed,
    "invalid-token": Refused,
    "invalid-pending-publisher": Refused,
    "invalid-publisher": Refused,
    "invalid-reuse-token": Refused,
}


@pytest.mark.parametrize("code", CODES)
def test_p16_each_refusal_of_a_mint_has_its_sentence(code: str) -> None:
    """The code and the words of the index are told; a refused mint never leads to the token that is there too."""
    scene = trusted().holds_the_project().takes(token())
    assert scene.minting
    scene.minting.script.append(lambda handler: oidc.refuse(handler, code))
    assert f"({code}: described: {code})" in scene.refused(CODES[code]).what
    assert len([each for each in scene.seen if each.startswith("POST")]) == 1


NO_VERDICTS: dict[str, tuple[int, bytes]] = {
    "not-found": (404, b""),
    "forbidden": (403, b'{"message": "no"}'),
    "failed": (500, b"<html>no</html>"),
    "a-page": (200, b"<html>welcome</html>"),
    "cut-off": (200, b'{"success": true, "tok'),
    "no-token": (200, b'{"success": true, "token": null}'),
    "endless": (200, b'{"token": "' + b"x" * 10_000_000 + b'"}'),
    "refused-by-nobody": (422, b'{"message": "no", "errors": []}'),
}


@pytest.mark.parametrize("case", NO_VERDICTS)
def test_p16_an_answer_to_a_mint_that_is_no_verdict(case: str) -> None:
    """One sentence, exit 5, running again is safe; the token that is there too is not taken in its place."""
    status, body = NO_VERDICTS[case]
    scene = trusted().holds_the_project().takes(token())
    assert scene.minting
    scene.minting.script.append(lambda handler: handler.say(status, body))
    error = scene.refused(ServiceFailed)
    assert error.exit_code == 5
    assert len(error.what) < 300


def test_a_run_without_an_identity_names_the_permission() -> None:
    """A publisher is configured, the job may have no identity: said before anything is asked."""
    scene = Scene(table=TargetTable(publisher=REGISTERED)).takes(token())
    assert "permissions: id-token: write" in scene.refused().what
    assert scene.seen == []


@pytest.mark.parametrize("kind", ["auto", "trusted", "token"])
def test_which_credential_is_taken(kind: Credentials) -> None:
    """`auto` takes the publisher where one is configured; the others take what they name."""
    scene = trusted().holds_the_project().takes(token())
    scene.table = replace(scene.table, credentials=kind)
    assert scene.ask().evidence["credential"] == ("token" if kind == "token" else "trusted")


@pytest.mark.parametrize("kind", ["token", "trusted"])
def test_offline_nothing_is_asked_and_that_is_said(kind: Credentials) -> None:
    """The token is examined, the index hears nothing."""
    scene = trusted().takes(token())
    scene.table, scene.offline = replace(scene.table, credentials=kind), True
    outcome = scene.ask()
    assert (outcome.evidence["proof"], outcome.evidence["offline"], scene.seen) == ("nothing", True, [])
    assert "not asked" in outcome.summary[0]


def published(scene: Scene, content: bytes = b"bytes", commit: str = "0" * 40) -> Scene:
    """Let the index hold the one file of the release that `dist/` holds."""
    name = "tiny_sample-1.2.3.tar.gz"
    scene.index.files[name] = Stored(name, tiny.NAME, tiny.VERSION, b"bytes", NOW)
    sha256 = hashlib.sha256(content).hexdigest()
    file = Distribution(filename=name, kind="sdist", size=5, sha256=sha256, blake2b_256="")
    built = {"commit": commit, "version": "1.2.3"}
    scene.ledger = replace(scene.ledger, distributions=(file,), built=built)
    return scene


def test_a_finished_release_asks_for_no_credential() -> None:
    """Where nothing is left to be sent, nothing is posted, even when the token has expired since."""
    scene = published(Scene().holds_the_project().takes(token(not_before=1, not_after=1_000_000_000)))
    outcome = scene.ask()
    assert (outcome.status, outcome.evidence["proof"]) == ("passed", "not needed")
    assert not [each for each in scene.seen if each.startswith("POST")]


@pytest.mark.parametrize("change", [{"content": b"other"}, {"commit": "1" * 40}])
def test_an_unfinished_release_does(change: dict[str, Any]) -> None:
    """Other bytes, or those of another commit, are none of it."""
    scene = published(Scene().holds_the_project().takes(token()), **change)
    assert scene.ask().evidence["proof"] == "exact"


def test_a_rehearsal_needs_nothing() -> None:
    """No account, no credential, no request."""
    scene = Scene()
    outcome = scene.run(tiny.REHEARSAL, {})
    assert (outcome.status, scene.seen) == ("nothing-to-do", [])


@contextmanager
def light(status: int, other: int = 404, **headers: str) -> Iterator[loopback.Stub]:
    """Run a light index server: an empty list, one answer to each upload and another to any other question."""

    def answer(handler: loopback.Handler, stub: loopback.Stub) -> None:
        method, path, _, _ = stub.seen[-1]
        listed = method == "GET" and path.startswith("/simple/")
        handler.say(200 if listed else other if method == "GET" else status, b"", Content_Type="text/html", **headers)

    with loopback.serve(answer) as stub:
        yield stub


@pytest.mark.parametrize(
    ("status", "let_in"), [(400, True), (200, True), (201, True), (204, True), (401, False), (403, False)]
)
def test_a_light_server_is_offered_no_file(status: int, let_in: bool) -> None:  # noqa: FBT001 - a case
    """It would keep even a file under a wrong digest: only whether it knows the password is asked."""
    scene = Scene()
    environment = {HOUSE: "open" + "-sesame"}
    with light(status) as stub:
        target = replace(stub.target("house"), site=stub.url, token_variable=HOUSE)
        if let_in:
            assert scene.run(target, environment).evidence["proof"] == "known"
        else:
            with pytest.raises(Refused, match=r"does not let us in .* \(HOUSE_API_TOKEN\)"):
                scene.run(target, environment)
        assert not any(b'name="content"' in body for _, _, _, body in stub.seen)


def asked(stub: loopback.Stub, value: str = "open" + "-sesame") -> Outcome:
    """Examine a password of an index of one's own."""
    target = replace(stub.target("house"), site=stub.url, token_variable=HOUSE)
    return Scene().run(target, {HOUSE: value})


@pytest.mark.parametrize("status", [404, 405, 409, 415, 422, 501])
def test_an_index_of_ones_own_that_cannot_be_asked_is_no_obstacle(status: int) -> None:
    """It has no word for a question without a file: nothing is proved then, and that and why is told."""
    with light(status) as stub:
        outcome = asked(stub)
    assert (outcome.status, outcome.evidence["proof"]) == ("passed", "nothing")
    assert f"house cannot be asked without a file (it answers {status})" in outcome.summary[0]


@pytest.mark.parametrize("status", [408, 423, 425])
def test_an_answer_that_is_no_verdict_proves_nothing_and_passes_nothing(status: int) -> None:
    """It was in the way, and may not be the next time: exit 5, run it again."""
    with light(status) as stub, pytest.raises(ServiceFailed):
        asked(stub)


def test_a_quota_that_is_used_up_says_when_it_is_not() -> None:
    """What the index says of the time is told, as at the upload."""
    with light(429, Retry_After="3600") as stub, pytest.raises(ServiceFailed) as caught:
        asked(stub)
    assert "after 2026-11-21 13:00+00:00" in caught.value.fix


@pytest.mark.parametrize("status", [500, 502])
def test_a_token_needs_no_answer_about_trusted_publishing(status: int) -> None:
    """A proxy may fail for addresses that it does not know; a publisher does need that answer."""
    with light(400, status) as stub:
        assert asked(stub).evidence["proof"] == "known"
        assert len(stub.seen) == 3
        scene = trusted()
        github = {"ACTIONS_ID_TOKEN_REQUEST_URL": stub.url, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": oidc.REQUEST_TOKEN}
        with pytest.raises(ServiceFailed, match="does not say whether it has trusted publishing"):
            scene.run(replace(stub.target("house"), site=stub.url), github)


def test_an_index_that_takes_what_it_should_refuse_is_told_apart() -> None:
    """It looked like the public one, and is not: its owner must know that a byte lies there now."""
    scene = Scene().holds_the_project().takes(token())
    assert scene.minting
    index = scene.minting

    def answer(handler: loopback.Handler, stub: loopback.Stub) -> None:
        if stub.seen[-1][0] == "POST":
            handler.say(200)
        else:
            index(handler, stub)

    with loopback.serve(answer) as stub:
        target = replace(scene.index.target(stub), site=stub.url)
        with pytest.raises(Refused, match="took a byte under a wrong digest"):
            scene.run(target, scene.environment)


def test_a_token_of_the_public_index_is_not_given_to_a_private_one() -> None:
    """It would be in other hands then."""
    scene = Scene()
    with light(400) as stub:
        target = replace(stub.target("house"), site=stub.url, token_variable=HOUSE)
        with pytest.raises(Refused, match="HOUSE_API_TOKEN holds a token of pypi, not of house"):
            scene.run(target, {HOUSE: token(host("pypi"))})
        assert not [each for each in loopback.urls(stub) if each.startswith("POST")]


def test_a_target_without_an_address_is_missing_just_that() -> None:
    """A public index is known through twine alone: without it nothing can be asked."""
    target = Target(name="pypi", upload_url="", simple_url="", token_variable=PYPI)
    with pytest.raises(Refused, match="the address of pypi: install twine"):
        Scene().run(target, {PYPI: token()})


def test_a_page_that_is_none_is_no_verdict() -> None:
    """An index that forbids its own pages has not said that the project is unknown."""
    scene = Scene(environment={PYPI: token()})
    with loopback.serve(loopback.says(403)) as stub, pytest.raises(ServiceFailed, match="it answers 403"):
        scene.run(replace(stub.target("pypi"), site=stub.url, token_variable=PYPI), scene.environment)


def test_a_token_of_another_calendar_is_bound_to_no_time() -> None:
    """A time beyond every calendar ends nothing, and ends in no error."""
    scene = Scene().holds_the_project().takes(token(not_before=1, not_after=10**18))
    assert scene.ask().evidence["proof"] == "exact"


def test_an_index_that_is_down_gives_no_verdict() -> None:
    """Asked again with longer waits, then exit 5, which says that running again is safe."""
    scene = Scene(environment={"PYPI_API_TOKEN": token()})
    with loopback.serve(loopback.says(503)) as stub, pytest.raises(ServiceFailed, match="503"):
        scene.run(replace(stub.target("pypi"), site=stub.url, token_variable=PYPI), scene.environment)
    assert len(stub.seen) > 3
