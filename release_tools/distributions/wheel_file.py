"""WHEEL: what a wheel says of its own format."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from release_tools.distributions.metadata import shown
from release_tools.distributions.wheel_name import WheelName

KNOWN = (1, 0)
LARGEST = 64 << 10
PURE = ("true", "false")

_VERSION = re.compile(r"(\d{1,4})\.(\d{1,4})", re.ASCII)


def read(content: bytes) -> Mapping[str, list[str]]:
    """Return the values of each field, by its name in lower case; of a file that is too large there are none."""
    found: dict[str, list[str]] = {}
    text = content.decode("utf-8", "replace") if len(content) <= LARGEST else ""
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if colon:
            found.setdefault(name.strip().lower(), []).append(value.strip())
    return found


def refused(fields: Mapping[str, list[str]]) -> str:
    """Return why no installer takes the wheel, empty where it may."""
    told = fields.get("wheel-version")
    if not told:
        return "it does not tell its Wheel-Version"
    version = _VERSION.fullmatch(told[0])
    if version is None:
        return f"Wheel-Version is {shown(told[0])}, which is no version"
    return f"Wheel-Version is {told[0]}, newer than installers know" if int(version[1]) > KNOWN[0] else ""


def doubtful(fields: Mapping[str, list[str]], name: WheelName) -> Iterator[str]:
    """Yield what installers pass over, though it is not what the file's name or the specification says."""
    version = _VERSION.fullmatch((fields.get("wheel-version") or [""])[0])
    if version and KNOWN < (int(version[1]), int(version[2])) < (KNOWN[0] + 1, 0):
        yield f"Wheel-Version is {version[0]}, newer than installers know: they warn"
    pure = fields.get("root-is-purelib", [])
    if [each.lower() for each in pure] not in ([PURE[0]], [PURE[1]]):
        yield f"Root-Is-Purelib is to be {PURE[0]} or {PURE[1]}, and is {_values(pure)}"
    tags = fields.get("tag", [])
    if strange := [tag for tag in tags if not name.is_tagged(tag)]:
        yield f"Tag is {_values(strange)}, which the file's name does not say"
    elif _count(tags) != name.count():
        yield f"the file's name stands for {name.count()} wheel tags, and Tag tells {_count(tags)} of them"
    builds = fields.get("build", [])
    if builds != ([name.build] if name.build else []):
        yield f"Build is {_values(builds)}, and in the file's name {_values([name.build] if name.build else [])}"


def _count(tags: list[str]) -> int:
    """Return how many wheel tags some stand for, where none is told twice."""
    count = 0
    for tag in set(tags):
        python, abi, platform = (len(set(part.split("."))) for part in tag.split("-"))
        count += python * abi * platform
    return count


def _values(values: list[str]) -> str:
    return ", ".join(map(shown, values[:3])) + (", ..." if len(values) > 3 else "") if values else "not told"  # noqa: PLR2004 - enough to tell
