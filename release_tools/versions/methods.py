"""The methods of values that evaluation knows: of texts, open files, paths, patterns and matches."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from posixpath import dirname
from typing import TYPE_CHECKING

from release_tools.versions.pattern import search
from release_tools.versions.tree import join, normal
from release_tools.versions.values import (
    SHORT,
    FilePath,
    Matched,
    Opened,
    Pattern,
    Value,
    composed,
    items,
    number,
    plain,
    short,
)

if TYPE_CHECKING:
    from release_tools.versions.evaluate import Evaluator

MOST_LINES = 20_000
PAIR = 2

_DIRECTIVE = re.compile(r"%([sdi%])")
_FIELD = re.compile(r"\{(\d*|[A-Za-z_]\w*)\}")


def call(python: Evaluator, owner: Value, name: str, given: list[Value], named: Mapping[str, Value]) -> Value:
    """Return what a method of a value gives."""
    it = owner.it
    if isinstance(it, str):
        python.spend(1 + len(it) // SHORT)
        return _format(owner, given, named) if name == "format" else _text(owner, name, given)
    if isinstance(it, Opened | FilePath) and name in {"read", "read_text", "read_bytes"}:
        return content(python, it.path)
    if isinstance(it, Opened):
        return _opened(python, owner, it, name)
    if isinstance(it, FilePath):
        return _path(python, owner, it, name, given)
    return regular(name, [owner, *given], owner) if isinstance(it, Pattern) else _matched(owner, name, given)


def content(python: Evaluator, path: str) -> Value:
    """Return the text of a file of the project."""
    return Value(it=python.tree.text(path), file=normal(path), line=1)


def each(python: Evaluator, value: Value) -> tuple[Value, ...]:
    """Return what a loop goes through: the items of a list, the lines of an open file."""
    if isinstance(value.it, Opened):
        value = _lines(content(python, value.it.path), [])
    every = items(value)
    python.spend(len(every))
    return every


def group(owner: Value, key: object) -> Value:
    """Return a group of a match, with the line on which it begins."""
    if isinstance(owner.it, Matched) and isinstance(key, str | int):
        match = owner.it.match
        try:
            return owner.become(match.group(key), down=match.string.count("\n", 0, max(match.start(key), 0)))
        except IndexError:
            raise owner.computed() from None
    raise owner.computed()


def item(owner: Value, key: object) -> Value:
    """Return an item or a slice of a text, a list or a tuple."""
    it = owner.it
    if isinstance(it, str) and isinstance(key, slice) and key.step is None:
        return owner.become(it[key])
    if isinstance(it, tuple) and isinstance(key, slice) and key.step != 0:
        return owner.become(items(owner)[key])
    if isinstance(it, tuple) and isinstance(key, int) and -len(it) <= key < len(it):
        return items(owner)[key]
    raise owner.computed()


def percent(pattern: Value, parts: Value) -> Value:
    """Return `pattern % parts` where the pattern has only plain directives."""
    text = short(pattern)
    every = items(parts) if isinstance(parts.it, tuple) else (parts,)
    left = list(every)
    if "%" in _DIRECTIVE.sub("", text) or len(left) != len(re.findall("%[sdi]", text.replace("%%", ""))):
        raise pattern.computed()
    made = _DIRECTIVE.sub(lambda found: "%" if found[1] == "%" else plain(left.pop(0)), text)
    return composed(made, (pattern, *every), pattern)


def regular(name: str, given: Sequence[Value], place: Value) -> Value:
    """Return what `re.NAME` gives for a pattern, a text and perhaps flags."""
    pattern = given[0].it.pattern if isinstance(given[0].it, Pattern) else given[0].it
    if not isinstance(pattern, str) or name not in {"compile", "search", "match", "findall"}:
        raise place.computed()
    if name == "compile":
        return place.become(Pattern(pattern, number(given[1]) if len(given) > 1 else 0))
    text = given[1] if len(given) > 1 else place
    if not isinstance(text.it, str):
        raise place.computed()
    own = given[0].it.flags if isinstance(given[0].it, Pattern) else 0
    flags = number(given[2]) if len(given) > 2 else own  # noqa: PLR2004 - pattern, text, flags
    found = search(pattern, text.it, flags, anchored=name == "match")
    matched = text.become(None if found is None else Matched(found))
    return _first_found(matched) if name == "findall" else matched


def _first_found(matched: Value) -> Value:
    """Return a list with the first thing that `findall` would find; nothing asks for more."""
    if not isinstance(matched.it, Matched) or len(matched.it.match.groups()) > 1:
        raise matched.computed()
    return matched.become((group(matched, len(matched.it.match.groups())),))


def _text(owner: Value, name: str, given: list[Value]) -> Value:
    if name not in _TEXT:
        raise owner.computed()
    return _TEXT[name](owner, given)


def _opened(python: Evaluator, owner: Value, it: Opened, name: str) -> Value:
    if name not in {"readline", "readlines"}:
        raise owner.computed()
    lines = _lines(content(python, it.path), [])
    return lines if name == "readlines" else item(lines, 0)


def _format(owner: Value, given: Sequence[Value], named: Mapping[str, Value]) -> Value:
    text = short(owner)
    fields = {str(position): part for position, part in enumerate(given)} | dict(named)
    order = iter(given)

    def fill(found: re.Match[str]) -> str:
        part = fields.get(found[1]) if found[1] else next(order, None)
        if part is None:
            raise owner.computed()
        return plain(part)

    if re.search(r"[{}]", _FIELD.sub("", text)):
        raise owner.computed()
    around = owner.become(_FIELD.sub("", text))
    return composed(_FIELD.sub(fill, text), (around, *given, *named.values()), owner)


def _path(python: Evaluator, owner: Value, it: FilePath, name: str, given: Sequence[Value]) -> Value:
    if name == "joinpath":
        return owner.become(FilePath(join(it.path, *map(plain, given))))
    if name in {"resolve", "absolute"} or (name == "relative_to" and given and plain(given[0]) == "."):
        return owner
    if name in {"exists", "is_file"}:
        return owner.become(python.tree.has_file(it.path))
    if name == "with_name" and given:
        return owner.become(FilePath(join(dirname(it.path), plain(given[0]))))
    if name == "open":
        return owner.become(Opened(it.path))
    raise owner.computed()


def _matched(owner: Value, name: str, given: Sequence[Value]) -> Value:
    if isinstance(owner.it, Matched) and name == "group" and len(given) <= 1:
        return group(owner, given[0].it if given else 0)
    if isinstance(owner.it, Matched) and name == "groups":
        return owner.become(tuple(group(owner, at) for at in range(1, len(owner.it.match.groups()) + 1)))
    raise owner.computed()


def _joined(owner: Value, given: list[Value]) -> Value:
    parts = [part for value in given for part in items(value)[:SHORT]]
    return composed(short(owner).join(short(part) for part in parts), parts, owner)


def _stripped(side: str) -> Callable[[Value, list[Value]], Value]:
    def strip(owner: Value, given: list[Value]) -> Value:
        text = str(owner.it)
        made: str = getattr(text, side)(*[short(part) for part in given[:1]])
        return owner.become(made, down=0 if side == "rstrip" else text[: text.find(made)].count("\n"))

    return strip


def _split(owner: Value, given: list[Value]) -> Value:
    text, at = str(owner.it), 0
    separator = short(given[0]) if given else None
    if separator == "" or (separator is None and len(text) > SHORT):
        raise owner.computed()
    pieces = []
    for piece in text.split(separator):
        at = text.index(piece, at)
        pieces.append(owner.become(piece, down=text.count("\n", 0, at) if len(text) <= SHORT else 0))
        at += len(piece)
    return owner.become(tuple(pieces))


def _lines(owner: Value, _: Sequence[Value]) -> Value:
    lines = str(owner.it).split("\n", MOST_LINES)
    return owner.become(tuple(owner.become(line, down=down) for down, line in enumerate(lines)))


def _replaced(owner: Value, given: list[Value]) -> Value:
    texts = [short(part) for part in given]
    if len(texts) != PAIR:
        raise owner.computed()
    return composed(short(owner).replace(texts[0], texts[1]), (owner,), owner)


def _starts(owner: Value, given: list[Value]) -> Value:
    return owner.become(str(owner.it).startswith(tuple(short(part) for part in given)))


def _ends(owner: Value, given: list[Value]) -> Value:
    return owner.become(str(owner.it).endswith(tuple(short(part) for part in given)))


def _same(owner: Value, _: Sequence[Value]) -> Value:
    return owner


_TEXT: Mapping[str, Callable[[Value, list[Value]], Value]] = {
    "decode": _same,
    "encode": _same,
    "endswith": _ends,
    "join": _joined,
    "lstrip": _stripped("lstrip"),
    "replace": _replaced,
    "rstrip": _stripped("rstrip"),
    "split": _split,
    "splitlines": _lines,
    "startswith": _starts,
    "strip": _stripped("strip"),
}
