"""Reading a version: whatever stands in the files, it ends with a reading and never with an error."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packaging.version import Version

from release_tools import toml, versions
from release_tools.model import Declaration, Location
from release_tools.versions import READERS, Reading, reader

BACKENDS = [
    "flit_core.buildapi",
    "flit_scm:buildapi",
    "hatchling.build",
    "maturin",
    "mesonpy",
    "pbr.build",
    "pdm.backend",
    "poetry.core.masonry.api",
    "scikit_build_core.build",
    "setuptools.build_meta",
    "sphinx_theme_builder",
    "uv_build",
    "custom",
]
FILES = [
    "setup.py",
    "setup.cfg",
    "hatch.toml",
    "Cargo.toml",
    "meson.build",
    "package.json",
    "VERSION",
    "custom.py",
    "demo.py",
    "src/demo/__init__.py",
    "src/demo/_version.py",
]
FUZZ = Path(__file__).parent / "fuzz"


def lines(name: str) -> list[str]:
    """Return the lines of a file of words, in which a backslash begins an escape."""
    return [line.encode().decode("unicode_escape") for line in (FUZZ / name).read_text("utf-8").splitlines()]


WORDS = st.sampled_from(lines("words.txt"))
VALUES: st.SearchStrategy[Any] = st.recursive(
    WORDS | st.integers(-3, 3) | st.booleans() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from([tuple(line.split()) for line in lines("keys.txt")])
PIECES = [*(line.encode("latin-1") for line in lines("pieces.txt")), b"(" * 300, b"9" * 5000]
CONTENT = st.binary(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=8).map(b"".join)


def built(settings_: list[tuple[tuple[str, ...], Any]], backend: str) -> dict[str, Any]:
    """Return the data of a pyproject.toml that has these values at these keys, as far as they fit together."""
    data: dict[str, Any] = {"build-system": {"build-backend": backend}}
    for keys, value in settings_:
        table: Any = data
        for key in keys[:-1]:
            table = table.setdefault(key, {}) if isinstance(table, dict) else None
        if isinstance(table, dict):
            table[keys[-1]] = value
    return data


def check(root: Path, pyproject: Mapping[str, Any]) -> None:
    """Read, and hold the outcome against what every reading promises."""
    reading = versions.read(root, pyproject)
    assert isinstance(reading, Reading)
    assert sum(map(bool, (reading.declarations, reading.from_tag, reading.unreadable))) == 1
    for declared in reading.declarations:
        assert isinstance(declared, Declaration)
        assert declared.raw
        line = declared.where.line
        assert line is None or 1 <= line <= len((root / declared.where.file).read_bytes().split(b"\n")) + 1


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(BACKENDS),
    st.lists(st.tuples(KEYS, VALUES), max_size=5),
    st.dictionaries(st.sampled_from(FILES), CONTENT, max_size=5),
)
def test_whatever_the_files_hold(
    backend: str, settings_: list[tuple[tuple[str, ...], Any]], files: Mapping[str, bytes]
) -> None:
    """Settings of any type and files of any bytes give a reading with exactly one kind of answer."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, content in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(content)
        check(root, built(settings_, backend))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | st.lists(st.sampled_from(PIECES), max_size=6).map(b"".join))
def test_whatever_pyproject_holds(content: bytes) -> None:
    """Any bytes of pyproject.toml either are no TOML, or give a reading."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "pyproject.toml").write_bytes(content)
        try:
            pyproject = toml.parse(content.decode())
        except ValueError:
            return
        check(root, pyproject)


def test_reading_of_a_declaration(tmp_path: Path) -> None:
    """A declaration holds the text, the version, its kind and its place."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "demo"\nversion = "1.0-RC.1"\n')
    reading = versions.read(tmp_path, toml.parse((tmp_path / "pyproject.toml").read_text()))
    (found,) = reading.declarations
    assert found == Declaration(
        raw="1.0-RC.1", version=Version("1.0rc1"), kind="project", where=Location(file="pyproject.toml", line=3)
    )


@pytest.mark.parametrize("raw", ["", "x", "1" * 300, "9" * 5000, "1.0\0"])
def test_text_that_is_no_version(raw: str, tmp_path: Path) -> None:
    """A text that is no version is kept as it is, without a version."""
    reading = versions.read(tmp_path, {"project": {"version": raw}})
    assert [(one.raw, one.version) for one in reading.declarations] == [(raw, None)] * bool(raw)


def test_folder_that_does_not_exist(tmp_path: Path) -> None:
    """Where there is nothing, nothing is read."""
    assert versions.read(tmp_path / "none", {}).unreadable


@pytest.mark.parametrize("name", ["setup.py", "setup.cfg", "src/demo/__init__.py", "hatch.toml"])
def test_huge_files_take_no_time(name: str, tmp_path: Path) -> None:
    """A file of a gigabyte is not read."""
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    with (tmp_path / name).open("wb") as file:
        file.truncate(1 << 30)
    began = time.process_time()
    versions.read(tmp_path, {"project": {"name": "demo", "version": "1.2.3"}, "build-system": {}})
    versions.read(tmp_path, {"project": {"name": "demo"}, "build-system": {"build-backend": "hatchling.build"}})
    assert time.process_time() - began < 5


def test_each_reader_knows_its_own() -> None:
    """No reader is listed twice, and each says in a sentence what it reads."""
    assert len(set(READERS)) == len(READERS)
    assert all(reader(name).__doc__ for name in READERS)


def test_our_own_version() -> None:
    """This project reads its own version as hatchling does, and states it once."""
    root = Path(__file__).parents[2]
    reading = versions.read(root, toml.parse((root / "pyproject.toml").read_text("utf-8")))
    assert [one.where.file for one in reading.declarations] == ["release_tools/__init__.py"]


def test_import_stays_light() -> None:
    """Reading needs no heavy library: nothing that parses changelogs, prints or asks the network is imported."""
    heavy = ("rich", "docutils", "markdown_it", "requests", "validate_pyproject", "tomlkit", "keepachangelog")
    code = f"import sys, release_tools.versions, release_tools.tags; print(*(set(sys.modules) & {set(heavy)!r}))"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout == "\n"
