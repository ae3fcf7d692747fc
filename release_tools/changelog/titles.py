"""What a scan of a changelog yields: its headings, before anyone asks what they say."""

from __future__ import annotations

from bisect import bisect_right
from typing import Literal, NamedTuple

Kind = Literal["atx", "setext", "html", "section", "directive", "role", "bold", "line", "file"]
Hiding = Literal["comment", "code", "markup"]


class Title(NamedTuple):
    """A heading as it stands in the text; a tuple, because a long file has tens of thousands.

    It starts at offset `start`, the text below it at `end`; `raw` is the heading as written without its mark,
    `says` the words of it without markup. A lower `level` is a higher heading.
    """

    start: int
    end: int
    level: int
    kind: Kind
    raw: str
    says: str


class Hidden(NamedTuple):
    """A part of the text in which no line is a heading."""

    start: int
    end: int
    kind: Hiding


class Scan(NamedTuple):
    """The headings of a text in order, and the parts that hide what looks like one."""

    titles: list[Title]
    hidden: list[Hidden]

    def hiding(self, offset: int) -> Hiding | None:
        """Return what hides the offset, or None."""
        at = bisect_right(self.hidden, offset, key=lambda part: part.start) - 1
        return self.hidden[at].kind if at >= 0 and offset < self.hidden[at].end else None


def line_at(text: str, offset: int) -> str:
    """Return the line in which the offset lies."""
    return text[line_start(text, offset) : line_end(text, offset)]


def line_start(text: str, offset: int) -> int:
    """Return where the line of the offset begins."""
    return text.rfind("\n", 0, offset) + 1


def line_end(text: str, offset: int) -> int:
    """Return where the line of the offset ends, before its line end."""
    end = text.find("\n", offset)
    return len(text) if end < 0 else end


def line_number(text: str, offset: int) -> int:
    """Return the number of the offset's line, from 1."""
    return text.count("\n", 0, offset) + 1
