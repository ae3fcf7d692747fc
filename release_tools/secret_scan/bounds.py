"""What an archive is known by, and how much of one is looked into. Imports nothing that opens one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["zip", "tar", "gzip", "bzip2", "xz"]
FREE = 32 << 20  # bytes that any archive may unpack to
RATIO = 10  # times its own size that it may unpack to besides
MEMBERS = 5_000  # that any archive may have, and
PACKED = 128  # bytes of its own size for each one more
HEAD = 512  # bytes that tell what it is
SEPARATOR = "!/"
_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"PK\3\4", "zip"),
    (b"PK\5\6", "zip"),
    (b"\x1f\x8b\x08", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
)
_BEGINNINGS = tuple(magic for magic, _ in _MAGIC)


def archive(head: bytes) -> Kind | None:
    """Return what kind of archive a content is that begins so; None for any other."""
    if head.startswith(_BEGINNINGS):
        return next(kind for magic, kind in _MAGIC if head.startswith(magic))
    return "tar" if head[257:262] == b"ustar" else None


def allowed(size: int, untold: list[str]) -> Budget:
    """Return what an archive of this size may unpack to; what is left out is noted in `untold`."""
    return Budget(left=FREE + RATIO * size, members=MEMBERS + size // PACKED, untold=untold)


@dataclass(slots=True, kw_only=True)
class Budget:
    """What may still be unpacked; `untold` says what was left out and why, `is_over` that it takes too long."""

    left: int = FREE
    members: int = MEMBERS
    untold: list[str] = field(default_factory=list)
    is_over: Callable[[], bool] = bool

    def spend(self, size: int) -> None:
        """Take from what is left; raises Exhausted when that is not enough."""
        self.left -= size
        if self.left < 0:
            raise Exhausted("it unpacks to more than is looked at")
        if self.is_over():
            raise Exhausted("it takes too long")

    def enter(self) -> None:
        """Count a member; raises Exhausted when there are too many."""
        self.members -= 1
        if self.members < 0:
            raise Exhausted("it has more members than are looked at")


class Exhausted(Exception):  # noqa: N818 - an end, not an error
    """The budget is used up."""
