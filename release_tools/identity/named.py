"""The files that the configuration of a build names as made by it, above all those that tell the version."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from release_tools import toml
from release_tools.identity.tree import SourceTree
from release_tools.versions.facts import table, text

# Keys of any tool's table whose value is a file that the build writes.
WRITTEN = frozenset(
    {"version-file", "version_file", "write_to", "write-to", "versionfile_source", "versionfile_build", "build-file"}
)
# A file that tells the version, where it stands in code rather than in a table which file that is.
OF_VERSION = re.compile(r"(?i)_*(?:[a-z]+_)?version(?:_[a-z]+)?_*(?:\.(?:pyi?|txt|json|h|c))?")
LARGEST = 16 * 1024
_QUOTED = re.compile(r"""["']([^"'\s]+)["']""")
_INI = re.compile(r"(?im)^\s*(?:versionfile_source|versionfile_build|write_to|version_file)\s*[=:]\s*(\S+)")
# The same keys in code: of a table of names, of a call, or of versioneer's module.
_IN_CODE = re.compile(
    r"""\b(?:(?:versionfile_source|versionfile_build|write_to)["']?\s*[=:]|version_file(?:["']\s*:|=))\s*["']([^"'\s]+)["']"""
)
SUBSTITUTED = ("*.py", "*/__init__.py", "*/__version__.py", "*/_version.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What is made by a build.

    `written` are files that it writes anew, `added` ones that its own code names; `artifacts` are patterns of what is
    added, `substituted` of what is changed; `mentioned` are all words of the configuration.
    """

    written: frozenset[str]
    added: frozenset[str] = frozenset()
    artifacts: tuple[str, ...] = ()
    substituted: tuple[str, ...] = ()
    mentioned: str = ""

    def makes(self, path: str, size: int) -> bool:
        """Whether the configuration says that the build adds this file."""
        if any(_fits(path, pattern) for pattern in self.artifacts):
            return True
        name = PurePosixPath(path).name
        told = self.changes(path, size) or path in self.added
        told = told or (OF_VERSION.fullmatch(name) is not None and name in self.mentioned)
        return told and size <= LARGEST

    def changes(self, path: str, size: int) -> bool:
        """Whether the configuration says that the build writes this file anew."""
        named = any(f"/{path}".endswith(f"/{each}") or f"/{each}".endswith(f"/{path}") for each in self.written)
        return size <= LARGEST and (named or any(_matches(path, pattern) for pattern in self.substituted))


def named(tree: SourceTree) -> Named:
    """Read the configuration of a build."""
    words = {name: content.decode("utf-8", "replace") for name, content in tree.texts.items()}
    tables = [table(parsed(words.get("pyproject.toml", "")), "tool"), parsed(words.get("hatch.toml", ""))]
    quoted = {each for name, content in words.items() if name.endswith(".py") for each in _QUOTED.findall(content)}
    of_version = {each for each in quoted if OF_VERSION.fullmatch(PurePosixPath(each).name)}
    written = {*(path for each in tables for path in _written(each)), *_special(tables[0]), *of_version}
    written |= {path for name, content in words.items() if name.endswith(".py") for path in _IN_CODE.findall(content)}
    written |= set(_INI.findall(words.get("setup.cfg", "")))
    return Named(
        written=frozenset(path.removeprefix("./").strip("/") for path in written if path),
        added=frozenset(quoted),
        artifacts=tuple(pattern for each in tables for pattern in _artifacts(each)),
        substituted=_substituted(tables[0]),
        mentioned="\n".join(words.values()),
    )


def parsed(content: str) -> Mapping[str, Any]:
    """Return the data of a TOML file, empty where it cannot be read."""
    try:
        return toml.parse(content)
    except ValueError:
        return {}


def _written(data: object) -> Iterator[str]:
    """Yield the values of the keys that name a file to write, however deep they stand."""
    if isinstance(data, list):
        for each in data:
            yield from _written(each)
    if isinstance(data, Mapping):
        for key, value in data.items():
            if key in WRITTEN and isinstance(value, str):
                yield value
            yield from _written(value)


def _special(tool: Mapping[str, Any]) -> Iterator[str]:
    yield text(table(tool, "versioningit", "write"), "file")
    yield text(table(tool, "hatch", "build", "hooks", "version"), "path")
    generated = table(tool, "scikit-build").get("generate")
    for each in generated if isinstance(generated, list) else ():
        yield text(each, "path") if isinstance(each, Mapping) else ""


def _artifacts(data: object) -> Iterator[str]:
    """Yield hatchling's patterns of files that git does not track and the build adds all the same."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            if key == "artifacts" and isinstance(value, list):
                yield from (each for each in value if isinstance(each, str) and not each.startswith("!"))
            else:
                yield from _artifacts(value)


def _substituted(tool: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the patterns of files in which a plug-in of Poetry puts the version."""
    dynamic = tool.get("poetry-dynamic-versioning")
    if not isinstance(dynamic, Mapping):
        return ()
    chosen = table(dynamic, "substitution").get("files")
    return (*(chosen if isinstance(chosen, list) else SUBSTITUTED), *table(dynamic, "files"))


def _fits(path: str, pattern: str) -> bool:
    """Whether a path is meant by a pattern as git writes them in .gitignore."""
    bare = pattern.strip("/")
    anywhere = "/" not in bare and not pattern.startswith("/")
    places = (bare, f"**/{bare}") if anywhere else (bare,)
    return any(_matches(path, each) or _matches(path, f"{each}/**") for each in places)


def _matches(path: str, pattern: object) -> bool:
    """Whether a path is meant by a pattern; what is no text, in a list of foreign data, means none."""
    if not isinstance(pattern, str):
        return False
    parts = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    words = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    return re.fullmatch("".join(parts.get(word) or re.escape(word) for word in words), path) is not None
