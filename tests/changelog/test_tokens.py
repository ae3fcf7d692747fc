"""The first version in a line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from release_tools.changelog import tokens


@pytest.mark.parametrize(
    ("text", "version", "rest"),
    [
        ("1.2.3", "1.2.3", ""),
        ("version 1.2.3, at last", "1.2.3", ", at last"),
        ("a 2 b 1.2.3", "2", " b 1.2.3"),
        ("2.0 beta 1 (x)", "2.0b1", " (x)"),
        ("2.0 beta", "2.0b0", ""),
        ("2.0.0 (RC 2) (x)", "2.0.0rc2", ") (x)"),
        ("2.0 (beta)", "2.0", " (beta)"),
        ("1.2.3 alpha-2", "1.2.3a2", ""),
        ("1.2.3 a", "1.2.3", " a"),
        ("1.2.3-rc.1 x", "1.2.3rc1", " x"),
        ("name-1.2.3", "1.2.3", ""),
        ("2to3 and 1.2", "1.2", ""),
    ],
)
def test_finds_the_first_version_and_where_it_ends(text: str, version: str, rest: str) -> None:
    """A pre-release that is written in words belongs to the version."""
    token = tokens.first(text)
    assert token is not None
    assert (token.version, text[token.end :]) == (Version(version), rest)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "none",
        "1.2.x",
        "1.2.*",
        "3.8+",
        "50%",
        "#12",
        ">=1.2",
        "< 3",
        "~= 1.4",
        "no. 5",
        "py39",
        "a.1.2",
        "1.2.3-foo",
    ],
)
def test_series_ranges_and_numbers_of_other_things_are_no_versions(text: str) -> None:
    """What only looks like a version is none."""
    assert tokens.first(text) is None


@given(
    st.lists(st.integers(0, 3000), min_size=2, max_size=4), st.sampled_from(["", "a1", "b2", "rc3", ".post1", ".dev4"])
)
def test_finds_every_version_in_its_normal_form(release: list[int], suffix: str) -> None:
    """Each PEP 440 version stands for itself in a sentence."""
    text = ".".join(map(str, release)) + suffix
    token = tokens.first(f"Release v{text} (x)")
    assert token is not None
    assert token.version == Version(text)


@pytest.mark.parametrize(
    ("version", "series", "belongs"),
    [
        ("1.2.3", "1.2", True),
        ("1.2", "1.2.0", True),
        ("1.2.0rc1", "1.2", True),
        ("1.20", "1.2", False),
        ("2.1", "2.0", False),
        ("8.2", "8", True),
    ],
)
def test_a_version_belongs_to_a_series(version: str, series: str, belongs: bool) -> None:  # noqa: FBT001 - a case's answer
    """The numbers of the series begin those of the version."""
    assert tokens.starts_with(Version(version), Version(series)) is belongs
