"""Comparing two builds: the member and the field that differ are named."""

from __future__ import annotations

import io

import pytest

from release_tools.distributions import Sdist, compare, sdist, wheel
from release_tools.distributions.compare import Difference
from tests import archives
from tests.archives import SDIST, TOP, WHEEL, read_sdist

PLAIN = archives.sdist_bytes()
Expected = set[tuple[str | None, str]]
CASES: dict[str, tuple[bytes, Expected]] = {
    "content": (archives.sdist_bytes({f"{TOP}/pyproject.toml": b"[other]\n"}), {("pyproject.toml", "content")}),
    "mode": (archives.sdist_bytes(mode=0o600), {("*", "mode")}),
    "time": (archives.sdist_bytes(mtime=5), {("*", "time")}),
    "owner": (archives.sdist_bytes(owner="sam"), {("*", "owner")}),
    "gzip time": (archives.sdist_bytes(time=5), {(None, "gzip time")}),
    "extra": (archives.sdist_bytes({f"{TOP}/extra": b"x"}), {("extra", "only in one of them")}),
    "fewer": (archives.sdist_bytes({f"{TOP}/pyproject.toml": None}), {("pyproject.toml", "only in one of them")}),
}


@pytest.mark.parametrize("case", CASES)
def test_the_field_that_differs_is_named(case: str) -> None:
    """One changed thing is one named field, of the member it concerns or of the archive."""
    content, expected = CASES[case]
    found = compare.differences(read_sdist(), sdist.read(SDIST, io.BytesIO(content)))
    names = ("PKG-INFO", "pyproject.toml", "sample_project/__init__.py")
    wanted = {(each, field) for name, field in expected for each in (names if name == "*" else (name,))}
    assert {(each.member and each.member.removeprefix(f"{TOP}/"), each.field) for each in found} == wanted
    assert all(each.of_content for each in found) == (case in ("content", "extra", "fewer"))


def test_order_compression_and_file_name_are_differences_too() -> None:
    """What no member shows is told of the whole file."""
    one = read_sdist()
    turned = Sdist(filename=SDIST, members=one.members[::-1])
    assert compare.differences(one, turned) == (Difference(filename=SDIST, field="order of members"),)
    assert compare.differences(one, one) == (Difference(filename=SDIST, field="compression"),)
    assert "other.tar.gz" in compare.differences(one, read_sdist(name="other.tar.gz"))[0].field


def test_a_time_in_a_wheel_is_seen() -> None:
    """The clock of a ZIP member differs between two time zones."""
    one, other = (
        wheel.read(WHEEL, io.BytesIO(archives.wheel_bytes(time=(2026, 1, 10, hour, 0, 0)))) for hour in (12, 7)
    )
    assert {each.field for each in compare.differences(one, other)} == {"time"}


EPOCH = 1_700_000_001
TIMES = {
    "the epoch": (EPOCH, ""),
    "nothing": (0, ""),
    "the floor of ZIP archives": (compare.ZIP_FLOOR, ""),
    "hatchling's": (1_580_601_600, ""),
    "before the build": (EPOCH + 5, "own"),
    "at the build": (EPOCH + 100, "clock"),
    "after the build": (EPOCH + 107, "clock"),
}


@pytest.mark.parametrize("case", TIMES)
def test_times_that_both_builds_share_are_judged(case: str) -> None:
    """The commit's and those that backends are known for pass; any other is told, apart from the clock's."""
    time, agreed = TIMES[case]
    read = sdist.read(SDIST, io.BytesIO(archives.sdist_bytes(time=time, mtime=EPOCH)))
    expected = [Difference(filename=SDIST, field="gzip time", agreed=agreed)] if agreed else []  # type: ignore[arg-type]
    assert list(compare.stamps(read, EPOCH, EPOCH + 100)) == expected
    read = sdist.read(SDIST, io.BytesIO(archives.sdist_bytes(time=EPOCH, mtime=time)))
    found = list(compare.stamps(read, EPOCH, EPOCH + 100))
    assert {(each.field, each.agreed) for each in found} == ({("time", agreed)} if agreed else set())
    assert len(found) == (len(read.members) if agreed else 0)


@pytest.mark.parametrize(
    ("moment", "epoch", "agreed"),
    [
        ((2023, 11, 14, 22, 13, 20), EPOCH, set()),
        ((1980, 1, 1, 0, 0, 0), -1, set()),
        ((2023, 11, 14, 22, 13, 22), EPOCH, {"own"}),
        ((2023, 11, 14, 22, 15, 0), EPOCH, {"clock"}),
    ],
)
def test_a_wheel_tells_times_in_steps_of_two_seconds(moment: tuple[int, ...], epoch: int, agreed: set[str]) -> None:
    """The commit's time is rounded down, and there is none before 1980."""
    read = wheel.read(WHEEL, io.BytesIO(archives.wheel_bytes(time=moment)))
    assert {each.agreed for each in compare.stamps(read, epoch, EPOCH + 100)} == agreed
