"""What a wheel puts beside all other packages: what belongs there, and nothing that is promised and missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from release_tools.checks import Problem, check, listed
from release_tools.checks.members import Found, problems
from release_tools.distributions import Archive, Member, Wheel, namespaces
from release_tools.distributions.wheel import BESIDE
from release_tools.model import Location

# What lies beside the packages in the source of a project.
STRAYS = frozenset({
    "tests", "test", "docs", "doc", "examples", "example", "benchmarks", "benchmark", "build", "dist", "node_modules",
    "venv", "env", ".github", ".venv", "htmlcov", "setup", "conftest", "noxfile",
})  # fmt: skip
SOURCE = "src"
CODE = (".py", ".pyi", ".so", ".pyd")


@check()
def wheel_strays(wheels: tuple[Wheel, ...]) -> Iterator[Problem]:
    """Tell the build backend which packages to take: this would be installed beside all packages of everybody else."""
    yield from problems(wheels, _strays)


@check()
def wheel_pth(wheels: tuple[Wheel, ...]) -> Iterator[Problem]:
    """Do without the .pth file: what it names runs at each start of Python, whether the project is used or not."""
    yield from problems(wheels, lambda wheel: _startups(wheel, known=False))
    yield from problems(wheels, lambda wheel: _startups(wheel, known=True), "warning")


@check()
def wheel_layout(wheels: tuple[Wheel, ...]) -> Iterator[Problem]:
    """Tell the build backend that the packages lie below src (package-dir): it is no part of their names."""
    yield from problems(wheels, _below_source)


@check()
def wheel_not_empty(wheels: tuple[Wheel, ...]) -> Iterator[Problem]:
    """Tell the build backend what to take; a wheel holds modules, data or scripts, or at least has dependencies."""
    for wheel in wheels:
        if wheel.metadata and not wheel.fault and _is_empty(wheel):
            message = "there is nothing in it: no module, no data, no script, and no dependency"
            yield Problem(message=message, where=Location(file=wheel.filename))


@check()
def modules_promised(wheels: tuple[Wheel, ...]) -> Iterator[Problem]:
    """Let the build backend find the modules: who imports what the wheel's own metadata names would fail."""
    for wheel in wheels:
        missing = [] if wheel.fault else sorted(_promised(wheel) - _modules(wheel))
        if missing:
            message = f"its metadata names modules that are not in it: {listed(missing)}"
            yield Problem(message=message, where=Location(file=wheel.filename))


def _places(wheel: Archive) -> Iterator[tuple[str, Member]]:
    """Yield the files that are installed beside other packages, each with its path there."""
    for member in wheel.members:
        top, _, rest = member.name.partition("/")
        if member.kind == "folder" or top.endswith(".dist-info"):
            continue
        scheme, _, path = rest.partition("/")
        if not top.endswith(".data"):
            yield member.name, member
        elif scheme in BESIDE:
            yield path, member


def _strays(wheel: Archive) -> Found:
    own = _words(wheel)
    for path, member in _places(wheel):
        top = path.partition("/")[0]
        stray = top.removesuffix(".py").lower()
        is_folder = top != path
        if (stray in STRAYS and (is_folder or top.endswith(".py")) and stray not in own) or top.endswith(".egg-info"):
            yield "it is no part of any package", member.name, ""


def _words(wheel: Archive) -> frozenset[str]:
    """Return the words of the project's name, and what it says to be its own modules."""
    told = wheel.metadata
    name = told.name if told else wheel.filename.partition("-")[0]
    return frozenset({*re.split(r"[-_.]+", name.lower()), *_named(wheel)})


def _startups(wheel: Archive, *, known: bool) -> Found:
    for path, member in _places(wheel):
        if path.endswith(".pth") and "/" not in path and namespaces.is_of_setuptools(wheel, member) is known:
            yield "it runs at each start of Python", member.name, ""


def _below_source(wheel: Archive) -> Found:
    if SOURCE in _words(wheel):
        return
    for path, member in _places(wheel):
        if path.startswith(f"{SOURCE}/") and path.endswith(CODE):
            yield "a module is installed below src", member.name, ""


def _is_empty(wheel: Wheel) -> bool:
    told = wheel.metadata.fields if wheel.metadata else {}
    others = (each for each in wheel.members if each.kind != "folder" and not each.name.startswith(wheel.dist_info))
    return next(others, None) is None and not told.get("requires_dist") and "entry_points.txt" not in wheel.texts


def _promised(wheel: Wheel) -> set[str]:
    lines = wheel.texts.get("top_level.txt", b"").decode("utf-8", "replace").splitlines()
    return {line.strip().replace("/", ".") for line in lines if line.strip()} | set(_named(wheel))


def _named(wheel: Archive) -> Iterable[str]:
    names = wheel.metadata.fields.get("import_names", ()) if wheel.metadata else ()
    return (name for each in names if (name := each.partition(";")[0].strip()))


def _modules(wheel: Wheel) -> set[str]:
    """Return the dotted names of all modules and of all folders that hold anything.

    A module in a package is there by its own name too: setuptools names it so where `ext_package` moved it.
    """
    found: set[str] = set()
    for path, _ in _places(wheel):
        *folders, name = path.split("/")
        found.update(".".join(folders[:count]) for count in range(1, len(folders) + 1))
        found.update((name.partition(".")[0], ".".join((*folders, name.partition(".")[0]))))
    return found
