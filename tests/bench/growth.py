"""How `validate` grows with the number of tags and entries."""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

from tests.bench import histories
from tests.bench.measuring import compiling, row, weighed

FORMATS = {"md": "Markdown", "rst": "reStructuredText"}
# The number of releases, how often it is measured, whether entries are brief: over 16 MB a changelog is not read.
STEPS = ((1, 7, False), (100, 7, False), (1_000, 5, False), (10_000, 5, False), (100_000, 1, True))
PROMISES = {100: "at most 0.15 s above the start", 10_000: "at most 1.5 s and 200 MB"}


def growth(folder: Path) -> None:
    """`validate --offline` on a tagged HEAD, by the number of tags and entries: seconds and memory."""
    start: dict[str, float] = {}
    for count, runs, brief in STEPS:
        root = histories.make(folder / str(count), count, brief=brief)
        for suffix, named in FORMATS.items():
            seconds, megabytes = _measured(root, suffix, runs)
            start.setdefault(suffix, seconds)
            size = f"validate: {count:,} tags and entries, {named}"
            row(size, f"{seconds:.2f} s ({seconds - start[suffix]:+.2f}), {megabytes:.0f} MB", PROMISES.get(count, ""))


def _measured(root: Path, suffix: str, runs: int) -> tuple[float, float]:
    command = ("-m", "release_tools", "validate", "--offline", "--changelog", f"CHANGELOG.{suffix}")
    found = [weighed(sys.executable, *command, cwd=root, env=compiling()) for _ in range(runs + (runs > 1))]
    # The first of several finds nothing in the caches.
    kept = found[1:] or found
    return statistics.median(each[0] for each in kept), max(each[1] for each in kept)
