"""The headings of a Markdown text: a linear scan proposes them, markdown-it judges the one that is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from release_tools.changelog.plain import plain_markdown
from release_tools.changelog.titles import Hidden, Scan, Title, line_end, line_start
from release_tools.changelog.wording import LONGEST

WHOLE = 16 * 1024
LONGEST_PARAGRAPH = 10
LOOK_BACK = 4_000

_MARKS = re.compile(
    r"^(?: {0,3}(?:(?P<atx>\#{1,6})(?=[ \t\n]|\Z)|(?P<under>=+|-+)[ \t]*$|(?P<html><(?=[!?/A-Za-z])))"
    r"|(?P<lead>(?: {0,3}|[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+))(?P<fence>`{3,}(?=[^`\n]*$)|~{3,}))",
    re.MULTILINE,
)
_CLOSING_HASHES = re.compile(r"(?:(?<=[ \t])|^)#+[ \t]*$")
_FRONT_MATTER = re.compile(
    r"\A(-{3}|\+{3})[ \t]*\n(?:(?!\1[ \t]*$|\.\.\.[ \t]*$).*\n){0,200}(?:\1|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE
)
_NO_PARAGRAPH = re.compile(
    r"[ \t]*(?:>|[-*+](?:[ \t]|$)|\d{1,9}[.)](?:[ \t]|$)|<!--)| {0,3}(?:`{3}|~{3})", re.MULTILINE
)
_ABOVE_PARAGRAPH = re.compile(
    r" {0,3}(?:\#{1,6}(?:[ \t]|$)|(?:\*[ \t]*){3,}$|(?:_[ \t]*){3,}$|(?:-[ \t]*){3,}$|\[[^\]\n]+\]:[ \t]*\S)",
    re.MULTILINE,
)
_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$)")
_INDENTED = re.compile(r" {4}| {0,3}\t")
_BLANK_LINE = re.compile(r"\n[ \t]*(?:\n|\Z)")
_HTML_HEADING = re.compile(
    r"^ {0,3}<h(?P<level>[1-6])(?:\s[^<>]*)?>(?P<says>.{0,1000}?)</h(?P=level)\s*>", re.IGNORECASE | re.MULTILINE
)
_HTML_ENDS = (
    (re.compile(r"<!--", re.IGNORECASE), "-->"),
    (re.compile(r"<\?"), "?>"),
    (re.compile(r"<!\[CDATA\["), "]]>"),
    (re.compile(r"<![A-Za-z]"), ">"),
    (re.compile(r"<(?P<tag>script|pre|style|textarea)(?:[\s>]|$)", re.IGNORECASE | re.MULTILINE), ""),
)
_HTML_BLOCK = re.compile(
    r"</?(?:address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|fieldset"
    r"|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes"
    r"|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul)(?:[\s>]|/>|$)",
    re.IGNORECASE | re.MULTILINE,
)
_LONE_TAG = re.compile(r"<(?:/[A-Za-z][\w-]*\s*|[A-Za-z][\w-]*(?:\s[^<>\n]*)?/?)>[ \t]*$", re.MULTILINE)


def scan(text: str) -> Scan:
    """Return the headings of the text and the parts that hide some: comments, fenced code, blocks of HTML."""
    found = _Scanner(text)
    found.run()
    return Scan(found.titles, found.hidden)


class _Scanner:
    """Walks over the lines that can matter; `floor` is where the last heading or hidden part ended."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.titles: list[Title] = []
        self.hidden: list[Hidden] = []
        front = _FRONT_MATTER.match(text)
        self.floor = front.end() if front else 0

    def run(self) -> None:
        found = _MARKS.search(self.text, self.floor)
        while found:
            self.floor = self._step(found)
            found = _MARKS.search(self.text, max(self.floor, found.end()))

    def _step(self, found: re.Match[str]) -> int:
        if found["atx"]:
            return self._atx(found)
        if found["under"]:
            return self._setext(found)
        if found["fence"]:
            return self._fence(found)
        return self._html(found)

    def _atx(self, found: re.Match[str]) -> int:
        begin = found.end()
        end = line_end(self.text, begin)
        if end - begin <= LONGEST:
            raw = self.text[begin:end].strip(" \t")
            raw = _CLOSING_HASHES.sub("", raw).rstrip() if raw.endswith("#") else raw
            level = begin - found.start("atx")
            self.titles.append(Title(found.start(), end, level, "atx", raw, plain_markdown(raw)))
        return end

    def _setext(self, found: re.Match[str]) -> int:
        start = self._paragraph_above(found.start())
        if start is not None:
            raw = " ".join(self.text[start : found.start()].split())
            level = 1 if found["under"][0] == "=" else 2
            self.titles.append(Title(start, found.end(), level, "setext", raw, plain_markdown(raw)))
        is_rule = found["under"].startswith("---")
        return found.end() if start is not None or is_rule else self.floor

    def _paragraph_above(self, underline: int) -> int | None:
        """Return where the paragraph right above begins; None if it is none, or belongs to a list or quotation."""
        start = begins = underline
        for _ in range(LONGEST_PARAGRAPH):
            above = line_start(self.text, start - 1) if start > self.floor else -1
            if above < self.floor or not self.text[above:start].strip() or _ABOVE_PARAGRAPH.match(self.text, above):
                return begins if begins < underline else None
            if start - above > LONGEST or _NO_PARAGRAPH.match(self.text, above):
                return None
            start = above
            # An indented line goes on with a paragraph; at the top of a block it is code.
            begins = begins if _INDENTED.match(self.text, above) else above
        return None

    def _fence(self, found: re.Match[str]) -> int:
        mark = found["fence"]
        limit = self._container_end(found)
        closing = re.compile(rf"^[ \t]*{re.escape(mark[0])}{{{len(mark)},}}[ \t]*$", re.MULTILINE)
        closed = closing.search(self.text, min(line_end(self.text, found.end()), limit), limit)
        end = closed.end() if closed else limit
        self.hidden.append(Hidden(found.start(), end, "code"))
        return end

    def _container_end(self, found: re.Match[str]) -> int:
        """Return where the list item that holds the fence ends, or the end of the text."""
        lead = found["lead"]
        width = len(lead.expandtabs(4)) if lead.strip() else self._list_indent(found.start(), len(lead))
        if not width:
            return len(self.text)
        dedented = re.compile(rf"^(?! {{{width}}}|[ ]*\t)[ ]*\S", re.MULTILINE)
        outside = dedented.search(self.text, line_end(self.text, found.end()))
        return outside.start() if outside else len(self.text)

    def _list_indent(self, start: int, indent: int) -> int:
        """Return the indent of the list item's text if an indented fence belongs to one, else 0."""
        lines = self.text[max(self.floor, start - LOOK_BACK) : start].splitlines() if indent else []
        for line in reversed(lines):
            text = line.lstrip(" ")
            if not text or len(line) - len(text) >= indent:
                continue
            item = None if _ABOVE_PARAGRAPH.match(line) else _ITEM.match(text)
            width = len(line) - len(text) + max(2, len(item[0])) if item else 0
            return width if width <= indent else 0
        return 0

    def _html(self, found: re.Match[str]) -> int:
        at = found.start("html")
        for opening, closing in _HTML_ENDS:
            opened = opening.match(self.text, at)
            if opened:
                return self._hide_until(at, opened, closing)
        if _HTML_BLOCK.match(self.text, at) or (_LONE_TAG.match(self.text, at) and self._after_blank(found.start())):
            return self._html_block(found.start())
        return self.floor

    def _hide_until(self, at: int, opened: re.Match[str], closing: str) -> int:
        """Hide all up to the end of the line that holds the closing mark; without one, the rest of the text."""
        if closing:
            closed = self.text.find(closing, opened.end())
        else:
            tag = re.compile(rf"</{opened['tag']}>", re.IGNORECASE).search(self.text, at)
            closed = tag.start() if tag else -1
        end = line_end(self.text, closed) if closed >= 0 else len(self.text)
        self.hidden.append(Hidden(at, end, "comment" if closing == "-->" else "code"))
        return end

    def _html_block(self, start: int) -> int:
        """Take the headings out of a block of HTML, which lasts until a blank line."""
        blank = _BLANK_LINE.search(self.text, start)
        end = blank.start() if blank else len(self.text)
        for heading in _HTML_HEADING.finditer(self.text, start, end):
            raw = heading["says"].strip()
            self.titles.append(
                Title(heading.start(), heading.end(), int(heading["level"]), "html", raw, plain_markdown(raw))
            )
        self.hidden.append(Hidden(start, end, "markup"))
        return end

    def _after_blank(self, start: int) -> bool:
        above = line_start(self.text, max(start - 1, 0))
        return not self.text[max(self.floor, above) : start].strip()


def confirm(text: str, title: Title, above: int) -> bool:
    """Let markdown-it judge whether the title is a heading; `above` is where the heading before it starts."""
    if title.kind == "html":
        return True
    start, end = _slice(text, title, above)
    line = text.count("\n", start, title.start)
    return line in _heading_lines(text[start:end])


def _slice(text: str, title: Title, above: int) -> tuple[int, int]:
    """Return the part that decides: a small file whole, else from the heading above or from the paragraph before."""
    front = _FRONT_MATTER.match(text)
    first = front.end() if front else 0
    if len(text) <= WHOLE:
        return first, len(text)
    start = max(above, first)
    if title.start - start > WHOLE:
        start = text.rfind("\n\n", title.start - WHOLE, title.start) + 1 or title.start
    return start, title.end


@lru_cache(maxsize=8)
def _heading_lines(source: str) -> frozenset[int]:
    return frozenset(_headings(source))


def _headings(source: str) -> Iterator[int]:
    """Yield the numbers, from 0, of the lines on which headings begin that are not part of a quotation."""
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    parser = MarkdownIt("commonmark")
    tokens: list[Token] = []
    parser.block.parse(source.replace("\0", "\ufffd"), parser, {}, tokens)
    quoted = 0
    for token in tokens:
        quoted += token.nesting if token.type.startswith("blockquote") else 0
        if token.type == "heading_open" and token.map and not quoted:
            yield token.map[0]
