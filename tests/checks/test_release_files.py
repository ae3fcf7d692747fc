"""The checks of the files of a release together: each fires on its fault and is silent without it."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from release_tools.checks import release_files
from release_tools.distributions import Archive
from release_tools.distributions.compare import Difference
from release_tools.model import Project
from tests.archives import INFO, SDIST, TOP, WHEEL, read_sdist, read_wheel

HEALTHY: tuple[Archive, ...] = (read_wheel(), read_sdist())


def project(name: str) -> Project:
    """Return a project of this name."""
    return Project(root=Path(), name=name, normalized=canonicalize_name(name), backend="")


@pytest.mark.parametrize("name", ["sample-project", "Sample.Project", "SAMPLE_project"])
def test_one_name_in_any_spelling_passes(name: str) -> None:
    """Names are compared in their normal form."""
    assert list(release_files.name_consistent.judge(HEALTHY, project(name))) == []


def test_another_name_is_found_in_each_file() -> None:
    """A file of another project is refused, with both names."""
    found = list(release_files.name_consistent.judge(HEALTHY, project("other")))
    assert [each.message for each in found] == ["its metadata names Sample.Project, the project is other"] * 2


def test_the_version_is_that_of_the_tag() -> None:
    """Equal versions pass in any spelling; another is refused with both, and one that is none too."""
    assert list(release_files.version_matches_tag.judge(HEALTHY, Version("1.2.3"))) == []
    found = list(release_files.version_matches_tag.judge(HEALTHY, Version("1.2.4")))
    assert [each.message for each in found] == ["its metadata says version 1.2.3, the release is 1.2.4"] * 2
    wrong = read_sdist({f"{TOP}/PKG-INFO": b"Metadata-Version: 2.1\nName: a\nVersion: one\n"})
    assert len(list(release_files.version_matches_tag.judge((wrong,), Version("1.0")))) == 1
    assert list(release_files.version_matches_tag.judge((Archive(filename=SDIST),), Version("1.0"))) == []


def test_equal_builds_pass() -> None:
    """Where nothing differs, nothing is said."""
    assert list(release_files.reproducible.judge((), left_as_built=False)) == []


def test_each_file_that_differs_is_one_finding() -> None:
    """Members are named with their fields, ten at most."""
    many = tuple(Difference(filename=SDIST, member=f"m{number:02}", field="content") for number in range(12))
    one = (Difference(filename=WHEEL, member="a", field="time"), Difference(filename=WHEEL, member="a", field="mode"))
    found = list(release_files.reproducible.judge((*one, *many), left_as_built=False))
    assert [each.message for each in found] == [
        "differs between two builds: a (time, mode)",
        f"differs between two builds: {', '.join(f'm{number:02} (content)' for number in range(10))} and 2 more",
    ]


@pytest.mark.parametrize(
    ("field", "left_as_built", "severity"),
    [("gzip time", True, "warning"), ("gzip time", False, None), ("content", True, None)],
)
def test_headers_left_as_built_are_a_warning(field: str, left_as_built: bool, severity: str | None) -> None:  # noqa: FBT001 - a case
    """Only headers, only of a backend known for them, and only where the project asked for it."""
    differences = (Difference(filename=SDIST, field=field), Difference(filename=SDIST, field="gzip time"))
    found = list(release_files.reproducible.judge(differences, left_as_built=left_as_built))
    assert [each.severity for each in found] == [severity]


AGREED = {
    "the clock": (Difference(filename=SDIST, field="gzip time", agreed="clock"), "tells the moment of its build", None),
    "a time of its own": (
        Difference(filename=SDIST, field="time", member="a", agreed="own"),
        "a time that is",
        "warning",
    ),
}


@pytest.mark.parametrize("case", AGREED)
def test_a_time_is_told_although_both_builds_agree(case: str) -> None:
    """That of the build is an error; one that is merely unknown is a warning."""
    difference, words, severity = AGREED[case]
    (problem,) = release_files.reproducible.judge((difference,), left_as_built=False)
    assert words in problem.message
    assert problem.severity == severity
    both = (difference, Difference(filename=SDIST, field="content", member="b"))
    assert len(list(release_files.reproducible.judge(both, left_as_built=False))) == 2


@pytest.mark.parametrize(
    ("members", "severity"),
    [
        (("p/fast.so", f"{INFO}/RECORD"), "warning"),
        (("p/fast.so",), "warning"),
        ((f"{INFO}/RECORD",), None),
        (("p/fast.so", "p/slow.py", f"{INFO}/RECORD"), None),
    ],
)
def test_compiled_modules_may_differ(members: tuple[str, ...], severity: str | None) -> None:
    """Compilers put their folder into what they make; where anything else differs too, it is an error."""
    differences = tuple(Difference(filename=WHEEL, member=member, field="content") for member in members)
    (problem,) = release_files.reproducible.judge(differences, left_as_built=False)
    assert problem.severity == severity
