"""The line on which a TOML or JSON file states a value; the parsers do not tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from release_tools import toml

TRIED = 6
LARGE = 200_000
_SENTINEL = "the value is here"


def toml_line(text: str, keys: Sequence[str], raw: str, parse: Callable[[str], object] = toml.parse) -> int | None:
    """Return the line of the string `raw` under these keys, or None where that cannot be told.

    A line is the right one if the value changes when the line does: the parser itself is asked.
    """
    lines = text.split("\n")
    for number in _candidates(lines, keys, raw)[: TRIED if len(text) < LARGE else 1]:
        changed = [*lines]
        changed[number] = lines[number].replace(raw, _SENTINEL)
        try:
            if _value(parse("\n".join(changed)), keys) == _SENTINEL:
                return number + 1
        except ValueError:
            continue
    return None


def _candidates(lines: Sequence[str], keys: Sequence[str], raw: str) -> list[int]:
    """Return the lines that hold both key and value, those under a header that fits first."""
    header = ".".join(keys[:-1])
    found: tuple[list[int], list[int]] = ([], [])
    section = ""
    for number, line in enumerate(lines):
        stripped = line.strip()
        if stripped.startswith("["):
            section = re.sub(r"[\s\"']", "", stripped.partition("]")[0].lstrip("["))
        if raw and raw in line and keys[-1] in line:
            found[section != header].append(number)
    return found[0] + found[1]


def _value(data: object, keys: Sequence[str]) -> object:
    for key in keys:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data
