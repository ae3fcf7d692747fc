"""A whole release by a real `nox -s release`: to a stub as the public index, to two real servers, as a trial."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pypitoken import Token as RealToken

from release_tools.adapters import endpoints, rehearsal_index
from release_tools.model import Target
from tests import loopback, running, samples, servers
from tests.stubs import github
from tests.stubs.warehouse import Token, Warehouse

NAME = "hatchling"
PROJECT = "sample-hatchling"


@dataclass
class Index:
    """The stub of the public index, and what it was asked."""

    url: str
    stub: loopback.Stub
    warehouse: Warehouse = field(default_factory=Warehouse)

    def token(self, owner: str = "", project: str = PROJECT) -> str:
        """Return a token that is good for a sample, the stub's own unless a public index is named."""
        known = endpoints.of(owner)
        site = known.site if known else self.url
        made = RealToken.create(domain=urlsplit(site).hostname, identifier="somebody", key="secret")
        value = str(made.restrict(project_names=[project]).dump())
        self.warehouse.tokens[value] = Token(projects=None)
        return value

    def posts(self) -> int:
        """Return how many requests could have changed something."""
        return sum(each.startswith("POST") for each in loopback.urls(self.stub))


@pytest.fixture
def index() -> Iterator[Index]:
    """Give the stub, running."""
    warehouse = Warehouse()
    with loopback.serve(warehouse) as stub:
        yield Index(stub.url, stub, warehouse)


def environment(index: Index, **more: str) -> dict[str, str]:
    """Return what a release to the stub in place of the public index needs."""
    return {"RELEASE_TARGET": "pypi", "PYPI_REPOSITORY_URL": f"{index.url}legacy/", **more}


def test_a_tagged_commit_is_released_and_then_complete(nox: running.Nox, index: Index, tmp_path: Path) -> None:
    """Every stage passes, the index holds the bytes of the ledger, `status` agrees, and a second run sends nothing."""
    root = samples.make(NAME, tmp_path / "project")
    env = environment(index, PYPI_API_TOKEN=index.token())
    done = nox(root, "-s", "release", env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    ledger = running.ledger(root)
    assert {each["filename"]: each["sha256"] for each in ledger["distributions"]} == {
        name: file.sha256() for name, file in index.warehouse.files.items()
    }
    assert {stage: record["status"] for stage, record in ledger["targets"]["pypi"].items()} == {
        "preflight": "passed", "draft": "passed", "attest": "nothing-to-do", "publish": "passed",
        "announce": "nothing-to-do", "verify": "passed",
    }  # fmt: skip
    assert env["PYPI_API_TOKEN"] not in done.stdout + done.stderr + json.dumps(ledger)
    status = running.stage(root, "status", "--json", env=env)
    assert json.loads(status.stdout)["complete"] is True, status.stdout + status.stderr
    before = index.posts()
    again = nox(root, "-s", "release", env=env)
    assert again.returncode == 0, again.stdout + again.stderr
    assert index.posts() == before
    assert "not sent again" in again.stderr + again.stdout


def test_a_release_with_a_page_on_github(nox: running.Nox, index: Index, tmp_path: Path) -> None:
    """The release made by hand is missing first; once it is there, `verify` reads its files and `status` says yes."""
    root = samples.make(NAME, tmp_path / "project")
    hub = github.GitHub(tokens={"t" * 20: frozenset({"contents:read"})})
    hub.checks[samples.git(root, "rev-parse", "HEAD")] = [github.Check("tests")]
    with loopback.serve(hub) as stub:
        there = {"GITHUB_API_URL": stub.url, "GITHUB_REPOSITORY": "owner/project"}
        env = environment(index, PYPI_API_TOKEN=index.token(), **there)
        done = nox(root, "-s", "release", env=env)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "the release v1.2.3 on GitHub is not there yet: not compared" in done.stdout
        status = running.stage(root, "status", env=env)
        assert (status.returncode, "release v1.2.3 on GitHub" in status.stderr) == (3, True), status.stderr
        files = [path for path in (root / "dist").iterdir() if path.suffix in (".whl", ".gz", ".txt")]
        hub.pages.append(github.Page("v1.2.3", [github.Asset(path.name, path.read_bytes()) for path in files]))
        done = nox(root, "-s", "verify", env=env)
        assert "3 files of the release v1.2.3 on GitHub equal them too" in done.stdout, done.stdout + done.stderr
        status = running.stage(root, "status", env=env)
        assert status.returncode == 0, status.stdout + status.stderr


def test_without_the_secret_nothing_is_built(nox: running.Nox, index: Index, tmp_path: Path) -> None:
    """It stops at preflight with the variable to set; nobody was asked to take anything."""
    root = samples.make(NAME, tmp_path / "project")
    done = nox(root, "-s", "release", env=environment(index))
    assert done.returncode == 1
    assert "a token in PYPI_API_TOKEN" in done.stderr
    assert "not run: preflight failed" in done.stderr
    assert running.names(root / "dist") == ["release.json"]
    assert index.posts() == 0


@pytest.mark.parametrize("owner", ["pypi", "testpypi"])
def test_a_token_of_a_public_index_is_not_sent_elsewhere(
    nox: running.Nox, index: Index, tmp_path: Path, owner: str
) -> None:
    """Its own text says for which index it was made; that the other place has its name makes no difference."""
    root = samples.make(NAME, tmp_path / "project")
    done = nox(root, "-s", "release", env=environment(index, PYPI_API_TOKEN=index.token(owner)))
    assert done.returncode == 1
    assert f"PYPI_API_TOKEN holds a token of {owner}, not of " in done.stderr
    assert running.names(root / "dist") == ["release.json"]
    assert index.posts() == 0


@contextmanager
def running_server(name: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[tuple[Target, str]]:
    """Run a real server, empty; give it as a target, and its password."""
    if name == "devpi":
        devpi: servers.Devpi = request.getfixturevalue("devpi")
        yield devpi.make("released"), servers.PASSWORD
    else:
        password = "open" + "-sesame-light"
        with rehearsal_index.serve(folder / "light", password) as target:
            yield target, password


@pytest.mark.parametrize("server", ["pypiserver", "devpi"])
def test_a_private_index(nox: running.Nox, request: pytest.FixtureRequest, tmp_path: Path, server: str) -> None:
    """The same chain on real servers; where it is run again, it finds everything there."""
    root = samples.make(NAME, tmp_path / "project")
    with running_server(server, request, tmp_path) as (place, password):
        table = f'upload-url = "{place.upload_url}"\nsimple-url = "{place.simple_url}"\nusername = "{place.username}"\n'
        path = root / "pyproject.toml"
        path.write_text(f"{path.read_text()}\n[tool.release-tools.targets.house]\n{table}")
        samples.git(root, "commit", "--quiet", "--all", "--amend", "--no-edit")
        samples.git(root, "tag", "--force", "--annotate", "--message=x", f"v{samples.VERSION}")
        env = {"RELEASE_TARGET": "house", "HOUSE_API_TOKEN": password}
        again = () if server == "devpi" else ("0 sent to house, 2 already there",)
        for words in ("2 sent to house", *again):
            done = nox(root, "-s", "release", env=env)
            assert done.returncode == 0, done.stdout + done.stderr
            assert words in done.stdout
        assert password not in done.stdout + done.stderr
        status = running.stage(root, "status", env=env)
        assert status.returncode == 0, status.stdout + status.stderr


@pytest.mark.parametrize("name", ["hatch-vcs", "setuptools"])
def test_a_trial_of_the_main_branch(nox: running.Nox, index: Index, tmp_path: Path, name: str) -> None:
    """Without a tag the trial index gets `.devN` of this commit; the tree keeps its own version."""
    root = samples.make(name, tmp_path / "project", tag=None)
    table = f'\n[tool.release-tools.targets.testpypi]\nupload-url = "{index.url}legacy/"\n'
    path = root / "pyproject.toml"
    path.write_text(path.read_text() + table)
    samples.git(root, "commit", "--quiet", "--all", "--amend", "--no-edit")
    env = {"RELEASE_TARGET": "testpypi", "TEST_PYPI_API_TOKEN": index.token(project=f"sample-{name}")}
    done = nox(root, "-s", "release", env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    ledger = running.ledger(root)
    when = samples.git(root, "show", "--no-patch", "--format=%ct")
    assert ledger["version"].endswith(f".dev{when}")
    assert ledger["stages"]["validate"]["mode"] == "branch"
    assert bool(ledger["stages"]["build"]["overlay"]) is (name != "hatch-vcs")
    assert all(when in each for each in index.warehouse.files)
    assert samples.git(root, "status", "--porcelain") == ""
    assert samples.git(root, "tag") == ""
