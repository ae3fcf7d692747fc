"""Run the benchmarks: `nox -s bench`, or `-- NAME` for one of them.

Each figure is the median of several runs, both sides in turn. It judges nothing: a benchmark is no timed test.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.bench.growth import growth
from tests.bench.hashing import hashing
from tests.bench.inspecting import inspect
from tests.bench.listing import listing
from tests.bench.rehearsal import rehearsal
from tests.bench.scan import scan
from tests.bench.upload import upload
from tests.bench.validating import validate

PARTS = (listing, validate, growth, hashing, scan, inspect, upload, rehearsal)


def main(names: list[str]) -> None:
    """Run the chosen parts, all by default."""
    known = {part.__name__: part for part in PARTS}
    if unknown := [name for name in names if name not in known]:
        raise SystemExit(f"no part {unknown[0]!r}; there are {', '.join(known)}")
    for name in names or known:
        with tempfile.TemporaryDirectory() as folder:
            known[name](Path(folder))


if __name__ == "__main__":
    main(sys.argv[1:])
