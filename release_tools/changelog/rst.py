"""The titles of a reStructuredText: a linear scan proposes them, docutils judges the one that is asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from release_tools.changelog.plain import plain_rst
from release_tools.changelog.titles import Scan, Title, line_at, line_end, line_start
from release_tools.changelog.wording import LONGEST

if TYPE_CHECKING:
    from docutils import nodes

DEEPEST = 99
SHORTEST_UNDERLINE = 4
LINES_ABOVE = 20

_MARKS = re.compile(
    r"^(?:(?P<line>(?P<char>[!-/:-@\[-`{-~])(?P=char)+)[ \t]*$"
    r"|\.\.[ ]+changelog::[^\n]*\n(?P<options>(?:[ \t]+:[\w-]+:[^\n]*\n|[ \t]*\n){1,20})"
    r"|[-*+][ ]+:release:`(?P<role>[^`\n]{1,200})`)",
    re.MULTILINE,
)
_OPTION = re.compile(r"^[ \t]+:(version|released|include_notes_from):[ \t]*(.*?)[ \t]*$", re.MULTILINE)
# The beginnings of lines that are no text: explicit markup, list items, fields, lines of tables, adornments.
_MARKUP = (
    r"\.\.(?: |$)|__ |[-*+\u2022\u2023\u2043] |\| |>>> |:[A-Za-z][^:\n]*:(?: |$)"
    r"|\+[-=+]+\+[ \t]*$|=+(?: +=+)+[ \t]*$|([!-/:-@\[-`{-~])\1+[ \t]*$"
)
_NO_TITLE = re.compile(rf"\s|{_MARKUP}")
_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1*")
_ENDS_BLOCK = re.compile(rf"[ \t]|{_MARKUP}")
_ROLE_DATE = re.compile(r"\s*<([^<>]*)>\s*$")


def scan(text: str) -> Scan:
    """Return the titles of the text, the version directives and the release roles.

    What a comment or a literal block hides is indented, and an indented line is no title anyway.
    """
    found = _Scanner(text)
    found.run()
    return Scan(found.titles, [])


class _Scanner:
    """Walks over the adornments; a style's level is given by the order in which the styles appear."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.titles: list[Title] = []
        self.styles: dict[tuple[str, bool], int] = {}
        self.floor = 0

    def run(self) -> None:
        for found in _MARKS.finditer(self.text):
            if found.start() < self.floor:
                continue
            if found["line"]:
                self._adornment(found)
            elif found["role"]:
                self._role(found)
            else:
                self._directive(found)

    def _adornment(self, found: re.Match[str]) -> None:
        start = line_start(self.text, found.start() - 1) if found.start() else 0
        title = self.text[start : found.start() - 1]
        if self.floor <= start < found.start() and self._is_title(start, title, found["line"]):
            self._add(start, title, found.end(), (found["char"], False))
            return
        underline = self._overlined(found)
        if underline:
            title = line_at(self.text, found.end() + 1)
            self._add(found.start(), title, underline, (found["char"], True))

    def _overlined(self, found: re.Match[str]) -> int:
        """Return where the underline ends if the adornment is a title's overline, else 0."""
        title_end = line_end(self.text, found.end() + 1)
        title = self.text[found.end() + 1 : title_end]
        under_end = line_end(self.text, title_end + 1)
        if (
            not 0 < len(title.strip()) <= LONGEST
            or _ADORNMENT.fullmatch(title.strip())
            or self.text[title_end + 1 : under_end].rstrip() != found["line"]
        ):
            return 0
        return under_end if _wide_enough(found["line"], title) and self._begins_block(found.start()) else 0

    def _is_title(self, start: int, title: str, line: str) -> bool:
        if not 0 < len(title) <= LONGEST or _NO_TITLE.match(title) or not _wide_enough(line, title):
            return False
        return self.text.endswith("\n\n", 0, start) or (self._begins_block(start) and not self._over(start))

    def _over(self, start: int) -> bool:
        """Whether an overline stands above that does not equal the underline."""
        above = line_start(self.text, start - 1) if start else 0
        is_line = self.floor <= above < start and _ADORNMENT.fullmatch(self.text[above : start - 1].rstrip())
        return bool(is_line) and self._begins_block(above)

    def _begins_block(self, start: int) -> bool:
        """Whether the line is not part of a paragraph that began above it."""
        if start <= self.floor:
            return True
        above = line_at(self.text, start - 1)
        return (
            not above.strip() or _ENDS_BLOCK.match(above) is not None or line_start(self.text, start - 1) < self.floor
        )

    def _add(self, start: int, title: str, end: int, style: tuple[str, bool]) -> None:
        raw = title.strip()
        level = self.styles.setdefault(style, len(self.styles) + 1)
        self.titles.append(Title(start, end, level, "section", raw, plain_rst(raw)))
        self.floor = end

    def _role(self, found: re.Match[str]) -> None:
        says = _ROLE_DATE.sub(r" (\1)", found["role"])
        self.titles.append(Title(found.start(), found.end(), DEEPEST, "role", found[0][2:].strip(), says))

    def _directive(self, found: re.Match[str]) -> None:
        options = dict(_OPTION.findall(found["options"]))
        if options.get("version"):
            # What still includes notes from a folder is not released.
            when = options.get("released") or ("unreleased" if options.get("include_notes_from") else "")
            raw = f"{options['version']} ({when})" if when else options["version"]
            self.titles.append(Title(found.start(), found.end() - 1, DEEPEST, "directive", raw, raw))


def _wide_enough(line: str, title: str) -> bool:
    """Whether docutils takes the line for the adornment of this title: it forgives a short one from four marks on."""
    return len(line) >= SHORTEST_UNDERLINE or len(line) >= len(title.rstrip())


def confirm(text: str, title: Title, _above: int) -> bool:
    """Let docutils judge whether the title, with the block right above it, is a section's title."""
    if title.kind != "section":
        return True
    start = title.start
    for _ in range(LINES_ABOVE):
        if start == 0 or not line_at(text, start - 1).strip() or title.start - start > LONGEST:
            break
        start = line_start(text, start - 1)
    return title.raw in _section_titles(text[start : title.end] + "\n\ntext\n")


def _section_titles(source: str) -> set[str]:
    from docutils import nodes

    return {node.rawsource for node in _parse(source).findall(nodes.title)}


def _parse(source: str) -> nodes.document:
    """Parse without reading files, without raw output, without configuration files and without messages."""
    from docutils.frontend import get_default_settings
    from docutils.parsers.rst import Parser
    from docutils.utils import new_document

    settings = get_default_settings(Parser)
    for name, value in {
        "_disable_config": True,
        "file_insertion_enabled": False,
        "raw_enabled": False,
        "report_level": 5,
        "halt_level": 6,
        "warning_stream": False,
    }.items():
        setattr(settings, name, value)
    document = new_document("changelog", settings)
    Parser().parse(source, document)
    return document
