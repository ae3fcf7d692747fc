"""Follows the body of one of the project's functions step by step, on values that are known."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from release_tools.versions import methods
from release_tools.versions.reading import UnreadableError
from release_tools.versions.statements import scope_of
from release_tools.versions.syntax import LOCALS
from release_tools.versions.values import Unknown, Value, truth

if TYPE_CHECKING:
    from release_tools.versions.evaluate import Evaluator, Frame


@dataclass(frozen=True, slots=True)
class Stop:
    """A `break` or `continue`."""

    leaves: bool


Outcome = Value | Stop | None


def run(python: Evaluator, body: Sequence[ast.stmt], frame: Frame) -> Value | None:
    """Return what the statements return; their names go into the frame."""
    outcome = _block(python, body, frame)
    return outcome if isinstance(outcome, Value) else None


def _block(python: Evaluator, body: Sequence[ast.stmt], frame: Frame) -> Outcome:
    for statement in body:
        python.spend(1)
        follow = _STATEMENTS.get(type(statement), _other)
        outcome = follow(python, statement, frame)
        if outcome is not None:
            return outcome
    return None


def _other(python: Evaluator, node: ast.stmt, frame: Frame) -> Outcome:
    """Give up on every name that a statement binds; one that may return ends the matter."""
    parts = list(ast.walk(node))
    python.spend(len(parts))
    if any(isinstance(part, ast.Return) for part in parts):
        raise UnreadableError(f"{frame.file}:{node.lineno} computes it")
    scope = scope_of([node])
    _forget(frame, scope.names, node)
    if scope.stars:
        raise UnreadableError(f"{frame.file}:{node.lineno} computes it")
    return None


def _forget(frame: Frame, names: Mapping[str, object], node: ast.stmt) -> None:
    for name in names:
        frame.given[name] = _unknown(frame, node)


def _unknown(frame: Frame, node: ast.stmt) -> Value:
    return Value(it=Unknown(f"{frame.file}:{node.lineno} computes it"), file=frame.file, line=node.lineno)


def _assign(python: Evaluator, node: ast.Assign | ast.AnnAssign, frame: Frame) -> Outcome:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    if node.value is None or not all(isinstance(target, ast.Name) for target in targets):
        return _other(python, node, frame)
    value = _value_or_unknown(python, node.value, frame, node)
    frame.given.update({target.id: value for target in targets if isinstance(target, ast.Name)})
    return None


def _augmented(python: Evaluator, node: ast.AugAssign, frame: Frame) -> Outcome:
    if not isinstance(node.target, ast.Name):
        return _other(python, node, frame)
    before = ast.copy_location(ast.Name(id=node.target.id, ctx=ast.Load()), node)
    total = ast.copy_location(ast.BinOp(left=before, op=node.op, right=node.value), node)
    frame.given[node.target.id] = _value_or_unknown(python, total, frame, node)
    return None


def _value_or_unknown(python: Evaluator, node: ast.expr, frame: Frame, place: ast.stmt) -> Value:
    try:
        return python.value(node, frame)
    except UnreadableError:
        return _unknown(frame, place)


def _if(python: Evaluator, node: ast.If, frame: Frame) -> Outcome:
    try:
        holds = truth(python.value(node.test, frame))
    except UnreadableError:
        return _other(python, node, frame)
    return _block(python, node.body if holds else node.orelse, frame)


def _for(python: Evaluator, node: ast.For, frame: Frame) -> Outcome:
    if not isinstance(node.target, ast.Name):
        return _other(python, node, frame)
    try:
        every = methods.each(python, python.value(node.iter, frame))
    except UnreadableError:
        return _other(python, node, frame)
    for item in every:
        frame.given[node.target.id] = item
        outcome = _block(python, node.body, frame)
        if isinstance(outcome, Value):
            return outcome
        if isinstance(outcome, Stop) and outcome.leaves:
            return None
    return _block(python, node.orelse, frame)


def _with(python: Evaluator, node: ast.With, frame: Frame) -> Outcome:
    for item in node.items:
        if isinstance(item.optional_vars, ast.Name):
            frame.given[item.optional_vars.id] = _value_or_unknown(python, item.context_expr, frame, node)
    return _block(python, node.body, frame)


def _return(python: Evaluator, node: ast.Return, frame: Frame) -> Outcome:
    place = Value(it=None, file=frame.file, line=node.lineno)
    return place if node.value is None else python.value(node.value, frame)


def _expression(python: Evaluator, node: ast.Expr, frame: Frame) -> Outcome:
    """Follow `exec`, whose names go into a dictionary or are asked of `locals()`."""
    call = node.value
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "exec" and call.args):
        return _other(python, node, frame)
    target = call.args[-1] if len(call.args) > 1 else None
    name = target.id if isinstance(target, ast.Name) else LOCALS
    frame.given[name] = _value_or_unknown(python, call, frame, node)
    return None


def _raise(_: Evaluator, node: ast.Raise, frame: Frame) -> Outcome:
    raise UnreadableError(f"{frame.file}:{node.lineno} finds no version")


def _stop(_: Evaluator, node: ast.Break | ast.Continue, __: Frame) -> Outcome:
    return Stop(isinstance(node, ast.Break))


_STATEMENTS: Mapping[type[ast.stmt], Callable[..., Outcome]] = {
    ast.AnnAssign: _assign,
    ast.Assign: _assign,
    ast.AugAssign: _augmented,
    ast.Break: _stop,
    ast.Continue: _stop,
    ast.Expr: _expression,
    ast.For: _for,
    ast.If: _if,
    ast.Raise: _raise,
    ast.Return: _return,
    ast.With: _with,
}
