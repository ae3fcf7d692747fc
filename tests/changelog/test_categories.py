"""The categories of an entry."""

from __future__ import annotations

import pytest

from release_tools.changelog.categories import categories
from release_tools.model import Entry, Location


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("### Added\n\n- one\n\n### Fixed\n\n* two\n", ("added", "fixed")),
        ("### Added\n\n### Removed\n- it\n", ("removed",)),
        ("### API Changes\n- it\n", ("api changes",)),
        ("- an item without a category\n", ()),
        ("Prose alone.\n", ()),
        ("### Added\n- one\n\n[1]: https://example.org\n[Fixed]: https://example.org\n", ("added",)),
        ("### Added\n- one\n```\n### Removed\n- no\n## [9] - 2000-01-01\n```\n", ("added",)),
        ("### Added\n- **bold**\n  - nested\n\n## 2.0\n", ("added",)),
        ("", ()),
    ],
)
def test_a_category_counts_with_its_items(body: str, found: tuple[str, ...]) -> None:
    """An empty category of a template is none; what stands in code, links and nested lists makes no other."""
    entry = Entry(version=None, heading="Unreleased", body=body, where=Location(file="CHANGELOG.md", line=3))
    assert categories(entry) == found
