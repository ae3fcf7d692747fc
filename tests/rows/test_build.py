"""The rows of the fault matrix that concern `build` as a user runs it: exit code, words, disk, and the second run.

What is refused of a build's result stands in `test_builds.py`, what is refused of a file in `test_inspected.py`.
"""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from release_tools import ledger as ledgers
from release_tools.adapters import files
from release_tools.errors import ServiceFailed
from release_tools.stages.build import build
from tests import fake_projects, running
from tests.fake_projects import SDIST, WHEEL
from tests.processes import gone, pid_in
from tests.rows import ready
from tests.rows.ready import BUILT, LEDGER, Ready

ROWS = range(1, 17)
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux shows a process's environment")


@pytest.fixture(scope="module")
def validated(tmp_path_factory: pytest.TempPathFactory) -> Ready:
    """Give a project that is ready to be built, to copy from."""
    return ready.make(tmp_path_factory.mktemp("validated"))


@pytest.fixture(scope="module")
def built(validated: Ready, tmp_path_factory: pytest.TempPathFactory) -> Ready:
    """Give the same project after its build, to copy from."""
    made = ready.copy(validated, tmp_path_factory.mktemp("built"))
    made.passes("build")
    return made


@pytest.fixture
def project(validated: Ready, tmp_path: Path) -> Ready:
    """Give a project that is ready to be built."""
    return ready.copy(validated, tmp_path)


def test_each_fault_of_the_matrix_has_a_row() -> None:
    """Each number of the matrix stands in the name of a test, or of a case."""
    text = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert {int(number) for number in re.findall(r'(?:def test_b|"B)(\d+)[_ ]', text)} >= {*ROWS}


COMMANDS = """
    import sys
    for out in (sys.stdout, sys.stderr):
        print("::set-env name=X::y", file=out)
    sys.exit(1)
"""
FAILING = {
    "exits": ("raise SystemExit(1)", "exit code 1"),
    "raises": ("raise RuntimeError('no such \\x1b[31mluck')", "no such \\x1b[31mluck"),
    "writes 10 MB": ("import sys\nsys.stderr.write('x' * 10_000_000 + '\\nlast words')\nsys.exit(3)", "last words"),
    "commands the runner": (COMMANDS, "set-env name=X"),
    "dies": ("import os\nos._exit(0)", "FileNotFoundError"),
    "is not there": ("raise ImportError('no parts')", "no parts"),
}


@pytest.mark.parametrize("case", FAILING)
def test_b1_a_backend_that_fails(case: str, project: Ready) -> None:
    """Its last words are shown, bounded and escaped; dist/ holds no file; the same command works once it is mended."""
    fault, words = FAILING[case]
    project.behave(fault)
    said = project.refused("build", code=5, env={"GITHUB_ACTIONS": "true"})
    assert words in said
    assert "the build backend failed in get_requires_for_build_sdist" in said
    assert "dist/ is as it was" in said
    assert "\x1b[31m" not in said
    assert not re.search(r"(?m)^::set-env", said)
    assert len(said) < 20_000
    assert running.names(project.dist) == [LEDGER]
    assert project.status("build") == "failed"
    project.behave()
    project.passes("build")
    assert running.names(project.dist) == BUILT


HANGING = """
    import pathlib, subprocess, time
    child = subprocess.Popen(["sleep", "300"])
    pathlib.Path({path!r}).write_text(f"{{child.pid}}\\n")
    time.sleep(300)
"""


def test_b1_a_backend_that_hangs(project: Ready, tmp_path: Path) -> None:
    """When its time is over, it and what it started are ended, and the limit is told."""
    project.behave(HANGING.format(path=str(tmp_path / "pid")))
    said = project.refused("build", code=5, env={"RELEASE_BUILD_TIMEOUT": "5"})
    assert "did not end within 5 s" in said
    assert "RELEASE_BUILD_TIMEOUT" in said
    assert gone(pid_in(tmp_path / "pid"))
    assert running.names(project.dist) == [LEDGER]


def test_b2_a_backend_that_reads_secrets(project: Ready, tmp_path: Path) -> None:
    """No hook sees a secret, nor a way to speak to the runner; neither output nor ledger holds one."""
    (tmp_path / "seen").mkdir()
    project.behave(f"""
        import json, os, pathlib, tempfile
        seen = dict(os.environ)
        file = tempfile.NamedTemporaryFile("w", dir={str(tmp_path / "seen")!r}, delete=False)
        json.dump([hook, seen], file)
        file.close()
    """)
    canary = "canary-" + "0123456789"
    secrets = ("PYPI_API_TOKEN", "TWINE_PASSWORD", "GITHUB_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "MY_SECRET")
    talking = {name: str(tmp_path / "talk") for name in ("GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH")}
    done = project.run("build", env=dict.fromkeys(secrets, canary) | talking)
    assert done.returncode == 0, done.stderr
    told = [json.loads(path.read_text()) for path in (tmp_path / "seen").iterdir()]
    assert {hook for hook, _ in told} >= {"build_sdist", "build_wheel", "get_requires_for_build_wheel"}
    for _, seen in told:
        assert canary not in json.dumps(seen)
        assert not {*secrets, *talking} & seen.keys()
    assert canary not in done.stdout + done.stderr + (project.dist / LEDGER).read_text()


def test_b3_a_backend_that_writes_into_the_tree(project: Ready) -> None:
    """The file is named and left; nothing comes into dist/; without it the same command works."""
    left = project.root / "left.txt"
    project.behave(f"import pathlib\npathlib.Path({str(left)!r}).write_text(hook)")
    assert "the working tree changed while the build ran: left.txt" in project.refused("build")
    assert left.exists()
    assert running.names(project.dist) == [LEDGER]
    project.behave()
    left.unlink()
    project.passes("build")


@LINUX
def test_b3_daemons_of_a_backend(project: Ready, tmp_path: Path) -> None:
    """Also a process that left its group and closed its streams does not outlive the build."""
    (tmp_path / "pids").mkdir()
    project.behave(f"""
        import pathlib, subprocess
        quiet = dict(stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        daemon = subprocess.Popen(["sleep", "300"], start_new_session=True, **quiet)
        pathlib.Path({str(tmp_path / "pids")!r}, str(daemon.pid)).touch()
    """)
    project.passes("build")
    pids = [int(path.name) for path in (tmp_path / "pids").iterdir()]
    assert len(pids) == 8
    assert all(gone(pid) for pid in pids)


def test_b4_no_space_for_the_backend(project: Ready) -> None:
    """What the backend says of the disk is shown with its path, and the next run works."""
    project.behave("raise OSError(28, 'No space left on device', '/mnt/full/x')")
    said = project.refused("build", code=5)
    assert "No space left on device" in said
    assert "/mnt/full/x" in said
    assert running.names(project.dist) == [LEDGER]
    project.behave()
    project.passes("build")


def test_b4_no_space_for_the_files(project: Ready) -> None:
    """Where no file may become as large as a distribution, none stands under a final name; the next run works."""
    said = ready.ended(project.limited(1000, "build"), 5)
    assert "File too large" in said
    assert running.names(project.dist) == [LEDGER]
    project.passes("build")
    assert running.names(project.dist) == BUILT


def test_b4_no_space_at_the_very_end(tmp_path: Path) -> None:
    """When a file cannot get its final name, those before it go again, and the next run builds anew."""
    root = fake_projects.make(tmp_path / "project")
    (root / "big.bin").write_bytes(os.urandom(300_000))
    fake_projects.commit(root)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def shrink(line: str) -> None:
        if line.startswith("comparing"):
            resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, before[1]))

    try:
        with pytest.raises(ServiceFailed, match=f"cannot write .*{SDIST}"):
            build(**fake_projects.facts(root, say=shrink))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert running.names(root / "dist") == [ledgers.FILENAME]
    assert len(build(**fake_projects.facts(root)).ledger.distributions) == 2


def test_b4_no_space_for_the_list(built: Ready, tmp_path: Path) -> None:
    """A list of checksums that cannot be written is named; what is there stays as it was; the next run works."""
    project = ready.copy(built, tmp_path)
    before = (project.dist / LEDGER).read_bytes()
    said = ready.ended(project.limited(50, "checksums"), 5)
    assert re.search(r"cannot write \S*SHA256SUMS\.txt: File too large", said)
    assert running.names(project.dist) == BUILT
    assert (project.dist / LEDGER).read_bytes() == before
    project.passes("checksums")


def stale(project: Ready) -> None:
    """Leave a file of another version."""
    (project.dist / "fake_project-1.2.2.tar.gz").write_bytes(b"old")


def changed(project: Ready) -> None:
    """Change a file of ours."""
    (project.dist / WHEEL).write_bytes(b"mine")


def linked(project: Ready) -> None:
    """Put a link in the place of the folder."""
    project.dist.rename(project.root.parent / "elsewhere")
    project.dist.symlink_to(project.root.parent / "elsewhere")


def a_file(project: Ready) -> None:
    """Put a file in the place of the folder."""
    shutil.rmtree(project.dist)
    project.dist.write_text("mine")


IN_THE_WAY: dict[str, tuple[Callable[[Ready], None], str, str]] = {
    "a stale file": (stale, "build", "holds what is not ours: fake_project-1.2.2.tar.gz"),
    "a file of ours that was changed": (changed, "build", f"changed after we wrote them: {WHEEL}"),
    "a link": (linked, "build", "dist is a symbolic link"),
    "a file": (a_file, "validate", "dist is no folder"),
}


@pytest.mark.parametrize("case", IN_THE_WAY)
def test_b5_something_in_the_way(case: str, built: Ready, tmp_path: Path) -> None:
    """It is named and left as it is, and the next run says the same."""
    spoil, stage, words = IN_THE_WAY[case]
    project = ready.copy(built, tmp_path)
    spoil(project)
    before = project.state() if project.dist.is_dir() else {}
    for _ in range(2):
        assert words in project.refused(stage).replace("\n", " ")
        assert (project.state() if project.dist.is_dir() else {}) == before
    assert case != "a file" or project.dist.read_text() == "mine"


@pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"), reason="root may write everywhere")
def test_b5_a_folder_that_cannot_be_written(project: Ready) -> None:
    """It is named, and nothing is in it afterwards."""
    project.dist.chmod(0o500)
    try:
        assert "cannot write" in ready.ended(project.mortal("build"), 5)
    finally:
        project.dist.chmod(0o700)
    assert running.names(project.dist) == [LEDGER]


def test_b5_leftovers_of_our_own(built: Ready, tmp_path: Path) -> None:
    """What the ledger lists is known again, a temporary file of ours is removed, and equal files are kept."""
    project = ready.copy(built, tmp_path)
    (project.dist / f"{files.TEMPORARY}999999999-{WHEEL}").write_bytes(b"half")
    before = (project.dist / WHEEL).stat().st_mtime_ns
    done = project.run("build")
    assert done.returncode == 0, done.stderr
    assert "kept: built before from this commit" in done.stdout
    assert running.names(project.dist) == BUILT
    assert (project.dist / WHEEL).stat().st_mtime_ns == before


# Kills the command itself at the given of those events that concern dist/; children and imports do not count.
KILLER = """
import os, signal, sys
if "KILL_AT" in os.environ and "release_tools" in sys.orig_argv:
    left = [int(os.environ.pop("KILL_AT"))]
    place = os.path.join(os.getcwd(), "dist")
    def hook(event, arguments):
        if event in ("open", "os.rename", "os.remove", "os.mkdir") and place in str(arguments[:2]):
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)
"""


def test_b6_a_kill_at_any_event(project: Ready, tmp_path: Path) -> None:
    """Whatever a kill leaves, no file stands half under its name, and the run after the last one completes it."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site/sitecustomize.py").write_text(KILLER)
    path = os.pathsep.join((str(tmp_path / "site"), str(running.ROOT)))
    killed = 0
    for at in (1, 2, 3, 5, 8, 13, 21, 34):
        done = project.run("build", "--rebuild", env={"KILL_AT": str(at), "PYTHONPATH": path})
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
        killed += 1
        whole_or_absent(project)
    assert killed >= 4
    project.passes("build")
    assert running.names(project.dist) == BUILT
    project.passes("checksums")


def whole_or_absent(project: Ready) -> None:
    """Hold what stands in dist/ against the ledger, which can always be read."""
    ledger = ledgers.read(project.dist)
    assert ledger is not None
    for path in project.dist.iterdir():
        if path.name in ledger.files:
            assert files.sha256(path) == ledger.files[path.name]
        else:
            assert path.name == LEDGER or path.name.startswith(files.TEMPORARY)
    assert not ledger.distributions or {each.filename for each in ledger.distributions} <= {
        *running.names(project.dist)
    }


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_b7_a_signal_while_the_backend_works(number: signal.Signals, code: int, project: Ready, tmp_path: Path) -> None:
    """The exit code is the signal's, its children are gone, no file is in dist/, and the same command works."""
    project.behave(HANGING.format(path=str(tmp_path / "pid")))
    with project.start("build") as process:
        child = pid_in(tmp_path / "pid")
        process.send_signal(number)
        said = process.communicate(timeout=30)[1]
    assert process.returncode == code, said
    assert f"error: interrupted by {number.name}" in said
    assert gone(child)
    assert running.names(project.dist) == [LEDGER]
    project.behave()
    project.passes("build")


def test_b8_a_wheel_that_lacks_a_module(project: Ready) -> None:
    """It is named in three lines, no list and no file is written, and the second run says the same."""
    project.behave("import os\nif hook == 'build_wheel':\n    os.unlink('fake_project/__init__.py')")
    for _ in range(2):
        assert "fake_project/__init__.py" in project.refused("build")
        assert running.names(project.dist) == [LEDGER]
        assert project.status("build") == "failed"
    project.refused("checksums")


def test_b9_a_value_of_the_environment(project: Ready) -> None:
    """A backend that knows a secret of ours from elsewhere does not get it out: path and kind are told, no value."""
    canary = "hunter-" + "0123456789abcdef"
    project.behave(f"description = 'The word is {canary}.'")
    done = project.run("build", env={"DEPLOY_PASSWORD": canary})
    said = ready.ended(done, 3)
    assert "METADATA" in said or "PKG-INFO" in said
    assert canary not in said + (project.dist / LEDGER).read_text()
    assert running.names(project.dist) == [LEDGER]
