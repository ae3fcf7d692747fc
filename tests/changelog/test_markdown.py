"""The scan of Markdown against the real parser."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release_tools.changelog import markdown
from release_tools.changelog.titles import Title, line_number

TAME = [
    "# a",
    "## [1.2.3](u) - 2024",
    "### b ###",
    "#x",
    "",
    "",
    "- item",
    "  more of it",
    "text",
    "> quoted",
    "[x]: y",
]
TAME += ["<!-- x -->", "<div>", "</div>", "| a | b |", "    code"]
FENCED = [
    "```\n## code\n```",
    "~~~~\n# code\n```\n~~~~",
    "- ```\n  # code\n  ```",
    "<!--\n# hidden\n-->",
    "<pre>\n# a\n\n# b\n</pre>",
]
SETEXT = [
    "\n1.2.3\n-----",
    "\nTitle\n===",
    "\ntwo\nlines\n---",
    "\n- item\n---",
    "\n> quoted\n---",
    "\n* * *",
    "\n    code\n---",
]
WILD = [
    *TAME,
    "```",
    "~~~",
    "- ```",
    "<!--",
    "-->",
    "<pre>",
    "===",
    "---",
    "-",
    "1. n",
    "\ttab",
    "  ```",
    "\u2028# a",
    "#",
]


def scanned(text: str) -> set[int]:
    """Return the numbers, from 0, of the lines on which the scan sees headings."""
    return {line_number(text, title.start) - 1 for title in markdown.scan(text).titles if title.kind != "html"}


def parsed(text: str) -> set[int]:
    """Return the numbers of the lines on which markdown-it sees headings."""
    return set(markdown._headings(text))  # noqa: SLF001 - the judge itself is the yardstick


@given(st.lists(st.sampled_from([*TAME, *FENCED, *SETEXT])).map("\n\n".join))
def test_scan_and_parser_agree_on_separate_blocks(text: str) -> None:
    """Where blocks are set apart by blank lines, the scan sees exactly the parser's headings."""
    assert scanned(text) == parsed(text)


@given(st.lists(st.sampled_from([line for line in TAME if line[0:4] not in {"<div", "</di", "    "}])).map("\n".join))
def test_scan_and_parser_agree_on_usual_lines(text: str) -> None:
    """Without blank lines between, they agree on the lines of usual changelogs too."""
    assert scanned(text) == parsed(text)


@given(st.lists(st.sampled_from(WILD), max_size=12).map("\n".join))
def test_what_the_parser_denies_is_never_confirmed(text: str) -> None:
    """However wild the text, a heading counts only if the parser sees one on that line."""
    agreed = parsed(text[len(_front(text)) :])
    shift = _front(text).count("\n")
    for title in markdown.scan(text).titles:
        if title.kind != "html" and markdown.confirm(text, title, 0):
            assert line_number(text, title.start) - 1 - shift in agreed


def _front(text: str) -> str:
    found = markdown._FRONT_MATTER.match(text)  # noqa: SLF001
    return found[0] if found else ""


def _titles(text: str) -> list[tuple[str, int, str]]:
    return [(title.kind, title.level, title.raw) for title in markdown.scan(text).titles]


def test_levels_and_kinds() -> None:
    """A heading has the level of its mark."""
    text = "# a\n\n### b\n\nc\n===\n\nd\n---\n\n<h4 class='x'>e</h4>\n"
    assert _titles(text) == [("atx", 1, "a"), ("atx", 3, "b"), ("setext", 1, "c"), ("setext", 2, "d"), ("html", 4, "e")]


def test_several_html_headings_in_one_block() -> None:
    """Lines of HTML without blank lines between hold a heading each."""
    assert _titles("<h2>a</h2>\n<ul></ul>\n<h3>b</h3>\n") == [("html", 2, "a"), ("html", 3, "b")]


@pytest.mark.parametrize("kind", ["comment", "code"])
def test_says_what_hides_a_place(kind: str) -> None:
    """A place within a comment or a fence is known as such, one outside is free."""
    text = {"comment": "a\n\n<!--\n## b\n-->\n\n# c\n", "code": "a\n\n```\n## b\n```\n\n# c\n"}[kind]
    scan = markdown.scan(text)
    assert scan.hiding(text.index("## b")) == kind
    assert scan.hiding(0) is None
    assert scan.hiding(text.index("# c")) is None


def test_a_long_file_is_judged_by_the_part_from_the_heading_above() -> None:
    """What stands far above a heading in a long file cannot change the judgement, what stands near it can."""
    far = "```\n" + "text\n" * 5000
    near = "# above\n\ntext\n\n## 1.2.3\n\nmore\n"
    text = far + "```\n\n" + near
    title = markdown.scan(text).titles[-1]
    assert markdown.confirm(text, title, text.index("# above"))
    assert markdown.confirm(text, title, 0)


def test_a_line_that_the_parser_denies_is_refused_in_a_long_file() -> None:
    """In a long file too, a proposed heading within a list's code is not confirmed."""
    text = "text\n" * 5000 + "\n# above\n\n- item\n\n      ## 1.2.3\n"
    place = text.index("## 1.2.3")
    title = Title(place, place + 8, 2, "atx", "1.2.3", "1.2.3")
    assert not markdown.confirm(text, title, text.index("# above"))
