"""What a distribution file holds, as pure data: readers take an open file and give frozen records, never an exception.

Nothing is unpacked, and no member is ever opened by its own name on the file system. What an archive says is read as
it stands and held against what the archive says elsewhere; each contradiction is a `Fault`. Bounds stand in `limits`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from release_tools.distributions.metadata import CoreMetadata

Kind = Literal["file", "folder", "link", "hardlink", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member of an archive, as an installer would see it.

    `name` is its name as text, without any change; `raw` its bytes. What is no UTF-8 stands in `name` as lone
    surrogates. `size` is that of the content, `packed` what it takes in the archive (0 in a tar). `mode` are the bits
    of the file system, without the kind; 0 where the archive tells none. `time` is in seconds since the epoch, of a
    wheel's member as if its clock stood in UTC. `sha256` is that of the content of a file, as it was unpacked, empty
    where that was not possible; a hard link has size and digest of the file it names. `script` is the digest of a
    script of Python without the interpreter in its first line, empty for any other. `head` is how the content begins.
    `link` is where a link leads, `packing` how the archive stores it: "stored", "deflated", "method N".
    """

    name: str
    kind: Kind
    size: int
    mode: int
    time: float
    raw: bytes = b""
    packed: int = 0
    sha256: str = ""
    script: str = ""
    head: bytes = b""
    link: str = ""
    owner: str = ""
    packing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A rule of the format that an archive breaks: `rule` is the id of the check that reports it.

    `member` is the first one concerned, None where it is the archive as a whole; the message tells of the others.
    """

    rule: str
    message: str
    member: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """What wheels and sdists have in common.

    `members` stand in the order of the archive, of equal names each. `faults` is all that its structure has wrong;
    `fault` says why it could not be read to its end, and where it is set, contents and members may be missing: a check
    of contents is silent then. `texts` are contents of small members that checks read: of a wheel the files of its
    `.dist-info` folder, of an sdist those at its top that build it, by their names there. `packed` is the size of the
    file itself.
    """

    filename: str
    members: tuple[Member, ...] = ()
    metadata: CoreMetadata | None = None
    fault: str = ""
    faults: tuple[Fault, ...] = ()
    texts: Mapping[str, bytes] = field(default_factory=dict)
    packed: int = 0

    def files(self) -> Mapping[str, Member]:
        """Return the regular files by name."""
        return {member.name: member for member in self.members if member.kind == "file"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel(Archive):
    """A wheel; `dist_info` is its one `.dist-info` folder, empty where there is none or more than one."""

    dist_info: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sdist(Archive):
    """An sdist; `tops` are the names at its top, `gzip_time` the time in its gzip header."""

    tops: tuple[str, ...] = ()
    gzip_time: int = 0
