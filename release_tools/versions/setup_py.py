"""setup.py: the version in the call of `setup`, as far as it can be evaluated without running the file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from release_tools.versions import incremental
from release_tools.versions.evaluate import Frame
from release_tools.versions.facts import Facts
from release_tools.versions.reading import Reading, UnreadableError
from release_tools.versions.stated import of_value
from release_tools.versions.statements import scope_of
from release_tools.versions.syntax import Import, Scope

KIND = "setup-py"
FILE = "setup.py"

_TOOLS = {
    "use_scm_version": "setuptools-scm",
    "pbr": "pbr",
    "setuptools_git_versioning": "setuptools-git-versioning",
    "version_config": "setuptools-git-versioning",
    "git_versioner": "git-versioner",
    "use_katversion": "katversion",
    "use_vcs_version": "hgtools",
    "vcversioner": "vcversioner",
    "versioning": "setupmeta",
}
_CALLED = re.compile(r"\b(versioneer|setuptools_scm|versioningit|dunamai|miniver|autosemver|vcversioner)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call of `setup` and the names around it."""

    node: ast.Call
    frame: Frame


def read(facts: Facts) -> Reading | None:
    """Read the version that setup.py hands to `setup`."""
    if facts.backend not in {"setuptools", "pbr"} or not facts.tree.has_file(FILE):
        return None
    readings = [reading for call in calls(facts) if (reading := _of_call(facts, call))]
    return readings[0] if readings else None


def name(facts: Facts) -> str:
    """Return the name that setup.py hands to `setup`; empty where it cannot be told."""
    try:
        found = next(calls(facts), None) if facts.tree.has_file(FILE) else None
        return _name(facts, _keywords(facts, found)) if found else ""
    except (UnreadableError, RecursionError, MemoryError):
        return ""


def calls(facts: Facts) -> Iterator[Call]:
    """Yield the calls of `setup`: at the top of the file, then inside its functions."""
    frame = facts.python.frame(FILE)
    yield from _in_scope(frame)
    for bindings in frame.scope.names.values():
        for binding in bindings:
            if isinstance(binding.value, ast.FunctionDef):
                scope = scope_of(binding.value.body)
                yield from _in_scope(Frame(file=FILE, scope=scope, upto=scope.size + 1, outer=frame))


def _in_scope(frame: Frame) -> Iterator[Call]:
    scope: Scope = frame.scope
    assigned = [one for bindings in scope.names.values() for one in bindings]
    for binding in sorted((*scope.alone, *assigned), key=lambda one: one.index):
        node = binding.value
        if isinstance(node, ast.Call) and _is_setup(node.func, scope):
            yield Call(node=node, frame=replace(frame, upto=binding.index))


def _is_setup(called: ast.expr, scope: Scope) -> bool:
    if isinstance(called, ast.Attribute):
        return called.attr == "setup" and isinstance(called.value, ast.Name | ast.Attribute)
    if not isinstance(called, ast.Name):
        return False
    sources = [one.value for one in scope.names.get(called.id, [])]
    return called.id == "setup" or any(isinstance(one, Import) and one.name == "setup" for one in sources)


def _of_call(facts: Facts, call: Call) -> Reading | None:
    keywords = _keywords(facts, call)
    tool = next((_TOOLS[key] for key in keywords if key in _TOOLS and not _is_off(keywords[key][0])), None)
    if tool:
        return Reading(from_tag=tool)
    if "use_incremental" in keywords:
        return incremental.of_project(facts, _name(facts, keywords))
    return _version(facts, *keywords["version"]) if "version" in keywords else None


def _keywords(facts: Facts, call: Call) -> dict[str, tuple[ast.expr, Frame]]:
    """Return the keywords of a call; dictionaries that are unpacked matter where the version is not among them."""
    keywords = {keyword.arg: (keyword.value, call.frame) for keyword in call.node.keywords if keyword.arg}
    return keywords if "version" in keywords else keywords | _unpacked(facts, call)


def _version(facts: Facts, node: ast.expr, frame: Frame) -> Reading:
    try:
        return of_value(facts.python.within(node, frame), KIND)
    except UnreadableError:
        asked = _CALLED.search(_written(node)) or _tool_behind(node, frame)
        if asked:
            return Reading(from_tag=asked[1].replace("_", "-"))
        raise


def _unpacked(facts: Facts, call: Call) -> dict[str, tuple[ast.expr, Frame]]:
    """Return the keywords that matter of the dictionaries that are unpacked into a call."""
    entries: dict[str, tuple[ast.expr, Frame]] = {}
    for keyword in call.node.keywords:
        mentioned = [key for key in ("version", "name", *_TOOLS) if not keyword.arg and _mentions(facts, key)]
        for key in mentioned:
            table = facts.python.entries(keyword.value, call.frame, key)
            entries |= {key: table[key]} if key in table else {}
    return entries


def _mentions(facts: Facts, key: str) -> bool:
    """Whether setup.py has this word for a key at all."""
    source = facts.tree.bytes(FILE).decode("utf-8", "replace")
    return re.search(rf"""(["']){key}\1|\b{key}\s*=[^=]""", source) is not None


def _name(facts: Facts, keywords: Mapping[str, tuple[ast.expr, Frame]]) -> str:
    value = facts.python.within(*keywords["name"]).it if "name" in keywords else ""
    return value if isinstance(value, str) else ""


def _tool_behind(node: ast.expr, frame: Frame) -> re.Match[str] | None:
    """Return the tool from which the names in an expression come."""
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    values = [binding.value for name in names for binding in frame.scope.names.get(name, [])]
    texts = [value.module if isinstance(value, Import) else _written(value) for value in values if value is not None]
    return next((found for text in texts if (found := _CALLED.search(text))), None)


def _written(node: ast.AST) -> str:
    """Return an expression as text; empty where it holds a number with too many digits to be written."""
    try:
        return ast.unparse(node)
    except ValueError:
        return ""


def _is_off(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not node.value
