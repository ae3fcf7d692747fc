"""The categories of one entry that follows Keep a Changelog: Added, Fixed and their like."""

from __future__ import annotations

import re
from collections.abc import Iterator

from release_tools.model import Entry

_ITEM = re.compile(r"[-*+] ")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_CATEGORY = "### "
_LONGEST = 200
_MOST = 1 << 18  # characters of an entry that are looked at
# The library drops an entry without a date, and takes a definition of a link for a version.
_HEADING = "## [1] - 2000-01-01"


def categories(entry: Entry) -> tuple[str, ...]:
    """Return the categories that hold an item, in lower case and in the order of the entry."""
    if _CATEGORY not in entry.body[:_MOST]:
        return ()
    lines = list(_lines(entry.body[:_MOST]))
    if not any(line.startswith(_CATEGORY) for line in lines):
        return ()
    import keepachangelog

    read = keepachangelog.to_dict([_HEADING, *lines])
    return tuple(name for name, items in read.get("1", {}).items() if isinstance(items, list) and items)


def _lines(body: str) -> Iterator[str]:
    """Yield what the library reads rightly: the headings of categories, and that there are items."""
    fenced = False
    for line in body.splitlines():
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and line.startswith(_CATEGORY):
            yield line[:_LONGEST]
        elif not fenced and _ITEM.match(line):
            yield "- x"
