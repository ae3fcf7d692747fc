"""Whole changelogs as data: the traps of real ones, and what must be made of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from packaging.version import Version

from release_tools.changelog import Changelog, entry, find, has_content, headings, near_misses, read, unreleased

CASES = Path(__file__).parent / "cases"
KEYS = {
    "version",
    "project",
    "entry",
    "has",
    "lacks",
    "dated",
    "date",
    "content",
    "order",
    "unreleased",
    "miss",
    "found",
}


@dataclass(slots=True)
class Case:
    """One tree with a changelog, and the lines that say what to expect; a key may stand more than once."""

    name: str
    expected: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def one(self, key: str, default: str = "") -> str:
        """Return the value of a key that stands at most once."""
        return self.expected.get(key, [default])[0]


def load(path: Path) -> list[Case]:
    """Read the cases of a file: `=== NAME`, expectations, then `--- PATH` before the lines of each file."""
    cases = []
    for block in re.split(r"(?m)^=== ", path.read_text("utf-8"))[1:]:
        head, *parts = re.split(r"(?m)^--- (?=\w)", block.rstrip("\n") + "\n")
        name, *lines = head.strip().split("\n")
        case = Case(f"{path.stem}: {name}")
        for line in lines:
            key, _, value = line.partition(": ")
            assert key in KEYS, line
            case.expected.setdefault(key, []).append(value)
        case.files = {file: content for file, _, content in (part.partition("\n") for part in parts)}
        cases.append(case)
    return cases


ALL = [case for path in sorted(CASES.glob("*.txt")) if path.stem != "headings" for case in load(path)]


def _read(case: Case, root: Path) -> Changelog:
    for name, content in case.files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    found = find(root, [], None, version=Version(case.one("version")))
    assert found is not None
    assert found.relative_to(root).as_posix() == case.one("found", found.relative_to(root).as_posix())
    return read(found, root)


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_makes_of_it_what_a_careful_person_would(case: Case, tmp_path: Path) -> None:
    """Entries, their text and date, the order, Unreleased and the near misses are as the case says."""
    log = _read(case, tmp_path)
    version, project = Version(case.one("version")), case.one("project")
    entries = entry(log, version, project=project)
    assert [str(found.where) for found in entries] == case.expected.get("entry", [])
    body = entries[0].body if entries else ""
    assert all(text in body for text in case.expected.get("has", []))
    assert not any(text in body for text in case.expected.get("lacks", []))
    if entries:
        assert str(entries[0].dated) == case.one("dated", str(entries[0].dated))
        assert str(entries[0].date) == case.one("date", str(entries[0].date))
        assert has_content(entries[0]) == (case.one("content", "yes") == "yes")
    if "order" in case.expected:
        order = [str(heading.version or "-") for heading in headings(log, project=project)]
        assert order == case.one("order").split()
    if "unreleased" in case.expected:
        notes = unreleased(log, project=project)
        assert (str(notes.where) if notes else "none") == case.one("unreleased")
    if "miss" in case.expected:
        missed = [f"{miss.kind} {miss.where}" for miss in near_misses(log, version, project=project)]
        assert missed == [miss for miss in case.expected["miss"] if miss != "none"]
