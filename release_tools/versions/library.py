"""The functions of the standard library that evaluation knows: pure ones, and those that read a file of the project."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Mapping, Sequence
from posixpath import basename, dirname, split, splitext
from typing import TYPE_CHECKING, Any

from release_tools import toml
from release_tools.versions import methods
from release_tools.versions.lines import toml_line
from release_tools.versions.tree import join, normal
from release_tools.versions.values import Data, External, FilePath, Module, Opened, Value, items, plain, short

if TYPE_CHECKING:
    from release_tools.versions.evaluate import Evaluator


def call(python: Evaluator, name: str, given: Sequence[Value], named: Mapping[str, Value], place: Value) -> Value:
    """Return what a function gives."""
    if name in {"pathlib.Path", "pathlib.PurePath"}:
        return place.become(FilePath(join(".", *map(plain, given))))
    if name in {"os.getcwd", "pathlib.Path.cwd"}:
        return place.become("." if name == "os.getcwd" else FilePath("."))
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


def member(name: str) -> object:
    """Return a member of a module of the standard library: its value where one is known."""
    module, _, flag = name.rpartition(".")
    return int(getattr(re, flag)) if module == "re" and flag in _FLAGS else External(name)


def data_entry(python: Evaluator, owner: Value, table: Data, key: str) -> Value:
    """Return what a table of a TOML or JSON file holds under a key."""
    it, keys = table.data.get(key), (*table.keys, key)
    if isinstance(it, Mapping):
        return owner.become(Data(it, keys, table.parse))
    if not isinstance(it, str):
        raise owner.computed()
    line = toml_line(python.tree.text(owner.file), keys, it, table.parse)
    return Value(it=it, file=owner.file, line=line or 1)


def _reader(parse: Callable[[str], Any]) -> Callable[[Evaluator, Sequence[Value], Value], Value]:
    def read(python: Evaluator, given: Sequence[Value], place: Value) -> Value:
        source = methods.content(python, given[0].it.path) if isinstance(given[0].it, Opened) else given[0]
        try:
            data = parse(source.it) if isinstance(source.it, str) else None
        except ValueError:
            data = None
        if not isinstance(data, Mapping):
            raise place.computed()
        return source.become(Data(data, (), parse))

    return read


_toml = _reader(toml.parse)
_json = _reader(json.loads)


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


_FLAGS = frozenset({"A", "ASCII", "DOTALL", "I", "IGNORECASE", "M", "MULTILINE", "S", "U", "UNICODE", "VERBOSE", "X"})
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
    "packaging.version.Version": lambda value: value.become(plain(value)),
    "packaging.version.parse": lambda value: value.become(plain(value)),
    "str": lambda value: value.become(plain(value)),
    "tuple": lambda value: value.become(items(value)),
}
_FUNCTIONS: Mapping[str, Callable[[Evaluator, Sequence[Value], Value], Value]] = {
    "codecs.open": _open,
    "exec": _exec,
    "io.open": _open,
    "json.load": _json,
    "json.loads": _json,
    "map": _map,
    "next": _next,
    "open": _open,
    "os.path.exists": _exists,
    "os.path.isfile": _exists,
    "os.path.split": _split,
    "runpy.run_path": _run_path,
    "tomli.load": _toml,
    "tomli.loads": _toml,
    "tomllib.load": _toml,
    "tomllib.loads": _toml,
}
