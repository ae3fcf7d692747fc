"""What the specifications find wrong in a pyproject.toml, and the line of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from release_tools import pyproject, toml
from release_tools.toml_lines import line_of
from tests import samples

HEALTHY = """\
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "sample"
version = "1.2.3"
description = "Counts things."
readme = { file = "README.md", content-type = "text/markdown" }
license = "MIT OR Apache-2.0"
authors = [{ name = "Sam Sample", email = "sam@example.com" }]
requires-python = ">=3.10"
classifiers = [
  "Private :: Ours",
  "Programming Language :: Python :: 3",
]
dependencies = ["other[extra]>=2; python_version < '3.12'"]
urls = { Home = "https://example.com" }

[project.scripts]
sample = "sample.main:run"

[project.entry-points."sample.plugins"]
one = "sample.one"

[dependency-groups]
tests = ["pytest", { include-group = "more" }]
more = []

[tool.setuptools]
packages = ["sample"]

[tool.anything]
goes = true
"""

# What is replaced in the healthy file, by what, and where the fault then is: its line and the words that name it.
FAULTS = [
    ('name = "sample"', "", 5, "project lacks name"),
    ('name = "sample"', 'name = "a sample"', 6, 'project.name is "a sample", no name'),
    ('"Counts things."', "3", 8, "project.description is 3, not a text"),
    ('"MIT OR Apache-2.0"', '"Apache 2.0"', 10, 'project.license is "Apache 2.0", no SPDX license expression'),
    ('"MIT OR Apache-2.0"', '{ name = "MIT" }', 10, "none of the forms that it may have, with file, text"),
    ('"sam@example.com"', '"sam"', 11, 'project.authors[0].email is "sam", no e-mail address'),
    ('[{ name = "Sam Sample", email = "sam@example.com" }]', '[{ nam = "S" }]', 11, "project.authors[0] is"),
    ('">=3.10"', '"3.10+"', 12, 'project.requires-python is "3.10+", no set of version specifiers'),
    ('">=3.10"', '"3.10"', 12, 'project.requires-python is "3.10", no set of version specifiers'),
    ('"Programming Language :: Python :: 3"', '"Python :: 3"', 15, 'classifiers[1] is "Python :: 3", no classifier'),
    ("other[extra]>=2", "other extra", 17, "project.dependencies[0]"),
    ("description =", "descripton =", 8, "unknown key: \"descripton\" (did you mean 'description'?)"),
    ('"sample.main:run"', '"sample main"', 21, 'project.scripts.sample is "sample main", no reference of the form'),
    ('"sample.plugins"', '"sample plugins"', None, "no name of an entry point group"),
    ('"sample.one"', '"sample/one"', 24, 'project.entry-points.sample.plugins.one is "sample/one"'),
    ('"pytest"', '"py test"', 27, 'dependency-groups.tests[0] is "py test", no requirement'),
    ("more = []", "", None, "group more doesn't exist"),
    ('requires = ["setuptools>=77"]', "", 1, "build-system lacks requires"),
    ('build-backend = "setuptools.build_meta"', 'build-backend = "set up"', 3, "no reference to a build backend"),
    ('version = "1.2.3"', 'version = "1.2.3"\ndynamic = ["version"]', 7, "list it under `project.dynamic`"),
    ('version = "1.2.3"', 'dynamic = ["versions"]', 7, 'project.dynamic[0] is "versions", none of version'),
    ('packages = ["sample"]', "packages = 1", 31, "tool.setuptools.packages is 1, none of the forms"),
]  # fmt: skip


def faults(text: str, *, setuptools: bool = True) -> list[tuple[int | None, str]]:
    """Return line and message of each fault of a file."""
    found = pyproject.faults(toml.parse(text), setuptools=setuptools)
    return [(line_of(text, each.path, each.value), each.message) for each in found]


def test_a_healthy_file_has_no_fault() -> None:
    """Nothing is said of it."""
    assert faults(HEALTHY) == []


def test_the_library_says_nothing_past_us() -> None:
    """Of an entry point that it would not name so, it warns on stderr by itself."""
    program = "import sys; sys.path.insert(0, sys.argv[1]); from release_tools import pyproject, toml; "
    program += "print(pyproject.faults(toml.parse(sys.stdin.read()), setuptools=True))"
    done = subprocess.run(
        [sys.executable, "-I", "-c", program, str(Path(__file__).parents[1])],
        input=HEALTHY.replace("sample = ", '"a sample" = '),
        env=samples.clean_env(), capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("()\n", "")


@pytest.mark.parametrize(("old", "new", "line", "words"), FAULTS, ids=[row[3] for row in FAULTS])
def test_each_fault_is_named_once_with_its_line(old: str, new: str, line: int | None, words: str) -> None:
    """One fault, one message in a few words."""
    assert HEALTHY.count(old) == 1
    ((where, message),) = faults(HEALTHY.replace(old, new))
    assert words in message
    assert len(message) < 300
    assert line is None or where == line


def test_all_faults_are_told_at_once() -> None:
    """The first does not hide the others; of very many, the first ones are told."""
    text = HEALTHY.replace('"MIT OR Apache-2.0"', '"GPL 3"').replace('">=3.10"', '"x"').replace('"pytest"', '"py test"')
    assert len(faults(text)) == 3
    assert (
        len(faults('[project]\nname = "a"\nversion = "1"\ndependencies = [' + '"a b", ' * 100 + "]\n"))
        == pyproject.MOST
    )


def test_a_long_value_is_cut() -> None:
    """What a message shows of the file is bounded."""
    ((_, message),) = faults(HEALTHY.replace('"MIT OR Apache-2.0"', f'"{"x" * 1000}"'))
    assert "..." in message
    assert len(message) < 300


@pytest.mark.parametrize("version", ['version = "one"', "version = 1", ""])
def test_the_version_is_left_to_other_checks(version: str) -> None:
    """One defect, one finding: a version that is none, or missing, is told by the alignment checks."""
    assert faults(HEALTHY.replace('version = "1.2.3"', version)) == []


def test_the_table_of_setuptools_counts_for_setuptools_alone() -> None:
    """Another backend does not read it."""
    text = HEALTHY.replace('packages = ["sample"]', "packages = 1")
    assert faults(text, setuptools=False) == []


def test_a_key_that_is_not_known_is_marked_as_such() -> None:
    """How serious that is depends on the build backend."""
    (fault,) = pyproject.faults(toml.parse(HEALTHY + "[projct]\n"), setuptools=True)
    assert fault.unknown
    assert "(did you mean 'project'?)" in fault.message
