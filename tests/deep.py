"""Makes folders that lie deeper than Python recurses."""

from __future__ import annotations

from pathlib import Path

DEPTH = 1500


def below(top: Path) -> Path:
    """Make `DEPTH` folders, each in the one before, and return the last of them."""
    folder = str(top)
    Path(folder).mkdir()
    for _ in range(DEPTH):
        folder += "/a"
        Path(folder).mkdir()
    return Path(folder)
