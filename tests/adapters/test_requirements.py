"""What a distribution needs, read from its file."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from release_tools.adapters import requirements
from release_tools.errors import Refused
from tests import tiny

DECLARED = (
    "packaging>=20",
    'never; python_version < "3"',
    'always>1; python_version >= "3"',
    'more; extra == "all"',
    "direct @ https://files.example/direct-1.tar.gz",
)


def test_what_this_python_needs_without_extras(tmp_path: Path) -> None:
    """Markers are judged here, extras are left out; wheel and sdist say the same."""
    wheel, sdist = (tmp_path / each.filename for each in tiny.release(tmp_path, requires=DECLARED).distributions)
    needed = ("packaging>=20", 'always>1; python_version >= "3"', "direct @ https://files.example/direct-1.tar.gz")
    assert requirements.of_wheel(wheel) == needed
    assert requirements.of_sdist(sdist) == needed


@pytest.mark.parametrize(
    ("pyproject", "needed"),
    [
        ({"pyproject.toml": '[build-system]\nrequires = ["hatchling", "other>=1"]\n'}, ("hatchling", "other>=1")),
        ({"pyproject.toml": "[build-system]\nrequires = []\n"}, ()),
        ({"pyproject.toml": "\ufeff[project]\n"}, ("setuptools>=40.8.0",)),
        ({"other/pyproject.toml": "[build-system]\nrequires = []\n"}, ("setuptools>=40.8.0",)),
    ],
)  # fmt: skip
def test_what_the_build_needs(tmp_path: Path, pyproject: dict[str, str], needed: tuple[str, ...]) -> None:
    """The build requirements stand in pyproject.toml at the top; without them it is setuptools."""
    sdist = tiny.write_sdist(tmp_path / "tiny_sample-1.2.3.tar.gz", pyproject)
    assert requirements.to_build(sdist) == needed


def test_what_is_no_requirement_is_refused(tmp_path: Path) -> None:
    """It is named as written."""
    manifest = tiny.release(tmp_path, requires=("not a requirement",))
    with pytest.raises(Refused, match="not a requirement"):
        requirements.of_wheel(tmp_path / manifest.distributions[0].filename)


@pytest.mark.parametrize("name", ["x-1.tar.gz", "x-1-py3-none-any.whl"])
def test_what_is_no_archive_is_refused(tmp_path: Path, name: str) -> None:
    """An index may serve anything under a good name and its digest."""
    (tmp_path / name).write_bytes(b"not an archive")
    read = requirements.of_wheel if name.endswith(".whl") else requirements.to_build
    with pytest.raises(Refused, match=f"{name} cannot be read: "):
        read(tmp_path / name)


def test_a_wheel_without_metadata_is_refused(tmp_path: Path) -> None:
    """Nobody can tell what it needs."""
    path = tmp_path / "x-1-py3-none-any.whl"
    zipfile.ZipFile(path, "w").close()
    with pytest.raises(Refused, match="cannot be read"):
        requirements.of_wheel(path)
