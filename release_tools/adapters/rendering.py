"""The door to the renderer: a page that may take it long, or much memory, is rendered by a process of its own."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from release_tools import readmes
from release_tools.adapters import process
from release_tools.errors import ServiceFailed
from release_tools.readmes import Complaint, Readme
from release_tools.text import without_secrets

WORKER = Path(__file__).with_name("render_worker.py")
MEMORY = 1 << 30


class TooMuchError(Exception):
    """The renderer was ended before its time; the text is the reason."""


def complaint(readme: Readme, patience: float) -> Complaint | None:
    """Return why the index would refuse the page; raises TooMuchError where nobody would wait for it."""
    if readmes.is_tame(readme):
        return readmes.complaint(readme)
    job = json.dumps({"content_type": readme.content_type, "text": readme.text, "memory": MEMORY}).encode()
    argv = (sys.executable, "-I", str(WORKER))
    try:
        done = process.run(argv, env=without_secrets(os.environ), timeout=patience, given=job)
    except ServiceFailed as error:
        raise TooMuchError(f"rendering it takes longer than {patience:g} s") from error
    if done.code:
        raise TooMuchError(f"rendering it takes more than {MEMORY >> 20} MiB of memory, or ends the renderer")
    answer = json.loads(done.out)
    return Complaint(**answer) if answer else None


def work(job: bytes) -> str:
    """Render one page, as its process does, with no more memory than it is given; return what `complaint` reads."""
    given = json.loads(job)
    _bound(given["memory"])
    found = readmes.complaint(Readme(files=(), content_type=given["content_type"], text=given["text"]))
    return json.dumps({"message": found.message[: 1 << 12], "line": found.line} if found else None)


def _bound(memory: int) -> None:
    """Bound the memory of this process, where the system can do so; elsewhere its time is all that is bounded."""
    try:
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        least = memory if most == resource.RLIM_INFINITY else min(memory, most)
        resource.setrlimit(resource.RLIMIT_AS, (least, most))
    except (ImportError, OSError, ValueError):
        return
