"""The isolated environment: empty at first, filled by either installer from what the user configured."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

import pytest
from packaging.version import Version

from release_tools.adapters import isolation
from release_tools.adapters.isolation import NO_INDEX, Isolated
from release_tools.errors import Refused, ServiceFailed, UsageError
from tests import archives, loopback, samples

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


NOBODY = {"PIP_NO_INDEX": "1", "UV_NO_INDEX": "1"}


def isolated(tmp_path: Path, house: Path, installer: str, index: dict[str, str] = NOBODY) -> Isolated:
    """Return an environment that is filled from a folder by one of the three ways."""
    links = {"PIP_FIND_LINKS": str(house), "PIP_CONFIG_FILE": os.devnull}
    links |= {"UV_FIND_LINKS": str(house), "UV_NO_CONFIG": "1"}
    made = Isolated(
        folder=tmp_path / "environment",
        environment=samples.clean_env() | links | index,
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


@pytest.mark.parametrize("installer", ["uv", "pip", BUNDLED])
def test_it_is_filled_whatever_places_the_user_prefers(installer: str, tmp_path: Path, house: Path) -> None:
    """What says where to install holds for the user's own installations."""
    if installer == "uv" and UV is None:
        pytest.skip("uv is not here")
    aside = str(tmp_path / "aside")
    places = {"PIP_USER": "1", "PIP_TARGET": aside, "PIP_PREFIX": aside, "UV_TARGET": aside, "UV_PREFIX": aside}
    made = isolated(tmp_path, house, installer, NOBODY | places)
    made.install(["Sample.Project>=1"])
    assert made.versions() == {"sample-project": "1.2.3"}
    assert not Path(aside).exists()


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


LISTS = {
    "the right hash": ("Sample_Project==1.2.3 --hash=sha256:{right}\n", ""),
    "a version alone": ("sample-project==1.2.3\n", ""),
    "another hash": ("sample-project==1.2.3 --hash=sha256:{wrong}\n", "(?i)hash"),
    "another version": ("sample-project==1.2.4\n", "could not install"),
    "a hash of something else": ("other==1 --hash=sha256:{wrong}\n", "sample.project"),
}


@pytest.mark.parametrize("installer", ["uv", "pip"])
@pytest.mark.parametrize("case", LISTS)
def test_what_a_list_locks_is_held_to_its_hash(case: str, installer: str, tmp_path: Path, house: Path) -> None:
    """By whichever variable and installer: another hash, another version or nothing at all is refused."""
    if installer == "uv" and UV is None:
        pytest.skip("uv is not here")
    text, words = LISTS[case]
    right = hashlib.sha256((house / archives.WHEEL).read_bytes()).hexdigest()
    (tmp_path / "locks.txt").write_text(text.format(right=right, wrong="a" * 64))
    variable = {"uv": "PIP_CONSTRAINT", "pip": "UV_BUILD_CONSTRAINT"}[installer]
    made = isolated(
        tmp_path, house, installer, NOBODY | {variable: "locks.txt", "UV_CACHE_DIR": str(tmp_path / "cache")}
    )
    if words:
        with pytest.raises((ServiceFailed, Refused), match=words):
            made.install(["Sample.Project>=1"])
    else:
        made.install(["Sample.Project>=1"])
        assert made.locked == ({"sample-project"} if "hash" in text else frozenset())


@pytest.mark.parametrize("installer", ["uv", "pip", BUNDLED])
def test_the_installer_is_told_with_its_version(installer: str, tmp_path: Path, house: Path) -> None:
    """Name and version, as the ledger keeps them."""
    if installer == "uv" and UV is None:
        pytest.skip("uv is not here")
    name, version = isolated(tmp_path, house, installer).installer_version().split(" ")
    assert name == ("uv" if installer == "uv" else "pip")
    assert str(Version(version)) == version


@pytest.mark.parametrize("installer", ["uv", "pip"])
@pytest.mark.parametrize("offline", [True, False])
def test_told_so_no_installer_asks_an_index(
    installer: str,
    offline: bool,  # noqa: FBT001 - a case
    tmp_path: Path,
    house: Path,
) -> None:
    """Then it takes from find-links alone; else the configured index is asked."""
    if installer == "uv" and UV is None:
        pytest.skip("uv is not here")
    with loopback.serve(loopback.says(404)) as stub:
        index = {"PIP_INDEX_URL": stub.url, "UV_DEFAULT_INDEX": stub.url, "UV_CACHE_DIR": str(tmp_path / "cache")}
        made = isolated(tmp_path, house, installer, index | (NO_INDEX if offline else {}))
        made.install(["Sample.Project>=1"])
        with pytest.raises(ServiceFailed):
            made.install(["no-such-project>=1"])
    assert bool(stub.seen) is not offline


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
