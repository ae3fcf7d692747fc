"""What a noxfile pays for our sessions."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.bench.measuring import ROOT, call, row, timed

EMPTY = "import nox\n\n\n@nox.session\ndef empty(session):\n    pass\n"


def listing(folder: Path) -> None:
    """`nox -l` beside the same with an empty noxfile."""
    (folder / "empty").mkdir()
    (folder / "empty/noxfile.py").write_text(EMPTY)
    ours, empty = timed(
        lambda: call(sys.executable, "-m", "nox", "-l", cwd=ROOT),
        lambda: call(sys.executable, "-m", "nox", "-l", cwd=folder / "empty"),
    )
    row("nox -l over an empty noxfile's", f"{ours - empty:+.3f} s", "at most 0.15 s")
    ours, bare = timed(
        lambda: call(sys.executable, "-c", "import release_tools.sessions", cwd=ROOT),
        lambda: call(sys.executable, "-c", "pass", cwd=ROOT),
        runs=15,
    )
    row("import release_tools.sessions over bare Python", f"{ours - bare:+.3f} s", "under 0.05 s")
