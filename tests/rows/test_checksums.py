"""The rows of the fault matrix that concern `checksums` and what is handed from stage to stage, as a user runs them."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from release_tools import ledger as ledgers
from release_tools.adapters import files
from release_tools.errors import Conflict, Refused, ReleaseError
from tests import loopback, running, samples, tiny
from tests.fake_projects import SDIST, WHEEL
from tests.rows import ready
from tests.rows.ready import LEDGER, Ready
from tests.rows.test_build import KILLER, whole_or_absent
from tests.stages.test_publish import completed

ROWS = range(1, 11)
SUMS = "SHA256SUMS.txt"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Ready:
    """Give a project after its build, to copy from."""
    made = ready.make(tmp_path_factory.mktemp("built"))
    made.passes("build")
    return made


@pytest.fixture(scope="module")
def drafted(built: Ready, tmp_path_factory: pytest.TempPathFactory) -> Ready:
    """Give the same project when all is ready to be published, to copy from."""
    made = ready.copy(built, tmp_path_factory.mktemp("drafted"))
    for stage in ("preflight", "checksums", "draft", "attest"):
        made.passes(stage)
    return made


@pytest.fixture
def project(drafted: Ready, tmp_path: Path) -> Ready:
    """Give a project that is ready to be published."""
    return ready.copy(drafted, tmp_path / "place")


def test_each_fault_of_the_matrix_has_a_row() -> None:
    """Each number of the matrix stands in the name of a test."""
    text = Path(__file__).read_text(encoding="utf-8")
    assert {int(number) for number in re.findall(r"def test_c(\d+)_", text)} == {*ROWS}


def nothing_was_sent(project: Ready) -> bool:
    """Whether no index of this project holds anything."""
    return {*project.root.parent.rglob("*.whl")} == {project.dist / WHEEL}


@pytest.mark.parametrize("name", [WHEEL, SDIST, SUMS, "RELEASE_NOTES.md"])
def test_c1_one_bit(name: str, project: Ready) -> None:
    """File and both hashes are told before anything is sent; with the old bytes back the same command works."""
    path = project.dist / name
    before = path.read_bytes()
    middle = len(before) // 2
    path.write_bytes(before[:middle] + bytes([before[middle] ^ 1]) + before[middle + 1 :])
    said = project.refused("publish")
    assert f"dist/{name} was changed" in said
    writer = {SUMS: "checksums", "RELEASE_NOTES.md": "draft"}.get(name, "build")
    assert f"have it written again: nox -s {writer}, then what comes after it" in said
    assert hashlib.sha256(before).hexdigest() in said
    assert files.sha256(path) in said
    assert nothing_was_sent(project)
    path.write_bytes(before)
    project.passes("publish")
    assert not nothing_was_sent(project)


def test_c1_one_bit_of_the_ledger(project: Ready) -> None:
    """One digit of a digest in it, and no file is as it says."""
    path = project.dist / LEDGER
    digest = files.sha256(project.dist / WHEEL)
    path.write_text(path.read_text().replace(digest, digest[:-1] + ("0" if digest[-1] != "0" else "1")))
    assert "was changed" in project.refused("publish")
    assert nothing_was_sent(project)


def test_c2_two_files_exchanged(project: Ready) -> None:
    """The content of one under the name of the other is seen."""
    one, other = (project.dist / name for name in (WHEEL, SDIST))
    contents = one.read_bytes(), other.read_bytes()
    other.write_bytes(contents[0])
    one.write_bytes(contents[1])
    assert "was changed: its SHA-256 is" in project.refused("publish")
    assert nothing_was_sent(project)


def forge(project: Ready) -> None:
    """Put another wheel in its place and let list and ledger say so."""
    before = files.sha256(project.dist / WHEEL)
    (project.dist / WHEEL).write_bytes((project.dist / WHEEL).read_bytes() + b"evil")
    size, sha256, blake2b = files.digests(project.dist / WHEEL)
    (project.dist / SUMS).write_text((project.dist / SUMS).read_text().replace(before, sha256))
    ledger = ledgers.read(project.dist)
    assert ledger
    rows = tuple(
        replace(each, size=size, sha256=sha256, blake2b_256=blake2b) if each.filename == WHEEL else each
        for each in ledger.distributions
    )
    listed = {**ledger.files, WHEEL: sha256, SUMS: files.sha256(project.dist / SUMS)}
    ledgers.write(replace(ledger, distributions=rows, files=listed), project.dist)


def test_c3_files_and_ledger_replaced(project: Ready) -> None:
    """Whoever owns dist/ is found out by the digest that came by another way."""
    handed_over = ledgers.digest(project.dist)
    forge(project)
    said = project.refused("publish", env={"RELEASE_LEDGER_SHA256": handed_over})
    assert f"RELEASE_LEDGER_SHA256 says {handed_over}" in said
    assert nothing_was_sent(project)


def listen(path: Path) -> None:
    """Make a socket; its address must be short."""
    here = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


def emptied(path: Path) -> Path:
    """Make room for something else under a name."""
    path.unlink()
    return path


def outside(dist: Path) -> None:
    """Put a link to equal bytes elsewhere in the place of a file."""
    (dist / WHEEL).rename(dist.parent / WHEEL)
    (dist / WHEEL).symlink_to(dist.parent / WHEEL)


ODD: dict[str, tuple[Callable[[Path], object], str]] = {
    "extra": (lambda dist: (dist / "mine.txt").write_text("mine"), "not ours: mine.txt"),
    "missing": (lambda dist: (dist / SDIST).unlink(), f"misses files of the release: {SDIST}"),
    "empty": (lambda dist: (dist / SDIST).write_bytes(b""), f"{SDIST} is empty"),
    "a folder": (lambda dist: (dist / "sub").mkdir(), "not ours: sub"),
    "a folder in place of a file": (lambda dist: emptied(dist / SDIST).mkdir(), f"{SDIST} is a folder"),
    "a pipe": (lambda dist: os.mkfifo(dist / "pipe"), "not ours: pipe"),
    "a pipe in place of a file": (lambda dist: os.mkfifo(emptied(dist / SDIST)), f"{SDIST} is no regular file"),
    "a pipe in place of the list": (lambda dist: os.mkfifo(dist / SUMS), f"{SUMS} is no regular file"),
    "a socket": (lambda dist: listen(dist / "s"), "not ours: s"),
    "a link inside": (lambda dist: (dist / SUMS).symlink_to(WHEEL), f"{SUMS} is a symbolic link"),
    "a link outside": (outside, f"{WHEEL} is a symbolic link"),
    "a link to nothing": (lambda dist: (dist / "gone").symlink_to("nowhere"), "not ours: gone"),
    "a hard link": (lambda dist: os.link(dist / WHEEL, dist.parent / "second"), f"{WHEEL} is a hard link"),
}


@pytest.mark.parametrize("case", ODD)
def test_c4_the_set_is_exact(case: str, built: Ready, tmp_path: Path) -> None:
    """Anything extra, missing, empty or not a plain file is refused by name, at once, and left as it is."""
    spoil, words = ODD[case]
    project = ready.copy(built, tmp_path)
    spoil(project.dist)
    before = sorted((path.name, path.lstat().st_mode) for path in project.dist.iterdir())
    assert words in project.refused("checksums").replace("\n", " ")
    assert sorted((path.name, path.lstat().st_mode) for path in project.dist.iterdir()) == before


@pytest.mark.parametrize(("strict", "error"), [(True, Refused), (False, Conflict)])
def test_c5_a_file_that_changes_while_it_is_sent(strict: bool, error: type[ReleaseError], tmp_path: Path) -> None:  # noqa: FBT001 - a case
    """An index that compares refuses it; of one that does not, the digest that is read back tells."""
    manifest = tiny.release(tmp_path, {**tiny.SOURCES, "data.txt": samples.VERSION * 2_000_000})
    first = manifest.distributions[0]
    index = loopback.ScriptedIndex([])

    def slowly(handler: loopback.Handler) -> bytes:
        begun = handler.rfile.read(1 << 16)
        with (manifest.folder / first.filename).open("r+b") as file:
            file.seek(-5000, os.SEEK_END)
            file.write(b"evil")
        return begun + handler.rfile.read(int(handler.headers["Content-Length"]) - len(begun))

    def answer(handler: loopback.Handler, stub: loopback.Stub) -> None:
        method, _, _, body = stub.seen[-1]
        if method == "GET":
            index(handler, stub)
            return
        assert b"evil" in body
        if not strict:
            index.files[first.filename] = hashlib.sha256(body).hexdigest()
        handler.say(400 if strict else 200)

    with loopback.serve(answer, slowly) as stub, pytest.raises(error) as caught:
        completed(stub, manifest)
    assert first.filename in caught.value.what


MALFORMED: dict[str, tuple[Callable[[str], str], int]] = {
    "carriage returns": (lambda text: text.replace("\n", "\r\n"), 1),
    "a line twice": (lambda text: text + text.splitlines(keepends=True)[0], 3),
    "a name that leads out": (lambda text: text.replace(SDIST, f"../{SDIST}"), 2),
    "an absolute name": (lambda text: text.replace(SDIST, f"/tmp/{SDIST}"), 2),  # noqa: S108 - a name only
    "binary": (lambda text: text.replace(f"  {SDIST}", f" *{SDIST}"), 2),
    "upper case": (lambda text: text[:64].upper() + text[64:], 1),
    "a short hash": (lambda text: text[1:], 1),
    "an unknown name": (lambda text: text + f"{'0' * 64}  more.whl\n", 3),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_c6_a_list_that_is_malformed(case: str, project: Ready) -> None:
    """It is refused with the number of the line; `checksums` writes the true one again."""
    spoil, line = MALFORMED[case]
    path = project.dist / SUMS
    before = path.read_bytes()
    path.write_bytes(spoil(before.decode()).encode())
    assert f"{SUMS} was changed in line {line}:" in project.refused("publish")
    assert nothing_was_sent(project)
    project.passes("checksums")
    assert path.read_bytes() == before


def test_c7_the_usual_programs_take_the_list(project: Ready) -> None:
    """`sha256sum -c` and `shasum -c` are content with it."""
    programs = [program for program in (["sha256sum"], ["shasum", "-a", "256"]) if shutil.which(program[0])]
    assert programs
    for program in programs:
        done = subprocess.run([*program, "-c", SUMS], cwd=project.dist, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert sorted(done.stdout.splitlines()) == sorted([f"{SDIST}: OK", f"{WHEEL}: OK"])


@pytest.mark.parametrize("character", [" ", "\\n", "\\\\", "*"])
def test_c7_names_that_no_list_can_hold(character: str, built: Ready, tmp_path: Path) -> None:
    """They are refused where they come from: no build puts such a file into dist/."""
    project = ready.copy(built, tmp_path)
    project.behave(f"tag = 'py3-none-a{character}b'")
    project.refused("build", "--rebuild")
    assert not [path for path in project.dist.iterdir() if path.name not in (LEDGER, SDIST, WHEEL)]


def test_c8_a_kill_while_the_list_is_written(built: Ready, tmp_path: Path) -> None:
    """Killed at any event, the list is absent or complete; the next run is not disturbed by what is left."""
    project = ready.copy(built, tmp_path / "place")
    (tmp_path / "site").mkdir()
    (tmp_path / "site/sitecustomize.py").write_text(KILLER)
    path = os.pathsep.join((str(tmp_path / "site"), str(running.ROOT)))
    for at in range(1, 100):
        done = project.run("checksums", env={"KILL_AT": str(at), "PYTHONPATH": path})
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
        lines = (project.dist / SUMS).read_text().splitlines() if (project.dist / SUMS).exists() else ()
        assert len(lines) in (0, 2)
        (project.dist / SUMS).unlink(missing_ok=True)
        whole_or_absent(project)
    assert at > 5
    project.passes("checksums")
    assert running.names(project.dist) == sorted([LEDGER, SDIST, SUMS, WHEEL])


UNPACKED = ("sub/evil.py", "attestations/evil.sh", "attestations/deep/er", ".hidden", f"{WHEEL}.asc")


@pytest.mark.parametrize("name", UNPACKED)
def test_c9_an_artifact_that_unpacks_to_more(name: str, project: Ready) -> None:
    """A path that no stage of ours writes is refused by name, also among the attestations, and left."""
    path = project.dist / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("evil")
    said = project.refused("publish")
    assert "dist holds what is not ours:" in said
    assert "/".join(Path(name).parts[: 2 if name.startswith("attestations") else 1]) in said
    assert path.read_text() == "evil"
    assert nothing_was_sent(project)


def test_c10_files_of_another_commit(project: Ready) -> None:
    """A ledger of another commit is no evidence for this one."""
    samples.git(project.root, "commit", "--quiet", "--allow-empty", "--message=More")
    said = project.refused("publish")
    assert "is of commit" in said
    assert nothing_was_sent(project)


def test_c10_files_of_another_version(project: Ready) -> None:
    """A file of the release before is not ours; the ledger says of what release and tag it is."""
    (project.dist / WHEEL.replace("1.2.3", "1.2.2")).write_bytes(b"old")
    assert "not ours: fake_project-1.2.2" in project.refused("publish")
    ledger = json.loads((project.dist / LEDGER).read_bytes())
    assert (ledger["commit"], ledger["version"]) == (samples.git(project.root, "rev-parse", "HEAD"), "1.2.3")
    assert (ledger["tag"], ledger["tag_object"]) == ("v1.2.3", samples.git(project.root, "rev-parse", "v1.2.3"))


def test_c10_files_of_another_run(project: Ready, built: Ready, tmp_path: Path) -> None:
    """A folder that another run handed over has another ledger: its digest tells, though commit and version agree."""
    other = ready.copy(built, tmp_path / "other")
    other.passes("checksums")
    handed_over = ledgers.digest(project.dist)
    shutil.rmtree(project.dist)
    shutil.copytree(other.dist, project.dist)
    assert "dist/ is not the one that was handed over" in project.refused(
        "publish", env={"RELEASE_LEDGER_SHA256": handed_over}
    )
