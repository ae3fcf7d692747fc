"""The environment of a session: what is installed in it, how a stage runs in it and how its end is told to nox."""

from __future__ import annotations

import functools
import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from release_tools.pipeline import REHEARSAL

if TYPE_CHECKING:
    from nox import Session

PACKAGE = Path(__file__).parent
LOCKS = PACKAGE / "locks"
STAMP = ".release-tools"
PASSED = "passed\n"  # no reason of a failure ends in a line break
# Handed to the child; not options, so not of the form RELEASE_OPTION.
PARENT, CHAIN, CACHE, OUTCOME, NAMES, UNTESTED = (
    f"_RELEASE_TOOLS_{name}" for name in ("PARENT", "CHAIN", "CACHE", "OUTCOME", "NAMES", "UNTESTED")
)


def rehearsing() -> bool:
    """Whether nothing in the environment or the arguments names a real target."""
    after = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else []
    return target_of(after, os.environ) == REHEARSAL


def target_of(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Return the target that arguments name, else that of the variable, else the rehearsal."""
    named = environment.get("RELEASE_TARGET") or REHEARSAL
    for argument, following in zip(arguments, [*arguments[1:], ""], strict=False):
        if argument == "--target":
            named = following
        elif argument.startswith("--target="):
            named = argument.partition("=")[2]
    return named


def secret_names() -> tuple[str, ...]:
    """Return the names of all variables that hold secrets."""
    from release_tools import text

    return text.secret_names(os.environ)


def prepare(session: Session, stage: str) -> None:
    """Install the stage's hash-locked list, then the very files of this package, unless both are there already."""
    if not (folders := site_packages(session)):
        session.error(f"{stage} needs an environment of its own: run nox without --no-venv")
    lock = lock_of(stage)
    wanted = f"{_digest(lock.read_bytes())}\n{_state_of_package()}\n"
    stamp = Path(session.env_dir) / STAMP
    if not rehearsing() and stage == "publish" and stamp.exists():
        session.error("publish needs a fresh environment for a real target: run nox without --reuse-venv")
    if stamp.exists() and stamp.read_text() == wanted:
        return
    stamp.unlink(missing_ok=True)
    if lock.read_text().strip():
        session.install("--require-hashes", "--no-deps", "-r", str(lock))
    _copy_package(folders[0])
    stamp.write_text(wanted)


def lock_of(stage: str) -> Path:
    """Return the hash-locked list of a stage; some need less, or more, for a rehearsal."""
    own = LOCKS / f"{stage}-rehearsal.txt"
    return own if rehearsing() and own.is_file() else LOCKS / f"{stage}.txt"


def run(session: Session, stage: str, names: Mapping[str, str], *, chain: bool, tested: bool) -> str | None:
    """Run the stage; return "" when it passed, the first line of its refusal, or None when nox only installs.

    `names` are those of sessions that are called otherwise than their stages; `tested` says that one runs the tests.
    """
    folder = Path(session.cache_dir) / "release-tools"
    folder.mkdir(parents=True, exist_ok=True)
    outcome = folder / f"outcome-{os.getpid()}"
    outcome.unlink(missing_ok=True)
    handed = {PARENT: str(os.getpid()), CACHE: str(folder), OUTCOME: str(outcome)} | ({CHAIN: "1"} if chain else {})
    handed |= {} if tested else {UNTESTED: "1"}
    if names:
        import json

        handed[NAMES] = json.dumps(names)
    if session.venv_backend == "uv":
        # What makes the environment of a session also makes those within it.
        from nox.virtualenv import UV

        handed["UV"] = UV
    # Every code is taken here, because nox would print the command line of a failure and know no reason; and
    # stderr stays what it is, which nox would mix into stdout.
    ran = session.run(
        "python", "-I", "-m", "release_tools", stage, *session.posargs,
        env=handed, success_codes=range(256), log=False, stderr=None, interrupt_timeout=0.2, terminate_timeout=4.0,
    )  # fmt: skip
    if ran is None:
        return None
    try:
        told = outcome.read_text(encoding="utf-8")
    except FileNotFoundError:
        told = ""
    finally:
        outcome.unlink(missing_ok=True)
    return "" if told == PASSED else told or f"{stage} ended without a result: see above, and whether the disk is full"


@contextmanager
def terminable() -> Iterator[None]:
    """Let SIGTERM end the child too: nox by itself would leave it behind and run no clean-up."""
    terminated = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal terminated
        terminated = True
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except KeyboardInterrupt:
        if terminated:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGTERM)
        raise
    finally:
        signal.signal(signal.SIGTERM, before)


def site_packages(session: Session) -> list[Path]:
    """Return where the environment keeps its packages; nothing for a session without one."""
    if session.venv_backend == "none":
        return []
    folder = Path(session.env_dir)
    return [*folder.glob("lib/*/site-packages"), *folder.glob("Lib/site-packages")]


def _digest(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()


def _files_of_package() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


@functools.cache
def _state_of_package() -> str:
    """Tell whether the files are the ones copied last time, without reading them."""
    states = ((path, path.stat()) for path in _files_of_package())
    rows = (f"{path.relative_to(PACKAGE)} {state.st_size} {state.st_mtime_ns}" for path, state in states)
    return _digest("\n".join(rows).encode())


def _copy_package(folder: Path) -> None:
    import shutil

    target = folder / PACKAGE.name
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(PACKAGE, target, ignore=shutil.ignore_patterns("__pycache__"))
