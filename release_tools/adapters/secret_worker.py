"""The process that does a share of a search for secrets; started by its path, its job comes on standard input."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from release_tools.adapters import secret_files

if __name__ == "__main__":
    sys.stdout.write(secret_files.work(sys.stdin.buffer.read()))
