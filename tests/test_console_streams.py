"""The console on real streams: pipes that close, terminals, and encodings that cannot say everything."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

from tests.samples import clean_env

ROOT = Path(__file__).parents[1]
EVERYTHING = """
from release_tools.console import Console
from release_tools.errors import Refused
from release_tools.model import Finding
import sys
sys.stdin.read()
console = Console(as_json="--json" in sys.argv)
console.say("progress \\u6f22")
console.finding(Finding(check="tag-on-head", severity="error", message="no tag \\xfc", fix="make one"))
console.table("Files", ("file", "bytes"), [("a-1.whl \\u6f22", "12"), ("b" * 30, "7")])
console.summary(["done \\u2713"] * 3)
console.document({"text": "\\u6f22"})
console.failure(Refused("what", state="state", fix="fix"))
sys.exit(3)
"""
COMMAND = [sys.executable, "-c", EVERYTHING]


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a plain shell."""
    kept = {name: value for name, value in clean_env().items() if name not in {"TERM", "COLUMNS", "LINES"}}
    return kept | {"PYTHONPATH": str(ROOT)} | more


def run(**more: str) -> subprocess.CompletedProcess[bytes]:
    """Say everything into pipes."""
    return subprocess.run(
        COMMAND, env=environment(**more), stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    ("variables", "shown"),
    [
        pytest.param({"PYTHONIOENCODING": "utf-8"}, ("漢", "ü", "✓"), id="UTF-8"),
        pytest.param({"PYTHONIOENCODING": "cp1252"}, ("\\u6f22", "ü", "\\u2713"), id="Windows"),
        pytest.param({"PYTHONIOENCODING": "ascii:strict"}, ("\\u6f22", "\\xfc", "\\u2713"), id="ASCII"),
        pytest.param(
            {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
            ("\\u6f22", "\\xfc", "\\u2713"),
            id="locale C",
        ),
    ],
)
def test_every_encoding_can_be_written(variables: dict[str, str], shown: tuple[str, str, str]) -> None:
    """What an encoding cannot say is shown by its number; the verdict is the same, in tables too."""
    done = run(**variables)
    encoding = "cp1252" if "cp1252" in variables.values() else "utf-8"
    out, err = done.stdout.decode(encoding), done.stderr.decode(encoding)
    assert done.returncode == 3
    assert f"progress {shown[0]}\n" in err
    assert f"no tag {shown[1]} [tag-on-head]" in err
    assert f"a-1.whl {shown[0]}" in out
    assert out.count(f"done {shown[2]}\n") == 3
    assert "Traceback" not in err


def test_a_pipe_gets_no_colour() -> None:
    """A file or a pipe holds no control codes, whatever the terminal is called."""
    done = run(TERM="xterm-256color", COLORTERM="truecolor")
    assert b"\x1b" not in done.stdout + done.stderr


@pytest.mark.parametrize("closed", ["stdout", "stderr"])
@pytest.mark.parametrize("more", [[], ["--json"]])
def test_a_pipe_that_closes_does_not_change_the_verdict(closed: str, more: list[str]) -> None:
    """When nobody reads any more the work is finished, with the same exit code and no complaint of Python."""
    with subprocess.Popen(
        [*COMMAND, *more],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as child:
        pipe, other = (child.stdout, child.stderr) if closed == "stdout" else (child.stderr, child.stdout)
        assert pipe
        assert other
        assert child.stdin
        pipe.close()
        child.stdin.close()
        said = other.read()
    assert child.returncode == 3
    assert b"Exception ignored" not in said
    assert (b"done" in said or b"text" in said) if closed == "stderr" else b"next:  fix" in said


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("full", [">/dev/full", "2>/dev/full"])
def test_a_stream_that_takes_nothing_does_not_stop_the_work(full: str) -> None:
    """Where a disk is full the rest is said all the same, on the stream that is left, with no complaint of Python."""
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {full}', "sh", *COMMAND],
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 3
    assert (b"next:  fix" in done.stderr) is (full == ">/dev/full")
    assert (b"a-1.whl" in done.stdout) is (full == "2>/dev/full")
    assert b"Exception ignored" not in done.stderr


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&-"])
def test_a_stream_closed_from_the_start_does_not_change_the_verdict(closed: str) -> None:
    """Started without one of its streams, the program still does its work."""
    script = EVERYTHING.replace("sys.stdin.read()", "")
    done = subprocess.run(
        ["sh", "-c", f'exec "$1" -c "$2" {closed}', "sh", sys.executable, script],
        env=environment(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 3
    assert (b"next:  fix" in done.stderr) is ("2>&-" not in closed)
    assert (b"a-1.whl" in done.stdout) is (closed in {"2>&-", "<&-"})


def on_terminal(columns: int, **more: str) -> str:
    """Say everything on a terminal and return what it was sent."""
    openpty = getattr(os, "openpty", None)
    if openpty is None:
        pytest.skip("no terminals here")
    ours, theirs = openpty()
    command = [
        "sh",
        "-c",
        f'stty cols {columns} && "$1" -c "$2" </dev/null; echo "code $?"',
        "sh",
        sys.executable,
        EVERYTHING,
    ]
    with subprocess.Popen(command, env=environment(**more), stdin=theirs, stdout=theirs, stderr=theirs) as child:
        os.close(theirs)
        sent = b""
        while select.select([ours], [], [], 60)[0]:
            try:
                sent += (chunk := os.read(ours, 1 << 16))
            except OSError:
                break
            if not chunk:
                break
        child.wait(60)
    os.close(ours)
    return sent.decode().replace("\r\n", "\n")


def test_a_terminal_gets_colour_and_its_width() -> None:
    """On a terminal the kinds of messages are coloured, and a table folds to its width."""
    shown = on_terminal(30, TERM="xterm", PYTHONIOENCODING="utf-8")
    assert "\033[31merror\033[0m: no tag ü [tag-on-head]" in shown
    assert "\n" + "b" * 30 not in shown
    assert "code 3\n" in shown


@pytest.mark.parametrize("plain", [{"NO_COLOR": "1", "TERM": "xterm"}, {"TERM": "dumb"}])
def test_a_terminal_that_wants_no_colour_gets_none(plain: dict[str, str]) -> None:
    """NO_COLOR and a terminal that knows no colours are obeyed; a width of 20 changes no verdict."""
    shown = on_terminal(120, COLUMNS="20", PYTHONIOENCODING="utf-8", **plain)
    assert "\033" not in shown
    assert "error: no tag ü [tag-on-head]" in shown
    assert "code 3\n" in shown
