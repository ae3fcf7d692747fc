"""Loaded by an interpreter as `sitecustomize`: notes what it does to the world, and kills it just before one of it.

A write to a file that is open already has no event of its own, nor has what another program does.
"""

from __future__ import annotations

import os
import signal
import sys
from itertools import count
from typing import Any

EVENTS = frozenset(
    {"os.rename", "os.remove", "os.mkdir", "os.link", "os.symlink", "subprocess.Popen"}
    | {"socket.connect", "http.client.connect", "http.client.send"}
)
TELLING = {"socket.connect": 1, "http.client.connect": 1, "http.client.send": None}  # else the first argument


def effect(event: str, arguments: tuple[Any, ...]) -> bool:
    """Whether an event of the interpreter changes the world, or is about to ask it something."""
    return event in EVENTS or (event == "open" and _writes(*arguments[1:3]))


def _writes(mode: str | None, flags: int) -> bool:
    if isinstance(mode, str):
        return bool(set(mode) & set("wax+"))
    return bool(flags & (os.O_WRONLY | os.O_RDWR))


def install(wanted: int, noted: str) -> None:
    """Begin to count; what is noted goes to a file that is open before, so that it does not count itself."""
    file = os.open(noted, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    seen = count(1)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if not effect(event, arguments):
            return
        which = TELLING.get(event, 0)
        os.write(file, f"{event} {'' if which is None else arguments[which]}\n".encode(errors="replace"))
        if next(seen) == wanted:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


# A child that inherits the environment is another process: only the one that was started for it is counted.
if os.environ.get("KILL_PARENT") == str(os.getppid()):
    install(int(os.environ["KILL_AT"]), os.environ["KILL_NOTES"])
