"""How each kind of Python expression is evaluated; a kind that is missing here is not followed."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from posixpath import dirname, splitext
from typing import TYPE_CHECKING, Any

from release_tools.versions import calls, library, methods
from release_tools.versions.syntax import Scope
from release_tools.versions.tree import join
from release_tools.versions.values import (
    SHORT,
    Data,
    External,
    FilePath,
    Matched,
    Module,
    Table,
    Value,
    composed,
    items,
    number,
    place,
    plain,
    short,
    truth,
    united,
)

if TYPE_CHECKING:
    from release_tools.versions.evaluate import Evaluator, Frame

# Every Python that we support is at least this one; a comparison with an older one has a known outcome.
OLDEST = (3, 10)


def _constant(_: Evaluator, node: ast.Constant, frame: Frame) -> Value:
    it = node.value.decode("utf-8", "replace") if isinstance(node.value, bytes) else node.value
    return Value(it=it, file=frame.file, line=node.lineno)


def _name(python: Evaluator, node: ast.Name, frame: Frame) -> Value:
    script = frame.file == "setup.py"
    name = "__main__" if script else splitext(frame.file)[0].replace("/", ".")
    known = {"__file__": frame.file, "__name__": name, "TYPE_CHECKING": False}
    return place(node, frame).become(known[node.id]) if node.id in known else python.look_up(node.id, frame)


def _attribute(python: Evaluator, node: ast.Attribute, frame: Frame) -> Value:
    owner = python.value(node.value, frame)
    if isinstance(owner.it, Module):
        return python.attribute(owner.it, node.attr, owner)
    if isinstance(owner.it, External):
        return owner.become(library.member(f"{owner.it.name}.{node.attr}"))
    if isinstance(owner.it, FilePath) and node.attr == "parent":
        return owner.become(FilePath(dirname(owner.it.path) or "."))
    raise place(node, frame).computed()


def _sequence(python: Evaluator, node: ast.Tuple | ast.List, frame: Frame) -> Value:
    return place(node, frame).become(tuple(python.value(part, frame) for part in node.elts))


def _dictionary(_: Evaluator, node: ast.Dict, frame: Frame) -> Value:
    entries: dict[str, tuple[ast.expr, Frame]] = {}
    partial = False
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant):
            entries |= {key.value: (value, frame)} if isinstance(key.value, str) else {}
        else:
            # Any key may hide here, and take the place of one that came before.
            entries, partial = {}, True
    return place(node, frame).become(Table(entries, partial))


def _binary(python: Evaluator, node: ast.BinOp, frame: Frame) -> Value:
    left, right = python.value(node.left, frame), python.value(node.right, frame)
    if isinstance(node.op, ast.Add) and isinstance(left.it, tuple) and len(left.it) <= SHORT:
        return place(node, frame).become(items(left) + items(right)[:SHORT])
    if isinstance(node.op, ast.Add):
        return composed(short(left) + short(right), (left, right), place(node, frame))
    if isinstance(node.op, ast.Mod):
        return methods.percent(left, right)
    if isinstance(node.op, ast.Div) and isinstance(left.it, FilePath):
        return left.become(FilePath(join(left.it.path, plain(right))))
    if isinstance(node.op, ast.BitOr):
        return united(left, right)
    raise place(node, frame).computed()


def _unary(python: Evaluator, node: ast.UnaryOp, frame: Frame) -> Value:
    operand = python.value(node.operand, frame)
    if isinstance(node.op, ast.Not):
        return operand.become(not truth(operand))
    if isinstance(node.op, ast.USub):
        return operand.become(-number(operand))
    raise operand.computed()


def _both(python: Evaluator, node: ast.BoolOp, frame: Frame) -> Value:
    decides = isinstance(node.op, ast.Or)
    value = place(node, frame)
    for part in node.values:
        value = python.value(part, frame)
        if truth(value) is decides:
            break
    return value


def _compared(python: Evaluator, node: ast.Compare, frame: Frame) -> Value:
    kind = type(node.ops[0])
    if len(node.ops) > 1:
        raise place(node, frame).computed()
    left, right = python.value(node.left, frame), python.value(node.comparators[0], frame)
    if left.it == External("sys.version_info"):
        return _python_is(kind, left, tuple(number(part) for part in items(right)))
    nothing = kind in {ast.Is, ast.IsNot} and right.it is None
    simple = nothing or all(side.it is None or isinstance(side.it, str | int) for side in (left, right))
    if kind in {ast.In, ast.NotIn} and isinstance(right.it, tuple):
        return left.become((left.it in {item.it for item in items(right)}) is (kind is ast.In))
    if not simple or kind not in _COMPARISONS or (kind in {ast.In, ast.NotIn} and not isinstance(right.it, str)):
        raise left.computed()
    return left.become(_COMPARISONS[kind](left.it, right.it))


def _python_is(kind: type[ast.cmpop], place: Value, bound: tuple[int, ...]) -> Value:
    """Compare the running Python with an older one."""
    if bound > OLDEST or kind not in {ast.Lt, ast.LtE, ast.Gt, ast.GtE}:
        raise place.computed()
    return place.become(kind in {ast.Gt, ast.GtE})


def _either(python: Evaluator, node: ast.IfExp, frame: Frame) -> Value:
    return python.value(node.body if truth(python.value(node.test, frame)) else node.orelse, frame)


def _formatted(python: Evaluator, node: ast.JoinedStr, frame: Frame) -> Value:
    parts = tuple(python.value(part, frame) for part in node.values)
    return composed("".join(plain(part) for part in parts), parts, place(node, frame))


def _field(python: Evaluator, node: ast.FormattedValue, frame: Frame) -> Value:
    if node.format_spec is not None or node.conversion not in (-1, ord("s")):
        raise place(node, frame).computed()
    return python.value(node.value, frame)


def _subscript(python: Evaluator, node: ast.Subscript, frame: Frame) -> Value:
    if isinstance(node.slice, ast.Slice):
        bounds = (node.slice.lower, node.slice.upper, node.slice.step)
        numbers = [None if bound is None else number(python.value(bound, frame)) for bound in bounds]
        return methods.item(python.value(node.value, frame), slice(*numbers))
    key = python.value(node.slice, frame).it
    if isinstance(node.value, ast.Name) and isinstance(key, str):
        return entry(python, python.look_up(node.value.id, frame, key), key)
    owner = python.value(node.value, frame)
    if isinstance(owner.it, Matched):
        return methods.group(owner, key)
    if owner.it == External("sys.argv") and key == 0:
        return owner.become("setup.py")
    return entry(python, owner, key) if isinstance(key, str) else methods.item(owner, key)


def entry(python: Evaluator, owner: Value, key: str) -> Value:
    """Return what a dictionary, or the names of a module that was run, hold under a key."""
    if isinstance(owner.it, Data):
        return library.data_entry(python, owner, owner.it, key)
    if isinstance(owner.it, Table) and key in owner.it.entries:
        return python.value(*owner.it.entries[key])
    if isinstance(owner.it, Module):
        return python.attribute(owner.it, key, owner)
    return methods.group(owner, key)


def _each(python: Evaluator, node: ast.GeneratorExp | ast.ListComp, frame: Frame) -> Value:
    source = python.value(node.generators[0].iter, frame)
    return source.become(tuple(_made(python, node, methods.each(python, source), frame)))


def _made(
    python: Evaluator, node: ast.GeneratorExp | ast.ListComp, every: tuple[Value, ...], frame: Frame
) -> Iterator[Value]:
    loop = node.generators[0]
    if len(node.generators) > 1 or not isinstance(loop.target, ast.Name):
        raise place(node, frame).computed()
    for item in every:
        inner = replace(frame, scope=Scope(), upto=0, outer=frame, given={loop.target.id: item})
        if all(truth(python.value(test, inner)) for test in loop.ifs):
            yield python.value(node.elt, inner)


_COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: lambda left, right: bool(left == right),
    ast.In: lambda left, right: str(left) in right,
    ast.Is: lambda left, right: left is right,
    ast.IsNot: lambda left, right: left is not right,
    ast.NotEq: lambda left, right: bool(left != right),
    ast.NotIn: lambda left, right: str(left) not in right,
}
NODES: Mapping[type[ast.expr], Callable[..., Value]] = {
    ast.Attribute: _attribute,
    ast.BinOp: _binary,
    ast.BoolOp: _both,
    ast.Call: calls.call,
    ast.Compare: _compared,
    ast.Constant: _constant,
    ast.Dict: _dictionary,
    ast.FormattedValue: _field,
    ast.GeneratorExp: _each,
    ast.IfExp: _either,
    ast.JoinedStr: _formatted,
    ast.List: _sequence,
    ast.ListComp: _each,
    ast.Name: _name,
    ast.Subscript: _subscript,
    ast.Tuple: _sequence,
    ast.UnaryOp: _unary,
}
