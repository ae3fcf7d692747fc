"""How fast and how lean a release is uploaded, beside twine's own command."""

from __future__ import annotations

import os
import re
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from release_tools import environment
from release_tools.adapters import rehearsal_index
from release_tools.model import Manifest, Target
from tests import tiny
from tests.bench.measuring import call, compiling, row, timed, weighed
from tests.rows import publishing

MEGABYTE = 1 << 20
FILES, SIZE, LARGE = 20, 5 * MEGABYTE, 500 * MEGABYTE
RUNS = 3


def upload(folder: Path) -> None:
    """Send 20 files of 5 MB to an index on loopback, and one of 500 MB to see what memory it takes."""
    _speed(folder / "many")
    _memory(folder / "one")
    pins = set(re.findall(r"(?m)^([\w.-]+)==", (environment.LOCKS / "publish.txt").read_text(encoding="utf-8")))
    row("distributions that publish installs, on any platform", str(len(pins)), ", ".join(sorted(pins)))


def _speed(folder: Path) -> None:
    with _ready(folder, FILES, SIZE) as (root, target):
        held, files = folder / "index", sorted(map(str, (root / "dist").glob("*.whl")))
        twine = ("-m", "twine", "upload", "--non-interactive", "--disable-progress-bar", "--username", target.username)
        command = (sys.executable, *twine, "--repository-url", target.upload_url)
        yours = compiling(TWINE_PASSWORD=publishing.TOKEN)
        mine = compiling(**{publishing.VARIABLE: publishing.TOKEN})

        def ours() -> None:
            _empty(held)
            call(*publishing.argv(), cwd=root, env=mine)

        def at_once() -> None:
            _empty(held)
            call(*command, *files, cwd=root, env=yours)

        def one_by_one() -> None:
            _empty(held)
            for file in files:
                call(*command, file, cwd=root, env=yours)

        publish, once, each = timed(ours, at_once, one_by_one, runs=RUNS)
        assert len(list(held.iterdir())) == FILES
    row("upload of 20 x 5 MB, read back: ours / twine once", f"{publish:.2f} / {once:.2f} s", "at most 1.3 times")
    row("  times the time", f"{publish / once:.2f}", "1.3 or less")
    row("  twine called once a file", f"{each:.2f} s", "for comparison")


def _memory(folder: Path) -> None:
    with _ready(folder, 1, LARGE) as (root, _):
        seconds, most = weighed(*publishing.argv(), cwd=root, env=compiling(**{publishing.VARIABLE: publishing.TOKEN}))
    row("upload of one file of 500 MB: peak memory", f"{most:.0f} MB", "under 150 MB")
    row("  and its time", f"{seconds:.1f} s", "for comparison")


@contextmanager
def _ready(folder: Path, files: int, size: int) -> Iterator[tuple[Path, Target]]:
    """Run an index, and make a release of some wheels that is ready for it."""
    made = folder / "made"
    made.mkdir(parents=True)
    wheels = [_wheel(made / f"tiny_sample-{tiny.VERSION}-{number}-py3-none-any.whl", size) for number in range(files)]
    manifest: Manifest = tiny.manifest(*wheels)
    with rehearsal_index.serve(folder / "index", publishing.TOKEN) as target:
        yield publishing.make(folder, publishing.settings(target, 'credentials = "token"'), manifest), target


def _wheel(path: Path, size: int) -> Path:
    info = f"tiny_sample-{tiny.VERSION}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {tiny.NAME}\nVersion: {tiny.VERSION}\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: tiny\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        with wheel.open("payload.bin", "w") as payload:
            for _ in range(0, size, MEGABYTE):
                payload.write(os.urandom(MEGABYTE))
    return path


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
