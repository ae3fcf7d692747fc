"""`version-file` of our own configuration: it wins, whatever the backend."""

from __future__ import annotations

from release_tools.versions.facts import Facts, text
from release_tools.versions.hatch import PATTERN
from release_tools.versions.reading import Reading, UnreadableError
from release_tools.versions.stated import by_pattern, in_json, in_toml, of_value, whole_file
from release_tools.versions.tree import join

KIND = "version-file"

_KEYS = (
    ("project", "version"),
    ("tool", "poetry", "version"),
    ("package", "version"),
    ("workspace", "package", "version"),
)


def read(facts: Facts) -> Reading | None:
    """Read the file that the configuration names: a module, a TOML or JSON file, or one with a line of its own."""
    path = text(facts.table("tool", "release-tools"), "version-file")
    if not path:
        return None
    file = join(path)
    if file.endswith(".json"):
        return in_json(facts, file, KIND)
    if file.endswith(".toml"):
        return _toml(facts, file)
    if file.endswith(".py"):
        names = facts.python.scope(file).names
        return of_value(facts.python.name(file, "VERSION" if "__version__" not in names else "__version__"), KIND)
    if "\n" in facts.tree.text(file).strip():
        return by_pattern(facts, file, PATTERN, KIND)
    return whole_file(facts, file, KIND)


def _toml(facts: Facts, file: str) -> Reading:
    readings = (in_toml(facts, file, keys, KIND) for keys in _KEYS)
    found = next((reading for reading in readings if reading), None)
    if found is None:
        raise UnreadableError(f"{file} states no version")
    return found
