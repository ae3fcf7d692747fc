"""Calls: of the project's functions, of what is known of the standard library, of methods."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import TYPE_CHECKING

from release_tools.versions import library, methods
from release_tools.versions.syntax import LOCALS
from release_tools.versions.values import External, Function, Module, Table, Unknown, Value, items, place, united

if TYPE_CHECKING:
    from release_tools.versions.evaluate import Evaluator, Frame


def call(python: Evaluator, node: ast.Call, frame: Frame) -> Value:
    """Return what a call of a function or a method gives."""
    here = place(node, frame)
    if isinstance(node.func, ast.Name) and node.func.id == "dict" and len(node.args) <= 1:
        start = python.value(node.args[0], frame) if node.args else here.become(Table({}))
        entries = {keyword.arg: (keyword.value, frame) for keyword in node.keywords if keyword.arg}
        return united(start, here.become(Table(entries, partial=len(entries) < len(node.keywords))))
    if isinstance(node.func, ast.Name) and node.func.id == "locals" and not node.args:
        return python.look_up(LOCALS, frame)
    if isinstance(node.func, ast.Attribute):
        owner = python.value(node.func.value, frame)
        if not isinstance(owner.it, Module | External):
            return methods.call(python, owner, node.func.attr, *_arguments(python, node, frame))
    called = python.value(node.func, frame).it
    given, named = _arguments(python, node, frame)
    if isinstance(called, Function):
        return python.call(called, _parameters(called.node.args, given, named, here), here)
    if isinstance(called, External):
        return library.call(python, called.name, given, named, here)
    raise here.computed()


def _arguments(python: Evaluator, node: ast.Call, frame: Frame) -> tuple[list[Value], dict[str, Value]]:
    given: list[Value] = []
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            given += items(python.value(argument.value, frame))
        else:
            given.append(python.value(argument, frame))
    if any(keyword.arg is None for keyword in node.keywords):
        raise place(node, frame).computed()
    return given, {keyword.arg: python.value(keyword.value, frame) for keyword in node.keywords if keyword.arg}


def _parameters(wanted: ast.arguments, given: list[Value], named: Mapping[str, Value], here: Value) -> dict[str, Value]:
    """Bind the arguments of a call to the parameters of a function."""
    names = [parameter.arg for parameter in (*wanted.posonlyargs, *wanted.args)]
    later = [parameter.arg for parameter in wanted.kwonlyargs]
    bound = dict(zip(names, given, strict=False)) | dict(named)
    if wanted.vararg:
        bound[wanted.vararg.arg] = here.become(tuple(given[len(names) :]))
    if wanted.kwarg:
        bound[wanted.kwarg.arg] = here.become(Unknown(f"{here.file}:{here.line} hands over keywords"))
    defaults = [*zip(reversed(names), reversed(wanted.defaults), strict=False)]
    for name, default in (*defaults, *zip(later, wanted.kw_defaults, strict=True)):
        if isinstance(default, ast.Constant):
            bound.setdefault(name, here.become(default.value))
    if {*names, *later} - set(bound):
        raise here.computed()
    return bound
