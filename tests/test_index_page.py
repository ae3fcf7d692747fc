"""What the source states for the page on the index, wherever it states it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from release_tools import index_page, toml
from release_tools.versions.facts import Facts, gather
from release_tools.versions.tree import plant

ALL = tuple(index_page.NEEDED)
URLS, PYTHON, README, LICENSE = ALL[6], ALL[4], ALL[1], ALL[2]
STANDARD = """\
[project]
name = "sample"
version = "1"
description = "Counts."
readme = "README.md"
license = "MIT"
authors = [{ name = "Sam" }]
requires-python = ">=3.10"
keywords = ["count"]
urls = { Home = "https://example.com" }
"""
POETRY = """\
[build-system]
requires = ["poetry-core"]
build-backend = "poetry.core.masonry.api"
[tool.poetry]
name = "sample"
version = "1"
description = "Counts."
readme = "README.md"
authors = ["Sam"]
classifiers = ["License :: OSI Approved :: MIT License"]
repository = "https://example.com"
[tool.poetry.dependencies]
python = "^3.10"
"""
FLIT = """\
[build-system]
requires = ["flit_core"]
build-backend = "flit_core.buildapi"
[tool.flit.metadata]
module = "sample"
author = "Sam"
description-file = "README.rst"
home-page = "https://example.com"
requires-python = ">=3.10"
license = "MIT"
keywords = "count"
"""
SETUP_CFG = """\
[metadata]
name = sample
description = Counts.
long_description = file: README.rst
license_files = LICENSE
author-email = sam@example.com
classifiers =
    Topic :: Utilities
project_urls =
    Home = https://example.com
[options]
python_requires = >=3.10
"""
SETUP_PY = """\
from setuptools import setup

setup(name="sample", description="Counts.", long_description=open("README").read(), author="Sam", url="x",
      python_requires=">=3.10", classifiers=["License :: OSI Approved :: MIT License"])
"""


def of(folder: Path, files: Mapping[str, str]) -> Facts:
    """Return the facts of a project of these files."""
    for name, text in files.items():
        (folder / name).write_text(text)
    return gather(plant(folder), toml.parse(files.get("pyproject.toml", "")))


def without(text: str, key: str) -> str:
    """Return a text without the one line that begins with a key."""
    kept = [line for line in text.splitlines(keepends=True) if not line.startswith(key)]
    assert len(kept) == text.count("\n") - 1
    return "".join(kept)


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": STANDARD},
        {"pyproject.toml": without(STANDARD, "readme") + 'dynamic = ["readme"]\n'},
        {"pyproject.toml": without(STANDARD, "authors") + 'maintainers = [{ name = "Sam" }]\n'},
        {"pyproject.toml": without(STANDARD, "license") + 'license-files = ["LICENSE"]\n'},
        {"pyproject.toml": without(STANDARD, "license") + 'classifiers = ["License :: Public Domain"]\n'},
        {"pyproject.toml": POETRY},
        {"pyproject.toml": FLIT},
        {"setup.cfg": SETUP_CFG},
        {"setup.py": SETUP_PY},
        {"setup.py": "from setuptools import setup\nsetup()\n", "setup.cfg": SETUP_CFG},
    ],
    ids=[
        "standard",
        "dynamic",
        "maintainers",
        "files",
        "classifier",
        "poetry",
        "flit",
        "setup.cfg",
        "setup.py",
        "both",
    ],
)
def test_a_full_page_lacks_nothing(files: Mapping[str, str], tmp_path: Path) -> None:
    """Each tool has its own words for the same things; one of two that serve alike is enough."""
    assert index_page.missing(of(tmp_path, files)) == ()


@pytest.mark.parametrize(
    ("files", "lacks"),
    [
        ({"pyproject.toml": '[project]\nname = "sample"\nversion = "1"\n'}, ALL),
        ({"pyproject.toml": without(STANDARD, "urls")}, (URLS,)),
        ({"pyproject.toml": without(STANDARD, "readme") + 'readme = ""\n'}, (README,)),
        ({"pyproject.toml": without(STANDARD, "urls"), "setup.cfg": SETUP_CFG}, (URLS,)),
        ({"pyproject.toml": without(POETRY, "python")}, (PYTHON,)),
        ({"pyproject.toml": without(FLIT, "license")}, (LICENSE,)),
        ({"setup.cfg": without(SETUP_CFG, "python_requires")}, (PYTHON,)),
        ({"setup.py": SETUP_PY.replace('url="x",', "")}, (URLS,)),
    ],
)
def test_what_is_missing_is_named(files: Mapping[str, str], lacks: tuple[str, ...], tmp_path: Path) -> None:
    """All of it at once; where the standard metadata stand, setup.cfg states nothing more."""
    assert index_page.missing(of(tmp_path, files)) == lacks


BARE = '[project]\nname = "sample"\nversion = "1"\n'


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": "[tool.ruff]\n"},
        {"setup.py": "from setuptools import setup\nsetup(**options)\n"},
        {"setup.py": "run()\n"},
        {"setup.py": "setup(\n"},
        {"setup.cfg": "[metadata\n"},
        {"pyproject.toml": f'{BARE}[build-system]\nbuild-backend = "maturin"\n'},
        {"pyproject.toml": '[build-system]\nbuild-backend = "somebody.else"\n'},
        {"pyproject.toml": f'{BARE}classifiers = ["Private :: Do Not Upload"]\n'},
        {"pyproject.toml": f"{BARE}[tool.uv]\npackage = false\n"},
    ],
    ids=["no project", "unpacked", "no call", "no Python", "broken", "cargo", "unknown", "private", "never built"],
)
def test_what_only_the_backend_knows_is_not_judged(files: Mapping[str, str], tmp_path: Path) -> None:
    """Nor is what never goes to an index."""
    assert index_page.missing(of(tmp_path, files)) == ()


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"pyproject.toml": STANDARD.replace("Counts.", "x" * 513)}, "513 characters"),
        ({"pyproject.toml": POETRY.replace("Counts.", "x" * 513)}, "513 characters"),
        ({"setup.cfg": SETUP_CFG.replace("name = sample", "name = a sample")}, "'a sample' is no name"),
        ({"setup.py": SETUP_PY.replace('"sample"', '"sample-"')}, "'sample-' is no name"),
    ],
)
def test_what_no_index_takes_is_refused(files: Mapping[str, str], words: str, tmp_path: Path) -> None:
    """The upload would fail."""
    (refused,) = index_page.refused(of(tmp_path, files))
    assert words in refused


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": STANDARD.replace("Counts.", "x" * 512)},
        {"pyproject.toml": STANDARD.replace('"sample"', '"a sample"')},
        {"setup.cfg": SETUP_CFG},
        {"setup.py": SETUP_PY.replace('"sample"', "name()")},
    ],
)
def test_what_an_index_takes_is_not_refused(files: Mapping[str, str], tmp_path: Path) -> None:
    """Nor is the name in the standard metadata, which another check judges."""
    assert list(index_page.refused(of(tmp_path, files))) == []
