"""Which versions may follow one."""

from __future__ import annotations

import pytest
from packaging.version import Version

from release_tools.increments import following, spelled_out


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("1.2.3", "1.2.4, 1.3.0 or 2.0.0"),
        ("0.9", "0.10 or 1.0"),
        ("5", "6"),
        ("1.2.3.4", "1.2.3.5, 1.2.4.0, 1.3.0.0 or 2.0.0.0"),
        ("2026.1.5", "2026.1.6 or 2026.2.0"),
        ("2026", "2027"),
        ("1.2.3.post1", "1.2.3.post2, 1.2.4, 1.3.0 or 2.0.0"),
        ("2.0.0rc1", "2.0.0rc2 or 2.0.0"),
        ("2.0.0b3", "2.0.0b4 or 2.0.0"),
        ("2.0.0.dev3", "2.0.0"),
        ("2.0.0a1.dev3", "2.0.0a1"),
        ("1!1.0", "1!1.1 or 1!2.0"),
        ("1.2.3+local", "1.2.4, 1.3.0 or 2.0.0"),
    ],
)
def test_the_next_versions_are_named(version: str, words: str) -> None:
    """The nearest comes first, in as many numbers as the project writes; a year is raised by nobody's choice."""
    assert spelled_out(following(Version(version))) == words


@pytest.mark.parametrize("version", ["1.2.3", "0.9", "1.2.3.post1", "2.0.0rc1", "2.0.0.dev3", "1!1.0", "2026.1"])
def test_every_next_version_is_higher(version: str) -> None:
    """None of them would be refused again."""
    assert all(after > Version(version) for after in following(Version(version)))
