"""The isolated environment: empty at first, filled by either installer from what the user configured."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from release_tools.adapters import isolation
from release_tools.adapters.isolation import Isolated
from release_tools.errors import ServiceFailed, UsageError
from tests import archives, samples

UV = isolation.find_uv(dict(os.environ))
BUNDLED = "bundled pip"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Give a folder with the one wheel that may be installed."""
    folder = tmp_path / "house"
    folder.mkdir()
    (folder / archives.WHEEL).write_bytes(archives.wheel_bytes({f"{archives.INFO}/WHEEL": WHEEL_FILE}))
    return folder


WHEEL_FILE = b"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def isolated(tmp_path: Path, house: Path, installer: str) -> Isolated:
    """Return an environment that is filled from a folder by one of the three ways."""
    links = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(house), "PIP_CONFIG_FILE": os.devnull}
    links |= {"UV_NO_INDEX": "1", "UV_FIND_LINKS": str(house), "UV_NO_CONFIG": "1"}
    made = Isolated(
        folder=tmp_path / "environment",
        environment=samples.clean_env() | links,
        cwd=tmp_path,
        limit=120,
        uv=UV if installer == "uv" else None,
        pip=installer == "pip",
    )
    made.create()
    return made


@pytest.mark.parametrize("installer", ["uv", "pip", BUNDLED])
def test_each_installer_fills_it(installer: str, tmp_path: Path, house: Path) -> None:
    """Requirements are installed once, their versions told, and the environment's own interpreter sees them."""
    if installer == "uv" and UV is None:
        pytest.skip("uv is not here")
    made = isolated(tmp_path, house, installer)
    assert made.versions() == {}
    made.install([])
    made.install(["Sample.Project>=1"])
    assert made.versions() == {"sample-project": "1.2.3"}
    assert made.installer == ("uv" if installer == "uv" else "pip")
    (house / archives.WHEEL).unlink()
    made.install(["Sample.Project>=1"])
    program = [made.python_executable, "-c", "import sample_project; print(sample_project.answer)"]
    assert subprocess.run(program, capture_output=True, check=True).stdout == b"42\n"


@pytest.mark.parametrize("installer", ["uv", "pip"])
def test_what_cannot_be_installed_is_told(installer: str, tmp_path: Path, house: Path) -> None:
    """The requirement is named with the installer's words, and that nothing was built."""
    if installer == "uv" and UV is None:
        pytest.skip("uv is not here")
    made = isolated(tmp_path, house, installer)
    with pytest.raises(ServiceFailed) as caught:
        made.install(["no-such-project>=1"])
    assert caught.value.what.startswith(f"{installer} could not install the build requirements no-such-project>=1:\n")
    assert "index" in caught.value.fix


def test_its_programs_come_first(tmp_path: Path) -> None:
    """PATH begins with the environment, and PYTHONPATH is empty."""
    made = Isolated(folder=tmp_path, environment={"PATH": "/bin"}, cwd=tmp_path, limit=1, uv=None, pip=True)
    extra = made.make_extra_environ()
    assert extra["PATH"].split(os.pathsep) == [str(Path(made.python_executable).parent), "/bin"]
    assert extra["PYTHONPATH"] == ""


def test_the_installers_are_found(tmp_path: Path) -> None:
    """The uv of our environment comes first, else the one named or on PATH; the pip beside us must be new enough."""
    assert UV is None or Path(UV).is_file()
    for version, expected in (("22.2", False), ("22.3", True), ("30.0", True)):
        folder = tmp_path / version
        (folder / f"pip-{version}.dist-info").mkdir(parents=True)
        (folder / f"pip-{version}.dist-info/METADATA").write_text(
            f"Metadata-Version: 2.1\nName: pip\nVersion: {version}\n"
        )
        assert isolation.has_pip([str(folder)]) is expected
    assert not isolation.has_pip([])


def test_without_any_installer_the_user_is_told(tmp_path: Path) -> None:
    """Where even Python's own pip has been taken out, the way out is named."""
    with pytest.raises(UsageError, match="neither uv nor pip"):
        isolation.bundled_pip([tmp_path])
    assert isolation.bundled_pip().name.startswith("pip-")
