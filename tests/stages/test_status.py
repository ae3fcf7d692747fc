"""The command `status`: a real repository with a remote, a stub of the index, and the program as users run it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from release_tools import ledger as ledgers
from release_tools.ledger import Ledger, Record
from release_tools.model import Manifest
from tests import loopback, running, tiny
from tests.samples import git
from tests.stubs.warehouse import Stored, Warehouse

WHEEL, SDIST = "tiny_sample-1.2.3-py3-none-any.whl", "tiny_sample-1.2.3.tar.gz"
PYPROJECT = """[project]
name = "tiny-sample"
version = "1.2.3"
[tool.release-tools.targets.house]
upload-url = "{url}legacy/"
json-url = "{url}pypi/"
"""
CHANGELOG = (
    "# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-11-01\n\n- A change.\n\n## [1.2.2] - 2026-10-01\n\n- Less.\n"
)


@dataclass
class Scene:
    """A project after its release: tagged, pushed, on its index."""

    root: Path
    index: Warehouse
    manifest: Manifest
    stub: loopback.Stub

    def ask(self, *arguments: str) -> tuple[int, str, running.Done]:
        """Run the command; return its exit code, what to type next, and all that it said."""
        done = running.stage(self.root, "status", *arguments)
        following = running.three_lines(done)[2] if done.returncode else ""
        assert "Traceback" not in done.stderr
        return done.returncode, following, done

    def store(self, name: str, *, version: str = "1.2.3", days: float = 1, **more: Any) -> None:  # noqa: ANN401 - fields
        """Let the index hold a file."""
        content = (self.manifest.folder / name).read_bytes() if version == "1.2.3" else version.encode()
        self.index.files[name] = Stored(
            name=name, project=tiny.NAME, version=Version(version), content=content,
            uploaded=datetime.now(timezone.utc) - timedelta(days=days), **more,
        )  # fmt: skip
        self.index.projects.add(tiny.NAME)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """Give a project whose release is complete."""
    index = Warehouse()
    with loopback.serve(index) as stub:
        root = tmp_path / "project"
        root.mkdir()
        (root / "pyproject.toml").write_text(PYPROJECT.format(url=stub.url))
        (root / "CHANGELOG.md").write_text(CHANGELOG)
        for command in ("init -q -b main", "add .", "commit -q -m one", "tag -a v1.2.3 -m 1.2.3", "tag v1.2.2"):
            git(root, *command.split())
        git(tmp_path, "init", "-q", "--bare", "remote")
        git(root, "remote", "add", "origin", "../remote")
        git(root, "push", "-q", "origin", "main", "v1.2.3")
        manifest = tiny.release(root / "dist")
        commit = git(root, "rev-parse", "HEAD")
        ledger = Ledger(project=tiny.NAME, version="1.2.3", commit=commit, distributions=manifest.distributions)
        sent = Record(status="passed", start="2026-11-01T00:00:00+00:00", duration=1.0)
        ledger = replace(ledger, tag="v1.2.3", tag_object=git(root, "rev-parse", "v1.2.3"))
        ledgers.write(ledger.with_record("publish", sent, "house"), root / "dist")
        found = Scene(root, index, manifest, stub)
        found.store(WHEEL)
        found.store(SDIST)
        yield found


def test_a_complete_release(scene: Scene) -> None:
    """Every row says yes, nothing is to be typed, and nothing was changed or sent."""
    before = git(scene.root, "status", "--porcelain")
    code, _, done = scene.ask()
    assert code == 0, done.stdout + done.stderr
    assert "1.2.3 is complete: nothing is missing" in done.stdout
    assert f"house: {WHEEL}" in done.stdout
    assert git(scene.root, "status", "--porcelain") == before
    assert not [each for each in loopback.urls(scene.stub) if each.startswith("POST")]


def test_a_rehearsal_of_other_bytes_says_nothing_against_the_release(scene: Scene) -> None:
    """What was never sent from here is no measure of what is there: nobody is told to yank a healthy release."""
    ledger = ledgers.read(scene.root / "dist")
    assert ledger is not None
    ledgers.write(replace(ledger, targets={}), scene.root / "dist")
    scene.index.files[WHEEL].content += b"other"
    code, _, done = scene.ask()
    assert code == 0, done.stdout + done.stderr
    assert "other bytes than those built here, which were never sent there" in done.stdout
    assert "yank" not in done.stdout


def forget(scene: Scene, *, evidence: dict[str, Any] | None = None, ended: int = 3) -> None:
    """Let the ledger tell of no publish that passed; with evidence, of one that failed."""
    ledger = ledgers.read(scene.root / "dist")
    assert ledger is not None
    ledger = replace(ledger, targets={})
    if evidence is not None:
        start = "2026-11-01T00:00:00+00:00"
        failed = Record(status="failed", start=start, duration=1.0, exit_code=ended, evidence=evidence)
        ledger = ledger.with_record("publish", failed, "house")
    ledgers.write(ledger, scene.root / "dist")


def test_half_a_release_is_not_complete_whoever_sent_it(scene: Scene) -> None:
    """The other half is ours: what is there has our digests."""
    forget(scene)
    scene.index.files.pop(SDIST)
    code, following, done = scene.ask()
    assert (code, following) == (3, "RELEASE_TARGET=house nox -s release")
    assert f"missing: house: {SDIST}" in done.stderr


@pytest.mark.parametrize(
    ("evidence", "ended", "code"),
    [({}, 3, 0), ({"sending": [WHEEL]}, 5, 4), ({}, 4, 4)],
    ids=["refused", "half sent", "a conflict"],
)
def test_a_publish_that_failed_counts_where_something_was_sent(
    scene: Scene, evidence: dict[str, Any], ended: int, code: int
) -> None:
    """One that was refused before its first file brought nothing there; one that met other bytes says so."""
    forget(scene, evidence=evidence, ended=ended)
    scene.index.files[WHEEL].content += b"other"
    assert scene.ask()[0] == code


def test_past_the_tag_the_way_back_to_it_comes_first(scene: Scene) -> None:
    """The release is of the commit of its tag; a ledger of another one is none of it."""
    git(scene.root, "commit", "-q", "--allow-empty", "-m", "later")
    ledger = ledgers.read(scene.root / "dist")
    assert ledger is not None
    ledgers.write(replace(ledger, commit=git(scene.root, "rev-parse", "HEAD")), scene.root / "dist")
    scene.index.files.clear()
    code, following, done = scene.ask("1.2.3")
    assert (code, following) == (3, "git checkout v1.2.3 && RELEASE_TARGET=house nox -s release")
    assert "none of 1.2.3 here" in done.stdout


def test_a_version_of_development_on_a_named_index_is_no_trial(scene: Scene) -> None:
    """Its entry and its tag are looked at like those of any other."""
    code, following, done = scene.ask("1.3.0.dev1", "--target", "house")
    assert (code, following) == (3, "write the entry of 1.3.0.dev1")
    assert "tag v1.3.0.dev1 here" in done.stdout


def without_entry(scene: Scene) -> None:
    """Take the entry out of the changelog."""
    (scene.root / "CHANGELOG.md").write_text("# Changelog\n\n## 1.2.2\n\n- Less.\n")


def clone_without_tags(scene: Scene) -> None:
    """Leave the tag on the remote alone, as a checkout without tags does."""
    git(scene.root, "push", "-q", "-f", "origin", "v1.2.3")
    git(scene.root, "tag", "-d", "v1.2.3")


MISSING: dict[str, tuple[Callable[[Scene], object], str, str]] = {
    "entry": (without_entry, "changelog entry", "write the entry of 1.2.3"),
    "fetch": (clone_without_tags, "tag v1.2.3 here", "git fetch origin tag v1.2.3"),
    "push": (
        lambda scene: git(scene.root, "push", "-q", "origin", ":v1.2.3"),
        "tag v1.2.3 on the remote", "git push origin v1.2.3",
    ),
    "file": (lambda scene: scene.index.files.pop(SDIST), f"house: {SDIST}", "RELEASE_TARGET=house nox -s release"),
    "all": (lambda scene: scene.index.files.clear(), f"house: {WHEEL}, house: {SDIST}", "RELEASE_TARGET=house nox -s"),
}  # fmt: skip


@pytest.mark.parametrize("case", MISSING)
def test_what_is_missing_and_the_command_that_does_it(scene: Scene, case: str) -> None:
    """Exit 3, the rows by name, and one command."""
    change, what, command = MISSING[case]
    change(scene)
    code, following, done = scene.ask()
    assert code == 3
    assert f"1.2.3 is not complete; missing: {what}" in done.stderr
    assert following.startswith(command)


def test_a_tag_that_is_nowhere_is_to_be_made(scene: Scene) -> None:
    """Neither here nor on the remote: first it is made."""
    git(scene.root, "tag", "-d", "v1.2.3")
    git(scene.root, "push", "-q", "origin", ":v1.2.3")
    code, following, _ = scene.ask()
    assert (code, following) == (3, "git tag -a v1.2.3 -m 1.2.3")


def test_a_package_of_a_monorepo_is_named_in_the_command(scene: Scene) -> None:
    """Without it the command would find no project, or another one."""
    scene.index.files.clear()
    (scene.root / "pkg").mkdir()
    for command in ("mv pyproject.toml CHANGELOG.md pkg", "commit -q -m two", "tag -d v1.2.3 v1.2.2",
                    "tag tiny-sample-v1.2.3", "push -q origin tiny-sample-v1.2.3"):  # fmt: skip
        git(scene.root, *command.split())
    _, following, done = scene.ask("--package", "pkg")
    assert following == "RELEASE_TARGET=house RELEASE_PACKAGE=pkg nox -s release", done.stdout


def test_a_page_for_installers_that_lags(scene: Scene) -> None:
    """The files are there and nobody can install them yet: verify waits for that."""
    index = scene.index

    def lagging(handler: loopback.Handler, stub: loopback.Stub) -> None:
        if stub.seen[-1][1].startswith("/simple/"):
            handler.say(404)
        else:
            index(handler, stub)

    with loopback.serve(lagging) as stub:
        (scene.root / "pyproject.toml").write_text(PYPROJECT.format(url=stub.url))
        code, following, done = scene.ask()
    assert (code, following) == (3, "RELEASE_TARGET=house nox -s verify")
    assert "not yet on the page for installers" in done.stdout


def other_bytes(scene: Scene) -> None:
    """Let the index hold a wheel that nobody here built."""
    scene.index.files[WHEEL].content += b"\0"


def extra_file(scene: Scene) -> None:
    """Let the index hold one file more."""
    scene.store("tiny_sample-1.2.3-1-py3-none-any.whl", version="1.2.3-1")
    scene.index.files["tiny_sample-1.2.3-1-py3-none-any.whl"].version = Version("1.2.3")


def yank(scene: Scene) -> None:
    """Take the release back."""
    for each in scene.index.files.values():
        each.yanked = "broken"


def half_and_closed(scene: Scene) -> None:
    """Leave half a release lie until the index closes it."""
    scene.index.files.clear()
    scene.store(WHEEL, days=13.5)


BROKEN: dict[str, tuple[Callable[[Scene], None], str]] = {
    "other-bytes": (other_bytes, "not the bytes of the ledger"),
    "extra-file": (extra_file, "tiny_sample-1.2.3-1-py3-none-any.whl: not the bytes of the ledger"),
    "yanked": (yank, "it is yanked on house"),
    "closed": (half_and_closed, "it takes no more files of this version"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_version_and_what_can_be_done_about_it(scene: Scene, case: str) -> None:
    """Exit 4: what cannot be undone is said first, then the steps, then the version that takes its place."""
    spoil, why = BROKEN[case]
    spoil(scene)
    code, following, done = scene.ask()
    assert code == 4
    assert why in done.stderr
    assert following == "release 1.2.4 in its place"
    assert [line[:4] for line in done.stdout.splitlines()[-5:]] == ["what", "  1.", "  2.", "  3.", "  4."]
    assert "[YANKED]" in done.stdout


def test_a_half_release_that_can_be_finished_is_not_broken(scene: Scene) -> None:
    """Within the days in which an index takes the rest, finishing it is the next command."""
    half_and_closed(scene)
    scene.index.files[WHEEL].uploaded += timedelta(days=1)
    assert scene.ask()[:2] == (3, "RELEASE_TARGET=house nox -s release")


def add_target(scene: Scene, name: str) -> None:
    """Configure a second index, which holds nothing, in the place of the other one."""
    url = scene.stub.url
    table = f'[tool.release-tools.targets.{name}]\nupload-url = "{url}second/"\nsimple-url = "{url}nothing/"\n'
    path = scene.root / "pyproject.toml"
    path.write_text(path.read_text().replace("[tool", f"{table}[tool", 1))


def test_the_index_for_trials_is_told_and_asks_for_nothing(scene: Scene) -> None:
    """A project that tries each commit there releases its versions elsewhere; asked for by name it counts."""
    add_target(scene, "testpypi")
    code, _, done = scene.ask()
    assert code == 0, done.stderr
    assert f"testpypi: {WHEEL}" in done.stdout
    assert scene.ask("--target", "testpypi")[:2] == (3, "RELEASE_TARGET=testpypi nox -s release")


def test_beside_the_index_for_trials_the_public_one_counts(scene: Scene) -> None:
    """Who configures only where to try releases to the public index all the same."""
    path = scene.root / "pyproject.toml"
    path.write_text(path.read_text().replace("targets.house", "targets.testpypi"))
    done = running.stage(scene.root, "status", env={"PYPI_REPOSITORY_URL": f"{scene.stub.url}second/"})
    rows = [line.split(":")[0] for line in done.stdout.splitlines() if "pypi:" in line]
    assert list(dict.fromkeys(rows)) == ["pypi", "testpypi"]


def test_a_trial_needs_neither_tag_nor_entry(scene: Scene) -> None:
    """It is complete when the index for trials has its files, and no other index is asked."""
    path = scene.root / "pyproject.toml"
    path.write_text(path.read_text().replace("targets.house", "targets.testpypi"))
    scene.store("tiny_sample-1.2.4.dev7.tar.gz", version="1.2.4.dev7")
    code, _, done = scene.ask("1.2.4.dev7")
    assert code == 0, done.stderr
    assert "1.2.4.dev7 is complete" in done.stdout
    assert "tag" not in done.stdout
    assert "changelog" not in done.stdout
    assert scene.ask("1.2.4.dev8")[:2] == (3, "RELEASE_TARGET=testpypi nox -s release")


def test_the_steps_name_the_index_that_has_the_broken_version(scene: Scene) -> None:
    """Another index may be configured before it."""
    add_target(scene, "first")
    yank(scene)
    code, _, done = scene.ask()
    assert code == 4
    assert "1. yank it on house (" in done.stdout


def test_a_quarantined_project_is_named(scene: Scene) -> None:
    """Its files seem to be missing; to send them again would help nobody."""
    scene.index.quarantined.add(tiny.NAME)
    code, following, done = scene.ask()
    assert (code, following) == (3, "answer the administrators of house; nothing here can lift it")
    assert "missing: house: project\n" in done.stderr


def test_an_archived_project_may_be_complete(scene: Scene) -> None:
    """It is told, and the release is what it was."""
    scene.index.archived.add(tiny.NAME)
    code, _, done = scene.ask()
    assert code == 0
    assert "archived: it takes no new release" in done.stdout


@pytest.mark.parametrize(("left", "missing"), [((), (WHEEL, SDIST)), ((WHEEL,), (SDIST,))], ids=["none", "half"])
def test_an_archived_project_may_lack_files(scene: Scene, left: tuple[str, ...], missing: tuple[str, ...]) -> None:
    """What is missing is missing, though no command alone can bring it there."""
    scene.index.archived.add(tiny.NAME)
    scene.index.files = {name: scene.index.files[name] for name in left}
    code, following, done = scene.ask()
    assert code == 3, done.stdout
    assert f"missing: {', '.join(f'house: {name}' for name in missing)}" in done.stderr
    assert following == "make the project active again on house, then: RELEASE_TARGET=house nox -s release"


def test_an_archived_project_may_lack_what_nobody_here_knows(scene: Scene) -> None:
    """Without a ledger too, a version of which nothing is there is not complete."""
    scene.index.archived.add(tiny.NAME)
    scene.index.files.clear()
    (scene.root / "dist/release.json").unlink()
    code, _, done = scene.ask("1.2.3")
    assert code == 3, done.stdout
    assert "missing: house: files" in done.stderr


def test_a_deprecated_project_is_told_of(scene: Scene) -> None:
    """It takes releases as any other does: the next command is the same."""
    scene.index.deprecated.add(tiny.NAME)
    code, _, done = scene.ask()
    assert code == 0, done.stderr
    assert "deprecated: it takes releases all the same" in done.stdout
    scene.index.files.pop(SDIST)
    assert scene.ask()[:2] == (3, "RELEASE_TARGET=house nox -s release")


def test_a_tag_that_was_moved_on_the_remote(scene: Scene) -> None:
    """Both objects are told: a conflict that no release command mends."""
    git(scene.root, "push", "-q", "-f", "origin", "v1.2.2:refs/tags/v1.2.3")
    code, following, done = scene.ask()
    assert code == 4
    assert "tag v1.2.3 on the remote" in done.stderr
    assert "put it back" in following


def test_what_nobody_can_tell_is_neither_yes_nor_no(scene: Scene) -> None:
    """Offline, the rows of index and remote say that they were not asked, and the release counts as unproved."""
    code, following, done = scene.ask("--offline")
    assert (code, following) == (3, "ask again without --offline: nox -s status")
    assert done.stdout.count("it was not asked (--offline)") == 2
    assert loopback.urls(scene.stub) == []


def test_another_version_is_looked_at_by_its_name(scene: Scene) -> None:
    """By number or by tag; what this machine has no ledger of is told as the index lists it."""
    scene.store("tiny_sample-1.2.2.tar.gz", version="1.2.2", days=50)
    git(scene.root, "push", "-q", "origin", "v1.2.2")
    for name in ("1.2.2", "v1.2.2"):
        code, _, done = scene.ask(name)
        assert code == 0, done.stderr
        assert "there; nothing here to compare with" in done.stdout
        assert "none of 1.2.2 here" in done.stdout
    code, _, done = scene.ask("2026-11-21")
    assert code == 2
    assert "is no version" in done.stderr


def test_every_version_there_ever_was(scene: Scene) -> None:
    """Tags, entries and files side by side, the newest first."""
    scene.store("tiny_sample-1.2.1.tar.gz", version="1.2.1", yanked="old")
    code, _, done = scene.ask("--all")
    assert code == 0
    rows = [line.split() for line in done.stdout.splitlines() if line.startswith("1.")]
    assert rows == [
        ["1.2.3", "v1.2.3", "yes", "2"],
        ["1.2.2", "v1.2.2", "yes", "none"],
        ["1.2.1", "no", "no", "1,", "yanked"],
    ]


@pytest.mark.parametrize("arguments", [(), ("--all",)])
def test_as_json(scene: Scene, arguments: tuple[str, ...]) -> None:
    """One document, with the rows of the table."""
    _, _, done = scene.ask("--json", *arguments)
    document = json.loads(done.stdout)
    assert (document["command"], document["exit_code"], document["error"]) == ("status", 0, None)
    assert len(document["versions" if arguments else "rows"]) == (2 if arguments else 8)
    scene.index.files.clear()
    if not arguments:
        assert json.loads(scene.ask("--json")[2].stdout)["error"]["next"] == "RELEASE_TARGET=house nox -s release"


def test_an_index_that_does_not_answer(scene: Scene) -> None:
    """Its rows are unknown; the others are told all the same."""
    with loopback.serve(loopback.says(503)) as stub:
        (scene.root / "pyproject.toml").write_text(PYPROJECT.format(url=stub.url))
        code, _, done = scene.ask()
        assert code == 3
        assert "503" in done.stdout
        assert "was not asked" in scene.ask("--all")[2].stdout
