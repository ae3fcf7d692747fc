"""Ways in which several kinds of project state a version: a TOML value, a pattern in a file, a name in a module."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from release_tools import toml
from release_tools.model import Location
from release_tools.versions.facts import Facts, table, text
from release_tools.versions.lines import toml_line
from release_tools.versions.pattern import search
from release_tools.versions.reading import Reading, UnreadableError, declared

if TYPE_CHECKING:
    from release_tools.versions.values import Value


def in_toml(facts: Facts, file: str, keys: Sequence[str], kind: str) -> Reading | None:
    """Read a string of a TOML file; None where it has none at these keys."""
    data = facts.pyproject if file == "pyproject.toml" else toml_data(facts, file)
    raw = text(table(data, *keys[:-1]), keys[-1])
    return declared(raw, kind, _place(facts, file, keys, raw)) if raw else None


def toml_data(facts: Facts, file: str) -> dict[str, object]:
    """Return the data of a TOML file of the project."""
    try:
        return toml.parse(facts.tree.text(file))
    except ValueError as error:
        raise UnreadableError(f"{file} is not valid TOML: {error}") from None


def in_json(facts: Facts, file: str, kind: str) -> Reading:
    """Read the `version` of a JSON file such as package.json."""
    content = facts.tree.text(file)
    try:
        raw = text(table(json.loads(content)), "version")
    except (ValueError, RecursionError):
        raise UnreadableError(f"{file} is not valid JSON") from None
    if not raw:
        raise UnreadableError(f"{file} states no version")
    found = re.search(r'"version"\s*:\s*' + re.escape(json.dumps(raw)), content)
    return declared(raw, kind, facts.tree.where(file, 1 + content.count("\n", 0, found.start()) if found else None))


def by_pattern(facts: Facts, file: str, pattern: str, kind: str, group: str | int = "version") -> Reading:
    """Read what a group of a pattern matches in a file."""
    found = matched(facts, file, pattern)
    try:
        raw = found.group(group)
    except IndexError:
        raise UnreadableError(f"the pattern {pattern[:80]!r} has no group for the version") from None
    if not isinstance(raw, str):
        raise UnreadableError(f"the pattern {pattern[:80]!r} matches without the version")
    return declared(raw, kind, facts.tree.where(file, 1 + found.string.count("\n", 0, found.start(group))))


def matched(facts: Facts, file: str, pattern: str) -> re.Match[str]:
    """Return the first match of a pattern in a file, `^` matching at each line."""
    found = search(pattern, facts.tree.text(file), re.MULTILINE)
    if found is None:
        raise UnreadableError(f"{file} holds no version that the pattern {pattern[:80]!r} finds")
    return found


def whole_file(facts: Facts, file: str, kind: str) -> Reading:
    """Read a file that holds the version and nothing else."""
    content = facts.tree.text(file)
    raw = content.strip()
    if not raw or "\n" in raw:
        raise UnreadableError(f"{file} does not hold one line with the version")
    return declared(raw, kind, facts.tree.where(file, 1 + content[: content.index(raw)].count("\n")))


def of_value(value: Value, kind: str, *, joined: bool = False) -> Reading:
    """Return the declaration that an evaluated value makes; `joined`: a tuple is put together with dots."""
    from release_tools.versions.values import items, plain

    if joined and isinstance(value.it, tuple):
        parts = items(value)
        raw = ".".join(plain(part) for part in parts)
        value = parts[0] if parts else value
    else:
        raw = plain(value)
    if not raw:
        raise UnreadableError(f"{value.file}:{value.line} states an empty version")
    return declared(raw, kind, Location(file=value.file, line=value.line))


def _place(facts: Facts, file: str, keys: Sequence[str], raw: str) -> Location:
    try:
        return facts.tree.where(file, toml_line(facts.tree.text(file), keys, raw))
    except UnreadableError:
        return facts.tree.where(file)
