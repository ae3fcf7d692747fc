"""Whatever stands in the files, `validate` ends with a verdict: real files with real damage, and mere bytes.

With `--hypothesis-profile=thorough` it looks for hours, and at other examples each time.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import IO, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import running, samples
from tests.rows.script import NOWHERE, validate
from tests.samples import git
from tests.versions import test_cases as versions

SECONDS = 10.0
# The whole program, once for all examples: a start takes as long as ten runs.
WORKER = """
import contextlib, io, json, resource, sys
resource.setrlimit(resource.RLIMIT_DATA, (1 << 30, 1 << 30))
from release_tools import __main__ as program
for line in sys.stdin:
    arguments, environment = json.loads(line)
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = program._run(arguments, environment)
    print(json.dumps([code, out.getvalue(), err.getvalue()]), flush=True)
"""
ARGUMENTS = ("validate", "--json", "--offline", "--no-build")
TEXTS = (".cfg", ".md", ".py", ".rst", ".toml")


def read(folder: Path) -> dict[str, bytes]:
    """Return what a sample says of itself: its changelog, its settings and its modules."""
    files = (path for path in folder.rglob("*") if path.suffix in TEXTS and path.parent.name != "tests")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


LOGS = [
    (samples.PROJECTS / "flit/CHANGELOG.md").read_bytes(),
    (samples.PROJECTS / "setuptools/CHANGES.rst").read_bytes(),
]
PROJECTS = [read(samples.PROJECTS / name) for name in samples.NAMES] * 20
PROJECTS += [{"CHANGELOG.md": LOGS[0], **case.files} for case in versions.ALL]
LINES = sorted({line for files in PROJECTS for content in files.values() for line in content.splitlines(keepends=True)})
PIECES = [
    *(b"\0", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\r", b"\r\n", b"\n", b"\n\n", b"\t", b"\x0c"),
    *(b"\xe2\x80\xa8", b"\x1b[", b'"', b"'", b'"""', b"'''", b"\\", b"#", b"%s", b"{", b"}"),
    *(b"[", b"]", b"[[", b"(", b")", b"=", b":", b",", b".", b"1.2.3", b"v1.2.4", b"1.2.3+local"),
    *(b"1.2.3.dev1", b"0", b"-1", b"9" * 5000, b"0x" + b"f" * 5000, b"1e999", b"true", b"## "),
    *(b"=====\n", b"-----\n", b"```\n", b"~~~\n", b"<!--", b"-->", b".. ", b"::\n", b"- ", b"> "),
    *(b"Unreleased\n", b"__version__ = ", b"version = ", b'dynamic = ["version"]\n', b"attr: ", b"file: "),
    *(b"import ", b"def f(): return f()\n", b"(" * 300, b"[" * 2000, b"a." * 2000, b">" * 2000),
    *(b"- " * 2000, b"\n" * 5000, b" " * 5000, b"x" * 100_000, b"[tool.release-tools]\n"),
    *(b"[tool.release-tools.checks]\n", b"[tool.release-tools.targets.pypi]\n", b"changelog = "),
    *(b"tag-pattern = ", b"release-branches = ", b"version-file = ", b"credentials = ", b"because = "),
]
SOME = st.sampled_from(PIECES) | st.sampled_from(LINES) | st.binary(max_size=8)


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """Return a file after one to four accidents: something put in, left out, doubled, moved or cut off."""
    for _ in range(draw(st.integers(1, 4))):
        start, end = sorted(draw(st.tuples(*[st.integers(0, len(content))] * 2)))
        part = content[start:end]
        content = draw(
            st.sampled_from([content[:start] + content[end:], content[:end] + part + content[end:], content[:start]])
            | SOME.map(lambda piece: content[:start] + piece + content[start:])  # noqa: B023 - called at once
            | SOME.map(lambda piece: content[:start] + piece + content[end:])  # noqa: B023 - as above
        )
    return content


@st.composite
def projects(draw: st.DrawFn) -> dict[str, bytes]:
    """Return the files of a project of any kind, some of them damaged or replaced."""
    files = dict(draw(st.sampled_from(PROJECTS)))
    hurt = draw(st.lists(st.sampled_from(sorted(files)), min_size=1, max_size=3, unique=True))
    return files | {name: draw(damaged(files[name]) | st.binary(max_size=300)) for name in hurt}


class Program:
    """The program in a process of its own, that judges a folder again and again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process: subprocess.Popen[str] | None = None
        self._answers: Queue[str] = Queue()

    def judge(self, *arguments: str) -> tuple[int, str, str]:
        """Return exit code and output; fails where none comes in time."""
        process = self._started()
        assert process.stdin
        environment = running.environment(PYPI_REPOSITORY_URL=NOWHERE)
        process.stdin.write(json.dumps([[*ARGUMENTS, *arguments], environment]) + "\n")
        process.stdin.flush()
        try:
            answer = self._answers.get(timeout=SECONDS)
        except Empty:
            self.close()
            pytest.fail("there was no verdict in time")
        assert answer, "the program crashed"
        code, out, err = json.loads(answer)
        return int(code), str(out), str(err)

    def close(self) -> None:
        """End the process."""
        if self._process:
            self._process.kill()
            self._process.communicate()
        self._process = None

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-c", WORKER], cwd=self.folder, env=running.environment(), encoding="utf-8",
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            assert self._process.stdout
            self._answers = Queue()
            Thread(target=self._listen, args=(self._process.stdout, self._answers), daemon=True).start()
        return self._process

    @staticmethod
    def _listen(stream: IO[str], answers: Queue[str]) -> None:
        for line in stream:
            answers.put(line)
        answers.put("")


def empty(root: Path) -> None:
    """Remove all but the repository."""
    for path in root.iterdir():
        if path.name != ".git":
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def fill(root: Path, files: Mapping[str, bytes]) -> None:
    """Write the files of a project."""
    empty(root)
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """Give the program in a repository that has the tag and a branch to compare with."""
    root = samples.make("flit", tmp_path_factory.mktemp("any") / "project")
    git(root, "branch", "base")
    git(root, "commit", "--quiet", "--allow-empty", "--message=More")
    git(root, "tag", "--force", "--annotate", "--message=x", "v1.2.3")
    started = Program(root)
    yield started
    started.close()


def hold(code: int, out: str, err: str) -> None:
    """Hold an answer against what every answer promises."""
    assert code in {0, 2, 3}, err
    assert "Traceback" not in err
    document: dict[str, Any] = json.loads(out)
    assert document["exit_code"] == code
    if "verdict" in document:
        assert document["verdict"] in {"aligned", "misaligned", "undetermined"}
        assert document["verdict"] == "aligned" or code
    else:
        assert code
        assert all(document["error"].values())
    assert len(err) < 100_000


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(files=projects(), mode=st.sampled_from([(), ("--mode", "tag"), ("--mode", "branch", "--base", "base")]))
def test_whatever_the_files_hold_there_is_a_verdict(
    program: Program, files: Mapping[str, bytes], mode: tuple[str, ...]
) -> None:
    """Within ten seconds, without a traceback, by the exit codes of the table, as valid JSON."""
    fill(program.folder, files)
    hold(*program.judge(*mode))


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(files=projects())
def test_the_command_itself_answers_too(program: Program, files: Mapping[str, bytes]) -> None:
    """A few of them as users run it."""
    fill(program.folder, files)
    done = validate(program.folder)
    hold(done.returncode, done.stdout, done.stderr)


def test_undamaged_projects_are_judged(program: Program) -> None:
    """The examples are no mere rubbish: before the damage, most of them are read to the end."""
    verdicts = []
    for files in PROJECTS[::40]:
        fill(program.folder, files)
        code, out, err = program.judge()
        hold(code, out, err)
        verdicts.append(json.loads(out).get("verdict"))
    assert verdicts.count("aligned") > len(verdicts) // 3
