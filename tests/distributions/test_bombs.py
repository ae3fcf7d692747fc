"""Archives that try to cost time or memory are refused, or read, within 2 seconds and 200 MB."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from tests import running
from tests.bombs import BOMBS

SECONDS = 2.0
MEGABYTES = 200
TRIES = 4
# In a process of its own, since memory is only ever seen at its highest.
PROGRAM = """
import json, sys, time
from pathlib import Path
from release_tools import inspection
from tests.judged import findings

def highest():
    rows = [line.split() for line in Path("/proc/self/status").read_text().splitlines()]
    return next(int(row[1]) for row in rows if row[0] == "VmHWM:") / 1024

findings()
before, since = highest(), time.process_time()
found = findings(inspection.read(Path(sys.argv[1])))
seconds, more = time.process_time() - since, highest() - before
rows = [(each.check, each.severity, each.message) for each in found]
print(json.dumps({"found": rows, "seconds": seconds, "megabytes": more}))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from the proc file system")
@pytest.mark.parametrize("case", BOMBS)
def test_a_bomb_costs_little(case: str, tmp_path: Path) -> None:
    """The reason is told, in a few words, and neither processor nor memory is spent."""
    name, check, words, make = BOMBS[case]
    path = tmp_path / name
    path.write_bytes(make())
    told = judged(path)
    errors = {found: message for found, severity, message in told["found"] if severity == "error"}
    assert words in errors[check] if check else errors == {}
    assert sum(len(message) for _, _, message in told["found"]) < 2000
    assert told["megabytes"] < MEGABYTES
    # A machine that is at work on other things counts up to twice as much for the same.
    assert any(again["seconds"] < 2 * SECONDS for again in chain([told], (judged(path) for _ in range(TRIES))))


def judged(path: Path) -> dict[str, Any]:
    """Return what is found in a file, and what that cost."""
    command = [sys.executable, "-c", PROGRAM, str(path)]
    done = subprocess.run(
        command, env=running.environment(), capture_output=True, text=True, timeout=60, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
