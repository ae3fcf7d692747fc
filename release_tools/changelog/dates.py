"""Dates as people write them in a heading, and the words that stand where a date is still missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
FIRST_YEAR = 1970
_MONTH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b"
)
_DAY = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<y>(?:19|20)\d\d)"


def _compile(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


# Forms that no version can be mistaken for; a date with dots, and a number of eight digits, may be a calendar version.
_NUMERIC = _compile(
    r"(?<![a-z\d.])(?P<y>\d{3,5})(?P<s>[-/])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?!\d)",
    rf"(?<![\w.])(?P<a>\d{{1,2}})(?P<s>[-/])(?P<b>\d{{1,2}})(?P=s){_YEAR}(?!\d)",
)
_WORDED = _compile(
    rf"(?<![\w.]){_DAY}\.?(?:\s+of)?[\s-]+{_MONTH}[,.]?[\s,-]+{_YEAR}(?!\d)",
    rf"(?<!\w){_MONTH}\.?[\s-]*{_DAY}[,.]?[\s,-]+{_YEAR}(?!\d)",
    rf"(?<![\w.]){_YEAR}[\s,-]+{_MONTH}\.?[\s-]+{_DAY}(?![\w.])",
    rf"(?<!\w){_MONTH}[,.]?\s+{_YEAR}(?!\d)",
)
_DOUBTFUL = _compile(
    r"(?<![\w.])(?P<y>(?:19|20)\d\d)\.(?P<m>\d\d)\.(?P<d>\d\d)(?![\w.]*\d)",
    rf"(?<![\w.])(?P<a>\d{{1,2}})\.(?P<b>\d{{1,2}})\.{_YEAR}(?!\d)",
    r"(?<![\w.])(?P<y>(?:19|20)\d\d)(?P<m>[01]\d)(?P<d>[0-3]\d)(?![\w.])",
    rf"(?<![\w.-]){_YEAR}[-/](?P<m>0[1-9]|1[0-2])(?![\w/-])",
)
_ISO = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_HAS_MONTH = re.compile("|".join(MONTHS), re.IGNORECASE)

_TEMPLATE = r"(?:[\dxy?]{4}|%Y)(?P<s>[-/])(?:[\dxm?]{1,2}|%m)(?P=s)(?:[\dxd?]{1,2}|%d)"
_UNRELEASED = re.compile(
    rf"\bun-?released\b|\bnot\s+(?:yet\s+)?(?:been\s+)?(?:released|published)(?:\s+yet)?\b|\bto\s+be\s+(?:released|determined|announced|defined)\b"
    rf"|\b(?:in|under)\s+(?:active\s+)?(?:development|progress|construction)\b|\bin\s+dev\b|\bwork\s+in\s+progress\b|\bcoming\s+soon\b"
    rf"|(?<!\w)(?:tb[adc]|wip|t\.b\.[ad]\.?)(?!\w)|\brelease\s+date\s+(?:unknown|pending)\b"
    rf"|(?<![\w.])(?=[-/\d%]*[xymd?]){_TEMPLATE}(?![\w?])",
    re.IGNORECASE,
)
_UNRELEASED_ALONE = re.compile(
    r"(?:(?:release\s+)?date|upcoming|pending|forthcoming|planned|future|soon|draft|next(?:\s+(?:release|version))?"
    r"|dev(?:el(?:opment)?)?(?:\s+version)?|master|main|trunk|head|n/a|todo)",
    re.IGNORECASE,
)
_SEGMENT = re.compile(r"[^()\[\]<>{}*_|,;:–—-]+")  # noqa: RUF001 - dashes as people type them


def parse_date(text: str) -> date | None:
    """Return the date that the text states; the first day where only month and year are given."""
    found = next(_matches(text), None)
    return None if found is None else _date(found)


def exact(text: str) -> tuple[str, date | None] | None:
    """Return the date as written and what it is, if the text is one; spaces, dashes and brackets aside."""
    bare = text.strip(" \t-()[],")
    if _ISO.fullmatch(bare):
        return bare, _valid(int(bare[:4]), int(bare[5:7]), int(bare[8:]))
    found = next(filter(None, (pattern.fullmatch(bare) for pattern in _WORDED[:2])), None)
    return (bare, _date(found)) if found else None


def find_dated(text: str) -> str | None:
    """Return the part of the text that stands for a date, as written: a date or a word such as "unreleased"."""
    return find_dated_line(text) or find_unreleased(text)


def find_unreleased(text: str) -> str | None:
    """Return the words that say that the release has not happened."""
    found = _UNRELEASED.search(text)
    if found is not None:
        return found[0]
    segments = (segment.strip(" \t.!\"'`") for segment in _SEGMENT.findall(text))
    return next((segment for segment in segments if _UNRELEASED_ALONE.fullmatch(segment)), None)


def find_dated_line(line: str) -> str | None:
    """Return what stands for a date in a line of its own, where a lone "next" or "development" may mean anything."""
    found = _UNRELEASED.search(line)
    return found[0] if found else _find_date(line)


def _find_date(text: str) -> str | None:
    found = next(_matches(text), None)
    return None if found is None else found[0]


def says_unreleased(dated: str | None) -> bool:
    """Whether what stands in place of a date says that the release has not happened."""
    return dated is not None and find_unreleased(dated) is not None


def without_dates(text: str) -> str:
    """Blank out the dates that cannot be versions, so that a version is looked for in the rest; lengths stay."""
    patterns = (*_NUMERIC, *_WORDED) if _HAS_MONTH.search(text) else _NUMERIC
    for pattern in patterns:
        text = pattern.sub(lambda found: " " * len(found[0]), text)
    return text


def _matches(text: str) -> Iterator[re.Match[str]]:
    worded = _WORDED if _HAS_MONTH.search(text) else ()
    for pattern in (*_NUMERIC, *worded, *_DOUBTFUL):
        found = pattern.search(text)
        if found is not None:
            yield found


def _date(found: re.Match[str]) -> date | None:
    parts = found.groupdict()
    year = int(parts["y"])
    if parts.get("a"):
        return _day_and_month(year, int(parts["a"]), int(parts["b"]), slashes=parts.get("s") == "/")
    month = MONTHS.index(parts["name"][:3].lower()) + 1 if parts.get("name") else int(parts["m"])
    return _valid(year, month, int(parts.get("d") or 1))


def _day_and_month(year: int, first: int, second: int, *, slashes: bool) -> date | None:
    """Take the day first; with slashes, where both orders make sense, the earlier date, which accuses nobody."""
    day_first, month_first = _valid(year, second, first), _valid(year, first, second)
    if slashes and day_first and month_first:
        return min(day_first, month_first)
    return day_first or month_first


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year >= FIRST_YEAR else None
    except ValueError:
        return None
