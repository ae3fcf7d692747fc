"""How fast the digests of large files are taken."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.bench.measuring import ROOT, call, row, timed

GIGABYTE = 1 << 30


def hashing(folder: Path) -> None:
    """Digests of two files of 1 GB, beside sha256sum of both."""
    paths = [folder / "one", folder / "two"]
    block = os.urandom(1 << 20)
    for path in paths:
        with path.open("wb") as file:
            for _ in range(GIGABYTE // len(block)):
                file.write(block)
    program = (
        "import sys; from pathlib import Path; from release_tools.dist_folder import sha256_of; "
        "print(sha256_of(Path(sys.argv[1]), sys.argv[2:]))"
    )
    names = [path.name for path in paths]
    ours, theirs = timed(
        lambda: call(sys.executable, "-c", program, str(folder), *names, cwd=ROOT),
        lambda: call("sha256sum", *names, cwd=folder),
        runs=3,
    )
    row("checksums of 2 x 1 GB: ours / sha256sum", f"{ours:.2f} / {theirs:.2f} s", "at least twice as fast")
    row("  times as fast", f"{theirs / ours:.2f}", "2.0 or more")
    peak = program + "; import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    done = call(sys.executable, "-c", peak, str(folder), *names, cwd=ROOT)
    row("  peak memory", f"{int(done.stdout.split()[-1]) / 1024:.0f} MB", "under 50 MB")
