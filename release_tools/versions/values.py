"""What static evaluation yields: plain values, each with the place that states it, and a few stand-ins."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from release_tools.versions.reading import UnreadableError

SHORT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value and the line that states it; of a text, the line where it begins."""

    it: object
    file: str
    line: int

    def become(self, it: object, *, down: int = 0) -> Value:
        """Return what is made of this value, `down` lines below its start."""
        return Value(it=it, file=self.file, line=self.line + down)

    def computed(self) -> UnreadableError:
        """Return the error that this is more than reading can follow."""
        return UnreadableError(f"{self.file}:{self.line} computes it")


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that evaluation had to give up on; the reason matters only if it is used."""

    reason: str


@dataclass(frozen=True, slots=True)
class External:
    """Something of the standard library, by its dotted name, such as `os.path.join`."""

    name: str


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the project at a path without ending; or a file that is run as one."""

    path: str
    file: str | None


@dataclass(frozen=True, slots=True)
class FilePath:
    """A `pathlib` path, relative to the project."""

    path: str


@dataclass(frozen=True, slots=True)
class Opened:
    """An open file."""

    path: str


@dataclass(frozen=True, slots=True)
class Matched:
    """A match of a regular expression in a text."""

    match: re.Match[str]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled regular expression."""

    pattern: str
    flags: int


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the project and the names around it."""

    node: ast.FunctionDef
    frame: Any


@dataclass(frozen=True, slots=True)
class Table:
    """A dictionary: expressions, each with the names around it, that are evaluated when asked for.

    A partial one may hold more, under keys that are not known.
    """

    entries: Mapping[str, tuple[ast.expr, Any]]
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Data:
    """A table of a TOML or JSON file, the keys that lead to it, and what reads such a file."""

    data: Mapping[str, Any]
    keys: tuple[str, ...]
    parse: Callable[[str], Any]


def short(value: Value) -> str:
    """Return a text that is short enough to build a version from."""
    if isinstance(value.it, str) and len(value.it) <= SHORT:
        return value.it
    raise value.computed()


def number(value: Value) -> int:
    """Return a whole number."""
    if isinstance(value.it, int):
        return value.it
    raise value.computed()


def items(value: Value) -> tuple[Value, ...]:
    """Return the items of a list or a tuple."""
    if isinstance(value.it, tuple) and all(isinstance(item, Value) for item in value.it):
        return value.it
    raise value.computed()


def plain(value: Value) -> str:
    """Return what `str` makes of a text, a number or a path."""
    if isinstance(value.it, FilePath):
        return value.it.path
    if isinstance(value.it, int) and value.it.bit_length() < SHORT:
        return str(value.it)
    if isinstance(value.it, float) and math.isfinite(value.it):
        return str(value.it)
    return short(value)


def composed(it: str, parts: Iterable[Value], default: Value) -> Value:
    """Return a text made of parts; it is stated where the first part with a digit is."""
    if len(it) > SHORT:
        raise default.computed()
    stated = (part for part in parts if isinstance(part.it, int | float) or re.search(r"[0-9]", str(part.it)[:SHORT]))
    return next(stated, default).become(it)


def truth(value: Value) -> bool:
    """Return whether a value counts as true, where reading can tell."""
    if value.it is None or isinstance(value.it, str | int | tuple):
        return bool(value.it)
    if isinstance(value.it, Matched | Module):
        return True
    raise value.computed()


def united(left: Value, right: Value) -> Value:
    """Return `left | right` of two dictionaries, or of two flags."""
    if isinstance(left.it, Table) and isinstance(right.it, Table):
        before = {} if right.it.partial else left.it.entries
        return left.become(Table({**before, **right.it.entries}, left.it.partial or right.it.partial))
    return left.become(number(left) | number(right))


def place(node: ast.expr, frame: Any) -> Value:  # noqa: ANN401 - a frame knows values, not the other way round
    """Return an empty value that stands where an expression does."""
    return Value(it=None, file=frame.file, line=node.lineno)
