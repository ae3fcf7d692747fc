"""The door to other programs: each runs in a process group of its own, in bounded time, with bounded output."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO

from release_tools.errors import Interrupted, ServiceFailed, UsageError

KEPT_OUTPUT = 1 << 16
LINGER = 2.0
POLL = 0.05
POSIX = os.name == "posix"

_running: set[subprocess.Popen[bytes]] = set()
_interrupted: list[str] = []
_mine = threading.local()


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """How a program ended; of each stream the last `KEPT_OUTPUT` bytes unless more was asked for."""

    argv: tuple[str, ...]
    code: int
    out: bytes
    err: bytes

    @property
    def text(self) -> str:
        """Standard output as text."""
        return self.out.decode("utf-8", "backslashreplace")

    @property
    def tail(self) -> str:
        """The last lines of what the program said, for an error."""
        said = (self.err.strip() or self.out.strip()).decode("utf-8", "backslashreplace")
        return "\n".join(said.splitlines()[-12:])


def find(program: str) -> str | None:
    """Return where a program is on PATH, or None."""
    return shutil.which(program)


def run(
    argv: Sequence[str],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float = 600.0,
    keep: int = KEPT_OUTPUT,
    given: bytes | None = None,
    umask: int = -1,
    listen: Callable[[bytes], None] | None = None,
) -> Completed:
    """Run a program to its end and return how it ended, whatever its exit code; `umask` -1 leaves ours to it.

    `listen` is told what it prints as it comes, by another thread, in pieces of any size.

    Raises UsageError when it cannot be started and ServiceFailed when it is not done after `timeout` seconds. Its whole
    process group is ended in any case, so that nothing it started in the background stays behind.
    """
    process = _start(argv, cwd, env, given, umask)
    heard = ((process.stdout, listen), (process.stderr, None))
    streams = [_Tail(stream, keep, told) for stream, told in heard if stream]
    try:
        if process.stdin:
            # Beside us: a program that does not read would hold up the clock.
            threading.Thread(target=_feed, args=(process.stdin, given), daemon=True).start()
        _wait(process, streams[0], timeout)
    except subprocess.TimeoutExpired as error:
        raise ServiceFailed(
            f"{Path(argv[0]).name} did not end within {timeout:g} s",
            state="it and all it started were ended",
            fix="see why it hangs: run it by hand, then run the same command again",
        ) from error
    finally:
        end_group(process)
        for stream in streams:
            stream.join(LINGER)
        _running.discard(process)
    out, err = (bytes(stream.kept[-keep:]) for stream in streams)
    return Completed(argv=tuple(argv), code=process.returncode, out=out, err=err)


def _start(
    argv: Sequence[str], cwd: Path | None, env: Mapping[str, str] | None, given: bytes | None, umask: int
) -> subprocess.Popen[bytes]:
    _mine.starting = True
    try:
        process = subprocess.Popen(  # noqa: S603 - argument lists only, never a shell
            list(argv),
            cwd=cwd,
            env=None if env is None else dict(env),
            stdin=subprocess.DEVNULL if given is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=POSIX,
            umask=umask,
        )
        _running.add(process)
    except (OSError, ValueError) as error:
        raise _unstarted(Path(argv[0]).name, cwd, error) from error
    finally:
        _mine.starting = False
    if _interrupted:
        # While it was started, or before, in which case this is a thread that has not heard of it yet.
        end_group(process)
        raise Interrupted(_interrupted[0])
    return process


def _unstarted(name: str, cwd: Path | None, error: Exception) -> UsageError:
    """Tell a missing folder from a missing program: the system says the same of both."""
    if cwd is not None and not cwd.is_dir():
        return UsageError(
            f"{name} cannot be started in {cwd}, which is no folder", state="nothing was run", fix=f"see where {cwd} is"
        )
    return UsageError(
        f"{name} cannot be started: {getattr(error, 'strerror', None) or error}",
        state="nothing was run",
        fix=f"install {name} and make sure that it is on PATH",
    )


def _wait(process: subprocess.Popen[bytes], output: _Tail, timeout: float) -> None:
    """Wait for the end of a program; the end of its output, as a rule the same moment, wakes us without a poll."""
    end = time.monotonic() + timeout
    while output.is_alive() and process.poll() is None and (left := end - time.monotonic()) > 0:
        output.join(min(left, POLL))
    process.wait(max(end - time.monotonic(), 0))


def _feed(stream: IO[bytes], given: bytes) -> None:
    with suppress(OSError, ValueError), stream:
        stream.write(given)


class _Tail(threading.Thread):
    """Reads a stream to its end and keeps its last bytes."""

    def __init__(self, stream: IO[bytes], keep: int, listen: Callable[[bytes], None] | None = None) -> None:
        super().__init__(daemon=True)
        self._listen = listen
        self.kept = bytearray()
        self._stream = stream
        self._keep = keep
        self.start()

    def run(self) -> None:
        with self._stream, suppress(ValueError, OSError):
            while chunk := self._stream.read1(1 << 16):  # type: ignore[attr-defined]
                self.kept += chunk
                if self._listen:
                    self._listen(chunk)
                if len(self.kept) > 2 * self._keep:
                    del self.kept[: -self._keep]
        del self.kept[: -self._keep]


def lives(pid: int) -> bool:
    """Whether a process of this id runs here, of whichever user; never where the system does not tell."""
    if not POSIX:  # pragma: no cover - there, asking would be a signal
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def end_group(process: subprocess.Popen[bytes]) -> None:
    """End a program and everything in its process group."""
    _kill(process)
    process.wait()


def end_all() -> None:
    """End every program that is still running, from a signal handler or a watcher."""
    for process in tuple(_running):
        _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(OSError):
        if POSIX:
            os.killpg(process.pid, signal.SIGKILL)
        else:  # pragma: no cover - Windows has no process groups of this kind
            process.kill()


def stop_on_signals() -> None:
    """Turn SIGINT and SIGTERM into `Interrupted`, with all children ended."""

    def stop(number: int, _frame: FrameType | None) -> None:
        # A second signal must not cut the clean-up short.
        signal.signal(number, signal.SIG_IGN)
        _interrupted.append(signal.Signals(number).name)
        end_all()
        # A program that is just being started would be lost; `run` raises as soon as it is there.
        if not getattr(_mine, "starting", False):  # pragma: no branch - the test's hook hides it from the coverage
            raise Interrupted(_interrupted[-1])

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


def stop_with_parent(parent: int, every: float = 0.5, grace: float = 3.0) -> None:
    """Stop this process soon after its parent is gone: a killed nox leaves its children behind."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(every)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(grace)
        end_all()
        os._exit(128 + signal.SIGTERM)

    if POSIX:  # pragma: no branch - Windows keeps the id of a parent that is gone
        threading.Thread(target=watch, daemon=True).start()
