"""Whatever the text, the functions answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from packaging.version import Version

from release_tools.changelog import Changelog, entry, find, has_content, headings, near_misses, notes, read, unreleased
from release_tools.changelog.source import Format
from release_tools.errors import ReleaseError
from tests.changelog.forms import changelog

WANTED = Version("1.2.3")
PIECES = [
    "1.2.3",
    "## ",
    "#",
    "=====",
    "-----",
    "\n",
    "\n\n",
    "```",
    "<!--",
    "-->",
    "Unreleased",
    " (2024-01-31)",
    "v",
    "[",
    "](",
    ")",
    "`",
    "_",
]
PIECES += [
    "- ",
    "  ",
    "\t",
    ".. ",
    "::",
    ":release:`",
    ".. changelog::\n  :version: ",
    "**",
    "<h2>",
    "</h2>",
    ">",
    "\\",
    "&",
    "\u2028",
    "\x0c",
    "\u00a0",
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=25).map("".join)


def ask_everything(log: Changelog) -> None:
    """Ask all that can be asked of a changelog, and hold the answers against each other."""
    found = (*entry(log, WANTED), *filter(None, [unreleased(log)]))
    for one in found:
        assert has_content(one) in {True, False}
        assert one.body in log.text
        notes(one, log)
    last = log.text.count("\n") + 1
    assert all(1 <= (heading.where.line or 0) <= last for heading in headings(log))
    near_misses(log, WANTED)


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.sampled_from(["markdown", "rst", "text"]))
@example("1.2.3\n=====\n1.2.3\n=====\n", "rst")
@example("", "markdown")
def test_no_text_makes_an_error(text: str, markup: Format) -> None:
    """Any text, in any format, is answered without an error."""
    ask_everything(changelog(text.replace("\r", "\n"), markup))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=60) | TEXTS.map(str.encode),
    st.sampled_from(["CHANGELOG.md", "CHANGES.rst", "NEWS", "changes/1.2.3.rst"]),
)
def test_no_bytes_make_an_error_that_is_not_ours(tmp_path: Path, content: bytes, name: str) -> None:
    """Any bytes are read, or refused in three texts."""
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    log, refusal = _read_or_refuse(tmp_path)
    path.unlink()
    assert refusal is None or (refusal.what and refusal.state and refusal.fix)
    for part in (log.parts or (log,)) if log else ():
        ask_everything(part)


def _read_or_refuse(root: Path) -> tuple[Changelog | None, ReleaseError | None]:
    try:
        found = find(root, [], None)
        return (read(found, root) if found else None), None
    except ReleaseError as error:
        return None, error


DEEP = 10_000
HARD = {
    "one line of ten million": "x" * 10_000_000,
    "a heading of a million": "## " + "1.2.3 " * 200_000,
    "a rule of a million": "a\n" + "-" * 1_000_000 + "x\n",
    "deep quotation": ">" * DEEP + " ## 1.2.3\n",
    "deep brackets": "## " + "[" * DEEP + "1.2.3\n",
    "many headings of brackets": ("## " + "[" * 900 + "1.2.3\n") * 500,
    "many headings of parentheses": ("## [1.2.3](" + "(" * 900 + "\n") * 500,
    "many headings of quotes": ("## 1.2.3 " + "\u201c" * 900 + "\n") * 500,
    "many headings of categories": ("## " + "bug fix " * 120 + "x 1.2.3\n") * 200,
    "headings of numbers": ("## " + "1." * 450 + "\n") * 500,
    "headings of months": ("## " + "may 1 " * 150 + "\n") * 300,
    "unclosed fences": "- ~~~\n" * 20_000,
    "indented fences": "  ```\n x\n" * 20_000,
    "unclosed comments": "<!--\n" * 20_000,
    "open tags": "<div>\n" + "<h2>" * 200_000,
    "nothing but line ends": "\n" * 500_000,
    "growing indentation": "".join(" " * depth + "x::\n" for depth in range(1500)) + "1.2.3\n=====\n",
    "the version everywhere": "1.2.3\n\n" * 30_000,
    "the same heading again and again": "## 1.2.3\n\n" * 20_000,
    "the same title again and again": "1.2.3\n=====\n" * 10_000,
    "many different headings": "".join("#" * (n % 6 + 1) + f" 1.2.{n}\n" for n in range(20_000)),
    "options without end": ".. changelog::\n" + "   :a: b\n" * 50_000,
    "definitions without end": "## 1.2.3\n\n[a]\n\n" + "[a]: x\n" * 50_000,
}


@pytest.mark.parametrize("markup", ["markdown", "rst", "text"])
@pytest.mark.parametrize("name", HARD)
def test_hard_texts_come_to_an_end(name: str, markup: Format) -> None:
    """Long lines, deep nesting and endless repetition are answered in the time of the text's length."""
    ask_everything(changelog(HARD[name], markup))
