"""Killing a run at each of its side effects: a hook in its interpreter counts them and ends it at the one wanted."""

from __future__ import annotations

import os
import random
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests import running

# Loaded by the interpreter before anything of ours; what is imported must not count as a write.
HOOK = """
import atexit, os, signal, sys
EVENTS = {"os.rename", "os.remove", "os.mkdir", "os.link", "os.symlink", "subprocess.Popen", "socket.connect",
          "http.client.connect", "http.client.send"}
wanted, told = int(os.environ["KILL_AT"]), os.environ["KILL_COUNT"]
seen = 0

def writes(mode, flags):
    return bool(set(mode) & set("wax+")) if isinstance(mode, str) else bool(flags & (os.O_WRONLY | os.O_RDWR))

def hook(event, arguments):
    global seen
    if event in EVENTS or (event == "open" and writes(arguments[1], arguments[2])):
        seen += 1
        if seen == wanted:
            os.kill(os.getpid(), signal.SIGKILL)

@atexit.register
def tell():
    count = seen
    with open(told, "w") as file:
        file.write(str(count))

sys.addaudithook(hook)
"""
SOME = 12


@dataclass(frozen=True)
class Killer:
    """Runs a command in a folder and kills it; `site` is a folder for the hook."""

    command: Sequence[str]
    root: Path
    env: Mapping[str, str]
    site: Path

    def points(self) -> int:
        """Run the command to its end; return how many side effects it has."""
        self.site.mkdir(exist_ok=True)
        (self.site / "sitecustomize.py").write_text(HOOK)
        assert self.at(0) == 0
        return int((self.site / "count").read_text())

    def at(self, point: int) -> int:
        """Run the command until one of its side effects; return how it ended."""
        path = os.pathsep.join((str(self.site), str(running.ROOT)))
        hook = {"PYTHONPATH": path, "KILL_AT": str(point), "KILL_COUNT": str(self.site / "count")}
        done = subprocess.run(
            self.command, cwd=self.root, env={**self.env, **hook}, capture_output=True, timeout=120, check=False
        )
        assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()
        return done.returncode


def chosen(points: int) -> list[int]:
    """Return the points to try: some of them, the same each time, or all where KILLS=all."""
    everything = range(1, points + 1)
    if os.environ.get("KILLS") == "all" or points <= SOME:
        return list(everything)
    return sorted(random.Random(points).sample(everything, SOME))  # noqa: S311 - no secret
