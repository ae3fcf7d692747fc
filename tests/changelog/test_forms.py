"""Every way to mark a heading, with every usual wording."""

from __future__ import annotations

from datetime import date

import pytest
from packaging.version import Version

from release_tools.changelog import entry, has_content, headings, unreleased
from tests.changelog.forms import MARKUPS, changelog

WORDINGS = [
    "1.2.3",
    "v1.2.3",
    "1.2.3.",
    "Version 1.2.3",
    "Release 1.2.3",
    "Demo 1.2.3",
    "1.2.3 (2024-01-31)",
    "v1.2.3 (2024-01-31)",
    "1.2.3 - 2024-01-31",
    "[1.2.3] - 2024-01-31",
    "1.2.3 -- 2024-01-31",
    "Version 1.2.3 — 2024-01-31",
    "Version 1.2.3 (31-01-2024)",
    "Demo 1.2.3 (2024-01-31)",
    "1.2.3 (31st January, 2024)",
    "Release 1.2.3 (released Jan 31, 2024)",
    "2024-01-31 - 1.2.3",
]


def _document(markup: str, wording: str) -> str:
    _, mark = MARKUPS[markup]
    entries = [mark(wording.replace("1.2.3", version)) for version in ("1.2.4", "1.2.3", "1.2.2", "1.2")]
    return "".join(f"{heading}\n\n- A change of number {number}.\n\n" for number, heading in enumerate(entries))


@pytest.mark.parametrize("wording", WORDINGS)
@pytest.mark.parametrize("markup", MARKUPS)
def test_finds_the_entry_in_every_markup_and_wording(markup: str, wording: str) -> None:
    """The entry is found once, with its own body and date, and no prefix of the version is taken for it."""
    log = changelog(_document(markup, wording), MARKUPS[markup][0])
    (found,) = entry(log, Version("1.2.3"))
    assert found.body.strip() == "- A change of number 1."
    assert found.date == (date(2024, 1, 31) if "2024" in wording else None)
    assert has_content(found)
    assert [str(heading.version) for heading in headings(log)] == ["1.2.4", "1.2.3", "1.2.2", "1.2"]
    assert entry(log, Version("1.2.0"))[0].body.strip() == "- A change of number 3."
    assert entry(log, Version("1.20")) == entry(log, Version("1.2.30")) == ()


@pytest.mark.parametrize("markup", MARKUPS)
def test_the_line_is_the_line_of_the_heading(markup: str) -> None:
    """Location and order of what is found are those of the file."""
    log = changelog(_document(markup, "1.2.3"), MARKUPS[markup][0])
    lines = log.text.splitlines()
    for heading in headings(log):
        (found,) = entry(log, heading.version or Version("0"))
        assert found.where == heading.where
        near = lines[(heading.where.line or 0) - 1 :][:2]
        assert any(str(heading.version) in line for line in near)


@pytest.mark.parametrize(
    "words", ["Unreleased", "[Unreleased]", "UNRELEASED", "Unreleased changes", "Next release", "In development"]
)
@pytest.mark.parametrize("markup", [markup for markup in MARKUPS if markup != "plain line"])
def test_finds_the_notes_of_the_next_release(markup: str, words: str) -> None:
    """Unreleased is found under each mark and keeps its notes to itself."""
    _, mark = MARKUPS[markup]
    text = f"{mark(words)}\n\n- To come.\n\n{mark('1.2.3')}\n\n- Done.\n"
    log = changelog(text, MARKUPS[markup][0])
    found = unreleased(log)
    assert found is not None
    assert (found.version, found.body.strip()) == (None, "- To come.")
    assert entry(log, Version("1.2.3"))[0].body.strip() == "- Done."
    assert [heading.version for heading in headings(log)] == [None, Version("1.2.3")]


LINKED = {
    "inline": ("markdown", "## [1.2.3](https://example.org/compare/1.2.2...1.2.3) - 2024-01-31"),
    "inline with v": ("markdown", "## [v1.2.3](https://example.org/tag/v1.2.3) (2024-01-31)"),
    "reference": ("markdown", "## [1.2.3][123] - 2024-01-31\n\n[123]: https://example.org/123"),
    "shortcut reference": ("markdown", "## [1.2.3] - 2024-01-31\n\n[1.2.3]: https://example.org/123"),
    "whole heading": ("markdown", "# [Demo 1.2.3 (2024-01-31)](https://example.org)"),
    "after an anchor": ("markdown", '## <a name="123"></a>1.2.3 (2024-01-31)'),
    "with attributes": ("markdown", '### 1.2.3 <small>January 31, 2024</small> { id="1.2.3" }'),
    "in bold": ("markdown", "## **1.2.3** (2024-01-31)"),
    "as code": ("markdown", "## `1.2.3` (2024-01-31)"),
    "setext link": ("markdown", "[1.2.3](https://example.org) (2024-01-31)\n---"),
    "rst hyperlink": (
        "rst",
        "`1.2.3 <https://example.org>`_ (2024-01-31)\n--------------------------------------------",
    ),
    "rst reference": ("rst", "`1.2.3`_ (2024-01-31)\n---------------------\n\n.. _1.2.3: https://example.org"),
    "rst word reference": ("rst", "v1.2.3_ - 2024-01-31\n--------------------\n\n.. _v1.2.3: https://example.org"),
    "rst role": ("rst", ":tag:`1.2.3` (2024-01-31)\n-------------------------"),
    "rst label above": ("rst", ".. _v1-2-3:\n\n1.2.3 (2024-01-31)\n------------------"),
}


@pytest.mark.parametrize("name", LINKED)
def test_finds_linked_headings(name: str) -> None:
    """A link, a role or an anchor in the heading hides neither the version nor the date."""
    markup, text = LINKED[name]
    log = changelog(f"{text}\n\n* A change.\n", "markdown" if markup == "markdown" else "rst")
    (found,) = entry(log, Version("1.2.3"))
    assert found.date == date(2024, 1, 31)
    assert has_content(found)


@pytest.mark.parametrize(
    ("heading", "version"),
    [
        ("3.8", "3.8.0"),
        ("3.8.0", "3.8"),
        ("1.0.0-rc.1", "1.0.0rc1"),
        ("1.0.0rc1", "1.0.0-rc.1"),
        ("2024.01.0", "2024.1.0"),
        ("2024.1", "2024.01.0"),
        ("1.0-1", "1.0.post1"),
        ("v1.0", "1.0.0.0"),
        ("2.0 beta 3", "2.0b3"),
    ],
)
def test_another_spelling_of_the_same_version_is_the_same(heading: str, version: str) -> None:
    """Versions are compared under PEP 440."""
    assert len(entry(changelog(f"## {heading}\n\n- x\n"), Version(version))) == 1


@pytest.mark.parametrize(
    ("heading", "version"),
    [
        ("1.2.3", "1.2"),
        ("1.2", "1.2.1"),
        ("1.2.0", "1.20"),
        ("1.2.3rc1", "1.2.3"),
        ("2.0 beta 1", "2.0"),
        ("1.2.3.post1", "1.2.3"),
        ("3.17.x", "3.17"),
        ("Python 3.14 support (1.2.3)", "3.14"),
        ("Python 3.14 support (1.2.3)", "1.2.3"),
        ("1!1.0", "1.0"),
    ],
)
def test_another_version_is_another(heading: str, version: str) -> None:
    """A prefix, a pre-release, a series or a mention heads no entry."""
    assert entry(changelog(f"## {heading}\n\n- x\n"), Version(version)) == ()
