"""The scan of reStructuredText against docutils."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from docutils import nodes
from hypothesis import given, settings
from hypothesis import strategies as st

from release_tools.changelog import rst

BLOCKS = [
    "text",
    "two\nlines",
    "- item\n- item",
    "* item\n  more",
    ":field: x",
    "| line",
    ".. _label:",
    ".. comment",
    "..\n   a\n   b",
    "text::\n\n   code\n   ====",
    ".. code-block:: rst\n\n   a\n   =",
    ".. note::\n\n   Something.",
    ".. unknown::\n   :a: b",
    "+---+\n| a |\n+===+\n| b |\n+---+",
    "=== ===\n a   b\n=== ===",
    "__ x",
    "`a`_ :role:`x` |y| [1]_",
]
TITLES = [
    "1.2.3\n=====",
    "1.2.3 (2024)\n------------",
    "=====\n1.2.3\n=====",
    "=======\n 1.2.3\n=======",
    "1.2.3_\n------",
    "a - b\n^^^^^",
    "short title\n----",
    "1.2.3\n--",
    "==\n1.2.3\n==",
]


def scanned(text: str) -> Counter[str]:
    """Return the titles that the scan sees."""
    return Counter(title.raw for title in rst.scan(text).titles if title.kind == "section")


def parsed(text: str) -> Counter[str]:
    """Return the titles of sections that docutils sees."""
    document = rst._parse(text)  # noqa: SLF001 - the judge itself is the yardstick
    return Counter(node.rawsource for node in document.findall(nodes.title) if isinstance(node.parent, nodes.section))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*BLOCKS, "1.2.3\n=====", "1.2.3\n--", "==\n1.2.3\n=="]), max_size=8))
def test_scan_and_parser_agree_on_separate_blocks(blocks: list[str]) -> None:
    """Where blocks are set apart by blank lines, the scan sees exactly the titles of docutils."""
    text = "\n\n".join(["Top\n***", *blocks, "end"]) + "\n"
    assert scanned(text) == parsed(text)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(TITLES), st.sampled_from(BLOCKS), st.sampled_from(["\n", "\n\n"]))
def test_each_title_is_judged_as_docutils_judges_it(title: str, above: str, between: str) -> None:
    """A title below any block, with or without a blank line, counts exactly if docutils sees it."""
    text = f"{above}{between}{title}\n\ntext\n"
    confirmed = Counter(found.raw for found in rst.scan(text).titles if rst.confirm(text, found, 0))
    assert confirmed == parsed(text)


def test_levels_follow_the_order_of_the_styles() -> None:
    """The first style seen is the highest level; overlined and underlined are different styles."""
    text = "===\nabc\n===\n\nb\n==\n\nc\n--\n\nd\n==\n"
    assert [(title.raw, title.level) for title in rst.scan(text).titles] == [("abc", 1), ("b", 2), ("c", 3), ("d", 2)]


def test_judging_reads_no_other_file(tmp_path: Path) -> None:
    """An include is not followed, and raw text does not get through."""
    other = tmp_path / "other.rst"
    other.write_text("1.2.3\n=====\n")
    document = rst._parse(f".. include:: {other}\n\n.. raw:: html\n\n   <b>\n")  # noqa: SLF001
    assert not list(document.findall(nodes.raw))
    assert not list(document.findall(nodes.section))


def test_the_judge_is_silent(capfd: pytest.CaptureFixture[str]) -> None:
    """Faulty markup makes no output."""
    rst._parse("``unclosed\n\nTitle\n==\n\n.. unknown::\n\n:role:`x`\n")  # noqa: SLF001
    assert capfd.readouterr() == ("", "")


def test_the_judge_reads_no_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A docutils.conf in the working directory changes nothing."""
    (tmp_path / "docutils.conf").write_text("[general]\nline_length_limit: 1\nhalt_level: 1\n")
    monkeypatch.chdir(tmp_path)
    assert parsed("1.2.3\n=====\n\n``unclosed\n") == Counter({"1.2.3": 1})


def test_roles_and_directives_need_no_judge() -> None:
    """A release role or version directive at the margin is what it looks like."""
    text = "- :release:`1.0 <2024-01-31>`\n\n.. changelog::\n   :version: 1.1\n"
    assert [rst.confirm(text, title, 0) for title in rst.scan(text).titles] == [True, True]
