"""Fill the wheelhouse from which the tests install: every hash-locked list, and this project's own wheel."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SDISTS = ROOT / "tests/locks/sdists.txt"
HOUSE = ROOT / ".nox/.cache" / f"wheelhouse-{sys.version_info.major}.{sys.version_info.minor}"


def lists() -> list[Path]:
    """Return every list of distributions that a test may install."""
    ours = sorted((ROOT / "release_tools/locks").glob("*.txt"))
    return [*ours, *(ROOT / f"tests/locks/{name}.txt" for name in ("backends", "servers")), ROOT / ".github/nox.txt"]


def offline(house: Path = HOUSE) -> dict[str, str]:
    """Return the variables by which pip and uv install from the wheelhouse and ask nobody."""
    return {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(house),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "UV_NO_INDEX": "1",
        "UV_FIND_LINKS": str(house),
        "UV_NO_CONFIG": "1",
        "UV_PYTHON_DOWNLOADS": "never",
    }


def other_python() -> str | None:
    """Return another supported Python on PATH, the newest first."""
    for minor in range(13, 9, -1):
        found = shutil.which(f"python3.{minor}") if minor != sys.version_info.minor else None
        if (
            found
            and subprocess.run([found, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0
        ):
            return found
    return None


def house_of(python: str) -> Path:
    """Return the wheelhouse of another Python."""
    return HOUSE.with_name(f"wheelhouse-{Path(python).name.removeprefix('python')}")


def fill(house: Path = HOUSE, python: str = sys.executable) -> None:
    """Download what the lists name, once; then nothing of the tests asks an index."""
    stamp = house / "filled"
    wanted = hashlib.sha256(b"".join(path.read_bytes() for path in (*lists(), SDISTS))).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    house.mkdir(parents=True, exist_ok=True)
    for path in lists():
        _download(python, house, path)
    _download(python, house / "sdists", SDISTS, "--no-binary=:all:")
    stamp.write_text(wanted)


def _download(python: str, house: Path, path: Path, *more: str) -> None:
    _pip(python, "download", "--require-hashes", "--no-deps", "--dest", str(house), "--requirement", str(path), *more)


def _pip(python: str, *arguments: str) -> None:
    subprocess.run([python, "-m", "pip", "-qq", *arguments], check=True)


if __name__ == "__main__":
    fill()
    if other := other_python():
        fill(house_of(other), other)
