"""Compares two builds of one distribution, member by member and field by field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from release_tools.distributions import Archive, Member, Sdist

GZIP_TIME = "gzip time"
HEADERS = frozenset({"time", "mode", "owner", GZIP_TIME})
FIELDS = (
    ("kind", "kind"), ("content", "sha256"), ("link", "link"), ("time", "time"), ("mode", "mode"),
    ("owner", "owner"), ("packing", "packing"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Where two builds of a file part: `member` is None where the archive as a whole differs."""

    filename: str
    field: str
    member: str | None = None

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


def clocked(sdist: Sdist, since: int, allowed: int) -> tuple[Difference, ...]:
    """Return the gzip time where it is the clock's: two builds within one second hide it from a comparison."""
    if sdist.gzip_time >= since and sdist.gzip_time != allowed:
        return (Difference(filename=sdist.filename, field=GZIP_TIME),)
    return ()
