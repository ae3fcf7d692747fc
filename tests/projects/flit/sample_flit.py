"""Says how far apart two words are."""

from __future__ import annotations

__version__ = "1.2.3"
__all__ = ["distance"]


def distance(one: str, other: str) -> int:
    """Return how many letters must be added, removed or replaced to turn one word into the other."""
    row = list(range(len(other) + 1))
    for above, letter in enumerate(one, start=1):
        corner, row[0] = row[0], above
        for column, wanted in enumerate(other, start=1):
            cheapest = min(corner + (letter != wanted), row[column] + 1, row[column - 1] + 1)
            corner, row[column] = row[column], cheapest
    return row[-1]
