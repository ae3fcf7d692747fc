"""The page on inspection names checks that exist, and leaves out none that judge what the index asks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from release_tools import checks

PAGE = Path(__file__).parents[1] / "docs/inspection.md"
OF_THE_INDEX = ("archive", "metadata", "metadata_fields", "classification", "wheel", "wheel_files")
OWN = {"metadata-whole", "extras-normal", "sdist-buildable"}  # what the index does not ask


def rows() -> list[list[str]]:
    """Return the rows of the tables of rules, each a list of its cells."""
    text = PAGE.read_text(encoding="utf-8").partition("## What the index lets pass")[0]
    lines = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith(("| ---", "| rule"))]
    return [[cell.strip() for cell in line.removeprefix("|").removesuffix("|").split(" | ")] for line in lines]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0][:40])
def test_a_rule_names_its_check(row: list[str]) -> None:
    """Each rule of the index has checks of ours that exist, or it is said that only the index knows."""
    named = re.findall(r"`([^`]+)`", row[1])
    assert set(named) <= {each.id for each in checks.of(checks.FILES)}
    assert named or row[1] in ("only the index", "none")


def test_every_check_of_the_index_is_told_of() -> None:
    """No check that judges what the index asks is left out."""
    told = {name for row in rows() for name in re.findall(r"`([^`]+)`", row[1])}
    assert {each.id for each in checks.of(OF_THE_INDEX)} - OWN <= told
