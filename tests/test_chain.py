"""The chain of `nox -s release` when something goes wrong in it, seen through real nox runs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import running, samples

HEAD = """
import sys
import nox
from release_tools.sessions import register

"""
TESTS = '''
@nox.session(venv_backend="none")
def tests(session):
    """Run the tests."""
    {body}


register(nox{arguments})
'''


def project(folder: Path, body: str = "session.run('true', external=True)", arguments: str = "") -> Path:
    """Make the hatchling sample with another noxfile."""
    root = samples.make("hatchling", folder / "project", tag=None)
    (root / "noxfile.py").write_text(HEAD + TESTS.format(body=body, arguments=arguments))
    samples.git(root, "commit", "--quiet", "--all", "--message", "Another noxfile")
    samples.git(root, "tag", "--annotate", "--message", "1.2.3", "v1.2.3")
    return root


def with_noxfile(root: Path, old: str, new: str) -> Path:
    """Change the noxfile of a project, commit it and tag that."""
    samples.edit(root, "noxfile.py", old, new)
    samples.git(root, "tag", "--force", "--annotate", "--message", "1.2.3", "v1.2.3")
    return root


def test_failing_tests_stop_the_chain(nox: running.Nox, tmp_path: Path) -> None:
    """Nothing is built after a failure, and each later link says what it waited for."""
    root = project(tmp_path, "session.run('false', external=True)")
    done = nox(root, "-s", "release")
    assert done.returncode == 1
    for stage in ("build", "checksums", "draft", "attest", "publish", "announce", "verify"):
        assert f"Session {stage} aborted: not run: tests failed" in done.stderr
    assert not list((root / "dist").glob("*.whl"))
    assert running.ledger(root)["stages"]["tests"]["status"] == "failed"


def test_a_failing_validate_stops_the_tests_too(nox: running.Nox, tmp_path: Path) -> None:
    """The project's tests are a link like any other."""
    root = project(tmp_path, "open('ran', 'w').close()")
    path = root / "CHANGELOG.md"
    path.write_text(path.read_text().replace("1.2.3", "1.2.4"))
    samples.git(root, "commit", "--quiet", "--all", "--message", "A wrong number")
    samples.git(root, "tag", "--force", "--annotate", "--message", "1.2.3", "v1.2.3")
    done = nox(root, "-s", "release")
    assert done.returncode == 1
    assert "Session tests aborted: not run: validate failed" in done.stderr
    assert not (root / "ran").exists()
    running.three_lines(done)


def test_the_stages_own_name_is_told_where_the_session_is_renamed(nox: running.Nox, tmp_path: Path) -> None:
    """A renamed link that failed is named by its stage."""
    root = project(tmp_path, arguments=", names={'validate': 'look'}")
    (root / "dist").mkdir()
    (root / "dist/release.json").write_text("{}")
    done = nox(root, "-s", "release")
    assert done.returncode == 1
    assert "Session tests aborted: not run: validate failed" in done.stderr


def test_a_command_to_type_names_the_session_as_the_noxfile_does(nox: running.Nox, tmp_path: Path) -> None:
    """The stage's own name would run the project's session of that name, or none."""
    root = project(tmp_path, arguments=", names={'build': 'build-dists', 'validate': 'look'}")
    assert nox(root, "-s", "look").returncode == 0
    done = nox(root, "-s", "checksums")
    assert done.returncode == 1
    assert "nox -s build-dists" in done.stderr
    assert "nox -s build\n" not in done.stderr


def test_skipped_tests_let_the_rehearsal_go_on_and_are_told(nox: running.Nox, tmp_path: Path) -> None:
    """A skip is no failure; the summary shows that nothing was proved."""
    root = project(tmp_path, "session.skip('no database here')")
    done = nox(root, "-s", "release")
    assert done.returncode == 0, done.stderr
    assert running.ledger(root)["stages"]["tests"]["status"] == "skipped"
    assert "no database here" in done.stdout


def test_an_end_that_cannot_be_recorded_is_a_failure(nox: running.Nox, tmp_path: Path) -> None:
    """As on a full disk: nothing proves then that the tests passed, and no traceback is shown."""
    limits = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))"
    done = nox(project(tmp_path, limits), "-s", "validate", "tests")
    assert done.returncode == 1
    assert "the tests passed, and it cannot be recorded:" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("code", [0, 3])
def test_sys_exit_in_the_tests_is_a_failure(nox: running.Nox, tmp_path: Path, code: int) -> None:
    """Nox would end at once, with 0 for sys.exit(0); the chain calls it a failure."""
    done = nox(project(tmp_path, f"sys.exit({code})"), "-s", "release")
    assert done.returncode == 1
    assert "not run: tests failed" in done.stderr


def test_without_a_tests_session_the_rehearsal_says_that_nothing_is_proved(nox: running.Nox, tmp_path: Path) -> None:
    """A missing record is told in a rehearsal, not refused."""
    root = project(tmp_path)
    (root / "noxfile.py").write_text(HEAD + "register(nox)\n")
    samples.git(root, "commit", "--quiet", "--all", "--message", "No tests")
    samples.git(root, "tag", "--force", "--annotate", "--message", "1.2.3", "v1.2.3")
    done = nox(root, "-s", "release")
    assert done.returncode == 0, done.stderr
    assert "no record" in done.stdout


def test_a_real_release_without_a_tests_session_ends_before_the_build(nox: running.Nox, tmp_path: Path) -> None:
    """What can never be proved is told by preflight, with the call that names a session of another name."""
    root = with_noxfile(project(tmp_path), "def tests(session)", "def check(session)")
    done = nox(root, "-s", "release", env={"RELEASE_TARGET": "testpypi", "RELEASE_OFFLINE": "1"})
    assert done.returncode == 1
    assert "register(nox, tests=NAME)" in done.stderr
    assert "Session build aborted: not run: preflight failed" in done.stderr


def test_install_only_proves_nothing_and_writes_nothing(nox: running.Nox, tmp_path: Path) -> None:
    """`--install-only` ends with 0 and says that nothing was run."""
    root = project(tmp_path)
    done = nox(root, "--install-only", "-s", "release")
    assert done.returncode == 0, done.stderr
    assert "nothing is proved" in done.stderr
    assert not (root / "dist").exists()


def test_arguments_after_the_dashes_are_refused_in_the_chain(nox: running.Nox, tmp_path: Path) -> None:
    """They would reach the tests and could cut them short; the first link refuses them."""
    root = project(tmp_path, "open('ran', 'w').close()")
    done = nox(root, "-s", "release", "--", "-k", "nothing")
    assert done.returncode == 1
    what, _, following = running.three_lines(done)
    assert "options after --" in what
    assert "RELEASE_TARGET" in following
    assert not (root / "ran").exists()


def test_a_link_that_the_noxfile_replaces_after_register_leaves_no_evidence(nox: running.Nox, tmp_path: Path) -> None:
    """Nox lets a later session take the place of ours; what ours would have proved is missing, and the chain ends."""
    root = project(tmp_path)
    more = '\n\n@nox.session(venv_backend="none")\ndef checksums(session):\n    """Another one."""\n'
    (root / "noxfile.py").write_text((root / "noxfile.py").read_text() + more)
    samples.git(root, "commit", "--quiet", "--all", "--message", "A session of the same name")
    samples.git(root, "tag", "--force", "--annotate", "--message", "1.2.3", "v1.2.3")
    done = nox(root, "-s", "release")
    assert done.returncode == 1
    assert "Session draft aborted: draft was not run: checksums has not run for this commit" in done.stderr
    assert not (root / "dist/RELEASE_NOTES.md").exists()


def test_publish_demands_a_fresh_environment_for_a_real_target(nox: running.Nox, tmp_path: Path) -> None:
    """What another run left in the environment never sees a credential, whatever nox was told to keep."""
    root, real = project(tmp_path), {"RELEASE_TARGET": "testpypi"}
    first = nox(root, "-s", "publish", env=real)
    assert "publish needs a fresh environment" not in first.stderr
    again = nox(root, "--reuse-venv=always", "-s", "publish", env=real)
    assert again.returncode == 1
    assert "publish needs a fresh environment for a real target: run nox without --reuse-venv" in again.stderr
    assert nox(root, "-s", "publish", env=real).stderr.count("publish needs a fresh environment") == 0


def test_tests_with_arguments_are_no_evidence(nox: running.Nox, tmp_path: Path) -> None:
    """A record keeps the arguments, and only an empty list proves anything."""
    root = project(tmp_path)
    assert nox(root, "-s", "validate").returncode == 0
    assert nox(root, "-s", "tests", "--", "-k", "one").returncode == 0
    assert running.ledger(root)["stages"]["tests"]["posargs"] == ["-k", "one"]


@pytest.mark.parametrize("stage", ["release", "publish", "verify", "build", "checksums", "draft"])
def test_no_dependencies_is_no_way_around_the_evidence(nox: running.Nox, tmp_path: Path, stage: str) -> None:
    """A stage without the evidence of the earlier ones refuses, whatever nox was told."""
    root = project(tmp_path)
    done = nox(root, "--no-dependencies", "-s", stage)
    assert done.returncode == 1
    assert not (root / "dist").exists()
    assert ("not run: validate did not run" in done.stderr) is (stage == "release")


def test_a_missing_interpreter_fails_the_chain_in_ci_and_is_skipped_elsewhere(nox: running.Nox, tmp_path: Path) -> None:
    """Nox does not call the tests then; their fate is known all the same."""
    root = with_noxfile(project(tmp_path), 'venv_backend="none"', 'python="3.5"')
    in_ci = nox(root, "-s", "release", env={"CI": "1"})
    assert in_ci.returncode == 1
    assert "not run: tests failed" in in_ci.stderr
    elsewhere = nox(root, "-s", "release")
    assert elsewhere.returncode == 0, elsewhere.stderr


def test_a_session_without_an_environment_is_refused(nox: running.Nox, tmp_path: Path) -> None:
    """Under --no-venv nothing is installed into the Python of the user; the way out is named."""
    done = nox(project(tmp_path), "--no-venv", "-s", "validate")
    assert done.returncode == 1
    assert "aborted: validate needs an environment of its own: run nox without --no-venv" in done.stderr


def test_the_tests_never_see_a_secret(nox: running.Nox, tmp_path: Path) -> None:
    """Secret-named variables are taken out of the environment of the project's tests."""
    body = "session.run('python', '-c', \"import os; assert 'TWINE_PASSWORD' not in os.environ\", external=True)"
    done = nox(project(tmp_path, body), "-s", "tests", env={"TWINE_PASSWORD": "a" * 20})
    assert done.returncode == 0, done.stderr


def test_a_session_of_ours_that_was_replaced_is_an_error(nox: running.Nox, tmp_path: Path) -> None:
    """A taken name shows nox's own traceback, whose last line names the session and names=."""
    root = project(tmp_path)
    text = (root / "noxfile.py").read_text().replace("def tests(session)", "def build(session)")
    (root / "noxfile.py").write_text(text)
    done = nox(root, "-l")
    assert done.returncode != 0
    assert "'build'" in done.stderr.strip().splitlines()[-1]
    assert "names=" in done.stderr.strip().splitlines()[-1]


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_a_killed_nox_leaves_no_child_and_no_half_release(
    nox: running.Nox, tmp_path: Path, number: signal.Signals
) -> None:
    """All children are gone within 5 s, nothing stands in dist/ under a final name, and the next run works."""
    root = project(tmp_path)
    assert nox(root, "-s", "validate", "tests").returncode == 0
    slow = {"_RELEASE_TEST_MARK": str(tmp_path)}
    command = [sys.executable, "-m", "nox", "--envdir", str(nox.envdir), "-s", "build"]
    process = subprocess.Popen(
        command, cwd=root, env=running.environment(**slow), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    wait_until(lambda: len(marked(tmp_path)) > 1, 60)
    process.send_signal(number)
    process.wait(30)
    wait_until(lambda: not marked(tmp_path), 5)
    if running.ledger(root)["stages"].get("build", {}).get("status") != "passed":
        # It was not faster than the signal.
        assert running.names(root / "dist") == ["release.json"]
    assert nox(root, "-s", "build").returncode == 0


def marked(mark: Path) -> list[int]:
    """Return the processes whose environment bears a mark."""
    wanted = f"_RELEASE_TEST_MARK={mark}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
            if state != "Z" and wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def wait_until(true: object, seconds: float) -> None:
    """Wait until something is true; the test fails when it is not by then."""
    assert callable(true)
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, "waited in vain"
        time.sleep(0.05)
