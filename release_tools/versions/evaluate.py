"""Evaluates the part of a module that states a version, as far as reading goes: no code of the project is run.

Literals, names, imports within the project, texts that are put together, files of the project that are read: all
with a budget. What is assigned under a condition is known only where the condition is.
"""

from __future__ import annotations

import ast
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from posixpath import splitext
from typing import TypeVar

from release_tools.versions import functions, packages
from release_tools.versions.nodes import NODES
from release_tools.versions.reading import UnreadableError
from release_tools.versions.statements import scope_of
from release_tools.versions.syntax import Binding, Condition, Import, Scope, parse_source
from release_tools.versions.tree import Tree, join
from release_tools.versions.values import External, Function, Module, Table, Unknown, Value, items, truth

_T = TypeVar("_T")

BUDGET = 100_000
SECONDS = 3.0
DEEPEST = 40
LIBRARY = frozenset({"ast", "codecs", "io", "json", "os", "packaging", "pathlib", "re", "runpy", "sys", "tomllib"})
BUILTINS = frozenset({"compile", "eval", "exec", "int", "len", "list", "map", "next", "open", "repr", "str", "tuple"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Where an expression stands: its file, its names, and up to which statement they count."""

    file: str
    scope: Scope
    upto: int
    outer: Frame | None = None
    given: dict[str, Value] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Evaluator:
    """Reads names of modules; `roots` are the folders in which absolute imports are looked for."""

    tree: Tree
    roots: tuple[str, ...] = packages.ROOTS
    _scopes: dict[str, Scope] = field(default_factory=dict)
    _until: float = 0.0
    _spent: int = 0
    _depth: int = 0
    _running: list[Binding] = field(default_factory=list)

    def name(self, file: str, name: str) -> Value:
        """Return the value that a name has at the end of a module."""
        return self._bounded(lambda: self.look_up(name, self.frame(file)))

    def first(self, file: str, name: str, *kinds: type[ast.expr]) -> Value | None:
        """Return the value of the first assignment to a name, outside any condition, of a literal of these kinds."""
        for binding in self.scope(file).names.get(name, []):
            if not binding.conditions and isinstance(binding.value, kinds):
                return self.within(binding.value, self.frame(file))
        return None

    def expression(self, file: str, source: str) -> Value:
        """Return the value of an expression over the names of a module."""
        try:
            parsed = ast.parse(source, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise UnreadableError(f"{source[:80]!r} is not a valid expression") from None
        return self.within(parsed, self.frame(file))

    def within(self, node: ast.expr, frame: Frame) -> Value:
        """Return the value of an expression that stands somewhere in a module."""
        return self._bounded(lambda: self.value(node, frame))

    def entries(self, node: ast.expr, frame: Frame, key: str) -> Mapping[str, tuple[ast.expr, Frame]]:
        """Return the entries of a dictionary, as far as this key is concerned."""
        value = self._bounded(
            lambda: self.look_up(node.id, frame, key) if isinstance(node, ast.Name) else self.value(node, frame)
        )
        if not isinstance(value.it, Table):
            raise UnreadableError(f"{frame.file}:{node.lineno} hands over keywords that are computed")
        return value.it.entries

    def scope(self, file: str) -> Scope:
        """Return the names that a module binds."""
        if file not in self._scopes:
            try:
                self._scopes[file] = scope_of(parse_source(self.tree.bytes(file), file).body)
            except RecursionError:
                raise UnreadableError(f"{file} nests too deeply") from None
        return self._scopes[file]

    def frame(self, file: str) -> Frame:
        """Return the names of a module as they are at its end."""
        scope = self.scope(file)
        return Frame(file=file, scope=scope, upto=scope.size + 1)

    def value(self, node: ast.expr, frame: Frame) -> Value:
        """Return what an expression evaluates to."""
        self.spend(1)
        evaluate = NODES.get(type(node))
        if evaluate is None:
            raise UnreadableError(f"{frame.file}:{node.lineno} computes it")
        return evaluate(self, node, frame)

    def spend(self, steps: int) -> None:
        """Count work; too much of it ends the evaluation."""
        self._spent += steps
        if self._spent > BUDGET or time.monotonic() > self._until:
            raise UnreadableError("the version is computed in more steps than are followed")

    def look_up(self, name: str, frame: Frame, key: str | None = None) -> Value:
        """Return the value of a name: that of the last statement that binds it for certain.

        With a key, statements that put only other keys into the dictionary do not matter.
        """
        if name in frame.given:
            return _known(frame.given[name])
        bindings = [*frame.scope.names.get(name, []), *frame.scope.stars]
        self.spend(1 + len(bindings))
        for binding in sorted(bindings, key=lambda one: one.index, reverse=True):
            elsewhere = key is not None and binding.keys is not None and key not in binding.keys
            if binding.index < frame.upto and not elsewhere and self._binds(binding, name, frame):
                return self._bound(binding, name, replace(frame, upto=binding.index))
        if frame.outer is not None:
            return self.look_up(name, frame.outer, key)
        if name in BUILTINS:
            return Value(it=External(name), file=frame.file, line=1)
        raise UnreadableError(f"{frame.file} does not say what {name} is")

    def attribute(self, module: Module, name: str, place: Value) -> Value:
        """Return a name of a module, which may be a module below it."""
        file = module.file
        # A package that imports its own module by name does not have that name yet.
        if file is not None and file != place.file and self._provides(file, name):
            return self.deeper(lambda: self.look_up(name, self.frame(file)))
        below = join(module.path, name)
        its_file = packages.module_file(self.tree, below)
        if its_file is None and not self.tree.has_folder(below):
            raise UnreadableError(f"{place.file}:{place.line} takes {name} from {module.path}, which does not state it")
        return place.become(Module(below, its_file))

    def call(self, function: Function, given: dict[str, Value], place: Value) -> Value:
        """Return what a function of the project returns."""
        outer: Frame = replace(function.frame, upto=function.frame.scope.size + 1)
        frame = Frame(file=outer.file, scope=Scope(), upto=0, outer=outer, given=given)
        returned = self.deeper(lambda: functions.run(self, function.node.body, frame))
        return place.become(None) if returned is None else returned

    def imported(self, source: Import, name: str, place: Value) -> Value:
        """Return what an import binds."""
        module = self._module(source, place.file)
        wanted = name if source.name == "*" else source.name
        if module is None and source.level:
            raise UnreadableError(f"{place.file}:{place.line} imports {wanted} from a module that is not there")
        if module is None:
            module = External(source.module)
        if not wanted:
            return place.become(module)
        if isinstance(module, External):
            return place.become(External(f"{module.name}.{wanted}"))
        return self.attribute(module, wanted, place)

    def deeper(self, work: Callable[[], _T]) -> _T:
        """Go on in another function or module; there is an end to that."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise UnreadableError("the version is computed in too many turns")
        try:
            return work()
        finally:
            self._depth -= 1

    def _binds(self, binding: Binding, name: str, frame: Frame) -> bool:
        """Whether a statement binds a name; for `import *` and `exec` their module answers."""
        if binding.star:
            file = self._star(binding, name, frame)
            exported = isinstance(binding.value, ast.expr) or not name.startswith("_")
            if file is None or not self._provides(file, name, exported=exported):
                return False
        return self._holds(binding, name, frame)

    def _star(self, binding: Binding, name: str, frame: Frame) -> str | None:
        """Return the file whose names a statement brings in, if it is one of the project's."""
        if isinstance(binding.value, Import):
            module = self._module(binding.value, frame.file)
            return module.file if isinstance(module, Module) else None
        if not isinstance(binding.value, ast.expr):
            return None
        code = self._code(binding, binding.value, frame)
        return None if code is None or (isinstance(code.it, str) and name not in code.it) else self.ran(code)

    def _code(self, binding: Binding, code: ast.expr, frame: Frame) -> Value | None:
        """Return what `exec` runs; None while that is worked out, since until then nothing was run."""
        if any(each is binding for each in self._running):
            return None
        self._running.append(binding)
        try:
            return self.value(code, replace(frame, upto=binding.index))
        finally:
            self._running.pop()

    def ran(self, code: Value) -> str:
        """Return the file whose whole text is run."""
        first = isinstance(code.it, str) and code.line == 1
        if first and self.tree.has_file(code.file) and self.tree.text(code.file) == code.it:
            return code.file
        raise code.computed()

    def _provides(self, file: str, name: str, *, exported: bool = True) -> bool:
        """Whether a module binds a name; one with an underscore is exported only if `__all__` says so."""
        text = self.tree.bytes(file)
        if name.encode() not in text and b"*" not in text and b"exec" not in text:
            return False  # saves the parsing of most modules
        frame = self.frame(file)
        self.spend(1 + len(frame.scope.stars))
        if not exported and not self._exports(frame, name):
            return False
        stars = frame.scope.stars
        return name in frame.scope.names or any(self.deeper(lambda: self._binds(star, name, frame)) for star in stars)  # noqa: B023 - called at once

    def _exports(self, frame: Frame, name: str) -> bool:
        if "__all__" not in frame.scope.names:
            return False
        return name in {item.it for item in items(self.look_up("__all__", frame))}

    def _holds(self, binding: Binding, name: str, frame: Frame) -> bool:
        """Whether a statement is reached; where reading cannot tell, that is the reason to stop."""
        before = replace(frame, upto=binding.index)
        try:
            return all(self._true(condition, before) for condition in binding.conditions)
        except UnreadableError:
            raise UnreadableError(f"{frame.file}:{binding.line} sets {name} only under a condition") from None

    def _true(self, condition: Condition, frame: Frame) -> bool:
        if condition.there is not None and self._module(condition.there, frame.file) is not None:
            return condition.wanted
        if condition.test is None:
            raise UnreadableError("a loop, or an error that may come")
        return truth(self.value(condition.test, frame)) is condition.wanted

    def _bound(self, binding: Binding, name: str, frame: Frame) -> Value:
        place = Value(it=None, file=frame.file, line=binding.line)
        if isinstance(binding.value, Import):
            return self.imported(binding.value, name, place)
        if isinstance(binding.value, ast.FunctionDef):
            return place.become(Function(binding.value, frame))
        if binding.value is None:
            raise UnreadableError(f"{frame.file}:{binding.line} sets {name} in a way that is not followed")
        if binding.star:
            file = self._star(binding, name, frame) or ""
            return self.attribute(Module(splitext(file)[0], file), name, place)
        return self.value(binding.value, frame)

    def _module(self, source: Import, file: str) -> Module | External | None:
        if not source.level and source.module.partition(".")[0] in LIBRARY:
            return External(source.module)
        roots = (packages.top_of(self.tree, file), *self.roots)
        paths = [join(root, source.module.replace(".", "/")) for root in roots]
        if source.level:
            paths = [packages.relative(file, source.module, source.level)]
        found = ((path, packages.module_file(self.tree, path)) for path in paths)
        known = (Module(path, its) for path, its in found if its is not None or self.tree.has_folder(path))
        return next(known, None)

    def _bounded(self, work: Callable[[], Value]) -> Value:
        self._spent = self._depth = 0
        self._until = self._until or time.monotonic() + SECONDS
        try:
            return work()
        except (RecursionError, MemoryError, OverflowError):
            raise UnreadableError("the version is computed in too involved a way") from None


def _known(value: Value) -> Value:
    if isinstance(value.it, Unknown):
        raise UnreadableError(value.it.reason)
    return value
