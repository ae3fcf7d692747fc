"""How much of an archive is ever read, unpacked or kept: above that, no honest distribution is known."""

from __future__ import annotations

KIB = 1 << 10
MIB = 1 << 20

FREE = 64 * MIB  # what unpacks to no more than this is not asked for its ratio; the rule of the index
RATIO = 50
MEMBERS = 65_535
DIRECTORY = 24 * MIB  # the central directory of a ZIP archive
NAMES = 12 * MIB  # all names and links of a tar together
NAME = 1024  # bytes of a path; macOS keeps none that is longer
EXTENSION = MIB  # of a tar header: long names, extended headers
RECORDS = 5 * MEMBERS  # of all extended headers
PADDING = MIB  # the zeros behind the end of a tar archive
TEXT = 16 * MIB  # a member that is kept to be read
TEXTS = 48 * MIB
FIELDS = 256 * KIB  # core metadata without the description
METADATA = 4 * MIB
RENDERED = 128 * KIB  # of core metadata; a longer description takes the renderer too long
XZ = 128 * MIB  # the memory that an xz archive may ask for

CHUNK = 256 * KIB
HEAD = 64


def unpacked(packed: int) -> int:
    """Return how many bytes a file of this size may unpack to."""
    return max(FREE, packed * RATIO)
