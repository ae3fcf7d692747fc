"""What one heading says, by cases of real spellings."""

from __future__ import annotations

from pathlib import Path

import pytest

from release_tools.changelog.wording import Wording, is_category, wording

CASES = Path(__file__).parent / "cases" / "headings.txt"


def _cases() -> list[tuple[str, str]]:
    lines = [line for line in CASES.read_text("utf-8").splitlines() if not line.startswith("# ")]
    return [(text, says) for text, _, says in (line.partition(" => ") for line in lines) if says]


def _told(said: Wording) -> str:
    """Write what was read in the way the cases are written."""
    parts = [str(said.version or "-")]
    parts += [f"name={said.name}"] if said.name else []
    parts += ["trailing"] if said.trailing else []
    parts += [f"dated={said.dated}"] if said.dated else []
    parts += [f"date={said.date}"] if said.date else []
    parts += [f"upcoming={said.upcoming}"] if said.upcoming else []
    return " ".join(parts)


@pytest.mark.parametrize(("text", "says"), _cases())
def test_reads_a_heading_as_a_careful_person_would(text: str, says: str) -> None:
    """Each spelling seen in real changelogs says what its case tells."""
    assert _told(wording(text)) == says


def test_a_heading_of_a_thousand_characters_says_nothing() -> None:
    """What is too long for a heading is not searched for versions."""
    assert wording("words " * 200 + "1.2.3") == Wording()


def test_a_number_too_long_to_read_is_no_version() -> None:
    """Python refuses to read numbers of thousands of digits; such a heading has no version."""
    assert wording("1." + "9" * 900).version is not None
    assert wording("9" * 5000 + ".1").version is None


@pytest.mark.parametrize(
    "text", ["Added", "Bug fixes", "Bugfixes", "Breaking & deprecated", "Security fixes", "Dependencies"]
)
def test_knows_kinds_of_change(text: str) -> None:
    """A kind of change names no project and no release."""
    assert is_category(text)


@pytest.mark.parametrize("text", ["Django", "1.2.3", "The big rewrite"])
def test_other_words_are_no_kind_of_change(text: str) -> None:
    """Anything else may be a name."""
    assert not is_category(text)
