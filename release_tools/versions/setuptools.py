"""Setuptools without code: `attr:` and `file:`, in pyproject.toml and in setup.cfg, or the version itself there."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import replace
from posixpath import dirname

from release_tools.versions import incremental, packages, scm
from release_tools.versions.facts import Facts, text
from release_tools.versions.reading import Reading, UnreadableError, declared
from release_tools.versions.stated import of_value, whole_file
from release_tools.versions.tree import join
from release_tools.versions.values import Value

ATTR = "setuptools-attr"
FILE = "setuptools-file"
SETUP_CFG = "setup-cfg"


def read_pyproject(facts: Facts) -> Reading | None:
    """Read `tool.setuptools.dynamic.version`."""
    directive = facts.table("tool", "setuptools", "dynamic").get("version")
    if facts.backend != "setuptools" or not isinstance(directive, Mapping):
        return None
    folders = facts.table("tool", "setuptools", "package-dir")
    placed = {key: value for key, value in folders.items() if isinstance(value, str)}
    where = facts.table("tool", "setuptools", "packages", "find").get("where")
    if "" not in placed and isinstance(where, list) and len(where) == 1 and isinstance(where[0], str):
        placed[""] = where[0]
    if text(directive, "attr"):
        return _or_tag(facts, text(directive, "attr"), placed)
    files = directive.get("file")
    return _file(facts, files if isinstance(files, list) else [files])


def read_setup_cfg(facts: Facts) -> Reading | None:
    """Read `version` in the metadata section of setup.cfg."""
    if facts.backend != "setuptools":
        return None
    raw = facts.setup_cfg.get("metadata", "version").strip()
    if not raw:
        return None
    kind, _, rest = raw.partition(":")
    if kind == "attr":
        return _or_tag(facts, rest.strip(), _placed_by_cfg(facts))
    if kind == "file":
        return _file(facts, [part.strip() for part in rest.split(",")])
    return declared(raw, SETUP_CFG, facts.tree.where("setup.cfg", facts.setup_cfg.lines.get(("metadata", "version"))))


def _placed_by_cfg(facts: Facts) -> dict[str, str]:
    placed = facts.setup_cfg.pairs("options", "package_dir")
    where = facts.setup_cfg.get("options.packages.find", "where").strip()
    if "" not in placed and where and not re.search(r"[,\n]", where):
        placed[""] = where
    return placed


def _or_tag(facts: Facts, dotted: str, placed: Mapping[str, str]) -> Reading:
    """Read an attribute; one in a file that a tool of the tag writes comes from the tag."""
    tool = scm.configured(facts)
    file, name = attribute_file(facts, dotted, placed)
    if tool and (file is None or file in scm.written(facts)):
        return Reading(from_tag=tool)
    if file is None:
        raise UnreadableError(f"there is no file for the module of {dotted}")
    try:
        value = attribute(facts, file, name)
    except UnreadableError as reason:
        return _generated(facts, file, tool, reason)
    if tool and value.file in scm.written(facts):
        return Reading(from_tag=tool)
    return of_value(value, ATTR, joined=True)


def _generated(facts: Facts, file: str, tool: str | None, reason: UnreadableError) -> Reading:
    """Read a module whose value is a call: of incremental, or of what a tool of the tag writes."""
    generator = tool or scm.required(facts)
    if generator:
        return Reading(from_tag=generator)
    own = join(dirname(file), "_version.py")
    try:
        return incremental.of_file(facts, own if facts.tree.has_file(own) else file)
    except UnreadableError:
        raise reason from None


def attribute_file(facts: Facts, dotted: str, placed: Mapping[str, str]) -> tuple[str | None, str]:
    """Return the file of the module of `package.module.name`, and the name."""
    module, _, name = dotted.strip().rpartition(".")
    module = module or "__init__"
    path = packages.placed(placed, module)
    file = packages.module_file(facts.tree, path) if path else None
    return file or packages.absolute(facts.tree, module, (".", *facts.python.roots)), name


def attribute(facts: Facts, file: str, name: str) -> Value:
    """Return an attribute as setuptools does: the first assignment if it is literal, else what a run would give."""
    bindings = [one for one in facts.python.scope(file).names.get(name, []) if not one.conditions]
    if bindings and isinstance(bindings[0].value, ast.expr) and _is_literal(bindings[0].value):
        frame = replace(facts.python.frame(file), upto=bindings[0].index)
        return facts.python.within(bindings[0].value, frame)
    return facts.python.name(file, name)


def _is_literal(node: ast.expr) -> bool:
    parts = node.elts if isinstance(node, ast.Tuple | ast.List) else [node]
    return all(isinstance(part, ast.Constant) for part in parts)


def _file(facts: Facts, files: list[object]) -> Reading:
    names = [name for name in files if isinstance(name, str) and name]
    if len(names) != 1:
        raise UnreadableError("the version is put together from several files" if names else "no file is named")
    return whole_file(facts, join(names[0]), FILE)
