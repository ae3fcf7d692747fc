"""A repository of several packages: which one is meant, and which tags are its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from release_tools.adapters.git import Git
from release_tools.config import Config
from release_tools.errors import UsageError
from release_tools.facts import packages
from release_tools.options import Options
from release_tools.supply import Supply
from tests.samples import git

MODULES = tuple(f"release_tools.facts.{part}" for part in ("project", "release", "git", "changelog"))


def supply(folder: Path, package: str | None = None) -> Supply:
    """Return the facts as validate gets them when it is started in a folder."""
    options = Options(command="validate", package=package)
    return Supply(MODULES, options=options, environment={}, folder=folder, config=Config())


def made(root: Path, files: dict[str, str], *tags: str) -> Path:
    """Make a repository with some files in one commit that carries some tags."""
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content)
    git(root, "init", "--quiet", "--initial-branch=main", "--template=")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=Begin")
    for tag in tags:
        git(root, "tag", tag)
    return root


def pyproject(name: str) -> str:
    """Return a pyproject.toml of a name."""
    return f'[project]\nname = "{name}"\nversion = "1.0"\n'


def of_head(facts: Supply) -> list[str]:
    """Return the names of the release tags on HEAD."""
    return [tag.name for tag in facts.get("head_tags")]


TWO = {"packages/a/pyproject.toml": pyproject("a"), "packages/b/pyproject.toml": pyproject("b")}
ALONE = {"python/pyproject.toml": pyproject("demo"), "python/tests/data/setup.cfg": "[metadata]\nname = other\n"}


@pytest.mark.parametrize("files", [TWO, {"packages/b/pyproject.toml": pyproject("b")}], ids=["two", "one"])
def test_a_package_is_the_same_from_its_folder(tmp_path: Path, files: dict[str, str]) -> None:
    """Whoever stands in the folder of a package gets its tags, as who names it: the repository's are not its own."""
    root = made(tmp_path, files, "v3.0", "b-v1.0")
    named, within = supply(root, package="b"), supply(root / "packages/b")
    assert of_head(named) == of_head(within) == ["b-v1.0"]
    assert named.get("grammar").prefix == within.get("grammar").prefix == "b-v"


def test_the_first_tag_of_a_package_is_named_after_it(tmp_path: Path) -> None:
    """A package beside others has a prefix of its own, though only others were released yet."""
    root = made(tmp_path, TWO, "a-v1.0", "a-v1.1")
    assert supply(root, package="b").get("grammar").prefix == "b-v"
    assert supply(root / "packages/b").get("grammar").prefix == "b-v"
    assert supply(root / "packages/a").get("grammar").prefix == "a-v"


@pytest.mark.parametrize(
    ("tags", "prefix", "held"),
    [
        ((), "v", []),
        (("v1.0", "v1.1"), "v", ["v1.1", "v1.0"]),
        (("1.0",), "", ["1.0"]),
        (("sdk-1.0", "sdk-1.1"), "sdk-", ["sdk-1.1", "sdk-1.0"]),
        (("demo-0.1", "v0.1", "v0.2", "v0.3"), "v", ["v0.3", "v0.2", "demo-0.1", "v0.1"]),
    ],
    ids=["none", "plain", "bare", "another name", "another style before"],
)
def test_a_project_alone_in_a_folder_has_the_tags_of_the_repository(
    tmp_path: Path, tags: tuple[str, ...], prefix: str, held: list[str]
) -> None:
    """Many keep their one project in a folder: it is no package among others, whatever the tests hold."""
    root = made(tmp_path, ALONE)
    for number, tag in enumerate(tags):
        if "demo" not in tag and number > 1:
            git(root, "commit", "--quiet", "--allow-empty", "--message=More")
        git(root, "tag", tag)
    facts = supply(root / "python")
    assert facts.get("grammar").prefix == prefix
    assert {tag.name for tag in facts.get("tags")} == {*held}


def test_plain_tags_are_those_of_a_package_without_any_of_its_own(tmp_path: Path) -> None:
    """Packages that are all released by the tags of the repository have these."""
    root = made(tmp_path, TWO, "v1.0", "v1.1")
    assert supply(root / "packages/b").get("grammar").prefix == "v"


@pytest.mark.parametrize(
    ("path", "content", "beside"),
    [
        ("pyproject.toml", pyproject("whole"), True),
        ("pyproject.toml", "[tool.x]\n", False),
        ("setup.py", "from setuptools import setup\nsetup(name='Demo')\n", False),
        ("other/setup.cfg", "[metadata]\nname = other\n", True),
        ("docs/example/pyproject.toml", pyproject("other"), False),
        (".tool/pyproject.toml", pyproject("other"), False),
        ("{{x}}/pyproject.toml", pyproject("{{x}}"), False),
        ("broken/pyproject.toml", "x = [", False),
    ],
)
def test_what_stands_beside_a_package(tmp_path: Path, path: str, content: str, *, beside: bool) -> None:
    """Another project that states a name of its own; neither a sample nor a template, nor the settings of a tool."""
    root = made(tmp_path, {**ALONE, path: content})
    assert packages.siblings(Git(root / "python"), root / "python", root, "demo") is beside


@pytest.mark.parametrize(
    ("folder", "file", "content"),
    [
        ("deep/er/still", "pyproject.toml", pyproject("My.Demo")),
        ("old", "setup.cfg", "[metadata]\nname = my-demo\n"),
        ("older", "setup.py", "from setuptools import setup\nsetup(name='my_demo')\n"),
        ("poetry", "pyproject.toml", '[tool.poetry]\nname = "my-demo"\n'),
        (".", "pyproject.toml", pyproject("my-demo")),
    ],
)
def test_a_package_is_found_by_its_name(tmp_path: Path, folder: str, file: str, content: str) -> None:
    """At any depth and in each kind of file; what is beside it and cannot be read is passed over."""
    template = {"{{cookiecutter.slug}}/pyproject.toml": "{% if x %}", "a/setup.py": "(", "b/setup.cfg": "[x"}
    root = made(tmp_path, {**template, f"{folder}/{file}": content})
    assert supply(root, package="my-demo").get("root").resolve() == (root / folder).resolve()


def test_of_two_folders_with_one_name_the_outer_one_is_meant(tmp_path: Path) -> None:
    """A sample in the tests of a package may have its name."""
    inner = {"a/tests/b/pyproject.toml": pyproject("demo"), "z/pyproject.toml": pyproject("demo")}
    assert supply(made(tmp_path, inner), package="demo").get("root").name == "z"


def test_neither_hidden_folders_nor_untracked_ones_are_looked_through(tmp_path: Path) -> None:
    """An environment beside the project, or what a tool keeps, is no package."""
    root = made(tmp_path, {".tool/pyproject.toml": pyproject("demo"), "a/pyproject.toml": "x = ["})
    (root / "venv").mkdir()
    (root / "venv/pyproject.toml").write_text(pyproject("demo"))
    with pytest.raises(UsageError, match="no package 'demo' in this repository") as refused:
        supply(root, package="demo").get("root")
    assert f"cannot be read: {root / 'a/pyproject.toml'}" in refused.value.fix


@pytest.mark.parametrize("package", ["x" * 300, "a\0b", "..", ".", "docs", "/"])
def test_what_is_no_package_is_refused(tmp_path: Path, package: str) -> None:
    """A name that no folder can have, a folder outside, or one without a project."""
    root = made(tmp_path / "root", {"docs/page.md": "", "a/pyproject.toml": pyproject("a")})
    with pytest.raises(UsageError):
        supply(root, package=package).get("root")


def test_a_folder_is_taken_before_a_name(tmp_path: Path) -> None:
    """What is given may be the folder of the package, with a slash at its end too."""
    root = made(tmp_path, {**TWO, "b/pyproject.toml": pyproject("c")})
    assert supply(root, package="b").get("root") == root / "b"
    assert supply(root, package="packages/b/").get("root") == root / "packages/b"
