"""Whether the attestations of a release are there, and say what they should."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from packaging.utils import NormalizedName
from packaging.version import Version

from release_tools import attestations
from release_tools.adapters.index import Index
from release_tools.adapters.listing import Listed, Listing, version_of
from release_tools.attestations import provenance
from release_tools.attestations.provenance import Expected
from release_tools.errors import Refused
from release_tools.ledger import Ledger
from release_tools.model import Manifest

STATE = "the bytes are those that were expected; nothing was installed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attested:
    """The files whose attestations were read, and the lines that tell of it."""

    files: tuple[str, ...]
    lines: tuple[str, ...]


def compare(
    index: Index, project: NormalizedName, version: Version, found: Manifest, listing: Listing, expected: Expected,
    ledger: Ledger | None = None,
) -> Attested:  # fmt: skip
    """Read the attestations of each file; raises Refused for a wrong one, and where there should be others."""
    simple = listing.simple or {}
    signed = [each for each in found.distributions if each.filename in simple and simple[each.filename].provenance]
    for each in signed:
        if wrong := _differences(index.provenance(simple[each.filename]), each.filename, found, expected):
            raise Refused(
                f"the attestation of {each.filename} on {index.target.name} is not this release's: {'; '.join(wrong)}",
                state=STATE,
                fix="find out which run published it; if it was none of yours, yank the release",
            )
    names = tuple(each.filename for each in signed)
    unsigned = [each.filename for each in found.distributions if each.filename not in names]
    if names and unsigned:
        raise _missing(unsigned, index, f"{', '.join(names)} came with one: all have one, or none has")
    if unsigned:
        _require_unattested(unsigned, index, project, version, ledger)
    return Attested(files=names, lines=_lines(names, expected))


def _require_unattested(
    unsigned: list[str], index: Index, project: NormalizedName, version: Version, ledger: Ledger | None
) -> None:
    """Refuse a release without attestations, unless that was decided, or nobody expects any."""
    if ledger and attestations.without(ledger, index.target):
        return
    if ledger and attestations.passed(ledger, index.target):
        raise _missing(unsigned, index, "the ledger tells that all were attested")
    if before := _attested_before(index.others(project), version):
        raise _missing(unsigned, index, f"{before} had some")


def _missing(unsigned: list[str], index: Index, why: str) -> Refused:
    return Refused(
        f"{', '.join(unsigned)} came to {index.target.name} without attestation, {why}",
        state=STATE,
        fix="publish from the workflow that attests, as a new version; or tell your users why there is none",
    )


def _lines(names: tuple[str, ...], expected: Expected) -> tuple[str, ...]:
    if not names:
        return ()
    by = f", of {expected.publisher.repository}" if expected.publisher else "; by whom was not compared: no `publisher`"
    return (f"attestations of {len(names)} files are for these bytes{by}; the index has verified their signatures",)


def _differences(text: str, filename: str, found: Manifest, expected: Expected) -> tuple[str, ...]:
    file = next(each for each in found.distributions if each.filename == filename)
    try:
        return provenance.differences(text, file, expected)
    except (ValueError, RecursionError) as error:
        return (f"it cannot be read: {error}",)


def _attested_before(others: Iterable[Listed], version: Version) -> Version | None:
    """Return the version before this one where it has an attestation."""
    earlier = [(found, each) for each in others if (found := version_of(each.filename)) and found < version]
    last = max((found for found, _ in earlier), default=None)
    return last if any(each.provenance for found, each in earlier if found == last) else None
