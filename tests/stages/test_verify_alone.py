"""`verify` as a command on a machine that has a clone and no ledger."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import pytest

from tests import loopback, running, signed, tiny
from tests.samples import git
from tests.stubs.warehouse import Stored, Warehouse

TABLE = '[tool.release-tools.targets.house]\nupload-url = "{url}legacy/"\njson-url = "{url}pypi/"\n'
STATIC = '[project]\nname = "tiny-sample"\nversion = "1.2.3"\n'
COMPUTED = '[build-system]\nrequires = []\nbuild-backend = "own"\nbackend-path = ["."]\n'
CHANGELOG = "# Changelog\n\n## 1.2.3 - 2026-11-01\n\n- A change.\n"


@dataclass
class Scene:
    """A clone at the tag of a release that an index holds."""

    root: Path
    index: Warehouse
    url: str

    def commit(self, pyproject: str, *tags: str) -> str:
        """Commit another state of the project, and tag it."""
        (self.root / "pyproject.toml").write_text(pyproject + TABLE.format(url=self.url))
        git(self.root, "add", ".")
        git(self.root, "commit", "-q", "-m", "one")
        for tag in tags:
            git(self.root, "tag", "-a", tag, "-m", tag)
        return git(self.root, "rev-parse", "HEAD")

    def verify(self, **env: str) -> running.Done:
        """Run the command."""
        return running.stage(self.root, "verify", "--target", "house", "--timeout", "2", "--json", env=env)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """Give an index that holds the release, and a repository without a commit."""
    index = Warehouse(projects={tiny.NAME})
    for each in tiny.release(tmp_path / "made").distributions:
        content = (tmp_path / "made" / each.filename).read_bytes()
        now = datetime.now(timezone.utc)
        index.files[each.filename] = Stored(each.filename, tiny.NAME, tiny.VERSION, content, now)
    root = tmp_path / "project"
    root.mkdir()
    (root / "CHANGELOG.md").write_text(CHANGELOG)
    git(root, "init", "-q", "-b", "main")
    with loopback.serve(index) as stub:
        yield Scene(root, index, stub.url)


@pytest.mark.parametrize("pyproject", [STATIC, COMPUTED])
def test_a_clone_at_the_tag_suffices(scene: Scene, pyproject: str) -> None:
    """Also where the source does not state its version: the tag does. Nothing is written."""
    if pyproject == COMPUTED:
        (scene.root / "setup.py").write_text("from setuptools import setup\nsetup(name='tiny-sample', version=f())\n")
    scene.commit(pyproject, "v1.2.3")
    done = scene.verify()
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["installed"] == ["wheel", "sdist"]
    assert not (scene.root / "dist").exists()


def test_a_tag_that_is_named_is_that_commit(scene: Scene) -> None:
    """Wherever HEAD stands, the attestations must be of the commit and the ref of the tag."""
    commit = scene.commit(STATIC, "v1.2.3")
    scene.commit(STATIC.replace("1.2.3", "1.2.4"))
    for each in scene.index.files.values():
        each.attestations = [signed.attestation(each.name, each.sha256(), commit, "refs/tags/v1.2.3")]
    done = scene.verify(RELEASE_TAG="v1.2.3")
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(json.loads(done.stdout)["attested"]) == 2


def test_what_is_not_published_is_not_there_yet(scene: Scene) -> None:
    """Without a ledger the state claims no digests of one."""
    scene.commit(STATIC, "v1.2.3")
    scene.index.files.clear()
    done = scene.verify()
    what, state, _ = running.three_lines(done)
    assert done.returncode == 6
    assert what == "house does not list any file"
    assert state == "no file of this version is there"


def test_what_is_out_and_does_not_work_is_to_be_yanked(scene: Scene, tmp_path: Path) -> None:
    """Of files on a real index nothing can be changed any more: only a new version helps."""
    for each in tiny.release(tmp_path / "broken", {"tiny_sample.py": "import no_such_module\n"}).distributions:
        stored = scene.index.files[each.filename]
        stored.content = (tmp_path / "broken" / each.filename).read_bytes()
    scene.commit(STATIC, "v1.2.3")
    done = scene.verify()
    assert done.returncode == 3, done.stdout + done.stderr
    _, state, following = running.three_lines(done)
    assert state.endswith("it is out on house")
    assert following == "yank it on house, mend the project, and release a new version"


def test_a_ledger_that_was_to_be_handed_over_is_asked_for(scene: Scene) -> None:
    """Where its digest came by another way, a folder without any ledger is not verified as it finds it."""
    scene.commit(STATIC, "v1.2.3")
    done = scene.verify(RELEASE_LEDGER_SHA256="a" * 64)
    assert done.returncode == 3
    assert "there is no ledger, RELEASE_LEDGER_SHA256 says" in running.three_lines(done)[0]
