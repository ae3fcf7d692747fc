"""What builds are known to add to the files of a commit, or to change in them: data, one row for each habit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Any

from release_tools.identity.tree import Origin

COMPILED = ("*.so", "*.pyd", "*.dll", "*.dylib", "*.a", "*.lib")
BUILD_SYSTEMS = frozenset({"meson-python", "scikit-build-core", "scikit-build", "py-build-cmake", "sip"})
# The distributions of backends, where the name of the module that is called does not tell.
MODULES = {
    "flit-core": "flit-core", "mesonpy": "meson-python", "pdm": "pdm-backend", "poetry": "poetry-core",
    "sipbuild": "sip", "skbuild": "scikit-build",
}  # fmt: skip
_NAME = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """What one tool does, or every one when `tools` is empty.

    `patterns` are the paths of what it makes, a star standing for slashes too. With `beside`, a file is only made where
    the source has one of these names in the same folder; `into` are the kinds of distributions; `changes` says that a
    file of the source may get other contents; `platform` that it happens to wheels for one platform only; `declared`
    that each file must be exactly what follows from the namespaces that the wheel declares.
    """

    name: str
    patterns: tuple[str, ...]
    tools: frozenset[str] = frozenset()
    beside: tuple[str, ...] = ()
    into: tuple[str, ...] = ("sdist",)
    changes: bool = False
    platform: bool = False
    declared: bool = False


BOTH = ("sdist", "wheel")
HABITS = (
    Habit(name="core metadata", patterns=("PKG-INFO",), changes=True),
    Habit(
        name="egg-info", tools=frozenset({"setuptools", "pbr"}), changes=True,
        patterns=tuple(f"*.egg-info/{each}" for each in ("PKG-INFO", "*.txt", "*.json", "zip-safe", "not-zip-safe")),
    ),
    Habit(
        name="setup.py for old installers", patterns=("setup.py",),
        tools=frozenset({"flit-core", "hatchling", "pdm-backend", "pdm-pep517", "poetry-core"}),
    ),
    Habit(name="pbr's lists", patterns=("AUTHORS", "ChangeLog"), tools=frozenset({"pbr"}), changes=True),
    Habit(
        name="Cargo's manifests", patterns=("Cargo.toml", "Cargo.lock", "*/Cargo.toml", "*/Cargo.lock"),
        tools=frozenset({"maturin", "setuptools-rust"}), changes=True,
    ),
    Habit(
        name="version of an archive", patterns=(".git_archival.txt", ".git_archival.json", "*/.git_archival.*"),
        tools=frozenset({"meson-python"}), changes=True,
    ),
    Habit(name="C of Cython", patterns=("*.c", "*.cpp", "*.cxx", "*.h"), beside=("{stem}.pyx", "{stem}.py"), into=BOTH),
    Habit(name="message catalog", patterns=("*.mo",), beside=("{stem}.po",), into=BOTH),
    Habit(name="protocol", patterns=("*_pb2.py", "*_pb2.pyi", "*_pb2_grpc.py"), beside=("{stem}.proto",), into=BOTH),
    Habit(name="template", patterns=("*",), beside=("{name}.in", "{name}.tmpl", "{name}.j2", "{name}.mako"), into=BOTH),
    Habit(
        name="theme", patterns=("*/theme/*/static/*", "theme/*/static/*"), tools=frozenset({"sphinx-theme-builder"}),
        into=BOTH,
    ),
    Habit(
        name="namespace", patterns=("*-nspkg.pth",), tools=frozenset({"setuptools"}), into=("wheel",), declared=True
    ),
    Habit(name="compiled", patterns=COMPILED, into=("wheel",), platform=True),
    Habit(
        name="module of Rust", patterns=("*/__init__.py", "*.pyi", "*/py.typed"), tools=frozenset({"maturin"}),
        into=("wheel",), platform=True,
    ),
    Habit(
        name="installed by the build system", tools=BUILD_SYSTEMS, into=("wheel",), platform=True,
        patterns=("*.h", "*.hpp", "*.cmake", "*.pc", "*.pxd", "*.pyi", "*.mod", "*.def"),
    ),
)  # fmt: skip


def tools(pyproject: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of the distributions that a build uses, the backend's own included."""
    system = pyproject.get("build-system")
    listed = system.get("requires") if isinstance(system, Mapping) else None
    if not isinstance(system, Mapping) or not isinstance(listed, list):
        return frozenset({"setuptools"})
    module = str(system.get("build-backend", "setuptools")).partition(":")[0].partition(".")[0]
    backend = module.replace("_", "-")
    return frozenset({MODULES.get(backend, backend), *_names(listed)})


def _names(requirements: Iterable[object]) -> Iterable[str]:
    found = (_NAME.match(each) for each in requirements if isinstance(each, str))
    return (re.sub(r"[-_.]+", "-", each[1]).lower() for each in found if each)


def habit_of(path: str, kind: str, used: frozenset[str], source: Origin, *, platform: bool) -> Habit | None:
    """Return the habit by which a build made a file of an sdist or wheel, None where none is known."""
    for habit in HABITS:
        applies = kind in habit.into and (platform or not habit.platform)
        if applies and (habit.tools & used or not habit.tools) and _made(path, habit, source):
            return habit
    return None


def _made(path: str, habit: Habit, source: Origin) -> bool:
    if not any(fnmatchcase(path, pattern) for pattern in habit.patterns):
        return False
    place = PurePosixPath(path)
    stem = re.sub(r"_pb2(_grpc)?\Z", "", place.stem)
    names = [each.format(stem=stem, name=place.name) for each in habit.beside]
    return not names or any(source.has_beside(path, name) for name in names)
