"""A release that is ready to be published: a tagged commit, `dist/`, and a ledger in which all before has passed."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from release_tools import dist_folder, runner, text
from release_tools import ledger as ledgers
from release_tools.__main__ import LATER_FACTS
from release_tools.adapters import oidc as oidc_door
from release_tools.adapters.clock import Clock
from release_tools.console import Console
from release_tools.ledger import Ledger, Record
from release_tools.model import Manifest, Target
from release_tools.options import Options
from release_tools.supply import Supply
from tests import loopback, running, tiny, tiny_backend
from tests.clocks import FakeClock
from tests.loopback import Answer, Handler, Stub
from tests.samples import git
from tests.stubs import fault_proxy, oidc
from tests.stubs.fault_proxy import FaultProxy, Rule
from tests.stubs.warehouse import Stored, Token, Warehouse

HOUSE, VARIABLE = "house", "HOUSE_API_TOKEN"
TOKEN = "correct-horse-" + "battery-staple"
WHEEL, SDIST = "tiny_sample-1.2.3-py3-none-any.whl", "tiny_sample-1.2.3.tar.gz"
SECOND = "tiny_sample-1.2.3-1-py3-none-any.whl"
NOW = datetime(2026, 11, 21, 12, tzinfo=timezone.utc)
PASSED = Record(status="passed", start="2026-11-21T12:00:00+00:00", duration=1.0)
EXAMINED = replace(PASSED, evidence={"version": "1.2.3", "tag": "v1.2.3", "offline": False})
UNATTESTED = replace(PASSED, status="nothing-to-do", evidence={"unattested": "nobody signs here"})
STAGES: Mapping[str, Record] = {
    "validate": replace(PASSED, evidence={"mode": "tag", "todo": []}),
    "tests": replace(PASSED, evidence={"posargs": []}),
    "build": PASSED,
    "checksums": PASSED,
}
PROJECT = '[project]\nname = "tiny-sample"\nversion = "1.2.3"\n'
PUBLISHER = '{ repository = "owner/project", workflow = "release.yml", environment = "pypi" }'


def settings(target: Target, *more: str) -> str:
    """Return the table of a target."""
    lines = [f'upload-url = "{target.upload_url}"', f'simple-url = "{target.simple_url}"']
    lines += [f'json-url = "{target.json_url}"'] if target.json_url else []
    lines += [f'username = "{target.username}"', *more]
    return "\n".join([f"[tool.release-tools.targets.{HOUSE}]", *lines, ""])


def make(folder: Path, table: str, manifest: Manifest | None = None) -> Path:
    """Make the tagged project with its `dist/`, two files unless others are given, and its ledger."""
    root = folder / "project"
    root.mkdir(parents=True)
    (root / "pyproject.toml").write_text(PROJECT + table)
    (root / ".gitignore").write_text("dist/\n")
    git(root, "init", "--quiet", "--initial-branch=main", "--template=")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=Release")
    git(root, "tag", "--annotate", "--message=x", "v1.2.3")
    hand_over(root, manifest or tiny.release(root / "dist"))
    return root


def configure(root: Path, old: str, new: str) -> None:
    """Change the settings of the project, and release that."""
    path = root / "pyproject.toml"
    content = path.read_text()
    assert old in content
    path.write_text(content.replace(old, new))
    git(root, "commit", "--quiet", "--all", "--amend", "--no-edit")
    git(root, "tag", "--force", "--annotate", "--message=x", "v1.2.3")
    found = ledgers.read(root / "dist")
    assert found
    hand_over(root, Manifest(folder=root / "dist", distributions=found.distributions, ledger_sha256=""))


def hand_over(root: Path, manifest: Manifest) -> None:
    """Put a release into `dist/` with a ledger that proves everything before `publish`."""
    dist = root / "dist"
    for each in manifest.distributions:
        if manifest.folder != dist:
            dist.mkdir(exist_ok=True)
            shutil.copyfile(manifest.folder / each.filename, dist / each.filename)
    ledger = Ledger(
        project=tiny.NAME,
        version=str(tiny.VERSION),
        commit=git(root, "rev-parse", "HEAD"),
        tag="v1.2.3",
        tag_object=git(root, "rev-parse", "v1.2.3"),
        distributions=manifest.distributions,
        files={each.filename: each.sha256 for each in manifest.distributions},
        stages=STAGES,
        targets={HOUSE: {"preflight": EXAMINED, "attest": UNATTESTED}},
    )
    (dist / dist_folder.SUMS).write_bytes(dist_folder.sums(ledger))
    ledgers.write(ledger, dist)


def three_files(folder: Path) -> Manifest:
    """Make a release of two wheels and an sdist."""
    release = tiny.release(folder)
    (folder / "other").mkdir()
    metadata = f"Metadata-Version: 2.1\nName: {tiny.NAME}\nVersion: {tiny.VERSION}\n"
    made = tiny_backend.write_wheel(folder / "other", metadata, {"tiny_sample.py": "x = 2\n"}, "")
    second = made.rename(folder / SECOND)
    (folder / "other").rmdir()
    return replace(release, distributions=(tiny.distribution(second), *release.distributions))


@dataclass(frozen=True)
class Told:
    """How a run ended and what it said."""

    code: int
    out: str
    err: str

    def lines(self) -> tuple[str, str, str]:
        """Return what, state and next; the test fails where one is missing."""
        found = []
        for start in ("error: ", "state: ", "next:  "):
            (line,) = [line for line in self.err.splitlines() if line.startswith(start)][-1:]
            found.append(line.removeprefix(start))
        what, state, following = found
        assert all((what, state, following)), self.err
        return what, state, following


def publish(
    root: Path, clock: Clock | None = None, timeout: float | None = None, env: Mapping[str, str] | None = None
) -> Told:
    """Run `publish` in this process, by default on a clock on which hours pass at once."""
    environment = {"PATH": os.environ["PATH"], VARIABLE: TOKEN, **(env or {})}
    out, err = io.StringIO(), io.StringIO()
    console = Console(environment, out=out, err=err)
    # Attestations are no part of these rows.
    options = Options(command="publish", target=HOUSE, timeout=timeout, unattested=True, because="a row without")
    time = clock or FakeClock()
    supply = Supply(
        LATER_FACTS,
        options=options,
        environment=environment,
        folder=root,
        cache=root.parent / "cache",
        clock=time,
        today=time.today(),
        say=console.say,
        progress=console.progress,
        redact=console.redact,
        console=console,
    )
    result = runner.run(options, supply, console)
    return judged(root, Told(result.exit_code, out.getvalue(), err.getvalue()))


def command(root: Path, *arguments: str, **env: str) -> Told:
    """Run `publish` as a command, with the real clock."""
    done = running.stage(root, "publish", "--target", HOUSE, *arguments, env={VARIABLE: TOKEN, **env})
    return judged(root, Told(done.returncode, done.stdout, done.stderr))


def argv() -> Sequence[str]:
    """Return the command line of `publish`."""
    return (sys.executable, "-m", "release_tools", "publish", "--target", HOUSE)


def judged(root: Path, told: Told) -> Told:
    """Hold a run against what every row asks for: no traceback, nothing that a terminal obeys, no secret anywhere."""
    ledger = ledgers.path_in(root / "dist")
    written = ledger.read_bytes().decode("utf-8", "replace") if ledger.is_file() else ""
    said = told.out + told.err
    assert "Traceback" not in said, said
    assert not [character for character in said if ord(character) < 32 and character not in "\n\t"], said
    for form in text.encodings(TOKEN):
        assert form not in said + written
    if told.code:
        told.lines()
    return told


@dataclass
class Scripted:
    """The stub of the index, whose first uploads are answered by other answers."""

    index: Answer
    script: list[Answer] = field(default_factory=list)

    def __call__(self, handler: Handler, stub: Stub) -> None:
        """Answer one request."""
        method, path, *_ = stub.seen[-1]
        if method == "POST" and path.startswith("/legacy") and self.script:
            self.script.pop(0)(handler, stub)
        else:
            self.index(handler, stub)


def stored(root: Path, name: str, content: bytes | None = None, when: datetime = NOW) -> Stored:
    """Return a file as an index holds it; the one of the release unless its content is given."""
    found = (root / "dist" / name).read_bytes() if content is None else content
    return Stored(name=name, project=tiny.NAME, version=tiny.VERSION, content=found, uploaded=when)


@dataclass
class Scene:
    """An index with a proxy before it, and a release that is ready for it."""

    index: Warehouse
    scripted: Scripted
    proxy: FaultProxy
    root: Path
    stub: Stub
    front: Stub

    def brought(self, name: str, content: bytes | None = None, when: datetime = NOW, *, under: str = "") -> Stored:
        """Let another hand bring a file to the index, the one of the release unless its content is given."""
        found = stored(self.root, name, content, when)
        found.name = under or name
        self.index.projects.add(tiny.NAME)
        self.index.files[found.name] = found
        self.index.stored.append(found.name)
        return found

    def whole(self) -> None:
        """Assert that the index holds the release, each file once."""
        wanted = {each.filename: each.sha256 for each in self.ledger().distributions}
        assert {name: file.sha256() for name, file in self.index.files.items()} == wanted
        assert sorted(self.index.stored) == sorted(wanted)

    def ledger(self) -> Ledger:
        """Return the ledger."""
        found = ledgers.read(self.root / "dist")
        assert found
        return found

    def record(self) -> Record:
        """Return the record of `publish`."""
        found = self.ledger().record("publish", HOUSE)
        assert found
        return found

    def finished(self, env: Mapping[str, str] | None = None) -> None:
        """Assert that the next run completes the release, and that the one after it sends nothing."""
        again = publish(self.root, env=env)
        assert again.code == 0, again.err
        self.whole()
        sent = len(self.index.posts)
        assert publish(self.root, env=env).code == 0
        assert len(self.index.posts) == sent
        assert self.record().status == "passed"


@contextmanager
def scene(folder: Path, *rules: Rule, table: Sequence[str] = (), files: int = 2, **index: Any) -> Iterator[Scene]:  # noqa: ANN401 - of the stub
    """Run the stub of the index behind a fault proxy, with a release that is ready for it."""
    held = Warehouse(**{"tokens": {TOKEN: Token()}, "now": lambda: NOW, **index})
    scripted = Scripted(held)
    with loopback.serve(scripted) as stub, fault_proxy.before(stub.url, *rules) as (proxy, front):
        manifest = three_files(folder / "made") if files == 3 else None
        root = make(folder, settings(held.target(front), 'credentials = "token"', *table), manifest)
        yield Scene(index=held, scripted=scripted, proxy=proxy, root=root, stub=stub, front=front)


@dataclass
class TrustedScene(Scene):
    """A scene in which the index takes the identity of a workflow's run; `identity` are the variables of the run."""

    minting: oidc.Minting
    identity: Mapping[str, str]


@contextmanager
def trusted(folder: Path, *rules: Rule, projects: Sequence[str] = (tiny.NAME,), **index: Any) -> Iterator[TrustedScene]:  # noqa: ANN401 - as above
    """Run the stub of the index with trusted publishing, for the workflow that it knows."""
    held = Warehouse(**{"now": lambda: NOW, **index})
    minting = oidc.Minting(held, projects=frozenset(projects))
    scripted = Scripted(minting)
    with (
        loopback.serve(oidc.Identity()) as runner_service,
        loopback.serve(scripted) as stub,
        fault_proxy.before(stub.url, *rules) as (proxy, front),
    ):
        root = make(folder, settings(held.target(front), f"publisher = {PUBLISHER}"))
        identity = {oidc_door.REQUEST_URL: f"{runner_service.url}?x=1", oidc_door.REQUEST_TOKEN: oidc.REQUEST_TOKEN}
        yield TrustedScene(
            index=held,
            scripted=scripted,
            proxy=proxy,
            root=root,
            stub=stub,
            front=front,
            minting=minting,
            identity=identity,
        )


def quiet() -> dict[str, str]:
    """Return an environment for a process that is started by hand."""
    return running.environment(**{VARIABLE: TOKEN}) | {"PYTHONPATH": str(running.ROOT)}
