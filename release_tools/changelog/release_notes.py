"""The text of one entry as release notes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from release_tools.changelog.entries import parts
from release_tools.changelog.markdown import scan
from release_tools.changelog.source import Changelog
from release_tools.model import Entry

_DEFINITION = re.compile(r"^ {0,3}\[(?P<label>[^\]\n]{1,300})\]:[ \t]*\S[^\n]*$", re.MULTILINE)
_USED = re.compile(r"\[([^\[\]\n]{1,300})\]")
# What stands above the next heading and belongs to it: a label, an anchor, a rule.
_TRAILING = re.compile(r"(?:^|\n)[ \t]*(?:\.\.[ ]+_[^\n]*:|<a\s[^<>\n]*>(?:</a>)?|-{3,}|\*{3,}|_{3,})[ \t]*\Z")


def notes(entry: Entry, changelog: Changelog | None = None) -> str:
    """Return the entry's text without blank edges, in the changelog's own markup.

    Of a Markdown changelog that is given too, the link definitions that the text uses and that stand
    elsewhere in the file are added at the end.
    """
    part = next((part for part in parts(changelog) if part.where.file == entry.where.file), None) if changelog else None
    if part is None or part.format != "markdown":
        return _trimmed(entry.body)
    body = _without_trailing_definitions(_trimmed(entry.body))
    wanted = list(_missing(body, part.text))
    return "\n".join([body, "", *wanted]) if wanted else body


def _trimmed(body: str) -> str:
    lines = body.rstrip().splitlines()
    while lines and not lines[0].strip():
        lines.pop(0)
    text = "\n".join(lines)
    while True:
        shorter = _TRAILING.sub("", text).rstrip()
        if shorter == text:
            return text
        text = shorter


def _without_trailing_definitions(body: str) -> str:
    lines = body.splitlines()
    while lines and (not lines[-1].strip() or _DEFINITION.match(lines[-1])):
        lines.pop()
    return "\n".join(lines)


def _missing(body: str, text: str) -> Iterator[str]:
    """Yield the definitions that the body uses and does not hold."""
    used = {_label(found[1]) for found in _USED.finditer(body)}
    used -= {_label(found["label"]) for found in _DEFINITION.finditer(body)}
    hidden = scan(text) if used else None
    for found in _DEFINITION.finditer(text) if hidden else ():
        label = _label(found["label"])
        if label in used and hidden is not None and hidden.hiding(found.start()) is None:
            used.discard(label)
            yield found[0].strip()


def _label(text: str) -> str:
    return " ".join(text.split()).casefold()
