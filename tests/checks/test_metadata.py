"""The checks of metadata and file names: each fires on its fault and is silent on a healthy file."""

from __future__ import annotations

import pytest

from release_tools.checks import Check, Problem, archive, metadata
from release_tools.distributions import Archive
from release_tools.readmes import Complaint
from tests import archives
from tests.archives import INFO, TOP, read_sdist, read_wheel

HEAD = b"Metadata-Version: 2.4\n"
HEALTHY = (read_wheel(), read_sdist())


def problems(check: Check, *archives: Archive, **facts: object) -> list[Problem]:
    """Return what a check finds in some files."""
    return list(check.judge(archives, **facts))


@pytest.mark.parametrize(
    "check",
    [archive.archive_readable, metadata.metadata_present, metadata.metadata_valid, metadata.file_name_canonical],
    ids=lambda check: check.id,
)
def test_healthy_files_pass(check: Check) -> None:
    """Nothing is found in a healthy wheel and a healthy sdist."""
    assert problems(check, *HEALTHY) == []


def test_a_file_that_cannot_be_read_is_found_once() -> None:
    """A broken archive is one finding, not also one of missing metadata."""
    broken = Archive(filename=archives.WHEEL, fault="File is not a zip file")
    assert [each.message for each in problems(archive.archive_readable, broken)] == [
        "the archive cannot be read: File is not a zip file"
    ]
    assert problems(metadata.metadata_present, broken) == []


def test_missing_metadata_is_found() -> None:
    """Both kinds of file must hold their metadata."""
    files = (read_wheel({f"{INFO}/METADATA": None}), read_sdist({f"{TOP}/PKG-INFO": None}))
    assert [each.message for each in problems(metadata.metadata_present, *files)] == [
        "there is no .dist-info/METADATA",
        "there is no PKG-INFO in its top folder",
    ]


FAULTS = {
    "no name": HEAD + b"Version: 1.2.3\n",
    "no version": HEAD + b"Name: a\n",
    "a version that is none": HEAD + b"Name: a\nVersion: one\n",
    "an unknown metadata version": b"Metadata-Version: 9.9\nName: a\nVersion: 1\n",
    "an unknown field": HEAD + b"Name: a\nVersion: 1\nColour: red\n",
    "a field of a later version": b"Metadata-Version: 2.1\nName: a\nVersion: 1\nLicense-Expression: MIT\n",
    "a licence that is none": HEAD + b"Name: a\nVersion: 1\nLicense-Expression: My Licence\n",
    "a requirement that is none": HEAD + b"Name: a\nVersion: 1\nRequires-Dist: >>1\n",
    "a licence file outside": HEAD + b"Name: a\nVersion: 1\nLicense-File: ../LICENSE\n",
}


@pytest.mark.parametrize("case", FAULTS)
def test_wrong_metadata_is_found(case: str) -> None:
    """Each rule of the specification is held against the file."""
    assert problems(metadata.metadata_valid, read_wheel({f"{INFO}/METADATA": FAULTS[case]}))


def test_one_fault_in_both_files_is_one_finding() -> None:
    """What wheel and sdist say alike is told once, with both names."""
    wrong = HEAD + b"Name: a\nVersion: 1\nColour: red\n"
    found = problems(
        metadata.metadata_valid, read_wheel({f"{INFO}/METADATA": wrong}), read_sdist({f"{TOP}/PKG-INFO": wrong})
    )
    assert len(found) == 1
    assert archives.SDIST in found[0].message
    assert found[0].where is not None
    assert found[0].where.file == archives.WHEEL


def test_what_twine_says_is_told_of_valid_metadata_only() -> None:
    """A complaint about the description is one finding; of invalid metadata twine only repeats what is told already."""
    words = (Complaint(message="first"), Complaint(message="third", mild=True), Complaint(message="second"))
    said = {archives.WHEEL: words}
    found = problems(metadata.description_renders, *HEALTHY, complaints=said)
    assert [(each.message, each.severity) for each in found] == [("first; second", None), ("third", "warning")]
    assert problems(metadata.description_renders, *HEALTHY, complaints={}) == []
    invalid = read_wheel({f"{INFO}/METADATA": HEAD + b"Name: a\n"})
    assert problems(metadata.description_renders, invalid, complaints=said) == []


NAMES = {
    "Sample_Project-1.2.3-py3-none-any.whl": archives.WHEEL,
    "sample.project-1.2.3-py3-none-any.whl": archives.WHEEL,
    "sample_project-1.02.3-py3-none-any.whl": archives.WHEEL,
    "sample_project-1.2.4-py3-none-any.whl": archives.WHEEL,
    "other-1.2.3-1-cp310-abi3-win32.whl": "sample_project-1.2.3-1-cp310-abi3-win32.whl",
    "sample_project-1.2.3-1-cp310-abi3-win32.whl": None,
    "sample_project-1.2.3-py2.py3-none-any.whl": None,
    "sample-project-1.2.3.tar.gz": archives.SDIST,
    "sample_project-1.2.3.zip": archives.SDIST,
    "sample_project-v1.2.3.tar.gz": archives.SDIST,
}


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_named_by_its_metadata(name: str) -> None:
    """Name and version are in normal form and the metadata's; build tag and wheel tags are left alone."""
    archive: Archive = read_wheel(name=name) if name.endswith(".whl") else read_sdist(name=name)
    found = problems(metadata.file_name_canonical, archive)
    expected = NAMES[name]
    assert [each.message for each in found] == (
        [f"the file is to be named {expected}, by its own metadata"] if expected else []
    )


@pytest.mark.parametrize("content", [HEAD + b"Name: a\nVersion: one\n", HEAD + b"Version: 1\n"])
def test_no_name_can_be_told_from_wrong_metadata(content: bytes) -> None:
    """A fault of the metadata is not told again as one of the file name."""
    assert problems(metadata.file_name_canonical, read_wheel({f"{INFO}/METADATA": content})) == []
