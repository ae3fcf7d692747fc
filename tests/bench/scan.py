"""How fast secrets are looked for."""

from __future__ import annotations

from pathlib import Path

from tests.bench.measuring import row, timed
from tests.secret_scan import speed


def scan(folder: Path) -> None:
    """Search a tree of 100 MB of real sources, by the command as users call it."""
    tree = folder / "tree"
    tree.mkdir()
    written = speed.make(tree)
    (seconds,) = timed(lambda: speed.search(tree), runs=3)
    row(f"secrets in {written / 1e6:.0f} MB of sources", f"{seconds:.2f} s", "")
    row("  MB a second", f"{written / 1e6 / seconds:.0f}", "100 or more on two cores")
