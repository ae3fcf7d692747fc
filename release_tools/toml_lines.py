"""Where in a TOML file something stands; the parsers do not tell. A guess by the lines, good enough to point at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_HEADER = re.compile(r"\s*\[\[?(?P<name>[^\[\]]+)\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"\s*(?P<name>(?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"|'[^']*'))*)\s*=")
_PART = re.compile(r"\"([^\"]*)\"|'([^']*)'|([\w-]+)")


def line_of(text: str, path: Sequence[str | int], value: object = None) -> int | None:
    """Return the line of the longest part of a path that has one; of a text within it, the line that holds that."""
    lines = text.split("\n")
    keys = tuple(key for key in path if isinstance(key, str))
    best, depth = None, 0
    for number, stated in _stated(lines):
        if depth < len(stated) and stated == keys[: len(stated)]:
            best, depth = number, len(stated)
    if best is None or not (isinstance(value, str) and value):
        return best
    # The items of a list and the values of an inline table may stand on lines of their own, before the next key.
    end = next((number for number, _ in _stated(lines[best:])), len(lines)) + best
    return next((number for number in range(best, end) if value in lines[number - 1]), best)


def _stated(lines: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield each line that is a header or begins with a key, and the whole path that it stands for."""
    table: tuple[str, ...] = ()
    for number, line in enumerate(lines, start=1):
        if header := _HEADER.fullmatch(line):
            table = _parts(header["name"])
            yield number, table
        elif key := _KEY.match(line):
            yield number, (*table, *_parts(key["name"]))


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple("".join(found) for found in _PART.findall(dotted))
