"""The fault matrix of `verify`, F9 and what F12 asks of GitHub: the release there beside the index."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from release_tools.adapters.github import GitHub
from release_tools.errors import Conflict, Refused, ReleaseError, ServiceFailed
from release_tools.github.repository import Repository
from release_tools.ledger import Record
from tests import loopback
from tests.rows.test_verify import SDIST, WHEEL, Scene, bare, slept
from tests.stubs import github as stubs
from tests.stubs.github import Asset, Page

SUMS = "SHA256SUMS.txt"


@dataclass
class Released(Scene):
    """A release on the index, and on GitHub."""

    def __post_init__(self) -> None:
        super().__post_init__()
        files = {
            each.filename: (self.folder / "dist" / each.filename).read_bytes() for each in self.manifest.distributions
        }
        sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items()).encode()
        self.ledger = self.ledger.with_file(SUMS, hashlib.sha256(sums).hexdigest())
        self.page = Page("v1.2.3", [Asset(name, content) for name, content in {**files, SUMS: sums}.items()])
        self.hub = stubs.GitHub(pages=[self.page])

    @contextmanager
    def on_github(self) -> Iterator[None]:
        """Let GitHub be asked."""
        with loopback.serve(self.hub) as stub:
            self.github = GitHub(Repository(name="owner/project", api=stub.url.rstrip("/")))
            yield

    def asset(self, name: str) -> Asset:
        """Return one file of the release."""
        return next(each for each in self.page.assets if each.name == name)

    def announced(self) -> None:
        """Let the ledger tell that the release was made public from here."""
        record = Record(status="passed", start="2026-11-21T00:00:00+00:00", duration=1.0)
        self.ledger = self.ledger.with_record("announce", record, "pypi")


def lines(scene: Released) -> tuple[str, ...]:
    """Return what a passed verification says."""
    with scene.on_github():
        return scene.verified().summary


def test_f9_the_very_files_of_the_index(tmp_path: Path) -> None:
    """The distributions and their checksums are downloaded from the release too."""
    scene = Released(tmp_path)
    scene.announced()
    assert "3 files of the release v1.2.3 on GitHub equal them too" in lines(scene)


def test_f9_a_file_of_old_without_a_digest_is_judged_by_its_bytes(tmp_path: Path) -> None:
    """Also where more lies beside the files of the release."""
    scene = Released(tmp_path)
    scene.asset(WHEEL).digest = None
    scene.page.assets.append(Asset("manual.pdf", b"more"))
    assert "3 files of the release v1.2.3 on GitHub equal them too" in lines(scene)


def gone(scene: Released) -> None:
    """Take the release away."""
    scene.hub.pages.clear()
    scene.announced()


def emptied(scene: Released) -> None:
    """Take all files of the release away."""
    scene.page.assets.clear()
    scene.announced()


FAULTS: dict[str, tuple[Callable[[Released], object], type[ReleaseError], str]] = {
    "a file is missing": (
        lambda scene: scene.page.assets.remove(scene.asset(SDIST)), Refused, f"lacks {SDIST}",
    ),
    "a file is not uploaded yet": (
        lambda scene: setattr(scene.asset(WHEEL), "state", "open"), Refused, f"lacks {WHEEL}",
    ),
    "another digest is told": (
        lambda scene: setattr(scene.asset(WHEEL), "digest", f"sha256:{'0' * 64}"), Conflict, f"{WHEEL} of the release",
    ),
    "other bytes are served": (
        lambda scene: setattr(scene.asset(SDIST), "served", b"other"), Conflict, f"{SDIST} of the release v1.2.3",
    ),
    "other checksums": (
        lambda scene: setattr(scene.asset(SUMS), "content", b"other"), Conflict, f"{SUMS} of the release v1.2.3",
    ),
    "it was made public and is gone": (gone, Refused, "is not there, though it was made public"),
    "it was made public and is empty": (emptied, Refused, f"lacks {WHEEL}, {SDIST}, {SUMS}"),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTS)
def test_f9_a_release_that_is_not_what_the_index_holds(tmp_path: Path, case: str) -> None:
    """Missing is exit 3, other bytes are exit 4, and the file is named."""
    change, kind, words = FAULTS[case]
    scene = Released(tmp_path)
    change(scene)
    with scene.on_github():
        error = scene.refused(kind, {Refused: 3, Conflict: 4}[kind])
    assert words in error.what


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda scene: scene.hub.pages.clear(), "is not there yet: not compared"),
        (lambda scene: setattr(scene.page, "draft", True), "is not there yet: not compared"),
        (lambda scene: scene.page.assets.clear(), "holds none of these files: not compared"),
    ],
    ids=["none", "a draft", "only notes"],
)
def test_f9_a_release_that_nobody_announced_is_said(
    tmp_path: Path, change: Callable[[Released], object], words: str
) -> None:
    """Whoever makes it by hand may do so later, or without files."""
    scene = Released(tmp_path)
    change(scene)
    assert any(words in line for line in lines(scene))


def test_f9_github_that_fails_is_asked_again(tmp_path: Path) -> None:
    """A second answer is soon there; without any it ends with 5, and running it again is safe."""
    scene = Released(tmp_path)
    scene.hub.script = [(502, b"", {})]
    assert "3 files of the release v1.2.3 on GitHub equal them too" in lines(scene)
    assert slept(scene)
    scene.hub.script = [(502, b"", {})] * 200
    with scene.on_github():
        scene.refused(ServiceFailed, 5)


def test_f12_the_checksums_of_the_release_on_github(tmp_path: Path) -> None:
    """Without a ledger and without a list here, theirs is what the bytes are held against."""
    scene = Released(tmp_path)
    with scene.on_github():
        report = scene.verified(bare(scene))
        assert report.summary[0] == "2 files on pypi equal SHA256SUMS.txt of the release on GitHub byte for byte"
        scene.index.files[WHEEL].content += b"\0"
        with pytest.raises(Conflict, match=WHEEL):
            scene.verified(bare(scene))


def listed(scene: Released, text: str) -> None:
    """Let the list on GitHub say something else."""
    scene.asset(SUMS).content = text.encode()


@pytest.mark.parametrize(
    ("text", "by", "words"),
    [
        (
            "{sdist}",
            f"{SUMS} of the release on GitHub",
            f"not compared, for {SUMS} of the release on GitHub does not name",
        ),
        ("{wheel}{sdist}{other}", f"{SUMS} of the release on GitHub", "2 files on pypi equal"),
        ("{other}", None, "2 files on pypi have the digests that it lists"),
        ("no list", None, "2 files on pypi have the digests that it lists"),
    ],
    ids=["the sdist alone", "more than the release", "nothing of the release", "no list"],
)
def test_f12_a_list_of_anybody_alarms_nobody(tmp_path: Path, text: str, by: str | None, words: str) -> None:
    """Whoever made it may have listed what they liked: only what it says of this release counts."""
    scene = Released(tmp_path)
    digests = {each.kind: f"{each.sha256}  {each.filename}\n" for each in scene.manifest.distributions}
    listed(scene, text.format(**digests, other=f"{'0' * 64}  tool-linux.tar.gz\n"))
    with scene.on_github():
        report = scene.verified(bare(scene))
    assert report.document["compared_with"] == by
    assert any(words in line for line in report.summary)


def test_f12_checksums_on_github_that_cannot_be_had(tmp_path: Path) -> None:
    """It goes on as it finds and says so: there is no list, or GitHub does not show it."""
    scene = Released(tmp_path)
    scene.page.assets.clear()
    with scene.on_github():
        assert "not checked" in scene.verified(bare(scene)).summary[0]
        assert not [line for line in scene.said if "is of no use" in line]
        scene.hub = replace(scene.hub, private=True)
    with scene.on_github():
        report = scene.verified(bare(scene))
    assert [line for line in report.summary if "was not compared: GitHub does not show owner/project" in line]
    assert [line for line in scene.said if "is of no use" in line]
