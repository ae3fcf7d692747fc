"""Dates in headings."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release_tools.changelog import parse_date, says_unreleased
from release_tools.changelog.dates import find_dated, find_dated_line, without_dates

READ = {
    "2024-01-31": "2024-01-31",
    "(2024/01/31)": "2024-01-31",
    "2024-1-5": "2024-01-05",
    "2024.01.31": "2024-01-31",
    "20240131": "2024-01-31",
    "2024-01-31T10:00:00Z": "2024-01-31",
    "31-12-2024": "2024-12-31",
    "31.12.2024": "2024-12-31",
    "31/12/2024": "2024-12-31",
    "12/31/2024": "2024-12-31",
    "6th December, 2024": "2024-12-06",
    "6 December 2024": "2024-12-06",
    "6. December 2024": "2024-12-06",
    "3rd of May 2022": "2022-05-03",
    "Dec 31, 2025": "2025-12-31",
    "Dec. 31, 2025": "2025-12-31",
    "Dec 31 2025": "2025-12-31",
    "December 31st, 2025": "2025-12-31",
    "released Dec 31, 2025": "2025-12-31",
    "Sun, 5 May 2025": "2025-05-05",
    "5-Sep-2024": "2024-09-05",
    "Sept 3, 2023": "2023-09-03",
    "2024-Jan-31": "2024-01-31",
    "2024 January 31": "2024-01-31",
    "January 2024": "2024-01-01",
    "2024-05": "2024-05-01",
}


@pytest.mark.parametrize(("text", "iso"), READ.items())
def test_reads_the_usual_spellings(text: str, iso: str) -> None:
    """Each spelling gives its date; without a day, the first of the month."""
    assert parse_date(text) == date.fromisoformat(iso)


def test_an_ambiguous_date_with_slashes_is_the_earlier_one() -> None:
    """Where day and month can be swapped, nobody is accused of a date in the future."""
    assert parse_date("11/03/2026") == date(2026, 3, 11)
    assert parse_date("03/11/2026") == date(2026, 3, 11)


def test_with_dashes_the_day_comes_first() -> None:
    """Day, month, year is the order of dates with dashes that end in the year, unless only the other makes sense."""
    assert parse_date("03-11-2026") == date(2026, 11, 3)
    assert parse_date("03-31-2026") == date(2026, 3, 31)


@pytest.mark.parametrize(
    "text", ["2024-02-30", "2024-13-01", "2022-24-01", "0000-00-00", "202-01-31", "31 February 2024"]
)
def test_an_impossible_date_is_recognised_and_not_read(text: str) -> None:
    """It stands for a date, and there is no such day."""
    assert find_dated(text) == text
    assert parse_date(text) is None
    assert not says_unreleased(text)


@pytest.mark.parametrize(
    "text",
    [
        "unreleased",
        "Unreleased",
        "not yet released",
        "to be released",
        "in development",
        "under development",
        "TBD",
        "T.B.D.",
        "TBA",
        "WIP",
        "work in progress",
        "coming soon",
        "YYYY-MM-DD",
        "yyyy/mm/dd",
        "20XX-XX-XX",
        "2024-xx-xx",
        "????-??-??",
        "%Y-%m-%d",
        "upcoming",
        "next",
        "dev",
        "N/A",
        "draft",
        "TODO",
        "date",
    ],
)
def test_knows_the_words_for_a_date_still_missing(text: str) -> None:
    """They stand for a date, are no date, and say that the release has not happened."""
    assert find_dated(f"({text})") == text
    assert parse_date(text) is None
    assert says_unreleased(text)


@pytest.mark.parametrize(
    "text", ["", "The future of things", "CVE-2024-12345", "1.2.3", "3 changes", "mm-dd", "codename Maybe"]
)
def test_other_words_stand_for_no_date(text: str) -> None:
    """Numbers and words that look alike are left alone."""
    assert find_dated(text) is None
    assert parse_date(text) is None


def test_no_date_says_nothing_of_the_release() -> None:
    """A heading without a date does not say that the release is still to come."""
    assert not says_unreleased(None)


def test_a_real_date_beats_a_doubtful_word() -> None:
    """A word such as "date" counts only where no date is given."""
    assert find_dated("Release date: 2024-01-31") == "2024-01-31"


def test_in_a_line_of_its_own_only_plain_words_count() -> None:
    """Below a heading, "Development" is a sub-heading or prose, "Unreleased" is not."""
    assert find_dated_line("Development") is None
    assert find_dated_line("Unreleased") == "Unreleased"


def test_blanks_dates_out_and_leaves_calendar_versions() -> None:
    """What is left is as long as before, so that places stay."""
    assert without_dates("2024-01-31 1.2.3 6 May 2024") == " " * 11 + "1.2.3 " + " " * 10
    assert without_dates("2024.01.31") == "2024.01.31"


@given(st.dates(min_value=date(1970, 1, 1)))
def test_reads_back_every_day(day: date) -> None:
    """Every date in ISO form is read as itself, within any words."""
    assert parse_date(f"released on {day.isoformat()} at last") == day


@given(st.text(alphabet="0123456789-/. janfebrymchuistotvd,()?x", max_size=60))
def test_never_stumbles(text: str) -> None:
    """Whatever looks like a date is read or not; a date that is read stands in the text."""
    found = find_dated(text)
    assert found is None or found in text
    parse_date(text)
