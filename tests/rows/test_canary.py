"""Every secret-named variable holds a random value, through stages that go well and stages that fail: none leaks."""

from __future__ import annotations

import base64
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest

from release_tools.adapters import oidc as oidc_door
from release_tools.delivery import answers
from tests import canary, running
from tests.canary import Watch
from tests.loopback import Answer, Handler, Stub
from tests.rows import ready
from tests.rows.publishing import HOUSE, TOKEN, VARIABLE, WHEEL, Scene, TrustedScene, scene, trusted
from tests.stubs import oidc
from tests.stubs.fault_proxy import Rule
from tests.stubs.warehouse import Token, said

ALWAYS = 1 << 20
MINT = "/_/oidc/mint-token"
PAGES = ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV", "GITHUB_PATH")
NAMES = ("PYPI_API_TOKEN", "TWINE_PASSWORD", "GITHUB_TOKEN", VARIABLE, "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "MY_SECRET")


def random_ones() -> dict[str, str]:
    """Return a value for each variable; the one that no index sees is written otherwise in a URL and in JSON."""
    return {name: secrets.token_urlsafe(40) for name in NAMES} | {
        "MY_SECRET": f'a "quoted/{secrets.token_hex(20)}\\+ä"'
    }


# Prints nothing of its own, and leaves its place to the real one.
RECORDING = """#!/bin/sh
{{ cat /proc/$$/environ; printf '%s\\n' "$*"; }} >> '{notes}'
exec '{git}' "$@"
"""
pytestmark = pytest.mark.skipif(not canary.PROC.is_dir(), reason="what processes show is looked for in /proc")


@dataclass
class World:
    """A release, the secrets around it, and all that could have told them."""

    there: Scene
    folder: Path
    hidden: dict[str, str]
    environment: dict[str, str] = field(default_factory=dict)
    said: bytes = b""
    watch: Watch = field(default_factory=Watch)

    def run(self, *arguments: str, **env: str) -> int:
        """Run a stage as in a workflow; return how it ended."""
        command = [sys.executable, "-m", "release_tools", *arguments, "--target", HOUSE]
        environment = self._environment() | env
        with (
            subprocess.Popen(
                command, cwd=self.there.root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            ) as process,
            self.watch.over(process.pid),
        ):
            out, err = process.communicate(timeout=120)
        self.said += out + err
        return process.returncode

    @property
    def _git(self) -> Path:
        return self.folder / "what-git-was-given"

    def _recording(self) -> str:
        """Put a git before the real one that notes what it was started with: it ends too soon to be seen."""
        (self.folder / "bin").mkdir(exist_ok=True)
        program = self.folder / "bin/git"
        program.write_text(RECORDING.format(notes=self._git, git=shutil.which("git")))
        program.chmod(0o755)
        return os.pathsep.join((str(program.parent), os.environ["PATH"]))

    def _environment(self) -> dict[str, str]:
        pages = {name: str(self.folder / name) for name in PAGES}
        (self.folder / "tmp").mkdir(exist_ok=True)
        more = {"TMPDIR": str(self.folder / "tmp"), "GITHUB_ACTIONS": "true", "PATH": self._recording()}
        return running.environment(**self.hidden, **pages, **more, **self.environment)

    def sinks(self) -> Iterator[tuple[str, bytes]]:
        """Yield everything that somebody could read: what was said, written, sent, and what processes show."""
        yield "stdout and stderr", self.said
        yield "what git was started with", self._git.read_bytes()
        yield from canary.below(self.folder / "tmp")
        yield from canary.below(self.there.root)
        yield from ((name, (self.folder / name).read_bytes()) for name in PAGES if (self.folder / name).exists())
        for method, path, headers, body in self.there.front.seen:
            told = {name: value for name, value in headers.items() if path != "/legacy/" or name != "Authorization"}
            yield f"{method} {path}", repr((path, told)).encode() + (b"" if path == MINT else body)
        for line, environment in self.watch.seen:
            yield f"command line {line!r}", line
            # The uploader is the one child that holds a secret, and only the one that it needs.
            if b"uploader.py" not in line and b"release_tools\0" not in line:
                yield f"environment of {line!r}", environment

    def tight(self, **more: str) -> None:
        """Assert that nothing of the secrets, nor of those that came to be meanwhile, is in any sink."""
        found = {sink: names for sink, content in self.sinks() if (names := canary.leaks(self.hidden | more, content))}
        assert not found

    def uploader(self) -> set[bytes]:
        """Return the variables that an uploader was seen with."""
        return {
            variable
            for line, environment in self.watch.seen
            if b"uploader.py" in line and environment and b"release_tools\0" not in line
            for variable in environment.split(b"\0")
        }


@contextmanager
def world(folder: Path, *rules: Rule) -> Iterator[World]:
    """Run an index that takes the token of its own variable, and none of the others."""
    hidden = random_ones()
    with scene(folder / "scene", *rules, tokens={hidden[VARIABLE]: Token()}) as there:
        yield World(there=there, folder=folder, hidden=hidden)


def test_a_release_that_goes_well(tmp_path: Path) -> None:
    """From preflight to status, each in its process; only the uploader gets a secret, and only the one it needs."""
    with world(tmp_path) as there:
        assert there.run("preflight") == 0, there.said.decode()
        assert there.run("publish") == 0, there.said.decode()
        assert there.run("verify") == 0, there.said.decode()
        assert there.run("status") == 3  # there is no changelog here
        there.there.whole()
        assert canary.leaks(there.hidden, b"\n".join(there.uploader())) == [VARIABLE]
        there.tight()


def test_a_token_that_is_refused(tmp_path: Path) -> None:
    """What the index says of it is told, nothing of the token."""
    with world(tmp_path) as there:
        there.there.index.tokens.clear()
        assert [there.run(stage) for stage in ("preflight", "publish")] == [3, 3]
        there.tight()


@pytest.mark.parametrize(
    ("rule", "codes"), [(Rule("POST", "status:503", ALWAYS), {5}), (Rule("POST", "before:rst", 1), {0})]
)
def test_an_index_that_fails(tmp_path: Path, rule: Rule, codes: set[int]) -> None:
    """Answers of failure and connections that are cut."""
    with world(tmp_path, rule) as there:
        assert there.run("publish", "--timeout", "3") in codes, there.said.decode()
        there.tight()


def test_other_bytes(tmp_path: Path) -> None:
    """A conflict, as publish, verify and status tell it, to people and as JSON."""
    with world(tmp_path) as there:
        there.there.brought(WHEEL, b"other bytes")
        assert [there.run(stage, "--json") for stage in ("publish", "status")] == [4, 4], there.said.decode()
        there.tight()


def echo(handler: Handler, stub: Stub) -> None:
    """Refuse, and send back what came as a credential in all the ways in which it can be written."""
    header = stub.seen[-1][2]["Authorization"]
    password = base64.b64decode(header.partition(" ")[2]).decode().partition(":")[2]
    ways = [header, password, quote(password, safe=""), json.dumps(password), password[:20], f"x{password}y"]
    ways += [base64.b64encode(bytes(shift) + password.encode()).decode() for shift in range(3)]
    said(handler, 403, f"no: {' '.join(ways)}")


def echo_long(handler: Handler, stub: Stub) -> None:
    """Refuse in words of which only so many are shown, so that the cut goes through the credential."""
    password = base64.b64decode(stub.seen[-1][2]["Authorization"].partition(" ")[2]).decode().partition(":")[2]
    said(handler, 403, "x" * (answers.SHOWN - 40) + password)


@pytest.mark.parametrize("answer", [echo, echo_long])
def test_an_index_that_sends_the_credential_back(tmp_path: Path, answer: Answer) -> None:
    """In whatever form, and cut off where we stop to read: it is hidden."""
    with world(tmp_path) as there:
        there.there.scripted.script = [answer] * 2
        assert [there.run("preflight"), there.run("publish")] == [3, 3]
        assert b"[hidden]" in there.said
        there.tight(rest=there.hidden[VARIABLE][18:])


def echo_in_pieces(handler: Handler, stub: Stub) -> None:
    """Refuse, and send the credential back in two pieces, the second a moment after the first."""
    header = stub.seen[-1][2]["Authorization"].encode()
    handler.send_response(403)
    handler.end_headers()
    for piece in (header[:30], header[30:]):
        handler.wfile.write(piece)
        handler.wfile.flush()
        time.sleep(0.2)


def test_x5_an_answer_in_pieces(tmp_path: Path) -> None:
    """What the index says is put together before it is looked at: half a credential is hidden like a whole one."""
    with world(tmp_path) as there:
        there.there.scripted.script = [echo_in_pieces] * 2
        assert [there.run("preflight"), there.run("publish")] == [3, 3]
        assert b"Basic [hidden]" in there.said
        there.tight()


PIECES = """
import sys, time
for piece in {pieces!r}:
    sys.stderr.write(piece)
    sys.stderr.flush()
    time.sleep(0.2)
raise SystemExit(1)
"""


def test_x5_a_program_that_tells_a_secret_in_pieces(tmp_path: Path) -> None:
    """A build backend that got hold of one and writes it bit by bit: what is quoted of it hides it."""
    project = ready.make(tmp_path)
    secret = random_ones()["MY_SECRET"]
    project.behave(PIECES.format(pieces=[f"the word is {secret[:20]}", f"{secret[20:]}\n"]))
    told = project.refused("build", code=5, env={"MY_SECRET": secret})
    assert "the word is [hidden]" in told
    written = (project.dist / ready.LEDGER).read_bytes()
    assert not canary.leaks({"MY_SECRET": secret, "rest": secret[20:]}, told.encode() + written)


DEFECT = """
import base64, json, os, sys
values = [os.environ[name] for name in os.environ["TELLS"].split()]
words = [*values, *map(json.dumps, values), *(base64.b64encode(value.encode()).decode() for value in values)]
def hook(event, arguments):
    if event == "http.client.connect":
        raise RuntimeError(" ".join(words))
sys.addaudithook(hook)
"""


@pytest.mark.parametrize("stage", ["preflight", "publish", "verify"])
def test_a_defect_with_its_traceback(tmp_path: Path, stage: str) -> None:
    """An error that nobody foresaw, with all secrets in its words, is shown without them."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site/sitecustomize.py").write_text(DEFECT)
    path = os.pathsep.join((str(tmp_path / "site"), str(running.ROOT)))
    with world(tmp_path) as there:
        assert there.run(stage, "--debug", PYTHONPATH=path, TELLS=" ".join(NAMES)) == 1
        assert b"Traceback (most recent call last)" in there.said
        assert b"RuntimeError: [hidden]" in there.said
        there.tight()


@contextmanager
def workflow(folder: Path) -> Iterator[tuple[World, TrustedScene]]:
    """Run an index that mints tokens for the identity of a workflow's run."""
    hidden = random_ones() | {oidc_door.REQUEST_TOKEN: oidc.REQUEST_TOKEN}
    with trusted(folder / "scene") as there:
        url = {oidc_door.REQUEST_URL: there.identity[oidc_door.REQUEST_URL]}
        yield World(there=there, folder=folder, hidden=hidden, environment=url), there


def identities(there: Scene) -> Mapping[str, str]:
    """Return the identities that were brought to be exchanged."""
    bodies = [body for _, path, _, body in there.front.seen if path == MINT]
    return {f"identity {number}": json.loads(body)["token"] for number, body in enumerate(bodies)}


def minted_by(there: TrustedScene) -> Mapping[str, str]:
    """Return the tokens that were minted."""
    return {f"minted {number}": token for number, token in enumerate(there.minting.minted)}


def test_a_release_by_trusted_publishing(tmp_path: Path) -> None:
    """Neither the identity of the run nor the token it was exchanged for is anywhere but where it is needed."""
    with workflow(tmp_path) as (there, index):
        assert there.run("preflight") == 0, there.said.decode()
        assert there.run("publish") == 0, there.said.decode()
        index.whole()
        assert minted_by(index)
        there.tight(**identities(index), **minted_by(index))


def echo_identity(body: Callable[[], bytes]) -> Callable[[Handler], None]:
    """Return an answer that refuses to mint and sends the identity back."""

    def answer(handler: Handler) -> None:
        identity = json.loads(body())["token"]
        errors = [{"code": "invalid-token", "description": f"not valid: {identity}"}]
        handler.say(422, json.dumps({"errors": errors}).encode(), Content_Type="application/json")

    return answer


def test_an_index_that_sends_the_identity_back(tmp_path: Path) -> None:
    """What it says of an identity that it refuses is told without the identity."""
    with workflow(tmp_path) as (there, index):
        index.minting.script = [echo_identity(lambda: index.front.seen[-1][3])]
        assert there.run("publish") == 3
        assert b"not valid: [hidden]" in there.said
        there.tight(**identities(index))


def test_an_index_that_sends_the_minted_token_back(tmp_path: Path) -> None:
    """A token that came to be within the run is hidden like one of the environment."""
    with workflow(tmp_path) as (there, index):
        index.scripted.script = [echo] * 4
        assert there.run("publish") == 3
        assert b"[hidden]" in there.said
        there.tight(**identities(index), **minted_by(index))


SECRET = "c0rrect/horse+" + 'battery "staple" ' + "0123456789"
WAYS: Sequence[bytes] = (
    SECRET.encode(),
    SECRET[:16].encode(),
    quote(SECRET, safe="").encode(),
    json.dumps(SECRET).encode(),
    *(base64.b64encode(b"_" * before + SECRET.encode() + b"tail") for before in range(4)),
    base64.urlsafe_b64encode(f"__token__:{SECRET}".encode()),
)


@pytest.mark.parametrize("way", WAYS)
def test_a_leak_is_found_in_whatever_form(way: bytes) -> None:
    """The searcher finds what it is there to find, and nothing where nothing is."""
    assert canary.leaks({"A": SECRET, "B": TOKEN}, b"before " + way + b" after") == ["A"]
    assert not canary.leaks({"A": SECRET}, b"c0rrect and nothing more")


def test_a_leak_to_a_command_line_or_an_environment_is_found() -> None:
    """A child of a child, that lives for a moment, is seen with what it was started with."""
    start = "import subprocess, sys, time; time.sleep(0.1); subprocess.run([sys.executable, *sys.argv[1:]])"
    command = [sys.executable, "-c", start, "-c", start, "-c", "import time; time.sleep(0.1)", SECRET]
    watch = Watch()
    with subprocess.Popen(command, env={"A": SECRET}) as process, watch.over(process.pid):
        process.wait(30)
    assert len([line for line, _ in watch.seen if canary.leaks({"A": SECRET}, line)]) >= 2
    assert all(canary.leaks({"A": SECRET}, environment) for _, environment in watch.seen)
