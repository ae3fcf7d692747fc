"""The digest of a script without what a backend writes anew of it: the interpreter that its first line names."""

from __future__ import annotations

import hashlib
import re

LONGEST = 1024  # bytes of a first line
MARK = b"#!"
# As setuptools, hatchling and scikit-build-core know the lines that they replace; options are kept.
_INTERPRETER = re.compile(rb"#!.*(?:pythonw?|pypyw?)[0-9.]*(?:[ \t]+(?P<options>.*))?")


class Script:
    """Takes a content piece by piece, as long as it may be that of a script of Python."""

    def __init__(self) -> None:
        self._begin = b""
        self._digest = hashlib.sha256()
        self._waiting = True
        self._held = b""

    @property
    def possible(self) -> bool:
        """Whether more of the content matters."""
        begun = len(self._begin) < LONGEST and b"\n" not in self._begin
        return not self._waiting or (begun and MARK.startswith(self._begin[: len(MARK)]))

    def add(self, piece: bytes) -> None:
        """Take the next piece."""
        if self._waiting:
            before = len(self._begin)
            self._begin += piece[:LONGEST]
            line, newline, _ = self._begin.partition(b"\n")
            found = _INTERPRETER.fullmatch(line.rstrip(b"\r")) if newline else None
            if found is None:
                return
            self._waiting = False
            self._digest.update((found["options"] or b"").strip() + b"\n")
            piece = piece[len(line) + 1 - before :]
        self._body(piece)

    def result(self) -> str:
        """Return the digest, empty for what is no script of Python."""
        self._digest.update(self._held)
        return "" if self._waiting else self._digest.hexdigest()

    def _body(self, piece: bytes) -> None:
        """Take what follows the first line, its line ends as on POSIX: some backends read it as text."""
        piece = self._held + piece
        self._held = b"\r" if piece.endswith(b"\r") else b""
        self._digest.update(piece[: len(piece) - len(self._held)].replace(b"\r\n", b"\n"))
