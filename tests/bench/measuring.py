"""How the benchmarks measure and tell."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Collection
from pathlib import Path

from tests import running

ROOT = running.ROOT
RUNS = 5


def timed(*sides: Callable[[], object], runs: int = RUNS) -> list[float]:
    """Return the median seconds of each side, run in turn after one warm-up."""
    seconds: list[list[float]] = [[] for _ in sides]
    for run in range(runs + 1):
        for side, row in zip(sides, seconds, strict=True):
            since = time.perf_counter()
            side()
            if run:
                row.append(time.perf_counter() - since)
    return [statistics.median(row) for row in seconds]


def call(
    *command: str, cwd: Path, env: dict[str, str] | None = None, codes: Collection[int] = (0,)
) -> subprocess.CompletedProcess[bytes]:
    """Run a command that must end with one of these codes."""
    done = subprocess.run(command, cwd=cwd, env=env or running.environment(), capture_output=True, check=False)
    if done.returncode not in codes:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout.decode()}{done.stderr.decode()}")
    return done


# In a small process of its own: the system counts for a child what its parent had in memory.
_WEIGHING = """
import resource, subprocess, sys, time
since = time.perf_counter()
done = subprocess.run(sys.argv[1:], capture_output=True)
print(time.perf_counter() - since, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(done.stderr.decode() if done.returncode else 0)
"""


def weighed(*command: str, cwd: Path, env: dict[str, str]) -> tuple[float, float]:
    """Return the seconds that a command takes, and the most memory that it or a program of its has, in MB."""
    done = call(sys.executable, "-I", "-c", _WEIGHING, *command, cwd=cwd, env=env)
    seconds, kilobytes = done.stdout.split()
    return float(seconds), int(kilobytes) / 1024


def compiling(**more: str) -> dict[str, str]:
    """Return the environment of a user, whose Python keeps what it compiled."""
    kept = running.environment(**more)
    del kept["PYTHONDONTWRITEBYTECODE"]
    return kept


def row(figure: str, value: str, promise: str) -> None:
    """Print one figure."""
    print(f"{figure:58} {value:>22}   {promise}", flush=True)  # noqa: T201 - a benchmark prints
