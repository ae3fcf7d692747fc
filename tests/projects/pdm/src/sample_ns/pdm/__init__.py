"""Converts lengths between metric and imperial units."""

from __future__ import annotations

import json
from importlib.resources import files

__all__ = ["convert", "units"]


def units() -> dict[str, float]:
    """Return how many metres each unit has, from the table of the package."""
    table: dict[str, float] = json.loads(files(__package__).joinpath("units.json").read_text(encoding="utf-8"))
    return table


def convert(length: float, unit: str, into: str) -> float:
    """Return a length in another unit, to a millionth of it."""
    metres = units()
    if unknown := {unit, into} - metres.keys():
        raise ValueError(f"no such unit: {', '.join(sorted(unknown))}")
    return round(length * metres[unit] / metres[into], 6)
