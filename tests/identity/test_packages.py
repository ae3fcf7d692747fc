"""What got lost of the packages on the way from the commit to the wheel."""

from __future__ import annotations

import pytest

from release_tools.identity.packages import Loss
from tests.archives import TOP
from tests.identity.releases import PLATFORM_WHEEL, Files, traced

INIT = "sample_project/__init__.py"


def of(path: str, more: Files | None = None, *, in_sdist: bool = True, wheel: Files | None = None) -> Loss:
    """Return what is lost where the commit has a file that the wheel lacks."""
    commit: Files = {path: b"lost", **(more or {})}
    return traced(commit, {} if in_sdist else {path: None}, wheel).loss


@pytest.mark.parametrize("in_sdist", [True, False])
@pytest.mark.parametrize("path", ["sample_project/core.py", "sample_project/sub/__init__.py"])
def test_a_module_that_is_in_no_wheel_is_lost(path: str, in_sdist: bool) -> None:  # noqa: FBT001 - a case
    """Whether the sdist has it or not; in the wheel, it is not."""
    assert of(path, in_sdist=in_sdist) == Loss(modules=(path,))
    assert of(path, in_sdist=in_sdist, wheel={path: b"lost"}) == Loss()


def test_a_module_of_a_folder_that_is_no_package_is_loose() -> None:
    """There, leaving it out may be meant."""
    assert of("sample_project/tools/gen.py") == Loss(loose=("sample_project/tools/gen.py",))
    found = of("sample_project/tools/gen.py", {"sample_project/tools/__init__.py": b""})
    assert found.loose == ()
    assert set(found.modules) == {"sample_project/tools/gen.py", "sample_project/tools/__init__.py"}


@pytest.mark.parametrize(
    "path",
    [
        "sample_project/tests/test_core.py",
        "sample_project/sub/test/helper.py",
        "sample_project/test_core.py",
        "sample_project/conftest.py",
        "sample_project/examples/demo.py",
        "setup.py",
        "docs/conf.py",
        "tests/test_core.py",
        "other_package/__init__.py",
        ".github/script.py",
        "sample_project/{{cookiecutter.name}}/a.py",
    ],
)
def test_tests_docs_and_what_is_no_part_of_a_package_may_be_kept(path: str) -> None:
    """A project may keep to itself what no user needs."""
    assert of(path) == Loss()


def test_a_project_within_a_package_is_its_own() -> None:
    """What has a pyproject.toml of its own is not lost from this one."""
    more = {"sample_project/plugin/pyproject.toml": b""}
    assert of("sample_project/plugin/__init__.py", more).modules == ()
    assert of("sample_project/plugin/__init__.py").modules == ("sample_project/plugin/__init__.py",)


def test_a_module_that_was_compiled_is_there() -> None:
    """Its shared library stands in its place."""
    compiled: Files = {"sample_project/fast.cpython-312-x86_64-linux-gnu.so": b"x"}
    commit = {"sample_project/fast.py": b"lost"}
    assert traced(commit, wheel=compiled, name=PLATFORM_WHEEL).loss == Loss()
    assert traced(commit, name=PLATFORM_WHEEL).loss.modules == ("sample_project/fast.py",)


def test_a_module_that_went_elsewhere_is_there() -> None:
    """The same name with the same content in another folder will do."""
    assert of("sample_project/core.py", wheel={"sample_core/core.py": b"lost"}) == Loss()


@pytest.mark.parametrize("source", ["src/p", "lib/old"])
def test_packages_are_found_where_they_lie(source: str) -> None:
    """Below src, or in a folder of another name: there, its modules are looked for."""
    commit = {
        f"{source}/__init__.py": b"init",
        f"{source}/a.py": b"a",
        f"{source}/b.py": b"b",
        f"{source}/t.json": b"{}",
    }
    wheel = {"p/__init__.py": b"init", "p/a.py": b"a"}
    assert traced(commit, wheel=wheel).loss == Loss(modules=(f"{source}/b.py",), data=(f"{source}/t.json",))


@pytest.mark.parametrize("name", ["py.typed", "table.json", "sub/words.txt", "templates/page.html"])
def test_a_data_file_that_the_wheel_lacks_is_told(name: str) -> None:
    """Only one that the sdist has, and only below a package."""
    path = f"sample_project/{name}"
    assert of(path) == Loss(data=(path,))
    assert of(path, in_sdist=False) == Loss()
    assert of(path, wheel={path: b"lost"}) == Loss()
    assert of(f"share/{name}") == Loss()


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "fast.pyx",
        "fast.c",
        ".gitignore",
        "tests/data.json",
        "de.po",
        "Makefile",
        "loops.c.src",
        "a.inc",
        "_build_utils/t.json",
    ],
)
def test_what_a_wheel_is_made_from_is_no_data(name: str) -> None:
    """Sources, notes for people, and what belongs to tests."""
    assert of(f"sample_project/{name}") == Loss()


def test_data_beside_scripts_and_man_pages_make_no_package() -> None:
    """Where a wheel puts files into the data folder, nothing is expected beside them."""
    commit = {"docs/man/run.1": b"man", "docs/man/other.1": b"man 2", "docs/man/a.py": b"a"}
    assert traced(commit, wheel={f"{TOP}.data/data/docs/man/run.1": b"man"}).loss == Loss()


def test_a_project_folder_is_no_package() -> None:
    """Where single modules lie beside setup.py, what lies there too is not part of them."""
    commit = {"one.py": b"one", "tasks.py": b"tasks", "notes.json": b"{}"}
    assert traced(commit, wheel={"one.py": b"one"}).loss == Loss()


@pytest.mark.parametrize("path", ["sample_project/__init__.py", "src/sample_project/__init__.py", "Sample_Project.py"])
def test_a_wheel_without_any_module_lacks_the_one_of_the_projects_name(path: str) -> None:
    """A wheel that only names dependencies is healthy where the commit has no such module."""
    commit: Files = {INIT: None, path: b"x"}
    assert traced(commit, wheel={INIT: None}).loss.modules == (path,)
    assert traced(commit, wheel={INIT: None, "other.py": b""}).loss.modules == ()
    assert traced({INIT: None, "docs/conf.py": b""}, wheel={INIT: None}).loss == Loss()
