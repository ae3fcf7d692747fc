"""Python source as a list of who binds which name, where and under which conditions. Nothing is run."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from release_tools.versions.reading import UnreadableError

# No name that source can have: what `exec` left behind in a function.
LOCALS = "locals()"

_CHANGES = frozenset(
    {"append", "clear", "extend", "insert", "pop", "remove", "reverse", "setdefault", "sort", "update"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """An import of `name` from `module`, `level` packages up; without a name the module itself, `*` for all names."""

    module: str
    name: str = ""
    level: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A test that must come out as `wanted`, or a module that must be there; with neither, reading cannot tell."""

    test: ast.expr | None = None
    wanted: bool = True
    there: Import | None = None


Bound = ast.expr | ast.FunctionDef | Import | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """One statement that gives a name its value, or with `star` perhaps any name.

    `value` is None where the statement is not understood; `keys` are those that the statement changes in a
    dictionary, if it leaves the others alone.
    """

    index: int
    line: int
    value: Bound
    conditions: tuple[Condition, ...] = ()
    star: bool = False
    keys: frozenset[str] | None = None


@dataclass(slots=True, kw_only=True)
class Scope:
    """The bindings of a module or a function in their order, and the expressions that stand alone."""

    names: dict[str, list[Binding]] = field(default_factory=dict)
    stars: list[Binding] = field(default_factory=list)
    alone: list[Binding] = field(default_factory=list)
    size: int = 0

    def block(self, body: Iterable[ast.stmt], under: tuple[Condition, ...] = ()) -> None:
        """Take in the statements of a block."""
        for statement in body:
            handle = _STATEMENTS.get(type(statement))
            if handle is not None:
                handle(self, statement, under)

    def bind(self, name: str, value: Bound, node: ast.stmt, under: tuple[Condition, ...]) -> Binding:
        """Note that a statement gives a name a value."""
        made = self.note(value, node, under)
        self.names.setdefault(name, []).append(made)
        return made

    def note(self, value: Bound, node: ast.stmt, under: tuple[Condition, ...]) -> Binding:
        """Return a binding with the next index."""
        self.size += 1
        return Binding(index=self.size, line=node.lineno, value=value, conditions=under)

    def update(self, name: str, value: ast.expr, node: ast.stmt, under: tuple[Condition, ...]) -> None:
        """Note that a statement puts entries into a dictionary."""
        before = ast.Name(id=name, ctx=ast.Load())
        merged = ast.BinOp(left=before, op=ast.BitOr(), right=value)
        made = self.bind(name, ast.fix_missing_locations(ast.copy_location(merged, node)), node, under)
        self.names[name][-1] = replace(made, keys=keys_of(value))


def parse_source(data: bytes, file: str) -> ast.Module:
    """Return the syntax tree of a module."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the project's invalid escapes are not our user's concern
            return ast.parse(data)
    except SyntaxError as error:
        raise UnreadableError(f"{file}:{error.lineno or 1} is not valid Python: {error.msg}") from None
    except (ValueError, LookupError, RecursionError, MemoryError, OverflowError):
        raise UnreadableError(f"{file} is not valid Python, or nests too deeply") from None


def scope_of(body: Iterable[ast.stmt]) -> Scope:
    """Return what a block of statements binds."""
    scope = Scope()
    scope.block(body)
    return scope


def keys_of(node: ast.expr) -> frozenset[str] | None:
    """Return the keys of a dictionary that is written out; None where they are not all there to be read."""
    if isinstance(node, ast.Dict) and all(isinstance(key, ast.Constant) for key in node.keys):
        return frozenset(key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict" and not node.args:
        names = [keyword.arg for keyword in node.keywords]
        return frozenset(filter(None, names)) if all(names) else None
    return None


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
    scope.block(node.body, (*under, Condition(test=node.test)))
    scope.block(node.orelse, (*under, Condition(test=node.test, wanted=False)))


def _with(scope: Scope, node: ast.With, under: tuple[Condition, ...]) -> None:
    for item in node.items:
        if item.optional_vars is not None:
            _target(scope, item.optional_vars, item.context_expr, node, under)
    scope.block(node.body, under)


def _try(scope: Scope, node: ast.Try, under: tuple[Condition, ...]) -> None:
    works, fails = _attempted(node)
    scope.block((*node.body, *node.orelse), (*under, works) if node.handlers else under)
    for handler in node.handlers:
        scope.block(handler.body, (*under, fails))
    scope.block(node.finalbody, under)


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
    scope.block((*node.body, *node.orelse), unsure)


def _match(scope: Scope, node: ast.Match, under: tuple[Condition, ...]) -> None:
    for case in node.cases:
        scope.block(case.body, (*under, Condition()))


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
