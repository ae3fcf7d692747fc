"""The content of one member, taken in a single pass: its digest, its size, and what is kept of it."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable
from typing import NamedTuple

from release_tools.distributions import limits
from release_tools.distributions.script import Script

# Told of each piece of each member's content, in order, with the member's name.
Listener = Callable[[str, bytes], None]


class Content(NamedTuple):
    """What a content turned out to be; `kept` is all of it where that was asked for, and None else.

    `script` is the digest that a script of Python keeps when a backend names another interpreter in it.
    """

    sha256: str
    size: int
    crc: int
    head: bytes
    kept: bytes | None
    script: str = ""


class Keeper:
    """Decides which contents are kept; all together they stay below a bound."""

    def __init__(self, wanted: Callable[[str], bool]) -> None:
        self._wanted = wanted
        self._room = limits.TEXTS
        self.refused: list[str] = []
        self.texts: dict[str, bytes] = {}

    def wants(self, name: str, size: int) -> bool:
        """Whether to keep this member; one that is too large is noted."""
        if not self._wanted(name):
            return False
        if size > min(limits.TEXT, self._room):
            self.refused.append(name)
            return False
        self._room -= size
        return True

    def keep(self, name: str, content: Content) -> None:
        """Keep the first of a name."""
        if content.kept is not None:
            self.texts.setdefault(name, content.kept)


def absorb(
    name: str, pieces: Iterable[bytes], *, keep: bool = False, crc: bool = False, listener: Listener | None = None
) -> Content:
    """Read a content to its end; whatever the pieces raise is raised."""
    digest = hashlib.sha256()
    size, checksum, head = 0, 0, b""
    kept: list[bytes] | None = [] if keep else None
    script: Script | None = Script()
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
        if crc:
            checksum = zlib.crc32(piece, checksum)
        if len(head) < limits.HEAD:
            head += bytes(piece[: limits.HEAD - len(head)])
        if kept is not None:
            kept.append(piece)
        if script is not None:
            script.add(piece)
            script = script if script.possible else None
        if listener is not None:
            listener(name, piece)
    whole = b"".join(kept) if kept is not None else None
    return Content(digest.hexdigest(), size, checksum, head, whole, script.result() if script else "")
