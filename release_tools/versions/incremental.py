"""Incremental: a call `Version("name", 24, 3, 0)` in the `_version.py` of the package."""

from __future__ import annotations

import ast

from release_tools.versions.facts import Facts, text
from release_tools.versions.packages import absolute
from release_tools.versions.reading import Reading, UnreadableError, declared
from release_tools.versions.tree import join

KIND = "incremental"
_ENDS = {"release_candidate": "rc", "post": ".post", "dev": ".dev"}


def read(facts: Facts) -> Reading | None:
    """Read the version of a setuptools project that has switched incremental on."""
    active = facts.backend == "setuptools" and "incremental" in facts.table("tool")
    return of_project(facts) if active else None


def of_project(facts: Facts, given: str = "") -> Reading:
    """Read the call in the package of the project's name."""
    name = text(facts.table("tool", "incremental"), "name") or given or facts.name
    package = absolute(facts.tree, f"{name}._version", facts.python.roots) or absolute(
        facts.tree, f"{name.lower().replace('-', '_')}._version", facts.python.roots
    )
    if package is None:
        raise UnreadableError(f"the package {name!r} has no _version.py")
    return of_file(facts, package)


def of_file(facts: Facts, file: str) -> Reading:
    """Read the call that a module assigns to `__version__`."""
    bindings = facts.python.scope(file).names.get("__version__", [])
    call = bindings[-1].value if bindings and not bindings[-1].conditions else None
    literal = isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Version"
    parts = [getattr(node, "value", None) for node in call.args[1:]] if isinstance(call, ast.Call) and literal else []
    if not isinstance(call, ast.Call) or not parts or not all(isinstance(part, int) for part in parts):
        raise UnreadableError(f"{file} states no literal Version(...)")
    raw = ".".join(str(part) for part in parts)
    named = {keyword.arg: getattr(keyword.value, "value", None) for keyword in call.keywords}
    raw += "".join(f"{end}{named[key]}" for key, end in _ENDS.items() if isinstance(named.get(key), int))
    return declared(raw, KIND, facts.tree.where(join(file), call.lineno))
