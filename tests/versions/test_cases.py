"""Projects of every kind, as data: the files of each, and what must be read from them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from release_tools import toml, versions

CASES = Path(__file__).parent / "cases"


@dataclass(slots=True)
class Case:
    """One project: files to write, and the lines that say what to expect."""

    name: str
    declares: list[str] = field(default_factory=list)
    tag: str | None = None
    unreadable: str | None = None
    invalid: str | None = None
    files: dict[str, bytes] = field(default_factory=dict)


def load(path: Path) -> list[Case]:
    """Read the cases of a file: `=== NAME`, expectations, then `--- PATH` before the lines of each file."""
    cases = []
    for block in re.split(r"(?m)^=== ", path.read_text("utf-8"))[1:]:
        head, *parts = re.split(r"(?m)^--- ", block.rstrip("\n") + "\n")
        name, *lines = head.strip().split("\n")
        case = Case(f"{path.stem}: {name}")
        for line in lines:
            expect(case, *line.split(": ", 1))
        for part in parts:
            file, _, content = part.partition("\n")
            case.files[file] = content.encode()
        cases.append(case)
    return cases


def expect(case: Case, key: str, text: str) -> None:
    """Take one line of expectations."""
    if key == "declares":
        case.declares.append(text)
    elif key == "raw-bytes":
        file, content = text.split(" ", 1)
        case.files[file] = content.encode("latin-1").decode("unicode_escape").encode("latin-1")
    else:
        assert key in {"tag", "unreadable", "invalid"}, key
        setattr(case, key, text)


ALL = [case for path in sorted(CASES.glob("*.txt")) for case in load(path)]


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_reads_the_version_where_the_backend_looks(case: Case, tmp_path: Path) -> None:
    """The declarations, the tool of the tag or the reason are those that a careful reader would give."""
    for name, content in case.files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    pyproject = toml.parse(case.files.get("pyproject.toml", b"").decode())
    reading = versions.read(tmp_path, pyproject)
    assert [f"{one.raw} {one.kind} {one.where}" for one in reading.declarations] == case.declares
    assert reading.from_tag == case.tag
    assert (case.unreadable or "\0") in (reading.unreadable or "\0")
    assert [one.raw for one in reading.declarations if one.version is None] == [case.invalid] * bool(case.invalid)


def test_every_kind_has_cases() -> None:
    """Each reader is named in at least one case, so that none goes untested."""
    tested = {declared.split()[-2] for case in ALL for declared in case.declares}
    kinds = {getattr(versions, name).KIND for name in vars(versions) if hasattr(getattr(versions, name), "KIND")}
    assert kinds - tested == set()
    assert len(ALL) > 200
