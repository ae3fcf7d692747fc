"""Whether an entry says anything."""

from __future__ import annotations

import re

from release_tools.changelog.outline import date_line
from release_tools.changelog.wording import is_category
from release_tools.model import Entry

_HTML_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
# An explicit markup block that is no directive, no footnote and no substitution: a comment, or a target.
_RST_COMMENT = re.compile(
    r"^\.\.(?:[ \t]+(?!\[|\||[\w:.+-]+::)[^\n]*|[ \t]*)$(?:\n[ \t]+\S[^\n]*|\n[ \t]*$(?=\n[ \t]+\S))*", re.MULTILINE
)
_RST_TITLE = re.compile(r"^[^\s][^\n]*\n([=\-~^\"'*+#])\1{2,}[ \t]*$", re.MULTILINE)
_ATX = re.compile(r"^ {0,3}#{1,6}(?:[ \t][^\n]*)?$", re.MULTILINE)
_HTML_HEADING = re.compile(r"<h([1-6])(?:\s[^<>]*)?>[^<]{0,200}</h\1>", re.IGNORECASE)
_DEFINITION = re.compile(r"^ {0,3}\[[^\]\n]+\]:[ \t]*\S[^\n]*$|^\.\.[ ]+_[^\n]*:[^\n]*$|^__ [^\n]*$", re.MULTILINE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_FIELD = re.compile(r"^:[\w -]{1,30}:(?: [^\n]*)?$", re.MULTILINE)
# Directives that arrange the page and say nothing themselves.
_SILENT_DIRECTIVE = re.compile(
    r"^\.\.[ ]+(?:changelog_imports|contents|toctree|include|currentmodule|module|highlight|default-role"
    r"|spelling[\w:-]*|index|towncrier[\w-]*)"
    r"::[^\n]*(?:\n[ \t]+\S[^\n]*|\n[ \t]*$(?=\n[ \t]+\S))*",
    re.MULTILINE,
)
_DIRECTIVE_OPTION = re.compile(r"^[ \t]*:(?:version|released|include_notes_from):[^\n]*$", re.MULTILINE)
_BULLET = re.compile(r"^[ \t>]*(?:[-*+•]|\d{1,9}[.)])(?:[ \t]+(?:\[[ x]\])?|$)[ \t]*")
_BOLD_LINE = re.compile(r"(\*\*|__)(?P<words>[^*_\n]+)\1:?")
_PROMPT = re.compile(
    r"\\?\[[^\[\]]*\b(?:description|describe|here|your|insert|add|placeholder|change)\b[^\[\]]*\]\.?", re.IGNORECASE
)
_PLACEHOLDER = re.compile(
    r"(?:(?:nothing|none|no\s+changes|no\s+entries)(?:\s+(?:has\s+been\s+)?(?:changed|added|here|so\s+far))*(?:\s+yet)"
    r"|nothing|none|n/?a|tb[ad]|todo|placeholder|unreleased|empty|coming\s+soon|to\s+be\s+(?:written|added|done|determined)"
    r"|(?:add|put|insert|write|describe|list)\s+(?:your\s+|new\s+|the\s+)?(?:changes?|entry|entries|notes|items?)(?:\s+(?:go(?:es)?\s+)?here)?"
    r"|your\s+changes?(?:\s+go(?:es)?)?\s+here|changes?\s+go(?:es)?\s+here|lorem\s+ipsum.{0,100}|x{3,}|[\W_]*)",
    re.IGNORECASE,
)


def has_content(entry: Entry) -> bool:
    """Whether anything stands below the heading beside sub-headings, comments, a date and a template's placeholders."""
    return says_anything(entry.body)


def says_anything(text: str) -> bool:
    """Whether a text of either markup holds more than headings, comments, a date and placeholders."""
    text = _HTML_COMMENT.sub("", text)
    for pattern in (
        _SILENT_DIRECTIVE,
        _RST_COMMENT,
        _DEFINITION,
        _ATX,
        _HTML_HEADING,
        _RST_TITLE,
        _FIELD,
        _DIRECTIVE_OPTION,
    ):
        text = pattern.sub("", text)
    if date_line(text):
        text = text.lstrip().partition("\n")[2]
    return any(_says_something(line) for line in text.splitlines())


def _says_something(line: str) -> bool:
    words = _BULLET.sub("", _TAG.sub("", line)).strip()
    bold = _BOLD_LINE.fullmatch(words)
    if bold and is_category(bold["words"]):
        return False
    return _PROMPT.fullmatch(words) is None and _PLACEHOLDER.fullmatch(words.strip("*_()[]`.!:…- ")) is None
