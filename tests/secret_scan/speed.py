"""How fast the search for secrets is: `make` writes a tree of real sources, `search` searches it as its users do."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from itertools import cycle
from pathlib import Path

from tests import running

SIZE = 100_000_000


def make(folder: Path, size: int = SIZE) -> int:
    """Write the sources of Python's own library, again and again under other names; return bytes written."""
    sources = sorted(Path(sysconfig.get_paths()["stdlib"]).rglob("*.py"))
    done = 0
    for number, source in enumerate(cycle(sources)):
        if done >= size:
            break
        if "site-packages" not in source.parts and "test" not in source.parts:
            content = source.read_bytes()
            place = folder / str(number // 100) / f"{number}_{source.name}"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
            done += len(content)
    return done


def search(folder: Path) -> str:
    """Run the command over a tree; return its summary."""
    done = subprocess.run(
        [sys.executable, "-m", "release_tools", "secrets", folder.name],
        cwd=folder.parent, env=running.environment(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout
