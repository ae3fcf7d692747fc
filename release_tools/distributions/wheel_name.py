"""The parts of a wheel's file name."""

from __future__ import annotations

from dataclasses import dataclass

from packaging.utils import InvalidWheelFilename, parse_wheel_filename

ENDING = ".whl"
PARTS = (5, 6)  # the second with a build tag
LONGEST = 255 - len(".metadata")  # the index keeps a file beside it that is named so


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelName:
    """A file name in its parts, as written; each of the three last is a set of tags."""

    name: str
    version: str
    build: str
    pythons: frozenset[str]
    abis: frozenset[str]
    platforms: frozenset[str]

    def is_tagged(self, tag: str) -> bool:
        """Whether a wheel tag, itself perhaps of sets, is one of those that the name stands for."""
        parts = tag.lower().split("-")
        sets = (self.pythons, self.abis, self.platforms)
        return len(parts) == len(sets) and all(
            set(part.split(".")) <= own for part, own in zip(parts, sets, strict=True)
        )

    def count(self) -> int:
        """Return how many wheel tags the name stands for."""
        return len(self.pythons) * len(self.abis) * len(self.platforms)


def parse(filename: str) -> WheelName | None:
    """Return the parts of a name, None where their number is wrong."""
    parts = filename.removesuffix(ENDING).split("-")
    if len(parts) not in PARTS:
        return None
    sets = [frozenset(part.lower().split(".")) for part in parts[-3:]]
    build = parts[2] if len(parts) == PARTS[1] else ""
    return WheelName(name=parts[0], version=parts[1], build=build, pythons=sets[0], abis=sets[1], platforms=sets[2])


def fault(filename: str) -> str:
    """Return why the index cannot read a wheel's name, empty where it can."""
    if len(filename.encode("utf-8", "surrogateescape")) > LONGEST:
        return f"its name has more than {LONGEST} bytes: the index keeps none that is longer"
    try:
        parse_wheel_filename(filename)
    except InvalidWheelFilename as error:
        return str(error).partition(": ")[0]
    return ""
