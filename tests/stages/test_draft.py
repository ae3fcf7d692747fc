"""The stage `draft`: what stands in the release notes."""

from __future__ import annotations

from packaging.version import Version

from release_tools import changelog
from release_tools.changelog import Changelog
from release_tools.model import Location
from release_tools.stages.draft import notes_of

TEXT = """\
# Changelog

## [1.2.3] - 2026-01-10

- Opens [large files][42].

## 1.2.2 - 2025-12-01

- Starts faster.

[1.2.3]: https://example.com/compare
[42]: https://example.com/issues/42
"""
SOURCE = Changelog(where=Location(file="CHANGELOG.md"), format="markdown", text=TEXT)


def test_notes_bring_along_the_links_that_they_use() -> None:
    """The notes are the entry alone, with the link definitions from the end of the file that it needs."""
    (entry,) = changelog.entry(SOURCE, Version("1.2.3"))
    expected = "- Opens [large files][42].\n\n[42]: https://example.com/issues/42\n"
    assert notes_of(entry, Version("1.2.3"), SOURCE) == expected


def test_a_version_without_an_entry_is_told_in_one_sentence() -> None:
    """Where nothing was written nothing is made up."""
    assert notes_of(None, Version("1.2.3"), SOURCE) == "Version 1.2.3 has no changelog entry.\n"
    assert notes_of(None, Version("1.2.3"), None) == "Version 1.2.3 has no changelog entry.\n"
