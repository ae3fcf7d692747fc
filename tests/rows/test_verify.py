"""The fault matrix of `verify`, row by row: F1 to F12. Hours pass on a clock that costs none."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from release_tools.adapters.clock import Clock
from release_tools.adapters.git import Git
from release_tools.adapters.github import GitHub
from release_tools.config import Config, Publisher, TargetTable
from release_tools.errors import Conflict, NotYetVisible, Refused, ReleaseError, ServiceFailed
from release_tools.facts.expected import expected
from release_tools.ledger import Ledger
from release_tools.model import Manifest, Source, Tag
from release_tools.options import Options
from release_tools.stages import Outcome, Report
from release_tools.stages.verify import verify
from release_tools.verification import tag_now
from tests import loopback, tiny
from tests.clocks import FakeClock
from tests.loopback import Handler, Stub
from tests.signed import attestation
from tests.stubs.warehouse import Stored, Warehouse

WHEEL, SDIST = "tiny_sample-1.2.3-py3-none-any.whl", "tiny_sample-1.2.3.tar.gz"
COMMIT = "c" * 40
TAG = Tag(name="v1.2.3", version=tiny.VERSION, commit=COMMIT, object_id=COMMIT)
PUBLISHER = Publisher(repository="owner/project", workflow="release.yml", environment="pypi")
REGISTERED = {"kind": "GitHub", "repository": "owner/project", "workflow": "release.yml", "environment": "pypi"}


@dataclass
class Scene:
    """A release on an index, and how the index shows it: `around` answers a request in its place, or returns False."""

    folder: Path
    release: dict[str, Any] = field(default_factory=dict)
    index: Warehouse = field(default_factory=Warehouse)
    clock: Clock = field(default_factory=FakeClock)
    around: Callable[[Handler, str], bool] = lambda _handler, _path: False
    table: TargetTable = field(default_factory=TargetTable)
    ledger: Ledger = field(default_factory=lambda: tiny.ledger(published=True))
    said: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    github: GitHub | None = None

    def __post_init__(self) -> None:
        self.manifest = tiny.release(self.folder / "dist", **self.release)
        for each in self.manifest.distributions:
            self.holds(each.filename, (self.folder / "dist" / each.filename).read_bytes())

    def holds(self, name: str, content: bytes, version: str = "1.2.3", **more: Any) -> Stored:  # noqa: ANN401 - fields
        """Let the index hold a file."""
        self.index.projects.add(tiny.NAME)
        uploaded = self.clock.now() - timedelta(days=1)
        stored = Stored(
            name=name, project=tiny.NAME, version=Version(version), content=content, uploaded=uploaded, **more
        )
        self.index.files[name] = stored
        return stored

    def verified(self, manifest: Manifest | None = None, *, seconds: float | None = None) -> Report:
        """Verify the release."""

        def answer(handler: Handler, stub: Stub) -> None:
            if not self.around(handler, stub.seen[-1][1]):
                self.index(handler, stub)

        with loopback.serve(answer) as stub:
            try:
                return verify(
                    project=tiny.project(self.folder),
                    version=tiny.VERSION,
                    tag=TAG,
                    ref="refs/tags/v1.2.3",
                    expected=expected(
                        manifest or self.manifest,
                        self.folder / "dist",
                        self.github,
                        TAG,
                        tiny.project(self.folder),
                        tiny.VERSION,
                        self.said.append,
                    ),
                    release_page=self.github,
                    target=self.index.target(stub),
                    ledger=self.ledger,
                    config=Config(targets={"pypi": self.table}),
                    cache=self.folder / "cache",
                    clock=self.clock,
                    options=Options(command="verify", timeout=seconds),
                    environment=os.environ,
                    say=self.said.append,
                )
            finally:
                self.seen = loopback.urls(stub)

    def refused(self, kind: type[ReleaseError], code: int) -> ReleaseError:
        """Return the error; nothing was sent, whatever it is."""
        with pytest.raises(kind) as caught:
            self.verified()
        assert caught.value.exit_code == code
        assert not [each for each in self.seen if each.startswith("POST")]
        assert caught.value.state
        assert caught.value.fix
        return caught.value


def slept(scene: Scene) -> list[float]:
    """Return each wait on the clock that costs none."""
    assert isinstance(scene.clock, FakeClock)
    return scene.clock.slept


def evidence(report: Report) -> dict[str, Any]:
    """Return what goes into the ledger."""
    assert isinstance(report, Outcome)
    return dict(report.evidence)


def stale(scene: Scene, seconds: float, path: str) -> None:
    """Let a page be a 404 for so long."""

    def around(handler: Handler, asked: str) -> bool:
        if asked.startswith(path) and scene.clock.monotonic() < seconds:
            handler.say(404)
            return True
        return False

    scene.around = around


def test_f1_a_page_for_installers_that_lags_twelve_minutes(tmp_path: Path) -> None:
    """The bytes are proved by the JSON at once; installing waits until the page has come."""
    scene = Scene(tmp_path)
    stale(scene, 720, "/simple/")
    assert evidence(scene.verified())["installed"] == ["wheel", "sdist"]
    assert 720 <= scene.clock.monotonic() < 840
    assert "has not yet on its page for installers" in scene.said[1]


def test_f1_in_real_time(tmp_path: Path) -> None:
    """The same on the clock of this machine, for some seconds."""
    scene = Scene(tmp_path)
    scene.clock = Clock()
    stale(scene, scene.clock.monotonic() + 4, "/simple/")
    began = scene.clock.monotonic()
    assert evidence(scene.verified(seconds=50))["installed"] == ["wheel", "sdist"]
    assert 4 <= scene.clock.monotonic() - began < 50


def test_f1_a_page_for_installers_that_never_comes(tmp_path: Path) -> None:
    """After half an hour: exit 6, published and pending, and what to do; nothing is published again."""
    scene = Scene(tmp_path)
    stale(scene, 10_000, "/simple/")
    error = scene.refused(NotYetVisible, 6)
    assert "has not yet on its page for installers: tiny_sample-1.2.3-py3-none-any.whl" in error.what
    assert 1700 < scene.clock.monotonic() <= 1800


def test_f1_the_limit_is_the_users(tmp_path: Path) -> None:
    """`--timeout` bounds the waiting."""
    scene = Scene(tmp_path)
    stale(scene, 10_000, "/")
    with pytest.raises(NotYetVisible):
        scene.verified(seconds=30)
    assert scene.clock.monotonic() <= 30


def test_f2_a_cached_404_of_the_json(tmp_path: Path) -> None:
    """The other source is enough."""
    scene = Scene(tmp_path)
    stale(scene, 10_000, "/pypi/")
    assert evidence(scene.verified())["bytes"].keys() == {WHEEL, SDIST}
    assert slept(scene) == []


def first(scene: Scene, path: str, times: int, *answer: Any) -> None:  # noqa: ANN401 - status and body
    """Answer the first requests for a path in the place of the index."""
    left = [answer] * times

    def around(handler: Handler, asked: str) -> bool:
        if left and asked.startswith(path):
            handler.say(*left.pop())
            return True
        return False

    scene.around = around


@pytest.mark.parametrize("more", [b"", b" and more"])
def test_f3_a_mirror_that_serves_other_bytes(tmp_path: Path, more: bytes) -> None:
    """As many as there should be, or more: a conflict at the first reading, no endless retry."""
    scene = Scene(tmp_path)
    first(scene, f"/files/{WHEEL}", 1 << 20, 200, scene.index.files[WHEEL].content[::-1] + more)
    error = scene.refused(Conflict, 4)
    assert f"{WHEEL} has other bytes on pypi" in error.what
    assert len([each for each in scene.seen if each.endswith(WHEEL)]) == 1


@pytest.mark.parametrize("length", [0, 100])
def test_f3_a_mirror_that_serves_too_few_bytes(tmp_path: Path, length: int) -> None:
    """A download that was cut is no other release: it is read again, and in the end a failed service."""
    scene = Scene(tmp_path)
    half = scene.index.files[WHEEL].content[:length]
    first(scene, f"/files/{WHEEL}", 2, 200, half)
    assert evidence(scene.verified())["bytes"].keys() == {WHEEL, SDIST}
    assert len(slept(scene)) == 2
    first(scene, f"/files/{WHEEL}", 1 << 20, 200, half)
    assert f"gives {length} of the" in scene.refused(ServiceFailed, 5).what


@pytest.mark.parametrize("path", ["/files/", "/integrity/", "/simple/"])
def test_f8_an_index_that_fails_once(tmp_path: Path, path: str) -> None:
    """For a file, an attestation, a page: it is asked again within the budget."""
    scene = Scene(tmp_path)
    attested(scene)
    first(scene, path, 2, 503)
    assert evidence(scene.verified())["attested"] == [WHEEL, SDIST]
    assert len(slept(scene)) in (1, 2)


def test_f4_a_digest_that_is_not_ours(tmp_path: Path) -> None:
    """Both digests are told; nothing is downloaded."""
    scene = Scene(tmp_path)
    scene.index.files[SDIST].content += b"\0"
    error = scene.refused(Conflict, 4)
    assert scene.manifest.distributions[1].sha256 in error.what
    assert scene.index.files[SDIST].sha256() in error.what
    assert not [each for each in scene.seen if "/files/" in each]


def test_f5_a_file_that_nobody_here_built(tmp_path: Path) -> None:
    """It is named, and what that can mean."""
    scene = Scene(tmp_path)
    scene.holds("tiny_sample-1.2.3-1-py3-none-any.whl", b"not ours")
    error = scene.refused(Refused, 3)
    assert "tiny_sample-1.2.3-1-py3-none-any.whl" in error.what
    assert "revoke all tokens" in error.fix


def attested(scene: Scene, **other: str) -> None:
    """Let every file of the release have its attestation; `other` changes what they say."""
    scene.table = replace(scene.table, publisher=PUBLISHER)
    scene.index.publisher = dict(REGISTERED)
    scene.holds("tiny_sample-1.2.2.tar.gz", b"before", "1.2.2", attestations=[{}])
    for stored in (scene.index.files[WHEEL], scene.index.files[SDIST]):
        says = {
            "sha256": stored.sha256(),
            "commit": COMMIT,
            "ref": "refs/tags/v1.2.3",
            "filename": stored.name,
            **other,
        }
        stored.attestations = [attestation(**says)]


def test_f6_attestations_of_this_very_release(tmp_path: Path) -> None:
    """Subject, publisher, commit and ref are compared, and the ledger names the files."""
    scene = Scene(tmp_path)
    attested(scene)
    report = scene.verified()
    assert evidence(report)["attested"] == [WHEEL, SDIST]
    assert any("attestations of 2 files are for these bytes, of owner/project" in line for line in report.summary)


def test_f6_no_attestation_where_the_version_before_had_one(tmp_path: Path) -> None:
    """Exit 3, with the version that had one; an older one without is no comfort."""
    scene = Scene(tmp_path)
    scene.holds("tiny_sample-1.2.2.tar.gz", b"before", "1.2.2", attestations=[{}])
    scene.holds("tiny_sample-1.2.1.tar.gz", b"long before", "1.2.1")
    assert "came to pypi without attestation, 1.2.2 had some" in scene.refused(Refused, 3).what


def test_f6_no_attestation_where_the_version_before_had_none(tmp_path: Path) -> None:
    """What an older or a later version had is no promise of this line."""
    scene = Scene(tmp_path)
    scene.holds("tiny_sample-1.2.2.tar.gz", b"before", "1.2.2")
    scene.holds("tiny_sample-1.2.1.tar.gz", b"long before", "1.2.1", attestations=[{}])
    scene.holds("tiny_sample-1.3.tar.gz", b"after", "1.3", attestations=[{}])
    assert evidence(scene.verified())["attested"] == []


WRONG: dict[str, tuple[dict[str, str], str]] = {
    "other-bytes": ({"sha256": "0" * 64}, "it is for SHA-256 000"),
    "other-file": ({"filename": "other.whl"}, "it is for other.whl"),
    "other-commit": ({"commit": "d" * 40}, "signed on commit ddd"),
    "other-ref": ({"ref": "refs/heads/main"}, "signed on ref refs/heads/main, not refs/tags/v1.2.3"),
    "long-ref": ({"ref": "refs/heads/" + "x" * 150}, "signed on ref refs/heads/xxx"),
    "other-kind": ({"kind": "https://example.com/whatever"}, "of an unknown kind"),
}


@pytest.mark.parametrize("case", WRONG)
def test_f6_an_attestation_of_something_else(tmp_path: Path, case: str) -> None:
    """Each difference is told with both sides."""
    says, words = WRONG[case]
    scene = Scene(tmp_path)
    attested(scene, **says)
    assert words in scene.refused(Refused, 3).what


@pytest.mark.parametrize("name", ["repository", "workflow", "environment"])
def test_f6_an_attestation_of_somebody_else(tmp_path: Path, name: str) -> None:
    """Repository, workflow and environment are the configured ones."""
    scene = Scene(tmp_path)
    attested(scene)
    scene.index.publisher[name] = "another"
    assert f"its {name} is another, configured is {REGISTERED[name]}" in scene.refused(Refused, 3).what


@pytest.mark.parametrize(
    "said", [b"", b"{}", b'{"attestation_bundles": []}', b'{"attestation_bundles": [{"attestations": [{}]}]}']
)
def test_f6_an_attestation_that_is_none(tmp_path: Path, said: bytes) -> None:
    """What cannot be read proves nothing."""
    scene = Scene(tmp_path)
    attested(scene)

    def around(handler: Handler, asked: str) -> bool:
        if asked.startswith("/integrity/"):
            handler.say(200, said)
            return True
        return False

    scene.around = around
    assert "is not this release's" in scene.refused(Refused, 3).what


def test_f6_a_publisher_that_is_not_configured_is_not_compared(tmp_path: Path) -> None:
    """The summary says that nobody compared it."""
    scene = Scene(tmp_path)
    attested(scene)
    scene.table = TargetTable()
    scene.index.publisher["repository"] = "another"
    assert any("by whom was not compared" in line for line in scene.verified().summary)


def test_f7_only_this_version_from_this_index(tmp_path: Path) -> None:
    """A higher version there, and another index in the user's settings: neither is taken."""
    scene = Scene(tmp_path)
    later = tiny.release(tmp_path / "later", {"tiny_sample.py": "raise SystemExit('later')\n"})
    content = (later.folder / WHEEL).read_bytes()
    scene.holds("tiny_sample-9.0-py3-none-any.whl", content, "9.0")
    with loopback.serve(loopback.never_asked) as other, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIP_EXTRA_INDEX_URL", f"{other.url}simple/")
        patch.setenv("UV_INDEX_URL", f"{other.url}simple/")
        assert evidence(scene.verified())["imports"] == ["tiny_sample"]
        assert not [each for each in loopback.urls(other) if "tiny" in each]


@pytest.mark.parametrize(
    ("release", "words"),
    [
        ({"sources": {"tiny_sample.py": "import no_such_module\n"}}, "import tiny_sample fails"),
        ({"sources": {"tiny_sample.py": "def main(): raise SystemExit(1)\n"}}, "console script tiny exits with 1"),
    ],
)
def test_f8_what_installs_and_does_not_work(tmp_path: Path, release: dict[str, Any], words: str) -> None:
    """The packaging is at fault, not the network: exit 3, and the bytes are said to be right."""
    assert words in Scene(tmp_path, release).refused(Refused, 3).what


def test_f8_an_index_that_is_down_is_another_matter(tmp_path: Path) -> None:
    """Exit 5: nobody can tell whether anything is wrong with the release."""
    scene = Scene(tmp_path)

    def around(handler: Handler, _asked: str) -> bool:
        handler.say(503)
        return True

    scene.around = around
    assert "503" in scene.refused(ServiceFailed, 5).what


def repository(folder: Path) -> tuple[Git, str]:
    """Make a repository with a tagged commit and a remote that has both."""
    for command in (
        "git init -q -b main .", "git commit -q --allow-empty -m one", "git tag v1.2.3", "git init -q --bare remote",
        "git remote add origin ./remote", "git push -q origin main v1.2.3",
    ):  # fmt: skip
        subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)
    return Git(folder), head(folder)


def head(folder: Path) -> str:
    """Return the id of the newest commit."""
    done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def unmoved(
    folder: Path, git: Git, commit: str, *, remote: str | None = "./remote", offline: bool = False
) -> tuple[str, ...]:
    """Compare the tag of a ledger with the tag of now."""
    ledger = Ledger(project=tiny.NAME, version="1.2.3", commit=commit, tag="v1.2.3", tag_object=commit)
    source = Source(
        root=folder, commit=commit, commit_time=1, branch="main", default_branch="main", dirty=(), shallow=False,
        remote=remote,
    )  # fmt: skip
    return tag_now.require_unmoved(ledger, git, source, offline=offline)


def test_f10_a_tag_that_stands_where_it_stood(tmp_path: Path) -> None:
    """Nothing to say, here and on the remote."""
    git, commit = repository(tmp_path)
    assert unmoved(tmp_path, git, commit) == ()


@pytest.mark.parametrize("where", ["here", "on the remote"])
def test_f10_a_tag_that_was_moved(tmp_path: Path, where: str) -> None:
    """Exit 4, with both objects and the command that puts it back."""
    git, commit = repository(tmp_path)
    moves = ["git commit -q --allow-empty -m two", "git tag -f v1.2.3"]
    moves += ["git push -q -f origin v1.2.3", f"git tag -f v1.2.3 {commit}"] if where != "here" else []
    for command in moves:
        subprocess.run(command.split(), cwd=tmp_path, check=True, capture_output=True)
    with pytest.raises(Conflict, match=f"the tag v1.2.3 is another {where}: released was {commit[:12]}") as caught:
        unmoved(tmp_path, git, commit)
    back = caught.value.fix.removeprefix("find out who moved it, and put it back: ")
    subprocess.run(back.split(), cwd=tmp_path, check=True, capture_output=True)
    assert unmoved(tmp_path, git, commit) == ()


def test_f10_a_checkout_that_has_the_commit_in_place_of_the_tag(tmp_path: Path) -> None:
    """As one in CI may leave an annotated tag: it is the same, whichever run met it so; another commit is not."""
    git, commit = repository(tmp_path)
    for command in ("git tag -d v1.2.3", "git tag -a v1.2.3 -m one", "git push -q -f origin v1.2.3"):
        subprocess.run(command.split(), cwd=tmp_path, check=True, capture_output=True)
    assert unmoved(tmp_path, git, commit) == ()  # the ledger holds the commit
    ledger = Ledger(project=tiny.NAME, version="1.2.3", commit=commit, tag="v1.2.3", tag_object=git.tags()[0][1])
    subprocess.run(["git", "tag", "-f", "v1.2.3", commit], cwd=tmp_path, check=True, capture_output=True)
    source = Source(
        root=tmp_path, commit=commit, commit_time=1, branch="main", default_branch="main", dirty=(), shallow=False,
        remote="./remote",
    )  # fmt: skip
    assert tag_now.require_unmoved(ledger, git, source, offline=False) == ()
    with pytest.raises(Conflict, match="is another here"):
        tag_now.require_unmoved(replace(ledger, commit="0" * 40), git, source, offline=False)


def test_f10_a_tag_that_is_gone(tmp_path: Path) -> None:
    """Deleted here it is a conflict; one that the remote lacks is to be pushed."""
    git, commit = repository(tmp_path)
    subprocess.run(["git", "push", "-q", "origin", ":v1.2.3"], cwd=tmp_path, check=True, capture_output=True)
    with pytest.raises(Refused, match=r"the remote does not have the tag v1\.2\.3"):
        unmoved(tmp_path, git, commit)
    subprocess.run(["git", "tag", "-d", "v1.2.3"], cwd=tmp_path, check=True, capture_output=True)
    with pytest.raises(Conflict, match=r"the tag v1\.2\.3 is gone here"):
        unmoved(tmp_path, git, commit)


def test_f10_a_remote_that_does_not_answer_is_said(tmp_path: Path) -> None:
    """It is no verdict, and no silence either; offline nobody is asked."""
    git, commit = repository(tmp_path)
    assert "was not compared" in unmoved(tmp_path, git, commit, remote="./nowhere")[0]
    assert unmoved(tmp_path, git, commit, remote="./nowhere", offline=True) == ()
    assert unmoved(tmp_path, git, commit, remote=None) == ()


def test_f11_a_yanked_release(tmp_path: Path) -> None:
    """Reported as what it is, with the reason, and what can be undone."""
    scene = Scene(tmp_path)
    for stored in scene.index.files.values():
        stored.yanked = "broken on Tuesdays"
    error = scene.refused(Refused, 3)
    assert f"this version is yanked on pypi: {WHEEL} (broken on Tuesdays)" in error.what
    assert slept(scene) == []


def test_f11_a_quarantined_project(tmp_path: Path) -> None:
    """Not taken for a missing file: nothing is waited for."""
    scene = Scene(tmp_path)
    scene.index.quarantined.add(tiny.NAME)
    assert "quarantined on pypi" in scene.refused(Refused, 3).what
    assert slept(scene) == []


def test_f11_an_archived_project_is_named(tmp_path: Path) -> None:
    """Its files are there for everybody: a line, no refusal."""
    scene = Scene(tmp_path)
    scene.index.archived.add(tiny.NAME)
    assert "the project is archived on pypi: it takes no new release" in scene.verified().summary


def bare(scene: Scene) -> Manifest:
    """Take the ledger away."""
    scene.ledger = Ledger(project=tiny.NAME, version="1.2.3", commit=COMMIT, tag="v1.2.3")
    return Manifest(folder=scene.folder / "dist", distributions=(), ledger_sha256="")


def test_f12_nothing_here_but_the_checksums_of_the_release(tmp_path: Path) -> None:
    """They are what the bytes are held against; no record is written, since there is no ledger."""
    scene = Scene(tmp_path)
    lines = "".join(f"{each.sha256}  {each.filename}\n" for each in scene.manifest.distributions)
    (tmp_path / "dist/SHA256SUMS.txt").write_text(lines)
    report = scene.verified(bare(scene))
    assert not isinstance(report, Outcome)
    assert report.summary[0] == "2 files on pypi equal SHA256SUMS.txt byte for byte"
    assert report.document["installed"] == ["wheel", "sdist"]
    scene.index.files[WHEEL].content += b"\0"
    with pytest.raises(Conflict, match=WHEEL):
        scene.verified(bare(scene))


def test_f12_nothing_here_at_all(tmp_path: Path) -> None:
    """It says what it found, and what it could not check."""
    scene = Scene(tmp_path)
    report = scene.verified(bare(scene))
    assert "not checked: that they are what was built from this commit" in report.summary[0]
    assert report.document["compared_with"] is None


@pytest.mark.parametrize("text", ["no list", "0123  short.whl\n", f"{'0' * 64}  ../up.whl\n"])
def test_f12_checksums_that_are_none(tmp_path: Path, text: str) -> None:
    """A list that cannot be read is no expectation."""
    scene = Scene(tmp_path)
    (tmp_path / "dist/SHA256SUMS.txt").write_text(text)
    with pytest.raises(Refused, match=r"SHA256SUMS\.txt is no list of checksums"):
        scene.verified(bare(scene))


def test_f12_an_index_without_digests(tmp_path: Path) -> None:
    """Neither here nor there is anything to compare with: that is said, and nothing is installed."""
    scene = Scene(tmp_path)

    def around(handler: Handler, asked: str) -> bool:
        if asked.startswith("/simple/"):
            handler.say(200, f'<a href="/files/{WHEEL}">{WHEEL}</a>'.encode(), Content_Type="text/html")
        elif asked.startswith("/pypi/"):
            handler.say(404)
        return asked.startswith(("/simple/", "/pypi/"))

    scene.around = around
    with pytest.raises(Refused, match="lists no digest"):
        scene.verified(bare(scene))
