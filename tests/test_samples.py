"""The sample projects are complete and true, and the repositories made of them are the same each time."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from tests import samples

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

EVERY = pytest.mark.parametrize("name", samples.NAMES)
COMPLETE = {
    "name",
    "description",
    "readme",
    "license",
    "license-files",
    "requires-python",
    "authors",
    "keywords",
    "classifiers",
    "urls",
}
CHANGELOGS = dict.fromkeys(samples.NAMES, "CHANGELOG.md") | {"setuptools": "CHANGES.rst"}
BACKENDS = {
    "hatchling": "hatchling.build",
    "hatch-vcs": "hatchling.build",
    "setuptools": "setuptools.build_meta",
    "flit": "flit_core.buildapi",
    "poetry": "poetry.core.masonry.api",
    "pdm": "pdm.backend",
}
DECLARED_IN = {
    "hatchling": ["sample_hatchling/__init__.py"],
    "hatch-vcs": [],
    "setuptools": ["src/sample_setuptools/__init__.py"],
    "flit": ["sample_flit.py"],
    "poetry": ["pyproject.toml"],
    "pdm": ["pyproject.toml"],
}


def pyproject(name: str) -> dict[str, Any]:
    """Parse the pyproject.toml of a sample."""
    return tomllib.loads((samples.PROJECTS / name / "pyproject.toml").read_text(encoding="utf-8"))


def noxfile(name: str) -> ast.Module:
    """Parse the noxfile of a sample, with the grammar of the oldest supported Python."""
    text = (samples.PROJECTS / name / "noxfile.py").read_text(encoding="utf-8")
    return ast.parse(text, feature_version=(3, 10))


def sessions(name: str) -> dict[str, ast.FunctionDef]:
    """Return the sessions of a sample's own by name."""
    return {node.name: node for node in noxfile(name).body if isinstance(node, ast.FunctionDef)}


def command(name: str) -> list[str]:
    """Return the command that the `tests` session of a sample runs first."""
    calls = [node for node in ast.walk(sessions(name)["tests"]) if isinstance(node, ast.Call)]
    run = next(call for call in calls if ast.unparse(call.func) == "session.run")
    return [str(argument.value) for argument in run.args if isinstance(argument, ast.Constant)]


def wheelhouse() -> dict[str, SpecifierSet]:
    """Parse the list of what the wheelhouse must hold."""
    lines = (samples.PROJECTS.parent / "locks" / "backends.in").read_text(encoding="utf-8").splitlines()
    found = [Requirement(line.partition("#")[0]) for line in lines if line.partition("#")[0].strip()]
    return {requirement.name: requirement.specifier for requirement in found}


def test_every_folder_is_a_named_sample() -> None:
    """No sample is left out of the list that other tests run through."""
    folders = {path.name for path in samples.PROJECTS.iterdir() if (path / "pyproject.toml").exists()}
    assert folders == set(samples.NAMES)


@EVERY
def test_a_sample_is_complete(name: str) -> None:
    """Each sample has the files that a real project has, and none of them is empty."""
    project = pyproject(name)["project"]
    files = [project["readme"], *project["license-files"], CHANGELOGS[name], "noxfile.py", ".gitignore"]
    assert [file for file in files if not (samples.PROJECTS / name / file).read_text(encoding="utf-8").strip()] == []
    assert list((samples.PROJECTS / name / "tests").glob("test_*.py"))


@EVERY
def test_the_metadata_is_complete(name: str) -> None:
    """Each sample says all that an index shows of a project, by today's rules for the licence."""
    project = pyproject(name)["project"]
    assert COMPLETE - project.keys() == set()
    assert project["name"] == f"sample-{name}"
    assert project["license"] == "MIT"
    assert not [line for line in project["classifiers"] if line.startswith("License")]
    assert SpecifierSet(project["requires-python"]) == SpecifierSet(">=3.10")
    assert all(url.startswith("https://example.com/") for url in project["urls"].values())


@EVERY
def test_the_backend_is_the_one_the_sample_stands_for(name: str) -> None:
    """Each sample names its backend, and the list for the wheelhouse has all that it needs to build."""
    system = pyproject(name)["build-system"]
    assert system["build-backend"] == BACKENDS[name]
    for requirement in map(Requirement, system["requires"]):
        (bound,) = wheelhouse()[requirement.name]
        assert bound.operator == ">="
        assert bound.version in requirement.specifier


def test_the_wheelhouse_has_what_no_backend_names() -> None:
    """Besides the backends it holds the runner of one sample, and what an editable install asks for."""
    assert wheelhouse().keys() >= {"pytest", "editables"}


@EVERY
def test_the_version_stands_where_it_should(name: str, tmp_path: Path) -> None:
    """The version is declared in one place alone, and nowhere where the tag is the version."""
    root = samples.make(name, tmp_path / name)
    declaration = re.compile(rf'^(?:__version__|version) = "{re.escape(samples.VERSION)}"$', re.MULTILINE)
    sources = [file for file in samples.git(root, "ls-files").splitlines() if file.endswith((".py", ".toml"))]
    found = [file for file in sources if declaration.search((root / file).read_text(encoding="utf-8"))]
    assert found == DECLARED_IN[name]
    assert ("version" in pyproject(name)["project"]) is (DECLARED_IN[name] == ["pyproject.toml"])


@EVERY
def test_the_changelog_has_the_version_and_an_older_one(name: str) -> None:
    """The newest entry is the version's, with the day of the tag; an older one is below it."""
    text = (samples.PROJECTS / name / CHANGELOGS[name]).read_text(encoding="utf-8")
    heading = re.compile(r"^(?:## )?\[?v?(\d+\.\d+\.\d+)\b.*?(\d{4}-\d\d-\d\d)\)?$", re.MULTILINE)
    entries = heading.findall(text)
    assert entries[0] == (samples.VERSION, "2026-01-10")
    assert entries[1:]
    assert all(date < "2026-01-10" for _, date in entries[1:])


@EVERY
def test_the_noxfile_is_what_an_adopter_writes(name: str) -> None:
    """A header with both requirements, a docstring, own sessions with docstrings, and the call at the end."""
    text = (samples.PROJECTS / name / "noxfile.py").read_text(encoding="utf-8")
    assert '# dependencies = ["nox>=2026.10.20", "nox-release-tools"]' in text
    assert ast.get_docstring(noxfile(name))
    assert "tests" in sessions(name)
    assert all(ast.get_docstring(function) for function in sessions(name).values())
    assert ast.unparse(noxfile(name).body[-1]).startswith("register(nox")


def test_poetry_has_the_sessions_that_collide() -> None:
    """One sample has parametrised tests and a `build` of its own, and renames ours."""
    own = sessions("poetry")
    assert [ast.unparse(line) for line in own["tests"].decorator_list] == [
        "nox.session(python=['3.10', '3.11', '3.12', '3.13'])"
    ]
    assert "build" in own
    assert ast.unparse(noxfile("poetry").body[-1]) == "register(nox, names={'build': 'build-dists'})"


@EVERY
def test_its_own_tests_pass_without_an_install(name: str, tmp_path: Path) -> None:
    """The samples' tests need neither an environment nor pytest."""
    root = samples.make(name, tmp_path / name)
    (test,) = (root / "tests").glob("test_*.py")
    env = samples.clean_env() | {"PYTHONPATH": os.pathsep.join([str(root), str(root / "src")])}
    done = subprocess.run([sys.executable, "-W", "error", str(test)], cwd=root, env=env, check=False, timeout=60)
    assert done.returncode == 0
    assert samples.git(root, "status", "--porcelain") == ""


@EVERY
def test_the_command_of_its_tests_session_passes(name: str, tmp_path: Path) -> None:
    """What the noxfile runs finds the tests and passes; `src` stands in for an install where there is one."""
    root = samples.make(name, tmp_path / name)
    program, *arguments = command(name)
    env = samples.clean_env()
    if (root / "src").exists():
        env["PYTHONPATH"] = "src"
    assert program == "python"
    assert subprocess.run([sys.executable, *arguments], cwd=root, env=env, check=False, timeout=60).returncode == 0
    assert samples.git(root, "status", "--porcelain") == ""


@EVERY
def test_make_commits_every_file(name: str, tmp_path: Path) -> None:
    """The made repository is clean, on main, and none of its files is ignored."""
    root = samples.make(name, tmp_path / name)
    assert samples.git(root, "status", "--porcelain", "--ignored") == ""
    assert samples.git(root, "branch", "--show-current") == "main"
    assert "pyproject.toml" in samples.git(root, "ls-files").splitlines()


@EVERY
def test_make_tags_the_commit(name: str, tmp_path: Path) -> None:
    """The tag is annotated, sits on HEAD and is dated as the changelog's entry."""
    root = samples.make(name, tmp_path / name)
    assert samples.git(root, "cat-file", "-t", "v1.2.3") == "tag"
    assert samples.git(root, "rev-parse", "v1.2.3^{commit}") == samples.git(root, "rev-parse", "HEAD")
    assert samples.git(root, "for-each-ref", "--format=%(taggerdate:short)", "refs/tags") == "2026-01-10"


def test_make_can_leave_the_tag_out(tmp_path: Path) -> None:
    """With no tag asked for there is none."""
    assert samples.git(samples.make("flit", tmp_path, tag=None), "tag", "--list") == ""


def test_make_gives_the_same_commit_each_time(tmp_path: Path) -> None:
    """Two repositories of one sample have the same commit and the same tag object."""
    one, other = (samples.make("pdm", tmp_path / folder) for folder in ("one", "other"))
    assert samples.git(one, "show-ref") == samples.git(other, "show-ref")


def test_edit_commits_the_one_change(tmp_path: Path) -> None:
    """A text is replaced and committed; what else lies in the tree is not."""
    root = samples.make("flit", tmp_path)
    (root / "stray.txt").write_text("stray")
    samples.edit(root, "sample_flit.py", '"1.2.3"', '"1.2.4"')
    assert samples.git(root, "show", "--format=", "--name-only", "HEAD") == "sample_flit.py"
    assert samples.git(root, "status", "--porcelain") == "?? stray.txt"


def test_edit_can_leave_the_tree_dirty(tmp_path: Path) -> None:
    """Without a commit the change stays in the working tree."""
    root = samples.make("flit", tmp_path)
    samples.edit(root, "sample_flit.py", '"1.2.3"', '"1.2.4"', commit=False)
    assert samples.git(root, "status", "--porcelain") == " M sample_flit.py"


@pytest.mark.parametrize("old", ["not in there", "row"])
def test_edit_refuses_a_text_that_is_not_there_once(old: str, tmp_path: Path) -> None:
    """A test whose edit would change nothing, or too much, fails at the edit."""
    root = samples.make("flit", tmp_path)
    with pytest.raises(ValueError, match="not once"):
        samples.edit(root, "sample_flit.py", old, "new")


@pytest.mark.parametrize(
    "variable",
    [
        "CI",
        "GITHUB_REF",
        "GITHUB_TOKEN",
        "GIT_DIR",
        "MY_API_KEY",
        "NOXSESSION",
        "NOX_SCRIPT_MODE",
        "PYPI_REPOSITORY_URL",
        "RELEASE_TAG",
        "RELEASE_TARGET",
        "SOURCE_DATE_EPOCH",
        "TWINE_USERNAME",
    ],
)
def test_clean_env_drops_what_is_not_a_fresh_machine(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable that steers a release, names a CI or holds a secret reaches a child."""
    monkeypatch.setenv(variable, "set")
    assert variable not in samples.clean_env()


def test_clean_env_keeps_what_programs_need(monkeypatch: pytest.MonkeyPatch) -> None:
    """PATH and the configuration of the installers stay, and git sees no configuration but the repository's."""
    monkeypatch.setenv("PIP_DEFAULT_TIMEOUT", "7")
    env = samples.clean_env()
    assert env["PATH"] == os.environ["PATH"]
    assert env["PIP_DEFAULT_TIMEOUT"] == "7"
    assert env["GIT_CONFIG_GLOBAL"] == os.devnull
