"""Headings without the markup of one, which count only where a changelog has no real ones."""

from __future__ import annotations

import re
from collections import Counter

from release_tools.changelog.plain import plain_markdown
from release_tools.changelog.titles import Scan, Title
from release_tools.changelog.wording import squash, wording

DEEPEST = 99
LONGEST_NAME = 3

_BOLD = re.compile(
    r"(?:(?<=\n\n)|\A|(?<=\n[ \t]\n))(?P<mark>\*\*|__)(?=\S)[^\n]{1,200}?(?P=mark)[^\n]{0,100}$", re.MULTILINE
)
_LINE = re.compile(r"(?:(?<=\n\n)|\A|(?<=\n[ \t]\n))(?:[-*+•][ ]+)?(?=[\w\[(])[^\n]{1,120}$", re.MULTILINE)


def bold_paragraphs(text: str, scan: Scan) -> list[Title]:
    """Return the bold paragraphs that name a version or the next release."""
    return [title for title in _titles(text, scan, _BOLD) if not wording(title.says).trailing]


def plain_lines(text: str, scan: Scan) -> list[Title]:
    """Return the lines after a blank one that hold a version and little else, perhaps "released" and a date."""
    titles = _titles(text, scan, _LINE)
    names = Counter(squash(wording(title.says).name) for title in titles)
    return [title for title in titles if reads_as_heading(title.says) or _is_usual(title, names)]


def _is_usual(title: Title, names: Counter[str]) -> bool:
    """Whether the line is a name and a version, and other lines hold the same name."""
    said = wording(title.says)
    return not said.trailing and names[squash(said.name)] > 1 and len(said.name.split()) <= LONGEST_NAME


def reads_as_heading(says: str) -> bool:
    """Whether a line without any mark can only be meant as the heading of an entry."""
    said = wording(says)
    if said.version is None:
        return False
    return (not said.name and not said.trailing) or (said.date is not None and not (said.name and said.trailing))


def _titles(text: str, scan: Scan, pattern: re.Pattern[str]) -> list[Title]:
    titles = []
    for found in pattern.finditer(text):
        raw = found[0].strip().removeprefix("- ").removeprefix("* ")
        says = plain_markdown(raw)
        said = wording(says)
        if (said.version or said.upcoming) and scan.hiding(found.start()) is None:
            titles.append(Title(found.start(), found.end(), DEEPEST, "bold" if pattern is _BOLD else "line", raw, says))
    return titles
