"""The process that renders one page; started by its path, the page comes on standard input."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from release_tools.adapters import rendering

if __name__ == "__main__":
    sys.stdout.write(rendering.work(sys.stdin.buffer.read()))
