"""The door to other programs: real ones, also such as hang, flood, hide or are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from release_tools.adapters import process
from release_tools.adapters.process import KEPT_OUTPUT, Completed
from release_tools.errors import ServiceFailed, UsageError
from tests.processes import gone, pid_in
from tests.samples import clean_env

ROOT = Path(__file__).parents[2]
SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]


def python(script: str, *arguments: str) -> list[str]:
    """Return the command that runs a script."""
    return [sys.executable, "-c", script, *arguments]


def test_a_program_runs_to_its_end() -> None:
    """Code and both streams are those of the program, whatever its code."""
    script = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(7)"
    done = process.run(python(script))
    assert (done.code, done.out, done.err, done.text) == (7, b"out\n", b"err\n", "out\n")
    assert done.argv == (sys.executable, "-c", script)


def test_a_program_gets_what_it_is_given_and_no_more(tmp_path: Path) -> None:
    """Folder, environment, input and umask are as asked for; without input it reads nothing, and never our terminal."""
    script = "import os, sys; print(os.getcwd(), os.environ.get('ONE'), len(os.environ), sys.stdin.read(), os.umask(0))"
    environment = {"ONE": "1", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "1"}
    done = process.run(python(script), cwd=tmp_path, env=environment, given=b"input", umask=0o027)
    assert done.text.split() == [str(tmp_path), "1", "3", "input", str(0o027)]
    assert process.run(python("import sys; print(repr(sys.stdin.read()))")).text == "''\n"


def test_a_program_is_in_a_group_of_its_own() -> None:
    """A program leads its own process group and session, out of reach of the keys of our terminal."""
    script = "import os; print(os.getpid() == os.getpgid(0) == os.getsid(0))"
    assert process.run(python(script)).text == "True\n"


def test_a_listener_hears_what_is_printed_while_it_is() -> None:
    """Every piece, in order, before the program has ended."""
    heard: list[tuple[float, bytes]] = []
    script = "import time; print('one', flush=True); time.sleep(0.5); print('two', flush=True)"
    done = process.run((sys.executable, "-c", script), listen=lambda piece: heard.append((time.monotonic(), piece)))
    assert b"".join(piece for _, piece in heard) == done.out == b"one\ntwo\n"
    assert heard[-1][0] - heard[0][0] > 0.3


def test_only_the_end_of_a_flood_is_kept() -> None:
    """10 MB on each stream do not block the program, and of each the last bytes are kept."""
    script = "import sys; [(sys.stdout.write('o' * 1000), sys.stderr.write('e' * 1000)) for _ in range(10_000)]"
    done = process.run(python(script + "; print('end')"))
    assert len(done.out) == len(done.err) == KEPT_OUTPUT
    assert done.out.endswith(b"oend\n")
    assert set(done.err) == {ord("e")}
    assert process.run(python("print('x' * 999)"), keep=10).out == b"x" * 9 + b"\n"
    assert len(process.run(python("print('x' * 99_999)"), keep=1 << 20).out) == 100_000


@pytest.mark.parametrize(
    ("out", "err", "tail"),
    [
        pytest.param(b"out", b"err\n", "err", id="what went wrong"),
        pytest.param(b"out\n", b" \n", "out", id="without it what was said"),
        pytest.param(b"", b"", "", id="nothing"),
        pytest.param(b"", b"caf\xe9 \x1b[0m", "caf\\xe9 \x1b[0m", id="no text"),
        pytest.param(b"", b"\n".join(b"%d" % line for line in range(20)), "\n".join(map(str, range(8, 20))), id="long"),
    ],
)
def test_the_last_words_of_a_program(out: bytes, err: bytes, tail: str) -> None:
    """For an error the last lines are quoted, of standard error where there is any."""
    assert Completed(argv=(), code=1, out=out, err=err).tail == tail


def test_a_program_is_found_on_the_path_or_not() -> None:
    """A program has a place or none."""
    assert process.find("git")
    assert process.find("no-such-program-at-all") is None


@pytest.mark.parametrize(
    ("argv", "why"),
    [
        pytest.param(["no-such-program-at-all"], "No such file", id="absent"),
        pytest.param([__file__], "Permission denied", id="no program"),
        pytest.param(["git", "a\0b"], "null byte", id="NUL in an argument"),
        pytest.param(["git", "\ud800"], "surrogates not allowed", id="no text for the system"),
    ],
)
def test_what_cannot_be_started_is_named(argv: list[str], why: str) -> None:
    """A program that cannot be started is wrong usage, told by its name alone."""
    with pytest.raises(UsageError, match=why) as refused:
        process.run(argv)
    assert refused.value.what.startswith(f"{Path(argv[0]).name} cannot be started")
    assert refused.value.state == "nothing was run"


def test_a_program_that_hangs_is_ended(tmp_path: Path) -> None:
    """After the time allowed the program and what it started are ended, even where they ignore being asked to."""
    script = """
import os, signal, subprocess, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open(sys.argv[1], "w").write(f"{os.getpid()} {child.pid}")
child.wait()
"""
    started = time.monotonic()
    with pytest.raises(ServiceFailed, match=r"did not end within 1\.5 s"):
        process.run(python(script, str(tmp_path / "pids")), timeout=1.5)
    assert time.monotonic() - started < 10
    assert all(gone(int(pid)) for pid in (tmp_path / "pids").read_text().split())


def test_a_missing_folder_is_told_from_a_missing_program(tmp_path: Path) -> None:
    """The system says the same of both; nobody is to install what is there."""
    with pytest.raises(UsageError, match="which is no folder") as refused:
        process.run(("true",), cwd=tmp_path / "gone")
    assert "install" not in refused.value.fix
    with pytest.raises(UsageError, match="No such file") as refused:
        process.run(("no-such-program",), cwd=tmp_path)
    assert "install" in refused.value.fix


def test_a_process_lives_or_does_not() -> None:
    """Whoever it belongs to."""
    assert process.lives(os.getpid())
    assert process.lives(1)
    assert not process.lives(999_999_999)


def test_a_daemon_in_its_group_does_not_outlive_it() -> None:
    """What a program leaves in the background is ended, and does not keep us waiting."""
    script = """
import subprocess, sys
print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]).pid)
"""
    started = time.monotonic()
    done = process.run(python(script))
    assert time.monotonic() - started < 10
    assert done.code == 0
    assert gone(int(done.text))


def test_a_daemon_that_hides_does_not_keep_us_waiting() -> None:
    """What left the group and holds the output open is not waited for; what was said so far is kept."""
    script = """
import subprocess, sys
print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True).pid)
"""
    started = time.monotonic()
    done = process.run(python(script))
    try:
        assert time.monotonic() - started < 4 * process.LINGER
        assert not gone(int(done.text), within=0.1)
    finally:
        os.kill(int(done.text), signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV])
def test_a_death_by_signal_is_told(number: signal.Signals) -> None:
    """A program that a signal ended has the negative number of the signal as its code."""
    done = process.run(python(f"import os; print('x', flush=True); os.kill(os.getpid(), {int(number)})"))
    assert (done.code, done.out) == (-number, b"x\n")


def test_a_program_that_does_not_read_is_no_obstacle() -> None:
    """Input that a program does not take is dropped, and does not hold up the clock of one that hangs."""
    large = b"x" * 1_000_000
    assert process.run(python("print('done')"), given=large).text == "done\n"
    assert process.run(python("import sys; print(len(sys.stdin.buffer.read()))"), given=large).text == "1000000\n"
    assert process.run(python("import sys; print(repr(sys.stdin.read()))"), given=b"").text == "''\n"
    started = time.monotonic()
    with pytest.raises(ServiceFailed, match=r"did not end within 0\.5 s"):
        process.run(SLEEPER, given=large, timeout=0.5)
    assert time.monotonic() - started < 10


def test_all_programs_can_be_ended_at_once() -> None:
    """A signal handler or a watcher ends whatever runs, and what is over already is no error."""
    codes: list[int] = []
    threads = [threading.Thread(target=lambda: codes.append(process.run(SLEEPER).code)) for _ in range(2)]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 20
    while any(thread.is_alive() for thread in threads) and time.monotonic() < until:
        process.end_all()
        time.sleep(0.05)
    assert codes == [-signal.SIGKILL, -signal.SIGKILL]
    process.end_all()


INTERRUPTED = """
import os, signal, sys
from release_tools.adapters import process
from release_tools.errors import Interrupted
process.stop_on_signals()
try:
    process.run([sys.executable, "-c", "import os, time; print(os.getpid(), file=open(%r, 'w')); time.sleep(60)"])
except Interrupted as error:
    os.kill(os.getpid(), int(sys.argv[1]))
    print(error.what, error.exit_code)
try:
    process.run([sys.executable, "-c", "print('never')"])
except Interrupted as error:
    print("nothing more:", error.what)
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_children_first(tmp_path: Path, number: signal.Signals, code: int) -> None:
    """Interrupted, we end our children and start no more; a second signal does not cut that short."""
    pid_file = tmp_path / "pid"
    command = python(INTERRUPTED % str(pid_file), str(int(number)))
    with subprocess.Popen(command, env=clean_env() | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE) as ours:
        child = pid_in(pid_file)
        ours.send_signal(number)
        out, _ = ours.communicate(timeout=20)
    said = f"interrupted by {number.name}"
    assert (out.decode(), ours.returncode) == (f"{said} {code}\nnothing more: {said}\n", 0)
    assert gone(child)


AT_THE_START = """
import os, signal, sys
from release_tools.adapters import process
from release_tools.errors import Interrupted

def interrupt(frame, event, _argument):
    if event == "return" and frame.f_code.co_name == "_execute_child":
        sys.setprofile(None)
        print(frame.f_locals["self"].pid, flush=True)
        os.kill(os.getpid(), signal.SIGTERM)

process.stop_on_signals()
sys.setprofile(interrupt)
try:
    process.run([sys.executable, "-c", "import time; time.sleep(60)"])
except Interrupted as error:
    print(error.what)
"""


def test_a_signal_does_not_lose_a_program_that_is_being_started() -> None:
    """Interrupted after the program is there and before we know of it, we end it all the same."""
    command = python(AT_THE_START)
    done = subprocess.run(
        command, env=clean_env() | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60, check=False
    )
    pid, _, said = done.stdout.partition("\n")
    assert (said, done.returncode) == ("interrupted by SIGTERM\n", 0), done.stderr
    assert gone(int(pid))


ORPHAN = """
import os, signal, sys
from release_tools.adapters import process
from release_tools.errors import Interrupted
if sys.argv[1] == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
else:
    process.stop_on_signals()
process.stop_with_parent(os.getppid(), every=0.05, grace=0.3)
try:
    process.run([sys.executable, "-c", "import os, time; print(os.getpid(), file=open(%r, 'w')); time.sleep(60)"])
except Interrupted as error:
    print(error.what)
"""
PARENT = "import subprocess, sys; subprocess.run([sys.executable, '-c', *sys.argv[1:]])"


@pytest.mark.parametrize(("kind", "said"), [("listening", b"interrupted by SIGTERM\n"), ("deaf", b"")])
def test_an_orphan_ends_itself_and_its_children(tmp_path: Path, kind: str, said: bytes) -> None:
    """When the parent is killed, the child stops as if told to, and by force where it does not listen."""
    pid_file = tmp_path / "pid"
    command = python(PARENT, ORPHAN % str(pid_file), kind)
    with subprocess.Popen(command, env=clean_env() | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE) as parent:
        grandchild = pid_in(pid_file)
        parent.send_signal(signal.SIGKILL)
        started = time.monotonic()
        assert parent.stdout
        # The orphan holds this open until it ends.
        assert parent.stdout.read() == said
    assert time.monotonic() - started < 5
    assert gone(grandchild)


def test_a_child_whose_parent_lives_is_left_alone() -> None:
    """While the parent is there, the watch is silent."""
    script = """
import os, time
from release_tools.adapters import process
process.stop_with_parent(os.getppid(), every=0.01, grace=0.01)
time.sleep(0.3)
print("done")
"""
    done = process.run(python(script), env=clean_env() | {"PYTHONPATH": str(ROOT)})
    assert (done.code, done.text) == (0, "done\n")
