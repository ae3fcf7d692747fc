"""Compares two builds of one distribution, member by member and field by field, and looks at what times they tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from release_tools.distributions import Archive, Member, Sdist, Wheel

GZIP_TIME = "gzip time"
TIME = "time"
HEADERS = frozenset({TIME, "mode", "owner", GZIP_TIME})
FIELDS = (
    ("kind", "kind"), ("content", "sha256"), ("link", "link"), (TIME, "time"), ("mode", "mode"),
    ("owner", "owner"), ("packing", "packing"),
)  # fmt: skip

ZIP_FLOOR = 315_532_800  # 1980-01-01, before which no ZIP archive can tell a time
ZIP_STEP = 2
# What backends write where they know of no better: nothing, the floor, flit's 2016-01-01, hatchling's 2020-02-02, and
# the day in 2006 on which cargo dates all files.
FIXED = frozenset({0, ZIP_FLOOR, 1_451_606_400, 1_580_601_600, 1_153_704_088})


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Where two builds of a file part: `member` is None where the archive as a whole differs.

    `agreed` is what both say of it where they do not part, and only had to: "clock" is the moment of the build, "own"
    any other time that is neither the commit's nor one that a backend is known for.
    """

    filename: str
    field: str
    member: str | None = None
    agreed: Literal["", "clock", "own"] = ""

    @property
    def of_content(self) -> bool:
        """Whether it is more than a header that says when, where and by whom something was built."""
        return self.field not in HEADERS


def differences(one: Archive, other: Archive) -> tuple[Difference, ...]:
    """Return how two archives of differing bytes differ; never empty."""
    if one.filename != other.filename:
        return (Difference(filename=one.filename, field=f"file name ({other.filename})"),)
    found = (*_of_members(one, other), *_of_whole(one, other))
    return found or (Difference(filename=one.filename, field="compression"),)


def _of_members(one: Archive, other: Archive) -> Iterator[Difference]:
    first, second = ({member.name: member for member in each.members} for each in (one, other))
    for name in sorted(first.keys() | second.keys()):
        for field in _fields(first.get(name), second.get(name)):
            yield Difference(filename=one.filename, member=name, field=field)


def _fields(one: Member | None, other: Member | None) -> Iterator[str]:
    if one is None or other is None:
        yield "only in one of them"
        return
    for field, attribute in FIELDS:
        if getattr(one, attribute) != getattr(other, attribute):
            yield field


def _of_whole(one: Archive, other: Archive) -> Iterator[Difference]:
    names, others = ([member.name for member in each.members] for each in (one, other))
    if names != others and sorted(names) == sorted(others):
        yield Difference(filename=one.filename, field="order of members")
    if isinstance(one, Sdist) and isinstance(other, Sdist) and one.gzip_time != other.gzip_time:
        yield Difference(filename=one.filename, field=GZIP_TIME)


def stamps(archive: Archive, epoch: int, since: int) -> Iterator[Difference]:
    """Yield each time that is neither the commit's nor a backend's own: two builds at one moment hide it.

    `since` is when the build began.
    """
    allowed = {*FIXED, epoch, max(epoch, ZIP_FLOOR), epoch - epoch % 2}
    slack = ZIP_STEP if isinstance(archive, Wheel) else 0
    if isinstance(archive, Sdist) and archive.gzip_time not in allowed:
        yield _stamp(archive, GZIP_TIME, None, clock=archive.gzip_time >= since)
    for member in archive.members:
        if member.time not in allowed:
            yield _stamp(archive, TIME, member.name, clock=member.time >= since - slack)


def _stamp(archive: Archive, field: str, member: str | None, *, clock: bool) -> Difference:
    return Difference(filename=archive.filename, member=member, field=field, agreed="clock" if clock else "own")
