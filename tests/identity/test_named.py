"""The files that the configuration of a build names as made by it."""

from __future__ import annotations

from typing import Any

import pytest

from release_tools.identity.named import LARGEST, named
from release_tools.identity.tree import SourceTree


def of(path: str, size: int = 500, **texts: str) -> tuple[bool, bool]:
    """Return whether the configuration lets a build make, and change, a file; `_` in a name stands for a dot."""
    contents = {
        name.replace("_toml", ".toml").replace("_cfg", ".cfg").replace("_py", ".py"): text.encode()
        for name, text in texts.items()
    }
    found = named(
        SourceTree(files={}, texts=contents | ({"meson.build": contents.pop("meson")} if "meson" in contents else {}))
    )
    return found.makes(path, size), found.changes(path, size)


VERSION_FILES = {
    "hatch-vcs": '[tool.hatch.build.hooks.vcs]\nversion-file = "src/p/_version.py"',
    "hatch-vcs of one target": '[tool.hatch.build.targets.wheel.hooks.vcs]\nversion-file = "src/p/_version.py"',
    "hatchling itself": '[tool.hatch.build.hooks.version]\npath = "src/p/_version.py"',
    "setuptools-scm": '[tool.setuptools_scm]\nversion_file = "src/p/_version.py"',
    "setuptools-scm of old": '[tool.setuptools_scm]\nwrite_to = "src/p/_version.py"',
    "pdm": '[tool.pdm.version]\nsource = "scm"\nwrite_to = "p/_version.py"',
    "versioneer": '[tool.versioneer]\nversionfile_source = "src/p/_version.py"',
    "versioningit": '[tool.versioningit.write]\nfile = "src/p/_version.py"',
    "scikit-build-core": '[[tool.scikit-build.generate]]\npath = "p/_version.py"',
    "a plug-in of Poetry": '[tool.poetry-dynamic-versioning.substitution]\nfiles = ["src/*/_version.py"]',
    "its own files": '[tool.poetry-dynamic-versioning.files."src/p/_version.py"]\npersistent-substitution = true',
}


@pytest.mark.parametrize("case", VERSION_FILES)
def test_a_version_file_of_a_tools_table_is_made(case: str) -> None:
    """It may be new or changed, by its path in the source; it stays small, and no other file is meant."""
    text = VERSION_FILES[case]
    assert of("src/p/_version.py", pyproject_toml=text) == (True, True)
    assert of("src/p/_version.py", LARGEST + 1, pyproject_toml=text) == (False, False)
    assert of("src/p/other.py", pyproject_toml=text) == (False, False)
    assert of("src/p/_version.py", pyproject_toml="[tool]") == (False, False)


def test_in_a_wheel_it_lies_without_the_folder_of_the_source() -> None:
    """What is `src/p/_version.py` in the source is `p/_version.py` there; the name alone does not do."""
    text = VERSION_FILES["hatch-vcs"]
    assert of("p/_version.py", pyproject_toml=text) == (True, True)
    assert of("q/_version.py", pyproject_toml=text) == (True, False)
    assert of("n/p/_version.py", pyproject_toml=text)[1] is False


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("setup_cfg", "[versioneer]\nversionfile_source = p/_version.py\n"),
        ("setup_py", "setup(use_scm_version={'write_to': 'p/_version.py'})"),
        ("hatch_toml", '[build.hooks.vcs]\nversion-file = "p/_version.py"'),
    ],
)
def test_other_files_of_the_configuration_are_read(name: str, text: str) -> None:
    """Also setup.cfg, setup.py and hatch.toml name the file."""
    texts: dict[str, Any] = {name: text}
    assert of("p/_version.py", **texts) == (True, True)


def test_where_code_reads_its_version_nothing_is_changed() -> None:
    """A variable is no keyword: a file of that path is held against the source."""
    reads = "version_file = 'p/__init__.py'\nsetup(version=open(version_file).read())"
    assert of("p/__init__.py", setup_py=reads)[1] is False
    assert of("p/__init__.py", setup_py="setup(use_scm_version=dict(version_file='p/__init__.py'))")[1] is True


@pytest.mark.parametrize("path", ["p/conversion.py", "p/version/core.py", "p/subversion.py"])
def test_a_name_that_only_holds_the_word_is_none_of_a_version_file(path: str) -> None:
    """The word is one of the file's own name; what a list of modules names is not written by the build."""
    assert of(path, setup_py=f"setup(py_modules=['{path}'])")[1] is False
    assert of("p/_version.py", setup_py="open('p/_version.py').read()") == (True, True)


@pytest.mark.parametrize(
    "text",
    [
        "versioneer.versionfile_source = 'p/conversion.py'",
        "setup(use_scm_version={'write_to': 'p/conversion.py'})",
        'setup(use_scm_version=dict(version_file="p/conversion.py"))',
    ],
)
def test_code_names_the_version_file_by_a_key(text: str) -> None:
    """Whatever it is called, the file of such a key is written anew."""
    assert of("p/conversion.py", setup_py=text) == (True, True)
    assert of("p/other.py", setup_py=text) == (False, False)


@pytest.mark.parametrize("files", ["[1]", '[["x"], {}]', "5"])
def test_a_pattern_that_is_no_text_means_no_file(files: str) -> None:
    """Whatever stands in the configuration of a plug-in, reading it does not fail."""
    text = f"[tool.poetry-dynamic-versioning.substitution]\nfiles = {files}"
    assert of("src/other.txt", pyproject_toml=text) == (False, False)


def test_code_may_add_a_small_file_that_it_names() -> None:
    """The path is that of the string; what has another path is not meant, and nothing may be changed so."""
    text = "PTH_NAME = 'a1_hook.pth'"
    assert of("a1_hook.pth", setup_py=text) == (True, False)
    assert of("a1_hook.pth", LARGEST + 1, setup_py=text) == (False, False)
    assert of("p/a1_hook.pth", setup_py=text) == (False, False)
    assert of("a1_hook.pth", setup_cfg=text) == (False, False)


def test_code_may_add_a_version_file_that_it_names() -> None:
    """A file that looks like one of the version and is mentioned may be new, never changed."""
    assert of("p/_version.py", meson="gitversion.py --write p/_version.py") == (True, False)
    assert of("p/evil.py", meson="p/evil.py") == (False, False)
    assert of("p/_version.py", meson="nothing") == (False, False)


@pytest.mark.parametrize(
    ("pattern", "path", "made"),
    [
        ("p/static/*.js", "p/static/a.js", True),
        ("p/static/*.js", "p/static/b/a.js", False),
        ("p/static", "p/static/b/a.js", True),
        ("*.mo", "p/de/a.mo", True),
        ("/*.mo", "p/de/a.mo", False),
        ("p/**/*.mo", "p/de/a.mo", True),
        ("!p/static/*.js", "p/static/a.js", False),
    ],
)
def test_hatchlings_artifacts_are_made(pattern: str, path: str, made: bool) -> None:  # noqa: FBT001 - a case
    """The patterns are those of .gitignore; what the commit has may not be changed by them."""
    text = f'[tool.hatch.build]\nartifacts = ["{pattern}"]'
    assert of(path, 10 * LARGEST, pyproject_toml=text) == (made, False)


def test_what_cannot_be_read_names_nothing() -> None:
    """Broken TOML, and tables that are none."""
    assert of("p/_version.py", pyproject_toml="=") == (False, False)
    text = "[tool]\nscikit-build = {generate = [1, {path = 2}]}\nversioningit = 1\nhatch = {artifacts = 1}"
    assert of("p/a.py", pyproject_toml=text) == (False, False)
