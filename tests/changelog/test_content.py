"""Whether an entry says anything."""

from __future__ import annotations

import pytest

from release_tools.changelog import has_content
from release_tools.model import Entry, Location

EMPTY = {
    "nothing": "",
    "blank lines": "\n \n\t\n",
    "sub-headings": "\n### Added\n\n### Fixed\n",
    "rst sub-headings": "\nAdded\n-----\n\nFixed\n~~~~~\n",
    "html sub-headings": "<h3>Added</h3>\n",
    "bold sub-headings": "**Added**\n\n__Bug fixes__:\n",
    "a comment": "<!-- write here -->\n",
    "a comment of several lines": "\n<!--\n- Write here.\n-->\n\n### Added\n",
    "a comment that nobody closed": "<!-- - Write here.\n",
    "an rst comment": ".. Write here.\n",
    "an rst comment of several lines": "..\n   Write here.\n\n   And here.\n",
    "a label": ".. _v1-2-2:\n",
    "a link definition": "[1.2.3]: https://example.org\n",
    "an rst target": ".. _site: https://example.org\n",
    "an anchor": '<a name="v1.2.2"></a>\n',
    "a rule": "\n---\n\n***\n",
    "a date": "\n*Released on January 31, 2024*\n",
    "a date and Unreleased": "Unreleased\n",
    "fields": ":release-date: 2024-01-31\n:release-by: Somebody\n",
    "options of a directive": "    :released: April 3, 2026\n    :include_notes_from: unreleased\n",
    "a directive that arranges the page": ".. currentmodule:: demo\n\n.. contents::\n   :local:\n",
    "empty items": "-\n\n* \n\n- [ ]\n",
    "nothing yet": "- Nothing yet.\n",
    "nothing changed yet": "- Nothing changed yet.\n",
    "no changes yet": "No changes yet\n",
    "not available": "* N/A\n",
    "none": "### Added\n\n- None\n\n### Fixed\n\n- None.\n",
    "to do": "- TODO\n- TBD\n",
    "dots": "- ...\n",
    "a prompt": "- Your change here.\n- Add your changes here\n",
    "a prompt in brackets": "- \\[Short description of non-trivial change.\\]\n",
    "a placeholder in italics": "*Nothing yet*\n",
}
FULL = {
    "a change": "- A change.\n",
    "one word": "- x\n",
    "a change below sub-headings": "\n### Added\n\n### Fixed\n\n- A bug.\n",
    "prose": "A sentence without a list.\n",
    "a bold statement": "**This release is about speed**\n",
    "code": "```\nprint()\n```\n",
    "a note": ".. note::\n\n   Read this.\n",
    "a version directive's change": "    :released: April 3, 2026\n\n    .. change::\n\n        A change.\n",
    "no changes is said": "No significant changes.\n",
    "a link as the change": "- [The announcement](https://example.org)\n",
    "an issue": "- #123\n",
    "a table": "| a | b |\n",
    "after a date": "Released 2024-01-31\n\n-   A change.\n",
    "after a comment": "<!-- x -->\n- A change.\n",
    "after an rst comment": ".. x\n\n- A change.\n",
    "a word like a placeholder in a sentence": "- None of the workers waits any more.\n",
    "another language": "- Ошибка исправлена\n",
}


def _entry(body: str) -> Entry:
    return Entry(version=None, heading="1.2.3", body=body, where=Location(file="CHANGELOG.md", line=1))


@pytest.mark.parametrize("name", EMPTY)
def test_a_frame_without_a_picture_has_no_content(name: str) -> None:
    """Headings, comments, dates, labels and placeholders say nothing."""
    assert not has_content(_entry(EMPTY[name]))


@pytest.mark.parametrize("name", FULL)
def test_whatever_tells_a_change_is_content(name: str) -> None:
    """One word of substance is enough."""
    assert has_content(_entry(FULL[name]))
