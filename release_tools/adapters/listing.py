"""What an index lists of one version: its files, by each of the ways in which it can be asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    NormalizedName,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import Version

ACTIVE, QUARANTINED = "active", "quarantined"
# A status that stops a release; to a deprecated project an index takes files as to an active one.
CLOSED = frozenset({"archived", QUARANTINED})
# An index closes a release 14 days after its first file; a day is left for what goes wrong.
LATEST = timedelta(days=13)
# Zeros that change no version, and then nothing that makes another version of it.
ENDS = r"(?:\.0+)*(?![a-z0-9+]|\.\d|[-_.](?:a|b|c|r|rc|alpha|beta|pre|preview|post|rev|dev)(?![a-z]))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One file as an index lists it.

    `sha256`, `uploaded` and `provenance` (an address) are None where the index tells none; `yanked` is None for a file
    that is not, else the reason, which may be empty.
    """

    filename: str
    url: str
    sha256: str | None = None
    uploaded: datetime | None = None
    yanked: str | None = None
    provenance: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The files of one version: as installers see them, as the JSON of the index has them, and the project's status.

    Each is None where the index does not know the project or the version, or was not asked. `told` is when it told
    that, by its own clock, None where it does not say.
    """

    simple: Mapping[str, Listed] | None = None
    json: Mapping[str, Listed] | None = None
    status: str = ACTIVE
    told: datetime | None = None
    files: Mapping[str, Listed] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "files", {**(self.json or {}), **(self.simple or {})})

    @property
    def every(self) -> tuple[Listed, ...]:
        """Each file as often as it is listed; the ways of asking may differ on it."""
        return (*(self.simple or {}).values(), *(self.json or {}).values())

    @property
    def first_upload(self) -> datetime | None:
        """When the first of the files arrived; None where the index does not tell."""
        return min((each.uploaded for each in self.every if each.uploaded), default=None)

    @property
    def closed(self) -> bool:
        """Whether the project takes no release any more."""
        return self.status in CLOSED

    def age(self, now: datetime) -> timedelta | None:
        """Return how long ago the first of the files arrived, by the clock of the index where it tells its time."""
        first = self.first_upload
        return (self.told or now) - first if first else None

    def first_if_closed(self, now: datetime) -> datetime | None:
        """Return when the first of the files arrived, where that is too long ago for another; else None."""
        age = self.age(now)
        return self.first_upload if age is not None and age > LATEST else None


def belongs(filename: str, version: Version) -> bool:
    """Whether a file is of this version; a name that follows no rule is judged by the text of the version."""
    found = version_of(filename)
    if found is not None:
        return found == version
    return re.search(f"-{re.escape(str(version))}{ENDS}", filename, re.IGNORECASE) is not None


def is_of(filename: str, project: NormalizedName, version: Version) -> bool:
    """Whether a name is that of a distribution of one version of one project."""
    try:
        parsed = (parse_wheel_filename if filename.endswith(".whl") else parse_sdist_filename)(filename)
    except (InvalidSdistFilename, InvalidWheelFilename):
        return False
    return parsed[:2] == (project, version)


def version_of(filename: str) -> Version | None:
    """Return the version that the name of a file tells; None for a name that follows no rule."""
    try:
        return (parse_wheel_filename if filename.endswith(".whl") else parse_sdist_filename)(filename)[1]
    except (InvalidWheelFilename, InvalidSdistFilename):
        return None


def digest(value: object) -> str | None:
    """Return a digest as all others are written; None for what is none."""
    return value.lower() if isinstance(value, str) and value else None


def moment(value: object) -> datetime | None:
    """Return a time of upload; None for what is none."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else None
