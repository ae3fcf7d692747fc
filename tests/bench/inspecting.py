"""How fast finished distributions are looked into, and what the gate adds to a small project."""

from __future__ import annotations

import hashlib
import os
import random
import sys
import sysconfig
import zipfile
from itertools import cycle
from pathlib import Path

from release_tools import inspection
from release_tools.secret_scan.values import NONE
from tests import archives
from tests.bench.measuring import ROOT, call, compiling, row, timed
from tests.secret_scan import speed

LARGE = "BENCH_WHEEL"  # names the largest real wheel at hand
BINARIES = 120_000_000  # bytes of each sort, unpacked
CHUNK = 1 << 18


def inspect(folder: Path) -> None:
    """Inspect a wheel of 100 MB and more beside hashing and inflating it once; then two small files."""
    path = Path(os.environ[LARGE]) if LARGE in os.environ else made(folder)
    ours, once = timed(lambda: inspection.of_anybody([path], NONE), lambda: inflate(path), runs=3)
    size = path.stat().st_size / 1e6
    row(f"inspect {size:.0f} MB: ours / hash and inflate once", f"{ours:.2f} / {once:.2f} s", "")
    row("  ratio, secrets included", f"{ours / once:.2f}", "3.0 or less")
    small(folder)


def small(folder: Path) -> None:
    """Time the whole command on the two files of a small project, over Python that does nothing."""
    (folder / archives.WHEEL).write_bytes(archives.wheel_bytes())
    (folder / archives.SDIST).write_bytes(archives.sdist_bytes())
    files = [str(folder / name) for name in (archives.WHEEL, archives.SDIST)]
    ours, bare = timed(
        lambda: call(sys.executable, "-m", "release_tools", "inspect", *files, cwd=ROOT, env=compiling()),
        lambda: call(sys.executable, "-c", "pass", cwd=ROOT, env=compiling()),
        runs=9,
    )
    row("inspect of a small wheel and sdist over bare Python", f"{ours - bare:+.3f} s", "at most 0.5 s")


def inflate(path: Path) -> None:
    """Do the least that any inspection does: inflate and hash each member."""
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            digest = hashlib.sha256()
            with archive.open(info) as file:
                while piece := file.read(CHUNK):
                    digest.update(piece)


def made(folder: Path) -> Path:
    """Write a wheel of sources, machine code and data that cannot be packed, more than 100 MB of it."""
    path = folder / archives.WHEEL
    speed.make(folder / "sources")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number, source in enumerate(sorted((folder / "sources").rglob("*.py"))):
            archive.write(source, f"sample_project/m{number}.py")
        for number, content in enumerate(binaries()):
            archive.writestr(f"sample_project/b{number}.so", content)
        archive.writestr("sample_project/data.bin", random.Random(0).randbytes(48_000_000))  # noqa: S311 - no secret
    return path


def binaries() -> list[bytes]:
    """Return the machine code that Python itself is made of, again and again."""
    library = Path(sysconfig.get_paths()["stdlib"])
    found = [Path(sys.executable).resolve(), *sorted((library / "lib-dynload").glob("*.so"))]
    contents: list[bytes] = []
    left = BINARIES
    for path in cycle(found):
        if left <= 0:
            return contents
        contents.append(path.read_bytes())
        left -= len(contents[-1])
    return contents
