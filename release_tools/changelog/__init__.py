"""Find a project's changelog and, in it, the entry of a version.

`places` finds the file and `source` reads it; `markdown`, `rst` and `loose` propose its headings, `wording` says
what one means, and `outline` decides which of them head an entry. The functions below are what others use.
"""

from release_tools.changelog.content import has_content
from release_tools.changelog.dates import parse_date, says_unreleased
from release_tools.changelog.entries import Heading, entry, headings, unreleased
from release_tools.changelog.fragment_files import fragments
from release_tools.changelog.misses import MissKind, NearMiss, near_misses
from release_tools.changelog.places import find
from release_tools.changelog.release_notes import notes
from release_tools.changelog.source import Changelog, read

__all__ = [
    "Changelog",
    "Heading",
    "MissKind",
    "NearMiss",
    "entry",
    "find",
    "fragments",
    "has_content",
    "headings",
    "near_misses",
    "notes",
    "parse_date",
    "read",
    "says_unreleased",
    "unreleased",
]
