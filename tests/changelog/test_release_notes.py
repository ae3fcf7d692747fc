"""Release notes of one entry."""

from __future__ import annotations

from packaging.version import Version

from release_tools.changelog import Changelog, entry, notes
from release_tools.model import Location
from tests.changelog.forms import changelog


def _notes(log: Changelog, version: str = "1.2.3") -> str:
    (found,) = entry(log, Version(version))
    return notes(found, log)


def test_the_text_without_blank_edges() -> None:
    """Everything between heading and next heading is kept as written."""
    log = changelog("## 1.2.3\n\n\n### Added\n\n- A *change*\n  of two lines.\n\n      code\n\n## 1.2.2\n")
    assert _notes(log) == "### Added\n\n- A *change*\n  of two lines.\n\n      code"


def test_an_indented_first_line_keeps_its_indent() -> None:
    """Only blank lines are taken off the beginning."""
    assert _notes(changelog("1.2.3\n=====\n\n  * A change.\n", "rst")) == "  * A change."


def test_definitions_from_the_end_of_the_file_are_added() -> None:
    """Links that the text uses work on their own; others are not carried along."""
    text = "## [1.2.3]\n\n- A change ([#1], [by me][Me  Myself]).\n\n## [1.2.2]\n\n- x\n\n"
    text += "[#1]: https://example.org/1\n[#2]: https://example.org/2\n[me myself]: https://example.org/me\n[1.2.3]: https://example.org\n"
    assert _notes(changelog(text)) == (
        "- A change ([#1], [by me][Me  Myself]).\n\n[#1]: https://example.org/1\n[me myself]: https://example.org/me"
    )


def test_definitions_within_the_entry_are_not_doubled() -> None:
    """A definition that is already there stays where it is."""
    text = "## 1.2.3\n\n[#1]: https://example.org/1\n\n- A change ([#1]).\n\n## 1.2.2\n\n[#1]: https://example.org/2\n"
    assert _notes(changelog(text)) == "[#1]: https://example.org/1\n\n- A change ([#1])."


def test_the_oldest_entry_leaves_the_definitions_of_others_out() -> None:
    """The definitions at the end of the file are no part of the last entry."""
    text = "## 1.2.4\n\n- x [#4]\n\n## 1.2.3\n\n- A change [#3].\n\n[#4]: https://example.org/4\n[#3]: https://example.org/3\n"
    assert _notes(changelog(text)) == "- A change [#3].\n\n[#3]: https://example.org/3"


def test_definitions_in_fenced_code_are_none() -> None:
    """What a fence shows is an example."""
    text = "## 1.2.3\n\n- A change [#3].\n\n## 1.2.2\n\n```\n[#3]: https://example.org/3\n```\n"
    assert _notes(changelog(text)) == "- A change [#3]."


def test_labels_and_anchors_of_the_next_heading_are_left_out() -> None:
    """A label, an anchor or a rule above the next heading belongs to that."""
    rst = "1.2.3\n=====\n\n* A change.\n\n.. _v1-2-2:\n\n1.2.2\n=====\n"
    assert _notes(changelog(rst, "rst")) == "* A change."
    markdown = '## 1.2.3\n\n- A change.\n\n---\n\n<a name="1.2.2"></a>\n## 1.2.2\n'
    assert _notes(changelog(markdown)) == "- A change."


def test_rst_stays_rst() -> None:
    """The text of an rst changelog is given as it stands."""
    assert _notes(changelog("1.2.3\n=====\n\n* A `change`_ [#1].\n\n.. _change: https://example.org\n", "rst")) == (
        "* A `change`_ [#1].\n\n.. _change: https://example.org"
    )


def test_an_empty_entry_gives_nothing() -> None:
    """No text, no notes."""
    assert _notes(changelog("## 1.2.3\n\n## 1.2.2\n")) == ""


def test_without_the_changelog_only_the_text_is_given() -> None:
    """The entry alone is enough for its text."""
    (found,) = entry(
        changelog("## 1.2.3\n\n- A [link].\n\n## 1.2.2\n\n[link]: https://example.org\n"), Version("1.2.3")
    )
    assert notes(found) == "- A [link]."


def test_in_a_folder_the_definitions_come_from_the_same_file() -> None:
    """Other files of the folder have nothing to do with the entry."""
    files = {
        "1.2.3.md": "# 1.2.3\n\n- A [link].\n\n[link]: https://example.org/3\n",
        "1.2.2.md": "# 1.2.2\n\n[link]: https://example.org/2\n",
    }
    parts = tuple(
        Changelog(where=Location(file=f"changes/{name}"), format="markdown", text=text) for name, text in files.items()
    )
    log = Changelog(where=Location(file="changes"), format="folder", text="", parts=parts)
    assert _notes(log) == "- A [link].\n\n[link]: https://example.org/3"
