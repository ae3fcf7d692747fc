"""Kill a stage at each of its side effects, run it again each time, and tell what did not converge.

    python -m tests.kill CASE [--from K] [--points N --seed S] [--minutes M] [--progress FILE] [--afresh]

CASE is `publish` (with a token), `trusted` (with an identity) or `verify`. What is done is kept in FILE
(`.nox/kill-CASE.json`), and the next run goes on from there. The exit code is 1 when a point did not converge, and 2
when points are left.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass, field
from pathlib import Path

from release_tools.adapters import files
from tests import running
from tests.kill import series
from tests.kill.series import Series


@dataclass(kw_only=True)
class Progress:
    """What was done, by points: before what each was killed, and what was wrong then."""

    path: Path
    done: dict[int, str] = field(default_factory=dict)
    wrong: dict[int, list[str]] = field(default_factory=dict)

    def read(self) -> None:
        """Take in what an earlier run did."""
        if self.path.exists():
            found = json.loads(self.path.read_bytes())
            self.done = {int(point): what for point, what in found["done"].items()}
            self.wrong = {int(point): what for point, what in found["wrong"].items()}

    def add(self, point: int, what: str, faults: list[str]) -> None:
        """Note one more point."""
        self.done[point] = what
        if faults:
            self.wrong[point] = faults
        files.write_atomically(self.path, json.dumps({"done": self.done, "wrong": self.wrong}, indent=1).encode())


def main() -> int:
    """Run the points that are left, as many as time allows."""
    options = _options()
    progress = Progress(path=options.progress or running.ROOT / ".nox" / f"kill-{options.stage}.json")
    if not options.afresh:
        progress.read()
    with tempfile.TemporaryDirectory() as folder, series.of(options.stage, Path(folder)) as of_stage:
        total = len(of_stage.points())
        wanted = series.chosen(total, options.points or total, options.seed)
        wanted = [point for point in wanted if point >= options.first]
        _run(of_stage, [point for point in wanted if point not in progress.done], progress, options.minutes)
    left = [point for point in wanted if point not in progress.done]
    good = sum(1 for point in wanted if point in progress.done and point not in progress.wrong)
    _say(f"{options.stage}: {total} points, {len(wanted)} wanted, {good} converged, {len(left)} left")
    for point, faults in sorted(progress.wrong.items()):
        _say(f"WRONG {point} ({progress.done[point]}): {'; '.join(faults)}")
    return 1 if progress.wrong else 2 if left else 0


def _options() -> Namespace:
    parser = ArgumentParser(description="Kill a stage at each of its side effects, and run it again.")
    parser.add_argument("stage", choices=series.CASES)
    parser.add_argument("--from", dest="first", type=int, default=1)
    parser.add_argument("--points", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=600.0)
    parser.add_argument("--progress", type=Path)
    parser.add_argument("--afresh", action="store_true")
    return parser.parse_args()


def _run(of_stage: Series, points: list[int], progress: Progress, minutes: float) -> None:
    until = time.monotonic() + minutes * 60
    for point in points:
        if time.monotonic() > until:
            return
        what, faults = of_stage.killed(point)
        progress.add(point, what, faults)
        _say(f"{point}: {what or 'over before'}{'; '.join(['', *faults])}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
