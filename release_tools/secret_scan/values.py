"""The values of secret-named variables, looked for in each form in which they could have been written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from release_tools import text

SHORTEST = 8
PLAIN = 16  # from this length on, letters or digits alone are a secret too
LONGEST = 512  # of a longer value its beginning is looked for
# Bytes from rare to common in files of all kinds; a search begins at a rare byte of the form.
_COMMON = (
    b"~^`QZXJKVYWqGHUzBFjPOMkwvNLDRxCIEA%+TS#!?@$&|",
    b"789456[]{};<>*3201()b",
    b"gyfmhdcu/lp_-=.:",
    b"osnraiet ",
)
_KINDS = (rb"[a-z]", rb"[A-Z]", rb"[0-9]", rb"[^A-Za-z0-9]")
# A variable of this name usually holds the path of a file.
_PATHS = r"(?i)(?:CREDENTIALS?|KEYS?|COOKIES?)_?\d*$"


class Needle(NamedTuple):
    """One form of one value, and what to call it."""

    kind: str
    form: bytes


class Needles:
    """All forms of some values, looked for at once."""

    def __init__(self, needles: Sequence[Needle] = ()) -> None:
        self.needles = tuple(needles)
        self._searches = tuple(
            (_search(byte, some), tuple((needle, needle.form.index(byte)) for needle in some))
            for byte, some in _by_byte(needles)
        )

    def find(self, window: bytes) -> Iterator[tuple[int, int, str]]:
        """Yield begin, end and kind of each form found."""
        for search, needles in self._searches:
            for hit in search.finditer(window):
                for needle, at in needles:
                    begin = hit.start() - at
                    if begin >= 0 and window.startswith(needle.form, begin):
                        yield begin, begin + len(needle.form), needle.kind


def _by_byte(needles: Sequence[Needle]) -> Iterator[tuple[bytes, list[Needle]]]:
    """Yield bytes that are rare in files, each with the forms that hold it, as few bytes as will do."""
    left = list(needles)
    while left:
        held = [set(needle.form) for needle in left]
        byte = min(set().union(*held), key=lambda each: (_cost(each), -sum(each in some for some in held)))
        yield bytes((byte,)), [needle for needle, some in zip(left, held, strict=True) if byte in some]
        left = [needle for needle, some in zip(left, held, strict=True) if byte not in some]


def _cost(byte: int) -> int:
    """Return how common a byte is, roughly."""
    return next((cost for cost, some in enumerate(_COMMON) if byte in some), 0)


def _search(byte: bytes, needles: Sequence[Needle]) -> re.Pattern[bytes]:
    """Return what finds a byte with the beginning of what follows it in any form, also where forms overlap."""
    rests = sorted({re.escape(needle.form.partition(byte)[2][:12]) for needle in needles})
    return re.compile(re.escape(byte) + rb"(?=" + rb"|".join(rests) + rb")")


NONE = Needles()


def needles(environment: Mapping[str, str]) -> Needles:
    """Return what to look for, so that no secret of this environment stands in a file."""
    forms: dict[bytes, str] = {}
    for name in text.secret_names(environment):
        value = environment[name].strip()
        if _is_worth_it(name, value):
            for kind, form in _forms(name, value[:LONGEST]):
                forms.setdefault(form, kind)
    # A form that holds another one is found with it.
    least = {form: kind for form, kind in forms.items() if not any(one in form for one in forms if one != form)}
    return Needles([Needle(kind, form) for form, kind in least.items()])


def _is_worth_it(name: str, value: str) -> bool:
    """Whether finding a value proves anything: words such as `postgres` stand everywhere."""
    raw = value.encode("utf-8", "surrogateescape")
    kinds = sum(re.search(kind, raw) is not None for kind in _KINDS)
    if re.search(_PATHS, name) and re.match(r"[/~]|[A-Za-z]:\\", value):
        return False
    return len(raw) >= SHORTEST and (kinds > 1 or len(raw) >= PLAIN) and len(set(raw)) > 3  # noqa: PLR2004


def _forms(name: str, value: str) -> Iterator[tuple[str, bytes]]:
    raw = value.encode("utf-8", "surrogateescape")
    kind = f"value of {name}"
    yield kind, raw
    for form in text.encodings(value):
        encoded = form.encode("utf-8", "surrogateescape")
        # A mere beginning may be what all secrets of a kind have in common.
        if not raw.startswith(encoded):
            yield f"{kind}, encoded", encoded
