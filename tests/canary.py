"""Looking for secrets wherever they could have leaked to: in each form, in each sink, in each process."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

PREFIX = 16
PROC = Path("/proc")


def forms(secret: str) -> set[bytes]:
    """Return what would tell a secret: raw, its beginning, URL, JSON, and of base64 what depends on it alone."""
    raw = secret.encode()
    found = {raw, raw[:PREFIX], quote(secret, safe="").encode(), json.dumps(secret)[1:-1].encode()}
    for shift in range(3):
        first, last = -(-shift * 8 // 6), (shift + len(raw)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            found.add(encode(bytes(shift) + raw)[first:last])
    return found


def leaks(secrets: Mapping[str, str], content: bytes) -> list[str]:
    """Return the names of the secrets that a text tells."""
    return [name for name, value in secrets.items() if any(form in content for form in forms(value))]


def below(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every file below a folder with its content, and every name as well."""
    for path in folder.rglob("*"):
        yield str(path), path.name.encode() + (b"\n" + path.read_bytes() if path.is_file() else b"")


class Watch:
    """What is to be seen of all descendants of a process: their command lines, each with its environment."""

    def __init__(self) -> None:
        self.seen: set[tuple[bytes, bytes]] = set()

    @contextmanager
    def over(self, pid: int) -> Iterator[None]:
        """Look at the descendants of a process, some hundred times a second."""
        ended = threading.Event()

        def look() -> None:
            while not ended.wait(0.003):
                for each in descendants(pid):
                    self._take(PROC / str(each))

        thread = threading.Thread(target=look)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _take(self, process: Path) -> None:
        try:
            line = (process / "cmdline").read_bytes()
            environment = (process / "environ").read_bytes()
            # Between the two it may have become another program.
            if line and line == (process / "cmdline").read_bytes():
                self.seen.add((line, environment))
        except OSError:
            return


def descendants(pid: int) -> set[int]:
    """Return the ids of the children of a process, and of theirs."""
    parents = {}
    for path in PROC.glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text().rpartition(") ")[2].split()[1])
        except OSError:
            continue
    found, grown = {pid}, True
    while grown:
        more = {child for child, parent in parents.items() if parent in found}
        grown = not more <= found
        found |= more
    return found - {pid}
