"""This project as its users install it: a wheel, an editable checkout, a noxfile with a PEP 723 header."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Mapping
from pathlib import Path

import pytest

from release_tools import __version__
from tests import running, samples, wheelhouse

PARTS = ("release_tools", "docs", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "noxfile.py")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a copy of this project, so that nothing is left behind in it."""
    folder = tmp_path_factory.mktemp("checkout") / "project"
    folder.mkdir()
    for part in PARTS:
        source = running.ROOT / part
        copied = shutil.copytree if source.is_dir() else shutil.copy
        copied(source, folder / part)
    return folder


@pytest.fixture(scope="module")
def house(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the wheel of this project."""
    folder = tmp_path_factory.mktemp("house")
    done = run(sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), cwd=checkout)
    assert "warning" not in (done.stdout + done.stderr).lower()
    return folder


def run(*command: str, cwd: Path, env: Mapping[str, str] | None = None) -> running.Done:
    """Run a command that must pass, without this checkout on the path."""
    clean = {name: value for name, value in running.environment().items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=cwd, env={**clean, **(env or {})}, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def test_the_files_pass_the_strict_check(checkout: Path, house: Path) -> None:
    """The metadata is complete and the description renders on the index."""
    run(sys.executable, "-m", "build", "--sdist", "--outdir", str(house), cwd=checkout)
    files = [str(path) for path in house.iterdir()]
    done = run(sys.executable, "-m", "twine", "check", "--strict", *files, cwd=checkout, env={"NO_COLOR": "1"})
    assert done.stdout.count("PASSED") == len(files)
    assert "warning" not in done.stdout.lower()


def test_an_editable_checkout_has_both_programs(checkout: Path, tmp_path: Path) -> None:
    """`pip install -e .` works, and both console scripts answer."""
    venv.create(tmp_path / "env", with_pip=True, symlinks=os.name != "nt")
    scripts = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin")
    run(str(scripts / "python"), "-m", "pip", "install", "--quiet", "--editable", ".", cwd=checkout)
    for program in ("release-tools", "nox-release-tools"):
        done = run(str(scripts / program), "--version", cwd=tmp_path)
        assert done.stdout.strip() == f"nox-release-tools {__version__}"


def test_a_noxfile_with_a_header_needs_nothing_but_nox(house: Path, tmp_path: Path) -> None:
    """Nox itself fetches the package that the header names, and the sessions are there."""
    root = samples.make("hatchling", tmp_path / "project")
    links = " ".join((str(house), str(wheelhouse.HOUSE)))
    env = {"NOX_SCRIPT_MODE": "reuse", "PIP_FIND_LINKS": links, "UV_FIND_LINKS": links.replace(" ", ",")}
    done = run(sys.executable, "-m", "nox", "-s", "validate", cwd=root, env=env)
    assert "verdict:  aligned" in done.stdout
    assert running.ledger(root)["stages"]["validate"]["status"] == "passed"
