"""The first version in a line of text."""

from __future__ import annotations

import re
from typing import NamedTuple

from packaging.version import Version

from release_tools import pep440

# A version token starts where no word, number or comparison runs into it, perhaps after a mark such as "v".
_TOKEN = re.compile(
    r"(?<![A-Za-z0-9.#$~^])(?:v\.?|ver\.?|version|release|rel|r)?"
    r"(?P<token>(?:\d+!)?\d[A-Za-z0-9]*(?:[-_.+][A-Za-z0-9]+)*)(?P<more>\.\*|\+|%)?",
    re.IGNORECASE,
)
_COMPARED = re.compile(r"(?:[<>≤≥~!^]=?|\b(?:no|nr)\.?)\s*v?$", re.IGNORECASE)
_DOTTED = re.compile(r"\d+(?:!\d+)?\.\d")
_PRE_RELEASE = re.compile(
    r"[\s,-]+(?:\((?=[A-Za-z\s]+[\s.#-]*\d+\)))?(?:(?P<word>alpha|beta|rc|release\s+candidate|pre|preview|post)(?![A-Za-z])(?:[\s.#-]*(?P<number>\d+))?(?!\w|\.\d)"
    r"|(?P<letter>a|b|c)(?P<count>\d+)(?!\w|\.\d))",
    re.IGNORECASE,
)
_FINAL = re.compile(r"\d+(?:\.\d+)*")


class Token(NamedTuple):
    """A version in a text, and where it stands there."""

    version: Version
    start: int
    end: int
    marked: bool


def parse(text: str) -> Version | None:
    """Return the version that the text is, or None."""
    return pep440.version(text)


def first(text: str) -> Token | None:
    """Return the first version of the text; a series ("1.2.x"), a range and a compared number are none."""
    for found in _TOKEN.finditer(text):
        token = _read(text, found)
        if token is not None or _DOTTED.match(found["token"]):
            return token
    return None


def _read(text: str, found: re.Match[str]) -> Token | None:
    if found["more"] or _COMPARED.search(text, max(0, found.start() - 8), found.start()):
        return None
    spelled, end = found["token"], found.end("token")
    worded = _PRE_RELEASE.match(text, end) if _FINAL.fullmatch(spelled) else None
    if worded:
        kind = "rc" if (worded["word"] or "").lower().startswith("release") else worded["word"] or worded["letter"]
        spelled, end = f"{spelled}{kind}{worded['number'] or worded['count'] or 0}", worded.end()
    version = parse(spelled)
    if version is None:
        return None
    return Token(version, found.start(), end, marked=found.start("token") > found.start())


def is_bare_number(version: Version) -> bool:
    """Whether the version is one number without a dot, which in a heading is rarely a version."""
    return len(version.release) == 1 and version == Version(str(version.release[0]))


def starts_with(version: Version, series: Version) -> bool:
    """Whether the version belongs to the series, as 1.2.3 and 1.2.0rc1 do to 1.2."""
    stem = series.release
    return (version.release + (0,) * len(stem))[: len(stem)] == stem
