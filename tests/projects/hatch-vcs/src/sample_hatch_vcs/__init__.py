"""Writes numbers of bytes as people read them."""

from __future__ import annotations

__all__ = ["human_size"]

UNITS = ("KiB", "MiB", "GiB", "TiB", "PiB")
STEP = 1024
ROUNDS_UP = 1023.95  # with one decimal this reads as the next unit


def human_size(count: int) -> str:
    """Return a number of bytes in the largest unit that keeps it at one or more."""
    if count < STEP:
        return f"{count} B"
    size = count / STEP
    for unit in UNITS[:-1]:
        if size < ROUNDS_UP:
            return f"{size:.1f} {unit}"
        size /= STEP
    return f"{size:.1f} {UNITS[-1]}"


def __getattr__(name: str) -> str:
    """Return `__version__` as it was installed."""
    if name != "__version__":
        raise AttributeError(name)
    from importlib.metadata import version

    return version("sample-hatch-vcs")
