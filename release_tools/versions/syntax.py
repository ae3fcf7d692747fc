"""The names of a module or a function: who binds each, where and under which conditions. Nothing is run."""

from __future__ import annotations

import ast
import sys
import warnings
from dataclasses import dataclass, field, replace

from release_tools.versions.reading import UnreadableError

# The tree of the syntax takes a thousand times the memory of the text; and before 3.11 Python crashes where an
# expression nests deeper than its stack.
LARGEST = 400_000 if sys.version_info >= (3, 11) else 150_000
# No name that source can have: what `exec` left behind in a function.
LOCALS = "locals()"


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
    if len(data) > LARGEST:
        raise UnreadableError(f"{file} is larger than {LARGEST // 1000} kB")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the project's invalid escapes are not our user's concern
            return ast.parse(data)
    except SyntaxError as error:
        raise UnreadableError(f"{file}:{error.lineno or 1} is not valid Python: {error.msg}") from None
    except (ValueError, LookupError, RecursionError, MemoryError, OverflowError):
        raise UnreadableError(f"{file} is not valid Python, or nests too deeply") from None


def keys_of(node: ast.expr) -> frozenset[str] | None:
    """Return the keys of a dictionary that is written out; None where they are not all there to be read."""
    if isinstance(node, ast.Dict) and all(isinstance(key, ast.Constant) for key in node.keys):
        return frozenset(key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict" and not node.args:
        names = [keyword.arg for keyword in node.keywords]
        return frozenset(filter(None, names)) if all(names) else None
    return None
