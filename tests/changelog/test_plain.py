"""The words of headings without markup."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release_tools.changelog.plain import plain_markdown, plain_rst

MARKDOWN = {
    "1.2.3": "1.2.3",
    "  1.2.3 ": "1.2.3",
    "[1.2.3](https://example.org/a(b)c) - 2024": "1.2.3 - 2024",
    "[v1.2.3][tag]": "v1.2.3",
    "[1.2.3][] (x)": "1.2.3 (x)",
    "[1.2.3 (2024-01-01)](url)": "1.2.3 (2024-01-01)",
    "[[1.2.3]](url) (d)": "[1.2.3] (d)",
    "[1.2.3] - 2024-01-31 [YANKED]": "[1.2.3] - 2024-01-31 [YANKED]",
    '1.2.3 <small>May 1, 2024</small> { id="1.2.3" }': "1.2.3 May 1, 2024",
    "1.2.3 {#v123}": "1.2.3",
    "<a name='1.2.3'></a>1.2.3": "1.2.3",
    "**1.2.3**": "1.2.3",
    "__1.2.3__ _x_": "1.2.3 x",
    "`1.2.3`": "1.2.3",
    "~~1.2.3~~": "1.2.3",
    "1\\.2\\.3": "1.2.3",
    ":rocket: v1.2.3": "v1.2.3",
    "1.2.3&nbsp;(x)": "1.2.3 (x)",
    "1.2.3\u00a0(x)": "1.2.3 (x)",
    "demo_tool 1.0_rc1": "demo_tool 1.0_rc1",
    "![badge](url) 1.2.3": "1.2.3",
    "1.2.3 <https://example.org>": "1.2.3",
    "1.2.3 <!-- x -->": "1.2.3",
}
RST = {
    "1.2.3": "1.2.3",
    "`1.2.3 <https://example.org>`_ - 2024": "1.2.3 - 2024",
    "`1.2.3 <https://example.org>`__": "1.2.3",
    "`1.2.3`_": "1.2.3",
    "1.2.3_ (x)": "1.2.3 (x)",
    ":release:`1.2.3 <2024-01-01>`": "1.2.3",
    ":tag:`1.2.3`": "1.2.3",
    "**1.2.3**": "1.2.3",
    "``1.2.3``": "1.2.3",
    "_`1.2.3`": "1.2.3",
    "demo_tool 1.0_rc1": "demo_tool 1.0_rc1",
    "foo\\ 1.2": "foo 1.2",
}


@pytest.mark.parametrize(("raw", "words"), MARKDOWN.items())
def test_markdown_words(raw: str, words: str) -> None:
    """Links, tags, emphasis, images, attributes and escapes go; the words stay."""
    assert plain_markdown(raw) == words


@pytest.mark.parametrize(("raw", "words"), RST.items())
def test_rst_words(raw: str, words: str) -> None:
    """Links, roles, emphasis and escapes go; the words stay."""
    assert plain_rst(raw) == words


@given(st.text(alphabet="ab1. []()<>`*_\\!{}&:|~\"'", max_size=80))
def test_whatever_markup_gives_one_line(raw: str) -> None:
    """No markup, however broken, makes a second line or an error."""
    assert "\n" not in plain_markdown(raw) + plain_rst(raw)
