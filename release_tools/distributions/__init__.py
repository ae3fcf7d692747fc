"""What a distribution file holds, as pure data: readers take an open file and give frozen records, never an exception.

Nothing is unpacked, and no member is ever opened by its own name on the file system.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Literal

from release_tools.distributions.metadata import CoreMetadata

CHUNK = 1 << 20
KEPT = 1 << 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member of an archive.

    `time` is in seconds since the epoch, of a wheel's member as if its clock stood in UTC; `sha256` is that of the
    content of a file, `link` where a link leads, `packing` how the archive stores it.
    """

    name: str
    kind: Literal["file", "folder", "link", "other"]
    size: int
    mode: int
    time: float
    sha256: str = ""
    link: str = ""
    owner: str = ""
    packing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """What wheels and sdists have in common; `fault` says why the archive could not be read to its end."""

    filename: str
    members: tuple[Member, ...] = ()
    metadata: CoreMetadata | None = None
    fault: str = ""

    def files(self) -> Mapping[str, Member]:
        """Return the regular files by name."""
        return {member.name: member for member in self.members if member.kind == "file"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel(Archive):
    """A wheel; `texts` are the files of its `.dist-info` folder by their names there, as far as they are small."""

    dist_info: str = ""
    texts: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sdist(Archive):
    """An sdist; `tops` are the names at its top, `gzip_time` the time in its gzip header."""

    tops: tuple[str, ...] = ()
    gzip_time: int = 0


def sha256_of(content: IO[bytes]) -> str:
    """Return the digest of what is left to read."""
    digest = hashlib.sha256()
    while chunk := content.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
