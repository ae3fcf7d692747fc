"""What a project's own files say of it, put into findings with file and line."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from release_tools import checks, toml
from release_tools.config import Config
from release_tools.facts import metadata as facts_metadata
from release_tools.facts.metadata import shown_readme
from release_tools.supply import Supply
from tests import samples
from tests.checks.facts_for import facts_for

ROOT = Path(__file__).parents[2]
MODULES = ("release_tools.facts.metadata",)
README = "Sample\n======\n\nCounts.\n"
PYPROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "sample"
version = "1.2.3"
description = "Counts."
readme = "README.rst"
license = "MIT"
authors = [{ name = "Sam" }]
requires-python = ">=3.10"
keywords = ["count"]
urls = { Home = "https://example.com" }
"""


def said(folder: Path, **files: str) -> list[tuple[str, str, str | None, int | None]]:
    """Return check, severity, file and line of what is found in a project of these files."""
    written = {name.replace("_", "."): text for name, text in files.items()}
    for name, text in written.items():
        (folder / name).write_text(text)
    pyproject = toml.parse(written.get("pyproject.toml", ""))
    given: dict[str, Any] = facts_for(root=folder, top=folder, pyproject=pyproject)
    for fact in ("pyproject_faults", "stated_page", "shown_readme"):
        del given[fact]
    found = checks.findings(checks.of(("project",)), Supply(MODULES, **given), Config())
    return [(each.check, each.severity, each.file, each.line) for each in found]


def test_a_healthy_project_gives_no_finding(tmp_path: Path) -> None:
    """Its metadata are valid and complete, and its readme is shown."""
    assert said(tmp_path, pyproject_toml=PYPROJECT, README_rst=README) == []


@pytest.mark.parametrize("name", samples.NAMES)
def test_the_samples_are_valid_and_shown(name: str) -> None:
    """Of every build backend."""
    root = samples.PROJECTS / name
    pyproject = toml.parse((root / "pyproject.toml").read_text())
    files = facts_metadata.metadata_files(root, root, pyproject)
    assert facts_metadata.pyproject_faults(files, pyproject) == ()
    readme = shown_readme(files)
    assert (readme.fault, readme.complaint, readme.unjudged) == ("", None, "")


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ('">=3.10"', '"3.10"', ("pyproject-valid", "error", 12)),
        ('urls = { Home = "https://example.com" }\n', "", ("metadata-complete", "warning", 5)),
        ('"Counts."', f'"{"x" * 600}"', ("metadata-complete", "error", 5)),
        ('"README.rst"', '"NONE.rst"', ("readme-renders", "error", 9)),
        ('"README.rst"', '{ file = "README.rst", content-type = "a/b" }', ("readme-renders", "error", 9)),
        ('"README.rst"', '{ text = "`", content-type = "text/x-rst" }', ("readme-renders", "error", 9)),
    ],
)
def test_a_defect_of_pyproject_is_one_finding(old: str, new: str, found: tuple[str, str, int], tmp_path: Path) -> None:
    """With the line where it stands, or the table in which something is missing."""
    assert PYPROJECT.count(old) == 1
    ((check, severity, file, line),) = said(tmp_path, pyproject_toml=PYPROJECT.replace(old, new), README_rst=README)
    assert (check, severity, line) == found
    assert file == "pyproject.toml"


def test_a_huge_pyproject_is_judged_without_lines(tmp_path: Path) -> None:
    """It is not looked through for them."""
    huge = PYPROJECT.replace('">=3.10"', '"3.10"') + "# more\n" * 200_000
    found = said(tmp_path, pyproject_toml=huge, README_rst=README)
    assert found == [("pyproject-valid", "error", "pyproject.toml", None)]


def test_a_defect_of_the_readme_has_its_line(tmp_path: Path) -> None:
    """In the readme itself."""
    broken = f"{README}\nSee :ref:`there`.\n"
    assert said(tmp_path, pyproject_toml=PYPROJECT, README_rst=broken) == [("readme-renders", "error", "README.rst", 6)]


def test_relative_addresses_are_a_warning(tmp_path: Path) -> None:
    """The readme is named."""
    markdown = PYPROJECT.replace("README.rst", "README.md")
    found = said(tmp_path, pyproject_toml=markdown, README_md="![logo](logo.png)")
    assert found == [("readme-renders", "warning", "README.md", None)]


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"setup_cfg": "[metadata]\nname = a b\nlong_description = file: NONE\n"},
         [("metadata-complete", "error"), ("metadata-complete", "warning"), ("readme-renders", "error")]),
        ({"setup_py": "from setuptools import setup\nsetup(name='sample')\n"}, [("metadata-complete", "warning")]),
        ({"setup_py": "x = (" + "-" * 100_000}, []),
        ({"setup_py": "x = " + "(" * 100_000}, []),
        ({"pyproject_toml": "[tool.ruff]\nline-length = 100\n"}, []),
        ({"pyproject_toml": "[tool.poetry]\nname = 'sample'\nversion = '1'\nreadme = 'NONE.md'\n"},
         [("metadata-complete", "warning"), ("readme-renders", "error")]),
    ],
)  # fmt: skip
def test_older_ways_to_state_metadata_are_judged_too(
    files: Mapping[str, str], found: list[tuple[str, str]], tmp_path: Path
) -> None:
    """In the file in which they stand; what cannot be read states nothing that is wrong."""
    given = said(tmp_path, **files)
    assert [row[:2] for row in given] == found
    assert {row[2] for row in given} <= {name.replace("_", ".") for name in files}


PROGRAM = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from release_tools import toml
from release_tools.facts import metadata as facts_metadata
root = Path(sys.argv[2])
files = facts_metadata.metadata_files(root, root, toml.parse((root / "pyproject.toml").read_text()))
print(facts_metadata.shown_readme(files))
"""


def test_a_readme_that_takes_too_long_is_not_judged(tmp_path: Path) -> None:
    """Nor does anybody wait for it: many footnotes take docutils a time that grows with their square."""
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    (tmp_path / "README.rst").write_text(".. [#] a\n" * 60_000)
    done = subprocess.run(
        [sys.executable, "-I", "-c", PROGRAM, str(ROOT), str(tmp_path)],
        env=samples.clean_env(), capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert "unjudged='rendering it takes longer than 5 s'" in done.stdout


def test_the_project_of_a_broken_name_still_has_a_page(tmp_path: Path) -> None:
    """What a specification forbids is told once, by the check of pyproject.toml."""
    text = PYPROJECT.replace('"sample"', '"a sample"')
    assert said(tmp_path, pyproject_toml=text, README_rst=README) == [("pyproject-valid", "error", "pyproject.toml", 6)]
