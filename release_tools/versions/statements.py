"""What each kind of Python statement does to the names around it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from release_tools.versions.syntax import Condition, Import, Scope

_CHANGES = frozenset(
    {"append", "clear", "extend", "insert", "pop", "remove", "reverse", "setdefault", "sort", "update"}
)


def scope_of(body: Iterable[ast.stmt]) -> Scope:
    """Return what a block of statements binds."""
    scope = Scope()
    block(scope, body)
    return scope


def block(scope: Scope, body: Iterable[ast.stmt], under: tuple[Condition, ...] = ()) -> None:
    """Take in the statements of a block, a kind that binds nothing left out."""
    for statement in body:
        handle = _STATEMENTS.get(type(statement))
        if handle is not None:
            handle(scope, statement, under)


def _assign(scope: Scope, node: ast.Assign, under: tuple[Condition, ...]) -> None:
    for target in node.targets:
        _target(scope, target, node.value, node, under)


def _annotated(scope: Scope, node: ast.AnnAssign, under: tuple[Condition, ...]) -> None:
    if node.value is not None:
        _target(scope, node.target, node.value, node, under)


def _augmented(scope: Scope, node: ast.AugAssign, under: tuple[Condition, ...]) -> None:
    if isinstance(node.target, ast.Name):
        before = ast.Name(id=node.target.id, ctx=ast.Load())
        total = ast.copy_location(ast.BinOp(left=before, op=node.op, right=node.value), node)
        scope.bind(node.target.id, ast.fix_missing_locations(total), node, under)
    else:
        _target(scope, node.target, None, node, under)


def _imported(scope: Scope, node: ast.Import, under: tuple[Condition, ...]) -> None:
    for alias in node.names:
        whole = alias.name if alias.asname else alias.name.partition(".")[0]
        scope.bind(alias.asname or whole, Import(module=whole), node, under)


def _imported_from(scope: Scope, node: ast.ImportFrom, under: tuple[Condition, ...]) -> None:
    for alias in node.names:
        source = Import(module=node.module or "", name=alias.name, level=node.level)
        if alias.name == "*":
            scope.stars.append(replace(scope.note(source, node, under), star=True))
        else:
            scope.bind(alias.asname or alias.name, source, node, under)


def _function(scope: Scope, node: ast.FunctionDef, under: tuple[Condition, ...]) -> None:
    scope.bind(node.name, None if node.decorator_list else node, node, under)


def _class(scope: Scope, node: ast.ClassDef | ast.AsyncFunctionDef, under: tuple[Condition, ...]) -> None:
    scope.bind(node.name, None, node, under)


def _returned(scope: Scope, node: ast.Return, under: tuple[Condition, ...]) -> None:
    scope.alone.append(scope.note(node.value, node, under))


def _deleted(scope: Scope, node: ast.Delete, under: tuple[Condition, ...]) -> None:
    for target in node.targets:
        key = (
            target.slice.value if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant) else None
        )
        if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name) and isinstance(key, str):
            made = scope.bind(target.value.id, None, node, under)
            scope.names[target.value.id][-1] = replace(made, keys=frozenset({key}))
        else:
            _target(scope, target, None, node, under)


def _expression(scope: Scope, node: ast.Expr, under: tuple[Condition, ...]) -> None:
    call = node.value
    scope.alone.append(scope.note(call, node, under))
    if not isinstance(call, ast.Call):
        return
    if isinstance(call.func, ast.Name) and call.func.id == "exec" and call.args:
        _executed(scope, call, node, under)
    elif isinstance(call.func, ast.Attribute) and call.func.attr in _CHANGES:
        _changed(scope, call, call.func, node, under)


def _executed(scope: Scope, call: ast.Call, node: ast.stmt, under: tuple[Condition, ...]) -> None:
    """Take `exec(code, names)` for a binding of `names`, `exec(code)` for one of any name."""
    for target in call.args[1:]:
        _target(scope, target, call, node, under)
    if len(call.args) == 1:
        scope.stars.append(replace(scope.note(call.args[0], node, under), star=True))


def _changed(scope: Scope, call: ast.Call, method: ast.Attribute, node: ast.stmt, under: tuple[Condition, ...]) -> None:
    """Take the call of a method that changes its object; what `update` puts into a dictionary can be followed."""
    if method.attr == "update" and isinstance(method.value, ast.Name) and len(call.args) + bool(call.keywords) == 1:
        named = ast.Call(func=ast.Name(id="dict", ctx=ast.Load()), args=[], keywords=call.keywords)
        scope.update(method.value.id, call.args[0] if call.args else named, node, under)
    else:
        _target(scope, method.value, None, node, under)


def _target(
    scope: Scope, target: ast.expr, value: ast.expr | None, node: ast.stmt, under: tuple[Condition, ...]
) -> None:
    """Bind what stands on the left of an assignment."""
    if isinstance(target, ast.Name):
        scope.bind(target.id, value, node, under)
    elif isinstance(target, ast.Tuple | ast.List):
        paired = isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts)
        values: Sequence[ast.expr | None] = value.elts if paired else [None] * len(target.elts)  # type: ignore[union-attr]
        for part, its_value in zip(target.elts, values, strict=True):
            _target(scope, part, its_value, node, under)
    elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name) and value is not None:
        scope.update(target.value.id, ast.Dict(keys=[target.slice], values=[value]), node, under)
    elif isinstance(target, ast.Subscript | ast.Attribute | ast.Starred):
        _target(scope, target.value, None, node, under)


def _if(scope: Scope, node: ast.If, under: tuple[Condition, ...]) -> None:
    block(scope, node.body, (*under, Condition(test=node.test)))
    block(scope, node.orelse, (*under, Condition(test=node.test, wanted=False)))


def _with(scope: Scope, node: ast.With, under: tuple[Condition, ...]) -> None:
    for item in node.items:
        if item.optional_vars is not None:
            _target(scope, item.optional_vars, item.context_expr, node, under)
    block(scope, node.body, under)


def _try(scope: Scope, node: ast.Try, under: tuple[Condition, ...]) -> None:
    works, fails = _attempted(node)
    # Where every failure ends the whole, whoever comes further has seen the attempt work.
    sure = all(isinstance(handler.body[-1], ast.Raise) for handler in node.handlers)
    block(scope, (*node.body, *node.orelse), under if sure else (*under, works))
    for handler in node.handlers:
        block(scope, handler.body, (*under, fails))
    block(scope, node.finalbody, under)


def _attempted(node: ast.Try) -> tuple[Condition, Condition]:
    """Return the conditions of the attempt and of its failure; of one import, that its module is there."""
    tried = node.body[0]
    if len(node.body) > 1 or not isinstance(tried, ast.Import | ast.ImportFrom):
        return Condition(), Condition()
    source = Import(module=tried.names[0].name)
    if isinstance(tried, ast.ImportFrom):
        source = Import(module=tried.module or "", level=tried.level)
    return Condition(there=source), Condition(there=source, wanted=False)


def _loop(scope: Scope, node: ast.For | ast.While, under: tuple[Condition, ...]) -> None:
    unsure = (*under, Condition())
    if isinstance(node, ast.For):
        _target(scope, node.target, None, node, unsure)
    block(scope, (*node.body, *node.orelse), unsure)


def _match(scope: Scope, node: ast.Match, under: tuple[Condition, ...]) -> None:
    for case in node.cases:
        block(scope, case.body, (*under, Condition()))


_STATEMENTS: Mapping[type[ast.stmt], Callable[..., None]] = {
    ast.AnnAssign: _annotated,
    ast.Assign: _assign,
    ast.AsyncFunctionDef: _class,
    ast.AugAssign: _augmented,
    ast.ClassDef: _class,
    ast.Delete: _deleted,
    ast.Expr: _expression,
    ast.For: _loop,
    ast.FunctionDef: _function,
    ast.If: _if,
    ast.Import: _imported,
    ast.ImportFrom: _imported_from,
    ast.Match: _match,
    ast.Return: _returned,
    ast.Try: _try,
    ast.While: _loop,
    ast.With: _with,
}
