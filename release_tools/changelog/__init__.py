"""Find a project's changelog and, in it, the entry of a version.

`places` finds the file and `source` reads it; `markdown`, `rst` and `loose` propose its headings, `wording` says
what one means, and `outline` decides which of them head an entry. The names below are what others use; what few runs
need is imported when it is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from release_tools.changelog.content import has_content
from release_tools.changelog.dates import parse_date, says_unreleased
from release_tools.changelog.entries import Heading, entry, headings, unreleased
from release_tools.changelog.places import find
from release_tools.changelog.shared import elsewhere, outer, shared
from release_tools.changelog.source import Changelog, read

if TYPE_CHECKING:
    from release_tools.changelog.fragment_files import fragments
    from release_tools.changelog.misses import MissKind, NearMiss, near_misses
    from release_tools.changelog.release_notes import notes

__all__ = [
    "Changelog",
    "Heading",
    "MissKind",
    "NearMiss",
    "elsewhere",
    "entry",
    "find",
    "fragments",
    "has_content",
    "headings",
    "near_misses",
    "notes",
    "outer",
    "parse_date",
    "read",
    "says_unreleased",
    "shared",
    "unreleased",
]

_LATER = {
    "MissKind": "misses",
    "NearMiss": "misses",
    "fragments": "fragment_files",
    "near_misses": "misses",
    "notes": "release_notes",
}


def __getattr__(name: str) -> object:
    """Return one of the names that are not imported yet."""
    if name not in _LATER:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
