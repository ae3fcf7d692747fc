"""Files that nobody writes by accident: each ends in a verdict or in three lines, soon and in little memory."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests import running, samples
from tests.rows.script import NOWHERE, Made, seen
from tests.samples import git

resource = pytest.importorskip("resource", reason="only POSIX tells what a process used")

DEEP = 10_000
SECONDS = 2.0
TIMES = 4  # of what a healthy project takes, where the machine is busy
BOUNDED = """
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_DATA, (300 << 20, 300 << 20))
sys.argv = ["release-tools", "validate", "--json"]
runpy.run_module("release_tools", run_name="__main__")
"""
# Without these even root may not read what the file's mode forbids.
MORTAL = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Files to write into the flit sample and to commit; what is then done in it; and what must come of it."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    then: Callable[[Path], object] | None = None
    exit: int = 0
    error: str = ""
    says: str = ""


LOG = (samples.PROJECTS / "flit/CHANGELOG.md").read_bytes()
MODULE = (samples.PROJECTS / "flit/sample_flit.py").read_bytes()
TOML = (samples.PROJECTS / "flit/pyproject.toml").read_bytes()


def log(content: bytes, code: int = 0, says: str = "", error: str = "") -> Case:
    """Return the case of a changelog."""
    return Case(files={"CHANGELOG.md": content}, exit=code, says=says, error=error)


def instead(make: Callable[[Path], object], says: str = "no file of the project that can be read") -> Case:
    """Return the case of something else in the place of the changelog."""

    def put(root: Path) -> None:
        git(root, "rm", "--quiet", "CHANGELOG.md")
        tagged(root)
        make(root / "CHANGELOG.md")

    return Case(then=put, exit=3, says=f"CHANGELOG.md is {says}")


def listen(path: Path) -> None:
    """Make a socket; its address must be short."""
    here = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


def huge(path: Path) -> None:
    """Make a file of a gigabyte that takes no room."""
    with path.open("wb") as file:
        file.truncate(1 << 30)


CHANGELOGS = {
    "NUL": log(LOG + b"\0", 3, "CHANGELOG.md:16 holds a NUL byte"),
    "invalid UTF-8": log(LOG + b"\xff", 3, "CHANGELOG.md:16 is not valid UTF-8"),
    "UTF-16, low byte first": log(b"\xff\xfe" + LOG.decode().encode("utf-16-le"), 3, "is written in UTF-16"),
    "UTF-16, high byte first": log(b"\xfe\xff" + LOG.decode().encode("utf-16-be"), 3, "is written in UTF-16"),
    "UTF-16 without a mark": log(LOG.decode().encode("utf-16-le"), 3, "CHANGELOG.md:1 holds a NUL byte"),
    "carriage returns": log(LOG.replace(b"\n", b"\r\n")),
    "byte order mark": log(b"\xef\xbb\xbf" + LOG),
    "empty": log(b"", 3, "1.2.3 has no entry", "changelog-has-entry"),
    "a line of 10 MB in the entry": log(LOG.replace(b"### Changed", b"- " + b"x" * 10_000_000 + b"\n\n### Changed")),
    "a line of 10 MB above": log(b"x " * 5_000_000 + b"\n\n" + LOG),
    "a heading of 10 MB": log(
        LOG.replace(b"2026-01-10\n", b"2026-01-10 " + b"x" * 10_000_000 + b"\n"), 3, "no entry", "changelog-has-entry"
    ),
    "a heading of 10 MB of numbers": log(b"## " + b"1." * 5_000_000 + b"\n\n" + LOG),
    "lists in lists": log(LOG.replace(b"### Changed", b"- " * DEEP + b"x\n\n### Changed")),
    "lists below lists": log(LOG + b"".join(b" " * (2 * depth) + b"- x\n" for depth in range(DEEP // 10))),
    "quotes in quotes": log(b">" * DEEP + b" x\n\n" + LOG),
    "brackets in brackets": log(b"[" * DEEP + b"\n\n" + LOG + b"[" * DEEP + b"](" * DEEP),
    "brackets in the heading": log(
        LOG.replace(b"## v1.2.3", b"## " + b"[" * DEEP + b"v1.2.3"), 3, "1.2.3 has no entry", "changelog-has-entry"
    ),
    "over 16 MB": log(LOG + b"x\n" * (9 << 20), 3, "CHANGELOG.md is larger than 16 MB"),
    "a gigabyte": instead(huge, "larger than 16 MB"),
    "a link out of the tree": instead(lambda path: path.symlink_to("/etc/hostname")),
    "a link to nothing": instead(lambda path: path.symlink_to("nowhere")),
    "a link to itself": instead(lambda path: path.symlink_to(path.name)),
    "a device": instead(lambda path: path.symlink_to("/dev/zero")),
    "a FIFO": instead(os.mkfifo),
    "a socket": instead(listen),
    "a folder": instead(Path.mkdir),
}


def toml(more: bytes, code: int = 2, says: str = "pyproject.toml cannot be read") -> Case:
    """Return the case of a pyproject.toml that goes on with these bytes."""
    return Case(files={"pyproject.toml": TOML + b"\n" + more}, exit=code, says=says)


TABLE = b"[tool.release-tools]\n"
PYPROJECTS = {
    "lists in lists": toml(b"[x]\na = " + b"[" * DEEP + b"]" * DEEP, says="nested too deeply"),
    "tables in tables": toml(b"[x]\na = " + b"{a = " * DEEP + b"1" + b"}" * DEEP, says="nested too deeply"),
    "keys below keys": toml(b"[x]\n" + b".".join([b"a"] * DEEP) + b" = 1", says="a key has too many parts"),
    "headers below headers": toml(b"[" + b".".join([b"a"] * DEEP) + b"]", says="a key has too many parts"),
    "a huge number": toml(b"[x]\na = " + b"9" * 5000, says="digits"),
    "a huge number in hex": toml(b"[x]\na = 0x" + b"f" * 5000, says="a number has too many digits"),
    "a huge number for a text": toml(TABLE + b"changelog = " + b"9" * 4000, says="expected a text, found a number"),
    "a key twice": toml(b"[x]\na = 1\na = 2", says="pyproject.toml cannot be read"),
    "a table twice": toml(b"[project]\n", says="pyproject.toml cannot be read"),
    "NUL": toml(b"\0"),
    "NUL in a text": toml(b'[x]\na = "\0"'),
    "invalid UTF-8": toml(b"# \xff", says="can't decode byte 0xff"),
    "UTF-16": Case(files={"pyproject.toml": b"\xff\xfe" + TOML.decode().encode("utf-16-le")}, exit=2, says="0xff"),
    "byte order mark": Case(files={"pyproject.toml": b"\xef\xbb\xbf" + TOML}),
    "carriage returns": Case(files={"pyproject.toml": TOML.replace(b"\n", b"\r\n")}),
    "over 1 MB": toml(b"# " + b"x" * 1_000_000, says="it is larger than 1 MB"),
    "a gigabyte": Case(then=lambda root: huge(root / "pyproject.toml"), exit=2, says="it is larger than 1 MB"),
    "other kinds of values everywhere": Case(
        files={"pyproject.toml": b"project = [1]\nbuild-system = 3\ntool = 4\n"},
        exit=3,
        error="version-readable" + " pyproject-valid" * 3,
    ),
}


def module(content: bytes, says: str = "", error: str = "version-readable") -> Case:
    """Return the case of the module that states the version."""
    return Case(files={"sample_flit.py": content}, exit=3 if error else 0, says=says, error=error)


STATED = b'__version__ = "1.2.3"\n'
MODULES = {
    "brackets in brackets": module(STATED + b"x = " + b"(" * DEEP + b"1" + b")" * DEEP, "too many nested"),
    "signs of signs": module(STATED + b"x = " + b"-" * DEEP + b"1", "nests too deeply"),
    "attributes of attributes": module(STATED + b"x = a" + b".a" * 190_000),
    "a long sum": module(STATED + b"x = 1" + b"+1" * 190_000),
    # Python 3.10 still reads it.
    "calls of calls": module(
        STATED + b"x = f" + b"()" * 70_000, error="version-readable" if sys.version_info >= (3, 11) else ""
    ),
    "a huge number": module(STATED + b"x = " + b"9" * 5000, "not valid Python"),
    "a huge number as the version": module(b"__version__ = 0x" + b"f" * 5000),
    "a huge power as the version": module(b'N = 10 ** 10 ** 10\n__version__ = f"{N}.0"'),
    "a huge text as the version": module(b'__version__ = "1" * 10 ** 10'),
    "a version of 5,000 digits": module(b'__version__ = "' + b"9" * 5000 + b'"', "computes it"),
    "the name twice": module(STATED + b'__version__ = "1.2.4"\n', "declares 1.2.4, but", "version-consistent"),
    "the name of itself": module(b"__version__ = __version__\n", "does not say what __version__ is"),
    "NUL": module(STATED + b"\0", "is not valid Python"),
    "byte order mark": module(b"\xef\xbb\xbf" + MODULE, error=""),
    "UTF-16": module(b"\xff\xfe" + MODULE.decode().encode("utf-16-le"), "not valid Python"),
    "an encoding that is none": module(b"# coding: nowhere\n" + MODULE, "not valid Python"),
    "half a pair of surrogates": module(b'__version__ = "1.2.3\\ud800"', "is no version", "version-valid"),
    "a command for the terminal": module(b'__version__ = "1.2.3\\x1b[31m"', r"1.2.3\x1b[31m", "version-valid"),
    "too large": module(MODULE + b"a = 1\n" * 100_000, "is larger than"),
}
SETUPTOOLS = b'[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'


def setup_py(arguments: bytes, says: str = "", error: str = "version-readable", above: bytes = b"") -> Case:
    """Return the case of a setup.py that states name and version."""
    content = b"from setuptools import setup\n" + above + b'setup(name="sample", ' + arguments + b")\n"
    files = {"pyproject.toml": SETUPTOOLS, "setup.py": content}
    return Case(files=files, exit=3 if error else 0, says=says, error=error)


def setup_cfg(metadata: bytes, says: str = "", error: str = "version-readable") -> Case:
    """Return the case of a setup.cfg."""
    files = {"pyproject.toml": SETUPTOOLS, "setup.cfg": metadata}
    return Case(files=files, exit=3 if error else 0, says=says, error=error)


GOOD = b"[metadata]\nname = sample\nversion = 1.2.3\n"
OLD = {
    "setup.py: brackets in brackets": setup_py(b"version=" + b"(" * DEEP + b'"1"' + b")" * DEEP, "too many nested"),
    "setup.py: a long sum": setup_py(b'version="1"' + b'+"1"' * DEEP),
    "setup.py: a huge number": setup_py(b"version=" + b"9" * 5000, "not valid Python"),
    "setup.py: a huge number in hex": setup_py(b"version=0x" + b"f" * 5000),
    "setup.py: NUL": setup_py(b'version="1.2.3"\0', "is not valid Python"),
    "setup.py: byte order mark": setup_py(b'version="1.2.3"', error=""),
    "setup.py: the keyword twice": setup_py(b'version="1.2.3", version="1.2.4"', "1.2.4", "tag-matches-version"),
    "setup.py: a function without an end": setup_py(b"version=f()", above=b"def f(): return f()\n"),
    "setup.py: a text that doubles": setup_py(b"version=a", above=b'a = "1"\n' + b"a = a + a\n" * 60),
    "setup.py: many keywords": setup_py(
        b'version="1.2.3", **dict(' + b", ".join(b"k%d=1" % each for each in range(10_000)) + b")", error=""
    ),
    "setup.cfg: an option twice": setup_cfg(GOOD + b"version = 1.2.4\n", "already exists"),
    "setup.cfg: a section twice": setup_cfg(GOOD + GOOD, "already exists"),
    "setup.cfg: NUL": setup_cfg(b"[metadata]\nname = sample\nversion = 1.2.3\0\n", r"1.2.3\x00", "version-valid"),
    "setup.cfg: invalid UTF-8": setup_cfg(GOOD + b"# \xff\n", "setup.cfg is not UTF-8"),
    "setup.cfg: UTF-16": setup_cfg(b"\xff\xfe" + GOOD.decode().encode("utf-16-le"), "setup.cfg is not UTF-8"),
    "setup.cfg: byte order mark": setup_cfg(b"\xef\xbb\xbf" + GOOD, error=""),
    "setup.cfg: a version of 5,000 digits": setup_cfg(
        GOOD.replace(b"1.2.3", b"9" * 5000), "9...' is no version", "version-valid"
    ),
    "setup.cfg: brackets in brackets": setup_cfg(b"[" * DEEP + b"]" * DEEP + b"\n" + GOOD, error=""),
    "setup.cfg: a long value": setup_cfg(GOOD + b"x =\n" + b"  a\n" * 100_000, "more than 20000 lines"),
    "setup.cfg: a value of many lines": setup_cfg(GOOD + b"x =\n" + b"  a\n" * 10_000, error=""),
    "setup.cfg: blanks": setup_cfg(GOOD + b"x = " + b" " * 900_000 + b"b\n", "a run of blanks"),
    "setup.cfg: a deep attribute": setup_cfg(GOOD.replace(b"1.2.3", b"attr: " + b"a." * DEEP + b"b"), "no file"),
    "setup.cfg: a device": setup_cfg(GOOD.replace(b"1.2.3", b"file: /dev/zero"), "lies outside the project"),
    "setup.cfg: over 1 MB": setup_cfg(GOOD + b"#" * 1_000_000, "setup.cfg is larger than 1 MB"),
}


def cargo(content: bytes, says: str = "", error: str = "version-readable") -> Case:
    """Return the case of a Cargo.toml."""
    system = b'[build-system]\nrequires = ["maturin"]\nbuild-backend = "maturin"\n'
    files = {"pyproject.toml": system + b'[project]\nname = "sample"\ndynamic = ["version"]\n', "Cargo.toml": content}
    return Case(files=files, exit=3 if error else 0, says=says, error=error)


def meson(content: bytes, says: str = "", error: str = "version-readable") -> Case:
    """Return the case of a meson.build."""
    system = b'[build-system]\nrequires = ["meson-python"]\nbuild-backend = "mesonpy"\n'
    files = {"pyproject.toml": system + b'[project]\nname = "sample"\ndynamic = ["version"]\n', "meson.build": content}
    return Case(files=files, exit=3 if error else 0, says=says, error=error)


CRATE = b'[package]\nname = "sample"\nversion = "1.2.3"\n'
BUILD = b"project('sample', 'c', version: '1.2.3')\n"
COMPILED = {
    "Cargo.toml: lists in lists": cargo(CRATE + b"x = " + b"[" * DEEP + b"]" * DEEP, "nested too deeply"),
    "Cargo.toml: keys below keys": cargo(CRATE + b".".join([b"a"] * DEEP) + b" = 1", "too many parts"),
    "Cargo.toml: a huge number": cargo(CRATE + b"x = " + b"9" * 5000, "not valid TOML"),
    "Cargo.toml: a huge number as the version": cargo(CRATE.replace(b'"1.2.3"', b"0x" + b"f" * 5000), "many digits"),
    "Cargo.toml: a key twice": cargo(CRATE + b'version = "1.2.4"\n', "not valid TOML"),
    "Cargo.toml: NUL": cargo(CRATE + b"\0", "not valid TOML"),
    "Cargo.toml: byte order mark": cargo(b"\xef\xbb\xbf" + CRATE, error=""),
    "meson.build: brackets in brackets": meson(BUILD + b"x = " + b"[" * DEEP + b"]" * DEEP, error=""),
    "meson.build: brackets in the call": meson(b"project('sample', " + b"(" * DEEP + b")" * DEEP + b")\n"),
    "meson.build: a huge number": meson(b"project('sample', version: " + b"9" * 5000 + b")\n"),
    "meson.build: the version twice": meson(BUILD.replace(b")", b", version: '1.2.3')"), error=""),
    "meson.build: NUL": meson(BUILD + b"\0", error=""),
    "meson.build: byte order mark": meson(b"\xef\xbb\xbf" + BUILD, error=""),
    "meson.build: a text of quotes": meson(b"x = '" + b"\\'" * 400_000 + b"'\n" + BUILD, error=""),
    "meson.build: asks a program": meson(b"project('sample', version: run_command('id').stdout())\n"),
}


def tagged(root: Path) -> None:
    """Commit everything and move the tag."""
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message=Change it")
    git(root, "tag", "--force", "--annotate", "--message=x", "v1.2.3")


def run(root: Path, *before: str) -> running.Done:
    """Run `validate` with little memory; neither an index nor a build backend is asked."""
    return subprocess.run(
        [*before, sys.executable, "-c", BOUNDED], cwd=root, capture_output=True, text=True, timeout=60, check=False,
        env=running.environment(RELEASE_OFFLINE="1", RELEASE_NO_BUILD="1", PYPI_REPOSITORY_URL=NOWHERE),
    )  # fmt: skip


def used() -> float:
    """Return the seconds that the processes which we started have worked."""
    total = resource.getrusage(resource.RUSAGE_CHILDREN)
    return float(total.ru_utime + total.ru_stime)


def prepare(case: Case, root: Path) -> None:
    """Put the hostile files into a project."""
    for name, content in case.files.items():
        (root / name).write_bytes(content)
    if case.files:
        tagged(root)
    if case.then:
        case.then(root)


CASES = {
    f"{kind}: {name}" if kind else name: case
    for kind, cases in (
        ("changelog", CHANGELOGS), ("pyproject", PYPROJECTS), ("module", MODULES), ("", OLD), ("", COMPILED),
    )
    for name, case in cases.items()
}  # fmt: skip


@pytest.fixture(scope="module")
def healthy(made: Made, tmp_path_factory: pytest.TempPathFactory) -> float:
    """Give the seconds that a project takes in which nothing is wrong."""
    root = made("flit", tmp_path_factory.mktemp("healthy") / "project")
    began = used()
    assert run(root).returncode == 0
    return used() - began


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_hostile_file(case: Case, made: Made, tmp_path: Path, healthy: float) -> None:
    """Nothing but the fault is an error, in three lines at the end, by the exit code of the table, in two seconds."""
    root = made("flit", tmp_path / "project")
    prepare(case, root)
    before, began = seen(root / ".git"), used()
    done = run(root)
    seconds = used() - began
    document = json.loads(done.stdout)
    errors = [each["check"] for each in document["findings"] if each["severity"] == "error"]
    assert done.returncode == document["exit_code"] == case.exit, done.stderr[-2000:]
    assert errors == case.error.split(), done.stderr[-2000:]
    assert case.says in done.stderr
    assert "Traceback" not in done.stderr
    assert not case.exit or all(running.three_lines(done))
    assert len(done.stderr) < 10_000
    assert seconds < max(SECONDS, TIMES * healthy)
    assert seen(root / ".git") == before


@pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"), reason="root may read everything")
@pytest.mark.parametrize(
    ("name", "code", "says"),
    [
        ("CHANGELOG.md", 3, "CHANGELOG.md is no file of the project that can be read"),
        ("pyproject.toml", 2, "pyproject.toml cannot be read"),
        ("sample_flit.py", 3, "sample_flit.py cannot be read: Permission denied"),
    ],
)
def test_file_without_permission(name: str, code: int, says: str, made: Made, tmp_path: Path) -> None:
    """What may not be read is named."""
    root = made("flit", tmp_path / "project")
    (root / name).chmod(0)
    done = run(root, *(MORTAL if os.geteuid() == 0 else ()))
    (root / name).chmod(0o644)
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert all(running.three_lines(done))
