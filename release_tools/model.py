"""The nouns of a release. Frozen, keyword-only, without I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from packaging.version import Version

if TYPE_CHECKING:
    # Only a name for types; importing it takes longer than all the rest of this file.
    from packaging.utils import NormalizedName

Severity = Literal["error", "warning", "note", "todo"]
Status = Literal["passed", "failed", "skipped", "nothing-to-do"]
Mode = Literal["tag", "branch", "rehearsal"]
Kind = Literal["sdist", "wheel"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place in a file of the project: path relative to its root in POSIX form, line from 1."""

    file: str
    line: int | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What the project says of itself, read without running its code."""

    root: Path
    name: str
    normalized: NormalizedName
    backend: str
    pyproject: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """One place where the project states its version; `version` is None where the text is no version."""

    raw: str
    version: Version | None
    kind: str
    where: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A git tag that names a release.

    `object_id` is the tag object of an annotated tag, else the commit; `when` is the date of the tag, of a
    lightweight one the commit's, in seconds since the epoch.
    """

    name: str
    version: Version
    commit: str
    object_id: str
    when: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """The release in question: its tag, whether that tag exists on HEAD, and whether somebody named it."""

    tag: Tag
    tagged: bool
    asked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The state of the git checkout."""

    root: Path
    commit: str
    commit_time: int
    branch: str | None
    default_branch: str | None
    dirty: tuple[str, ...]
    shallow: bool
    remote: str | None

    @property
    def clean(self) -> bool:
        """Whether the working tree equals the commit."""
        return not self.dirty


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the changelog.

    `version` is None for Unreleased; `heading` is the text of its heading as written; `body` is the source text
    below it up to the next entry, `line` the line of the heading; `dated` is the raw text of the date if there
    is one, `date` what it parses to.
    """

    version: Version | None
    heading: str
    body: str
    where: Location
    dated: str | None = None
    date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a release goes. Addresses end in a slash; `json_url` is None where an index has no JSON.

    `site` is the root of what else an index serves, such as trusted publishing.
    """

    name: str
    upload_url: str
    simple_url: str
    json_url: str | None = None
    site: str = ""
    token_variable: str = ""
    username: str = "__token__"

    @property
    def rehearsal(self) -> bool:
        """Whether nothing leaves the machine."""
        return self.name == "rehearsal"

    def command(self, stage: str = "release") -> str:
        """Return what to type for a stage of this target."""
        return f"nox -s {stage}" if self.rehearsal else f"RELEASE_TARGET={self.name} nox -s {stage}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a check found.

    `check` is the id of the check in kebab case, `message` what is wrong, `fix` what to do; `member` names a file
    inside a distribution.
    """

    check: str
    severity: Severity
    message: str
    fix: str = ""
    file: str | None = None
    line: int | None = None
    member: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """One file of a release; `size` in bytes, digests in lower-case hex."""

    filename: str
    kind: Kind
    size: int
    sha256: str
    blake2b_256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The exact distributions of a release, in upload order, and the digest of the ledger that lists them."""

    folder: Path
    distributions: tuple[Distribution, ...]
    ledger_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GoAhead:
    """The leave to change the world: for one target, on the evidence of one ledger. Only `__main__` makes one."""

    target: str
    ledger_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What one index holds of this release: the files sent now and those that were there with equal digests."""

    target: str
    sent: tuple[str, ...]
    present: tuple[str, ...]
