"""What the words of one heading say: a version, a date, or notes for the next release."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

from packaging.version import Version

from release_tools.changelog import dates, tokens

LONGEST = 1_000
LONGEST_UPCOMING = 70
YEARS = range(1900, 2101)

# Words that may stand around a version without naming a thing that has the version.
_FILLER = re.compile(
    r"\b(?:versions?|ver|v|releases?|released|releasing|rel|changes?|changed|change\s*log|what'?s|what\s+is|new|in|for|of|the"
    r"|notes?|news|history|updates?|hotfix(?:es)?|patch(?:es)?|minor|major|point|final|stable|maintenance|on|at|date|yanked"
    r"|codename[d]?|code\s+name|tag|highlights|revision|milestone)\b",
    re.IGNORECASE,
)
_MENTION_BEFORE = re.compile(
    r"\b(?:from|since|to|with|until|till|before|after|than|by|and|or|via|requires?|supports?|supporting|drop(?:s|ped|ping)?"
    r"|deprecate[ds]?|removed?|removing|python|cpython|pypy|py|above|below|compared)\s*(?:versions?\s*)?v?$",
    re.IGNORECASE,
)
_MENTION_AFTER = re.compile(
    r"[\s)\]]*(?:(?:and|or|&)\s+(?:newer|later|older|earlier|above|below|up|prior|before|after|previous)\b"
    r"|(?:release\s+)?(?:series|branch|line|family|onwards?|support|compatib\w+)\b)",
    re.IGNORECASE,
)
_CATEGORY = re.compile(
    r"(?:\b(?:bugs?|bugfix(?:es)?|fix(?:e[sd])?|features?|enhancements?|breaking|improve(?:ments?|d)|added|additions?|removed"
    r"|removals?|deprecated|deprecations?|security|docs?|documentation|internals?|misc(?:ellaneous)?|dependenc(?:y|ies)"
    r"|upgrad(?:e|ing)|migrat(?:e|ing|ion)|guide|contributors?|backwards?|incompatib\w+|notable|api|performance|changed?"
    r"|changes|and)\b|\W)+",
    re.IGNORECASE,
)
_RELEASE_WORD = re.compile(r"\b(?:release|version|update|v)\b", re.IGNORECASE)
_QUOTED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\"[^\"]*\"|'[^']*'|“[^“”]*”|‘[^‘’]*’|«[^«»]*»")  # noqa: RUF001 - real quotes
_NO_WORD = re.compile(r"[\W_]+")
_DAYS = re.compile(
    r"\b(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b|\bT?\d\d?:\d\d\S*|\b(?:utc|gmt)\b",
    re.IGNORECASE,
)

_UPCOMING = re.compile(
    r"\bun-?released\b|\bnot\s+(?:yet\s+)?released\b|\bto\s+be\s+released\b|\b(?:in|under)\s+(?:active\s+)?development\b|\bin\s+progress\b",
    re.IGNORECASE,
)
_UPCOMING_ALONE = re.compile(
    r"(?:the\s+)?(?:v?next|upcoming|future|forthcoming|pending|planned|coming\s+soon|current(?:ly)?|latest|dev(?:el(?:opment)?)?|main|master|trunk"
    r"|head|wip|tb[ad]|git|unstable|nightly|next_version|v?[xynz]\.[xyz](?:\.[xyz])?)"
    r"(?:\s+(?:release|version|changes?|branch|head|master|main|development|major|minor|patch|notes))*",
    re.IGNORECASE,
)
_HAS_DIGIT = re.compile(r"\d")
# The forms that make up most changelogs are read at once: thousands of headings must cost little.
_USUAL = re.compile(r"(?:version\s|release\s)?\[?v?(\d+(?:\.\d+)+(?:(?:a|b|rc)\d+)?)\]?(?=\s*[-(,]|\Z)", re.IGNORECASE)

Upcoming = Literal["", "named", "guessed"]


class Wording(NamedTuple):
    """What a heading says.

    `name` is what stands before the version beside filler words; `trailing` whether other words follow it;
    `upcoming` whether it heads the notes of the next release: "named" for sure, "guessed" by a word that
    may mean something else.
    """

    version: Version | None = None
    name: str = ""
    trailing: bool = False
    dated: str | None = None
    date: date | None = None
    upcoming: Upcoming = ""


@lru_cache(maxsize=4096)
def wording(text: str) -> Wording:
    """Read one heading, given without its markup."""
    usual = _USUAL.match(text)
    if usual and usual.end() == len(text):
        return Wording(tokens.parse(usual[1]))
    dated = dates.exact(text[usual.end() :]) if usual else None
    if usual and dated:
        return Wording(tokens.parse(usual[1]), dated=dated[0], date=dated[1])
    if len(text) > LONGEST:
        return Wording()
    token = tokens.first(dates.without_dates(text)) if _HAS_DIGIT.search(text) else None
    if token is None:
        return Wording(upcoming=_upcoming(text))
    before, after = text[: token.start], text[token.end :]
    return Wording() if _is_mention(before, after) else _versioned(token, before, after)


def is_category(text: str) -> bool:
    """Whether the text names a kind of change, such as "Added" or "Bug fixes"."""
    return _CATEGORY.fullmatch(text) is not None


@lru_cache(maxsize=4096)
def squash(name: str) -> str:
    """Return a name without case, separators and the affix "python"."""
    plain = _NO_WORD.sub("", name.lower())
    return plain.removeprefix("python").removesuffix("python") or plain


def _versioned(token: tokens.Token, before: str, after: str) -> Wording:
    dated = dates.find_dated(after) or dates.find_dated(before)
    name, trailing = _name(before, dated), _is_trailing(after, dated)
    if tokens.is_bare_number(token.version) and not _number_is_version(token, name, trailing=trailing):
        return Wording()
    return Wording(token.version, name, trailing, dated, dates.parse_date(dated) if dated else None)


def _number_is_version(token: tokens.Token, name: str, *, trailing: bool) -> bool:
    """Whether a lone number is meant as a version: nothing else beside it, and no year."""
    return not name and not trailing and (token.marked or token.version.release[0] not in YEARS)


def _is_mention(before: str, after: str) -> bool:
    """Whether the version is only spoken of, as in "Python 3.14 support" or "Changes since 1.2.3"."""
    if before and _MENTION_BEFORE.search(before.rstrip(" (")):
        return True
    if after and _MENTION_AFTER.match(after):
        return True
    words = _FILLER.sub(" ", before)
    return bool(_NO_WORD.sub("", words)) and is_category(words) and not _RELEASE_WORD.search(before)


def _name(before: str, dated: str | None) -> str:
    name = _core(before, dated).strip().lower()
    return "" if is_category(name) else name


def _is_trailing(after: str, dated: str | None) -> bool:
    return bool(after) and bool(_core(_QUOTED.sub(" ", after), dated).strip())


def _core(text: str, dated: str | None) -> str:
    """Return the words that are neither filler nor date."""
    if not text:
        return ""
    if dated:
        text = text.replace(dated, " ")
    return _NO_WORD.sub(" ", _DAYS.sub(" ", _FILLER.sub(" ", dates.without_dates(text))))


def _upcoming(text: str) -> Upcoming:
    if len(text) > LONGEST_UPCOMING:
        return ""
    if _UPCOMING.search(text):
        return "named"
    words = text.strip() if "." in text else _NO_WORD.sub(" ", text).strip()
    return "guessed" if _UPCOMING_ALONE.fullmatch(words) else ""
