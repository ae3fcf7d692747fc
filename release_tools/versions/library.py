"""The functions of the standard library that evaluation knows: pure ones, and those that read a file of the project."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from posixpath import basename, dirname, split, splitext
from typing import TYPE_CHECKING

from release_tools.versions import methods
from release_tools.versions.tree import join, normal
from release_tools.versions.values import External, FilePath, Module, Opened, Value, items, plain, short

if TYPE_CHECKING:
    from release_tools.versions.evaluate import Evaluator


def call(python: Evaluator, name: str, given: Sequence[Value], named: Mapping[str, Value], place: Value) -> Value:
    """Return what a function gives."""
    if name in {"pathlib.Path", "pathlib.PurePath"}:
        return place.become(FilePath(join(".", *map(plain, given))))
    if not given:
        raise place.computed()
    if name in _PATHS:
        return place.become(_PATHS[name]([plain(part) for part in given]))
    if name in _CONVERSIONS:
        return _CONVERSIONS[name](given[0])
    if name.startswith("re."):
        return methods.regular(name[3:], [*given, *named.values()], place)
    function = _FUNCTIONS.get(name)
    if function is None:
        raise place.computed()
    return function(python, given, place)


def _open(_: Evaluator, given: Sequence[Value], place: Value) -> Value:
    return place.become(Opened(plain(given[0])))


def _exists(python: Evaluator, given: Sequence[Value], place: Value) -> Value:
    return place.become(python.tree.has_file(plain(given[0])))


def _split(_: Evaluator, given: Sequence[Value], place: Value) -> Value:
    return place.become(tuple(place.become(part) for part in split(plain(given[0]))))


def _exec(python: Evaluator, given: Sequence[Value], place: Value) -> Value:
    file = python.ran(given[0])
    return place.become(Module(splitext(file)[0], file))


def _run_path(python: Evaluator, given: Sequence[Value], place: Value) -> Value:
    file = normal(plain(given[0]))
    if not python.tree.has_file(file):
        raise place.computed()
    return place.become(Module(splitext(file)[0], file))


def _map(_: Evaluator, given: Sequence[Value], place: Value) -> Value:
    if len(given) != 2 or given[0].it not in (External("str"), External("int")):  # noqa: PLR2004 - map(str, parts)
        raise place.computed()
    convert = _CONVERSIONS[given[0].it.name]
    return given[1].become(tuple(convert(part) for part in items(given[1])))


def _next(_: Evaluator, given: Sequence[Value], place: Value) -> Value:
    every = items(given[0])
    if not every:
        raise place.computed()
    return every[0]


def _whole(value: Value) -> Value:
    text = plain(value).strip()
    if not re.fullmatch(r"[0-9]{1,50}", text):
        raise value.computed()
    return value.become(int(text))


def _literal(value: Value) -> Value:
    try:
        it = ast.literal_eval(short(value).strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise value.computed() from None
    if not isinstance(it, str | int):
        raise value.computed()
    return value.become(it)


_PATHS: Mapping[str, Callable[[list[str]], str]] = {
    "os.path.abspath": lambda parts: normal(parts[0]),
    "os.path.basename": lambda parts: basename(parts[0]),
    "os.path.dirname": lambda parts: dirname(parts[0]),
    "os.path.join": lambda parts: join(*parts),
    "os.path.normpath": lambda parts: normal(parts[0]),
    "os.path.realpath": lambda parts: normal(parts[0]),
}
_CONVERSIONS: Mapping[str, Callable[[Value], Value]] = {
    "ast.literal_eval": _literal,
    "compile": lambda value: value,
    "eval": _literal,
    "int": _whole,
    "list": lambda value: value.become(items(value)),
    "str": lambda value: value.become(plain(value)),
    "tuple": lambda value: value.become(items(value)),
}
_FUNCTIONS: Mapping[str, Callable[[Evaluator, Sequence[Value], Value], Value]] = {
    "codecs.open": _open,
    "exec": _exec,
    "io.open": _open,
    "map": _map,
    "next": _next,
    "open": _open,
    "os.path.exists": _exists,
    "os.path.isfile": _exists,
    "os.path.split": _split,
    "runpy.run_path": _run_path,
}
