"""The checks of the archive itself, where a file of the kind cannot be made in a test."""

from __future__ import annotations

from release_tools.checks import archive
from release_tools.distributions import Archive, Fault, Sdist
from tests.archives import SDIST, WHEEL


def test_size_is_a_warning_up_to_what_the_index_ever_grants() -> None:
    """Up to 100 MiB nothing is said; then the project may have asked for more; above 1 GiB none may."""
    sizes = {100 << 20: [], (100 << 20) + 1: [None], 1 << 30: [None], (1 << 30) + 1: ["error"]}
    for size, expected in sizes.items():
        found = list(archive.file_size.judge((Archive(filename=WHEEL, packed=size),)))
        assert [each.severity for each in found] == expected
    assert archive.file_size.severity == "warning"


def test_each_fault_is_told_by_its_own_check_alone() -> None:
    """A fault with a rule is not told again as one of reading."""
    checks = [each for each in vars(archive).values() if hasattr(each, "judge")]
    for check in checks:
        file = Archive(filename=WHEEL, fault="why", faults=(Fault(rule=check.id, message="why", member="a"),))
        told = [(each.id, problem.member) for each in checks for problem in each.judge((file,))]
        assert told == ([(check.id, "a")] if check.id != "file-size" else [])


def test_a_wrong_ending_is_told_where_the_metadata_do_not() -> None:
    """With metadata, the check of the file name tells the right one."""
    assert [
        each.message for each in archive.archive_format.judge((Sdist(filename="a.tgz"), Sdist(filename=SDIST)))
    ] == ["its name does not end in .tar.gz"]
