"""How versions are written inside tags."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from packaging.version import Version

PAIR = 2

_PRE = re.compile(r"(?i)[0-9](?P<lead>[-.]?)(?P<word>alpha|beta|a|b|rc|c|pre|preview)(?P<dot>[-.]?)[0-9]*")
_LONG = {"a": "alpha", "b": "beta"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """How versions are written inside tags.

    `widths` are the least digits of each number, as in 2026.08.17; `lead`, `long` and `dot` are those of `-beta.1`.
    """

    separator: str = "."
    widths: tuple[int, ...] = ()
    lead: str = ""
    long: bool = False
    dot: str = ""

    def write(self, version: Version) -> str:
        """Return the text of a version."""
        widths = self.widths + (1,) * len(version.release)
        numbers = [str(number).zfill(width) for number, width in zip(version.release, widths, strict=False)]
        text = (f"{version.epoch}!" if version.epoch else "") + ".".join(numbers)
        if version.pre:
            word = _LONG.get(version.pre[0], version.pre[0]) if self.long else version.pre[0]
            text += f"{self.lead}{word}{self.dot}{version.pre[1]}"
        text += "" if version.post is None else f".post{version.post}"
        text += "" if version.dev is None else f".dev{version.dev}"
        text += f"+{version.local}" if version.local else ""
        return text.replace(".", self.separator)


def separator_of(text: str) -> str:
    """Return what stands between the numbers of a version in a tag."""
    return "_" if "_" in text and "." not in text else "."


def spelling_of(texts: Sequence[str]) -> Spelling:
    """Return how the versions of tags of one style, the newest first, are written."""
    separator = separator_of(texts[0]) if texts else "."
    dotted = [text.replace("_", ".") if separator == "_" else text for text in texts]
    marked = next((mark for text in dotted if (mark := _PRE.search(text))), None)
    return Spelling(
        separator=separator,
        widths=_widths(dotted),
        lead=marked["lead"] if marked else "",
        long=marked is not None and marked["word"].lower() in _LONG.values(),
        dot=marked["dot"] if marked else "",
    )


def _widths(texts: Sequence[str]) -> tuple[int, ...]:
    """Return the least digits of each number, by the newest text that shows them: 08 has two, 8 has one."""
    shown: dict[int, int] = {}
    seen: dict[int, int] = {}
    for text in texts:
        for column, number in enumerate(re.findall(r"[0-9]+", re.split(r"[^0-9.]", text)[0])):
            seen[column] = min(seen.get(column, len(number)), len(number))
            if len(number) == 1 or number.startswith("0"):
                shown.setdefault(column, len(number))
    if max(shown.values(), default=1) == 1:
        return ()
    # 2026.08.17 alone does not show it, but who writes 08 for a month writes 03 for a day.
    return tuple(shown.get(column, min(least, PAIR)) for column, least in seen.items())
