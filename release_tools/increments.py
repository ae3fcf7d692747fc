"""Which versions may follow one."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.version import Version

FIRST_YEAR = 1000


def following(version: Version) -> tuple[Version, ...]:
    """Return what may follow a version, the nearest first: of 1.2.3 these are 1.2.4, 1.3.0 and 2.0.0."""
    base = version.base_version
    if version.is_devrelease:
        return (Version(f"{base}{_pre(version, 0)}"),)
    if version.pre:
        return Version(f"{base}{_pre(version, 1)}"), Version(base)
    post = () if version.post is None else (Version(f"{base}.post{version.post + 1}"),)
    return (*post, *_increments(version))


def spelled_out(versions: tuple[Version, ...]) -> str:
    """Return versions as words: "1.2.4, 1.3.0 or 2.0.0"."""
    *others, last = map(str, versions)
    return f"{', '.join(others)} or {last}" if others else last


def _pre(version: Version, more: int) -> str:
    return f"{version.pre[0]}{version.pre[1] + more}" if version.pre else ""


def _increments(version: Version) -> Iterator[Version]:
    """Yield the version with its last number raised, then the one before it, and so on; a year is nobody's choice."""
    epoch = f"{version.epoch}!" if version.epoch else ""
    numbers = version.release
    for place in reversed(range(len(numbers))):
        if place or len(numbers) == 1 or numbers[0] < FIRST_YEAR:
            raised = (*numbers[:place], numbers[place] + 1, *(0 for _ in numbers[place + 1 :]))
            yield Version(epoch + ".".join(map(str, raised)))
