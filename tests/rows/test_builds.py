"""The rows of the fault matrix that concern what a build makes of a commit, and beside each fault what is healthy."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from release_tools.errors import Refused, ServiceFailed
from release_tools.stages.build import build
from tests import archives, fake_projects, samples
from tests.fake_projects import SDIST, WHEEL

PACKAGE = "fake_project"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A backend that does `fault`, and in the healthy twin `instead`; `files` are in the commit of both.

    `found` are the checks that refuse it, `words` is part of what each says.
    """

    name: str
    fault: str
    found: str
    words: str
    instead: str = ""
    files: dict[str, str] = field(default_factory=dict)


CORE = {f"{PACKAGE}/core.py": "x = 1\n"}
DEEP = {f"{PACKAGE}/sub/__init__.py": "", f"{PACKAGE}/sub/core.py": "x = 1\n"}
LEAVING = "import os\nif hook == 'build_{kind}':\n    os.unlink('fake_project/core.py')\n"
EMPTYING = "import shutil\nif hook == 'build_wheel':\n    shutil.rmtree('fake_project')\n"
ADDING = "if hook == 'build_wheel':\n    members = {{{name!r}: {content!r}}}\n"
TELLING = "import os\ndescription = {told}\n"


def adding(name: str, content: bytes = b"import os\n") -> str:
    """Return the behaviour of a backend that puts a file into the wheel."""
    return ADDING.format(name=name, content=content)


ADDED = "wheel-from-sdist"
ROWS = (
    Row(
        name="B8 wheel lacks a module", fault=LEAVING.format(kind="wheel"), found="package-complete",
        words=f"{PACKAGE}/core.py", files=CORE,
    ),
    Row(
        name="B8 wheel lacks a package", fault="", found="package-complete", files=DEEP,
        words=f"{PACKAGE}/sub/__init__.py, {PACKAGE}/sub/core.py",
        instead=f"members = {{'{PACKAGE}/sub/__init__.py': b'', '{PACKAGE}/sub/core.py': b'x = 1\\n'}}\n",
    ),
    Row(name="B8 wheel empty", fault=EMPTYING, found="package-complete", words=f"{PACKAGE}/__init__.py"),
    Row(
        name="B8 sdist lacks a module", fault=LEAVING.format(kind="sdist"), found="package-complete",
        words=f"{PACKAGE}/core.py", files=CORE,
    ),
    Row(
        name="B8 wheel from sdist is another", fault=adding(f"{PACKAGE}/__init__.py"), found="wheel-from-sdist",
        words=f"changed by the build: {PACKAGE}/__init__.py (",
        instead=adding(f"{PACKAGE}/__init__.py", b'"""Nothing."""\n'),
    ),
    Row(name="B10 unexpected .pth", fault=adding("hook.pth"), found=f"wheel-pth {ADDED}", words="hook.pth"),
    Row(name="B10 unexpected tests", fault=adding("tests/t.py"), found=f"wheel-strays {ADDED}", words="tests/t.py"),
    Row(name="B10 unexpected build", fault=adding("build/a.py"), found=f"wheel-strays {ADDED}", words="build/a.py"),
    Row(
        name="B10 unexpected __pycache__", fault=adding(f"{PACKAGE}/__pycache__/a.pyc"), found=f"byte-code {ADDED}",
        words=f"{PACKAGE}/__pycache__/a.pyc",
    ),
    Row(
        name="B15 time of a file", fault="import os\ntime = int(os.stat('pyproject.toml').st_mtime)\n",
        instead="import os\ntime = int(os.environ['SOURCE_DATE_EPOCH'])\n", found="reproducible", words="gzip time",
    ),
    Row(
        name="B15 the clock", fault="import time\ntime = int(time.time())\n", instead="time = 315532800\n",
        found="reproducible", words="gzip time",
    ),
    Row(
        name="B15 order of a set", fault=TELLING.format(told="str(set('abcdefgh'))"), found="reproducible",
        words=f"{PACKAGE}-1.2.3/PKG-INFO (content)", instead=TELLING.format(told="str(sorted(set('abcdefgh')))"),
    ),
    *(
        Row(
            name=f"B15 {what}", fault=TELLING.format(told=told), found="reproducible",
            words=f"{PACKAGE}-1.2.3.dist-info/METADATA (content)",
        )
        for what, told in {
            "host name": "os.environ['HOSTNAME']", "user": "os.environ['USER']", "folder": "os.getcwd()",
            "time zone": "os.environ['TZ']", "locale": "os.environ['LC_ALL']", "random number": "os.urandom(4).hex()",
        }.items()
    ),
)  # fmt: skip


def made(row: Row, behaviour: str, folder: Path) -> Path:
    """Return a repository of the fake project with the files of a row."""
    root = fake_projects.make(folder, behaviour)
    for name, text in row.files.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    if row.files:
        fake_projects.commit(root)
    return root


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_row(row: Row, tmp_path: Path) -> None:
    """The fault is refused for its reason and named, and nothing comes into dist/; the healthy twin is let in."""
    outcome = build(**fake_projects.facts(made(row, row.fault, tmp_path / "fault")))
    errors = [(each.check, each.message) for each in outcome.findings if each.severity == "error"]
    assert [check for check, message in errors if row.words in message] == row.found.split(), errors
    assert not (tmp_path / "fault/dist").exists()
    outcome = build(**fake_projects.facts(made(row, row.instead, tmp_path / "twin")))
    assert [each for each in outcome.findings if each.severity == "error"] == []
    assert {path.name for path in (tmp_path / "twin/dist").iterdir()} >= {SDIST, WHEEL}


def test_b15_mode_of_the_umask(tmp_path: Path) -> None:
    """The umask is the same in every build, and it is recorded."""
    behaviour = "import os\nmask = os.umask(0)\nos.umask(mask)\ndescription = oct(mask)\n"
    before = os.umask(0o077)
    try:
        outcome = build(**fake_projects.facts(fake_projects.make(tmp_path / "project", behaviour)))
    finally:
        os.umask(before)
    assert outcome.findings == ()
    assert outcome.evidence["inputs"]["umask"] == "022"


OUTSIDE = {
    "B3 adds a file to the tree": ("pathlib.Path({root!r}, 'left.txt').touch()\n", "left.txt"),
    "B3 changes a file of the tree": ("pathlib.Path({root!r}, 'pyproject.toml').write_text('')\n", "pyproject.toml"),
    "B3 takes a file away": ("pathlib.Path({root!r}, 'backend.py').unlink(missing_ok=True)\n", "backend.py"),
}


@pytest.mark.parametrize("case", OUTSIDE)
def test_b3_what_a_backend_writes_elsewhere(case: str, tmp_path: Path) -> None:
    """What it does to the tree is refused and named; what it leaves in folders of ours is gone afterwards."""
    behaviour, words = OUTSIDE[case]
    root = tmp_path / "project"
    fake_projects.make(root, "import pathlib\n" + behaviour.format(root=str(root)))
    with pytest.raises(Refused, match=f"the working tree changed while the build ran: {words}"):
        build(**fake_projects.facts(root))
    assert not (root / "dist").exists()


def test_b3_what_a_backend_leaves_beside_its_files_is_gone(tmp_path: Path) -> None:
    """Files that it adds to the folder of a distribution, or to its temporary one, are in nobody's way."""
    behaviour = """
        import os, pathlib
        for each in filter(None, (folder, os.environ["TMPDIR"])):
            pathlib.Path(each, "more").touch()
    """
    root = fake_projects.make(tmp_path / "project", behaviour)
    assert build(**fake_projects.facts(root)).findings == ()
    assert {path.name for path in (root / "dist").iterdir()} == {SDIST, WHEEL, "release.json"}


NEEDS = """
[build-system]
requires = ["sample-project>=1"]
build-backend = "fake_backend"
"""
WHEEL_FILE = b"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
HONEST = (Path(__file__).parents[1] / "fake_backend.py").read_text(encoding="utf-8")
NEWER = "sample_project-1.2.4-py3-none-any.whl"


def backend_wheel(code: str) -> bytes:
    """Return a wheel that holds a build backend."""
    return archives.wheel_bytes({"fake_backend.py": code.encode(), f"{archives.INFO}/WHEEL": WHEEL_FILE})


def newer(wheel: bytes) -> bytes:
    """Return the same wheel as its next version."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(wheel)) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            content = old.read(info).replace(b"1.2.3", b"1.2.4")
            new.writestr(info.filename.replace("1.2.3", "1.2.4"), b"" if info.filename.endswith("RECORD") else content)
    return target.getvalue()


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Give a folder that stands for an index."""
    folder = tmp_path / "house"
    folder.mkdir()
    return folder


def locked(tmp_path: Path, house: Path, text: str) -> dict[str, Any]:
    """Return the facts of a project whose backend comes from a folder, and is held to a list."""
    root = fake_projects.make(tmp_path / "project")
    (root / "pyproject.toml").write_text(NEEDS)
    (root / "backend.py").unlink()
    (root / "locks.txt").write_text(text)
    fake_projects.commit(root)
    index = {f"{tool}_{name}": value for tool in ("PIP", "UV") for name, value in (
        ("NO_INDEX", "1"), ("FIND_LINKS", str(house)), ("CACHE_DIR", str(tmp_path / "cache")),
    )}  # fmt: skip
    own = {"UV_NO_CONFIG": "1", "PIP_CONFIG_FILE": os.devnull, "PIP_BUILD_CONSTRAINT": "locks.txt"}
    return fake_projects.facts(root, environment=samples.clean_env() | {"PATH": os.environ["PATH"]} | index | own)


def test_b16_a_backend_that_was_swapped_never_runs(tmp_path: Path, house: Path) -> None:
    """Of the same version and with another hash, it is refused by its hash; the honest one builds, and that is kept."""
    wheel = backend_wheel(HONEST)
    facts = locked(tmp_path, house, f"sample_project==1.2.3 --hash=sha256:{hashlib.sha256(wheel).hexdigest()}\n")
    trojan = backend_wheel(f"import pathlib\npathlib.Path({str(tmp_path / 'ran')!r}).touch()\n{HONEST}")
    (house / archives.WHEEL).write_bytes(trojan)
    with pytest.raises(ServiceFailed, match=r"(?is)hash.*mismatch|do not match the hashes"):
        build(**facts)
    assert not (tmp_path / "ran").exists()
    assert not (tmp_path / "project/dist").exists()
    (house / archives.WHEEL).write_bytes(wheel)
    outcome = build(**facts)
    assert outcome.findings == ()
    assert outcome.ledger.built["requirements"] == "sample-project==1.2.3"
    assert outcome.ledger.built["requirements-locked"] == "yes"
    assert not any("locked by hash" in line for line in outcome.summary)


def test_b16_a_newer_backend_never_runs(tmp_path: Path, house: Path) -> None:
    """What is held to a version is not built with a newer one, and nothing that the list misses is run."""
    wheel = backend_wheel(HONEST)
    trojan = newer(backend_wheel(f"import pathlib\npathlib.Path({str(tmp_path / 'ran')!r}).touch()\n{HONEST}"))
    (house / NEWER).write_bytes(trojan)
    facts = locked(tmp_path, house, f"sample_project==1.2.3 --hash=sha256:{hashlib.sha256(wheel).hexdigest()}\n")
    with pytest.raises(ServiceFailed, match="could not install the build requirements"):
        build(**facts)
    (house / archives.WHEEL).write_bytes(wheel)
    assert build(**facts).ledger.built["requirements"] == "sample-project==1.2.3"
    (tmp_path / "project/locks.txt").write_text(f"other==1 --hash=sha256:{'a' * 64}\n")
    with pytest.raises((Refused, ServiceFailed), match=r"sample[-_]project"):
        build(**facts | {"dist": tmp_path / "dist"})
    assert not (tmp_path / "ran").exists()


def test_b16_without_a_list_that_is_said(tmp_path: Path, house: Path) -> None:
    """Who locks nothing is told how, in one line of the summary, and the ledger keeps it."""
    (house / archives.WHEEL).write_bytes(backend_wheel(HONEST))
    outcome = build(**locked(tmp_path, house, "sample_project==1.2.3\n"))
    assert outcome.findings == ()
    assert [line for line in outcome.summary if "not locked by hash" in line]
    assert outcome.ledger.built["requirements-locked"] == "no"
