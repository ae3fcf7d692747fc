"""The checks of where the files come from: each fires on its fault and is silent without it."""

from __future__ import annotations

import pytest

from release_tools.checks import MANY, Check, source
from release_tools.model import Finding
from tests.archives import SDIST, WHEEL, read_sdist, read_wheel
from tests.checks.facts_for import found
from tests.identity.releases import Files, traced

EVERY = (source.sdist_from_source, source.wheel_from_sdist)


def of(
    check: Check, commit: Files | None = None, sdist: Files | None = None, wheel: Files | None = None
) -> list[Finding]:
    """Return what a check says of a release."""
    return found(check, wheels=(read_wheel(),), sdists=(read_sdist(),), lineage=traced(commit, sdist, wheel))


@pytest.mark.parametrize("check", EVERY, ids=lambda check: check.id)
def test_a_release_of_the_commit_passes(check: Check) -> None:
    """So does one of which nothing is known."""
    assert of(check) == []
    assert found(check, wheels=(read_wheel(),), sdists=(read_sdist(),), lineage=None) == []


def test_what_was_added_or_changed_in_the_sdist_is_named() -> None:
    """What is new is one finding, what was changed another, with the beginnings of both digests."""
    added, changed = of(
        source.sdist_from_source, {"p.py": b"one"}, {"p.py": b"two", "q.py": b"new", "r/a.bin": b"more"}
    )
    assert (added.severity, added.file, added.member) == ("error", SDIST, "q.py")
    assert added.message == "in the sdist, not in the commit: q.py, r/a.bin"
    assert (changed.severity, changed.file, changed.member) == ("error", SDIST, "p.py")
    assert changed.message == "changed by the build: p.py (7692c3ad3540 became 3fc4ccfe7458)"


def test_what_was_added_or_changed_in_the_wheel_is_named() -> None:
    """The wheel is held against the sdist."""
    added, changed = of(source.wheel_from_sdist, {"p.py": b"one"}, {}, {"p.py": b"two", "q.py": b"new"})
    assert (added.file, added.message) == (WHEEL, "in the wheel, not in the sdist: q.py")
    assert (changed.file, changed.message) == (WHEEL, "changed by the build: p.py (7692c3ad3540 became 3fc4ccfe7458)")


def test_many_files_are_counted() -> None:
    """Ten are named, an endless name is cut."""
    (finding,) = of(source.sdist_from_source, {}, {f"m{number:02}.py": b"%d" % number for number in range(12)})
    assert finding.message.endswith("m09.py and 2 more")
    assert finding.message.count(".py") == MANY
    (finding,) = of(source.sdist_from_source, {}, {f"{'n' * 250}.py": b""})
    assert len(finding.message) < 200
