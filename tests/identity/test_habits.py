"""What builds are known to make: each habit excuses its own files, and nothing without its reason."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from release_tools.distributions.namespaces import LARGEST, TEMPLATES, line
from release_tools.identity.habits import HABITS, tools
from release_tools.identity.named import parsed
from tests.archives import INFO, WHEEL
from tests.identity.releases import PLATFORM_WHEEL, Files, built_with, made, strange, traced


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A file that a build made; with `otherwise` in place of what the commit has beside it, nobody made it."""

    habit: str
    path: str
    commit: Files
    otherwise: Files
    wheel: bool = False
    name: str = WHEEL


def with_tool(tool: str) -> Files:
    """Return a commit whose build uses a tool."""
    return {"pyproject.toml": built_with(tool)}


NO_TOOL = with_tool("other-tool")
EGG = "sample_project.egg-info"
CASES = (
    Case(habit="egg-info", path=f"{EGG}/SOURCES.txt", commit=with_tool("setuptools>=61"), otherwise=NO_TOOL),
    Case(habit="egg-info", path=f"src/{EGG}/not-zip-safe", commit={"pyproject.toml": None}, otherwise=NO_TOOL),
    Case(habit="egg-info", path=f"{EGG}/pbr.json", commit=with_tool("pbr"), otherwise=NO_TOOL),
    Case(habit="setup.py for old installers", path="setup.py", commit=with_tool("poetry_core"), otherwise=NO_TOOL),
    Case(habit="pbr's lists", path="ChangeLog", commit=with_tool("pbr"), otherwise=NO_TOOL),
    Case(habit="Cargo's manifests", path="rust/Cargo.lock", commit=with_tool("maturin>=1,<2"), otherwise=NO_TOOL),
    Case(habit="version of an archive", path=".git_archival.txt", commit=with_tool("meson-python"), otherwise=NO_TOOL),
    Case(habit="C of Cython", path="sample_project/f.c", commit={"sample_project/f.pyx": b"x"}, otherwise={}),
    Case(habit="C of Cython", path="p/f.cpp", commit={"src/p/f.pyx": b"x"}, otherwise={}, wheel=True),
    Case(habit="message catalog", path="p/de.mo", commit={"p/de.po": b"x"}, otherwise={"q/de.po": b"x"}, wheel=True),
    Case(habit="protocol", path="p/a_pb2.py", commit={"p/a.proto": b"x"}, otherwise={"p/b.proto": b"x"}),
    Case(habit="protocol", path="p/a_pb2_grpc.py", commit={"p/a.proto": b"x"}, otherwise={}, wheel=True),
    Case(habit="template", path="config.py", commit={"config.py.in": b"x"}, otherwise={"p/config.py.in": b"x"}),
    Case(habit="template", path="p/config.py", commit={"p/config.py.in": b"x"}, otherwise={}, wheel=True),
    Case(
        habit="theme", path="src/p/theme/q/static/s.css", commit=with_tool("sphinx-theme-builder"), otherwise=NO_TOOL
    ),
    Case(
        habit="module of Rust", path="p/__init__.py", commit=with_tool("maturin"), otherwise=NO_TOOL,
        wheel=True, name=PLATFORM_WHEEL,
    ),
    Case(
        habit="installed by the build system", path="p/include/a.h", otherwise=NO_TOOL, wheel=True, name=PLATFORM_WHEEL,
        commit={"pyproject.toml": built_with("ninja", backend="mesonpy")},
    ),
)  # fmt: skip


def of(case: Case, commit: Files) -> tuple[dict[str, str], list[str]]:
    """Return what was made and what is strange where the build added the file of a case."""
    added: Files = {case.path: b"made"}
    found = traced(commit, wheel=added, name=case.name) if case.wheel else traced(commit, sdist=added)
    return made(found), strange(found)


@pytest.mark.parametrize("case", CASES, ids=[f"{case.habit}: {case.path}" for case in CASES])
def test_a_habit_excuses_its_own_files(case: Case) -> None:
    """The habit is named; without the tool, or what the file is made from, the same file is a stranger."""
    assert of(case, case.commit) == ({case.path: case.habit}, [])
    assert of(case, case.otherwise) == ({}, [case.path])


@pytest.mark.parametrize("template", range(len(TEMPLATES)))
def test_what_setuptools_writes_for_namespaces_is_made(template: int) -> None:
    """Exactly that, for exactly those that the wheel declares; more on a line of it makes it a stranger."""
    lines = "".join(f"{line(TEMPLATES[template], name)}\n" for name in ("a", "a.b", "c"))
    declared: Files = {f"{INFO}/namespace_packages.txt": b"c\na.b\n"}
    commit = with_tool("setuptools")

    def told(content: str, of_wheel: Files = declared) -> tuple[dict[str, str], list[str]]:
        found = traced(commit, wheel={**of_wheel, "p-nspkg.pth": content.encode()})
        return made(found), strange(found)

    assert told(lines) == ({"p-nspkg.pth": "namespace"}, [])
    assert told(lines.replace("\n", "\r\n")) == ({"p-nspkg.pth": "namespace"}, [])
    both: Files = {f"{INFO}/namespace_packages.txt": b"c\na\na.b\n"}
    assert told(lines, both) == ({"p-nspkg.pth": "namespace"}, [])
    twice = line(TEMPLATES[template], "a") + "\n"
    assert told(twice + lines, both) == ({"p-nspkg.pth": "namespace"}, [])
    for others in (f"{lines}import evil\n", lines.replace("\n", ";import evil\n", 1)):
        assert told(others) == ({}, ["p-nspkg.pth"])
    assert told(lines, {}) == ({}, ["p-nspkg.pth"])
    assert told(lines, {f"{INFO}/namespace_packages.txt": b"c a.b" + b" " * LARGEST}) == ({}, ["p-nspkg.pth"])


def test_a_compiled_module_is_made_for_one_platform_only() -> None:
    """In a wheel for any platform, it is a stranger."""
    name = "sample_project/_fast.cpython-312-x86_64-linux-gnu.so"
    assert made(traced(wheel={name: b"binary"}, name=PLATFORM_WHEEL)) == {name: "compiled"}
    assert strange(traced(wheel={name: b"binary"})) == [name]


def test_a_habit_that_adds_does_not_change() -> None:
    """Where the commit has the file, another content is strange, but for the habits that are known for it."""
    commit = {"p/a.py.in": b"x", "p/a.py": b"x", **with_tool("maturin"), "Cargo.toml": b"x"}
    found = traced(commit, {"p/a.py": b"changed", "Cargo.toml": b"settled"})
    assert strange(found) == ["p/a.py"]
    assert made(found) == {"Cargo.toml": "Cargo's manifests"}


def test_each_habit_has_a_case() -> None:
    """All are tried, here and above."""
    others = {"core metadata", "compiled", "namespace"}
    assert {case.habit for case in CASES} | others == {habit.name for habit in HABITS}


def test_the_metadata_folder_of_a_wheel_is_the_builds_own() -> None:
    """Whatever stands there is not looked for in the source."""
    found = traced(wheel={f"{INFO}/licenses/LICENSE": b"MIT"})
    assert strange(found) == []
    assert list(made(traced(wheel={}))) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {"setuptools"}),
        ("[build-system]\nrequires = 1", {"setuptools"}),
        ('[build-system]\nrequires = ["Flit_Core >=3"]\nbuild-backend = "flit_core.buildapi"', {"flit-core"}),
        ('[build-system]\nrequires = ["a.b[x]>1", 3]\nbuild-backend = "hatchling.build"', {"hatchling", "a-b"}),
        ('[build-system]\nrequires = []\nbuild-backend = "poetry.core.masonry.api"', {"poetry-core"}),
        ('[build-system]\nrequires = ["setuptools"]', {"setuptools"}),
    ],
)  # fmt: skip
def test_the_tools_of_a_build(text: str, expected: set[str]) -> None:
    """They are the build requirements and the backend itself, by normalized names."""
    assert tools(parsed(text)) == expected
