"""How far a version is: one row for each place where a release stands, and what they mean together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from packaging.version import Version

from release_tools.adapters.listing import ACTIVE, QUARANTINED, Listing
from release_tools.model import Distribution

# yes and no speak for themselves; other: there, and not what it should be; unknown: nobody could or would tell.
State = Literal["yes", "no", "other", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One place: what is looked for there, whether it is there, and what else is to be said.

    `mend` is the command that brings about what is missing; a row without one is told and asks for nothing, as does
    one that does not count any more.
    """

    what: str
    state: State
    detail: str = ""
    mend: str = ""
    counts: bool = True

    @property
    def missing(self) -> bool:
        """Whether something is to be done about it."""
        return self.state == "no" and bool(self.mend) and self.counts

    @property
    def open(self) -> bool:
        """Whether nobody knows, and somebody should."""
        return self.state == "unknown" and self.counts


def of_files(target: str, listing: Listing, ours: Iterable[Distribution], mend: str, *, sent: bool) -> list[Row]:
    """Return a row for each file of a release, ours or of the index alone.

    Where ours were never sent there from here and are other ones, what the index holds is the release, and ours are
    but a rehearsal of it.
    """
    known = {each.filename: each.sha256 for each in ours}
    if listing.files and not sent and not _alike(listing, known):
        return [_elsewhere(target, name, known.get(name), listing) for name in sorted(listing.files)]
    rows = [_file(target, name, known[name], listing, mend) for name in known]
    extra = sorted(listing.files.keys() - known.keys())
    rows += [Row(what=f"{target}: {name}", state="other", detail="not in the ledger") for name in extra]
    if not known:
        rows.append(Row(what=f"{target}: files", state="no", detail="none", mend=mend))
    return rows


def _alike(listing: Listing, known: Mapping[str, str]) -> bool:
    """Whether each file on the index is one of ours, as far as the index tells digests."""
    return all(each.filename in known and each.sha256 in (None, known[each.filename]) for each in listing.every)


def _elsewhere(target: str, name: str, sha256: str | None, listing: Listing) -> Row:
    there = {each.sha256 for each in listing.every if each.filename == name} - {None}
    same = "equal" if there == {sha256} else "other bytes than those built here, which were never sent there"
    detail = same if sha256 and there else "there; nothing here to compare with"
    return Row(what=f"{target}: {name}", state="yes", detail=detail)


def _file(target: str, name: str, sha256: str, listing: Listing, mend: str) -> Row:
    what = f"{target}: {name}"
    there = {each.sha256 for each in listing.every if each.filename == name}
    if not there:
        return Row(what=what, state="no", detail="missing", mend=mend)
    if there - {None, sha256}:
        return Row(
            what=what, state="other", detail=f"SHA-256 {', '.join(sorted(filter(None, there)))[:64]}, not {sha256}"
        )
    return Row(what=what, state="yes", detail="equal" if sha256 in there else "listed without a digest")


def of_project(target: str, listing: Listing) -> list[Row]:
    """Return a row for a project that is not as any other, as the index says; none for one that is."""
    what, status = f"{target}: project", listing.status
    if status == QUARANTINED:
        mend = f"answer the administrators of {target}; nothing here can lift it"
        return [Row(what=what, state="no", detail="quarantined: nobody can install any version", mend=mend)]
    if listing.closed:
        return [Row(what=what, state="no", detail=f"{status}: it takes no new release")]
    return [] if status == ACTIVE else [Row(what=what, state="yes", detail=f"{status}: it takes releases all the same")]


def installable(target: str, listing: Listing, verify: str) -> Row:
    """Return whether installers see every file that the index holds."""
    shown = set(listing.simple or ())
    waiting = sorted(set(listing.files) - shown)
    what = f"{target}: installable"
    if not listing.files:
        return Row(what=what, state="no", detail="nothing is there")
    if waiting:
        return Row(
            what=what, state="no", detail=f"not yet on the page for installers: {', '.join(waiting)}", mend=verify
        )
    return Row(what=what, state="yes", detail=f"{len(shown)} files")


def attested(target: str, listing: Listing) -> Row:
    """Return whether there are attestations; a release without is no fault of its own."""
    files = listing.simple or {}
    signed = sorted(name for name, each in files.items() if each.provenance)
    state: State = "yes" if signed and len(signed) == len(files) else "no"
    return Row(what=f"{target}: attestations", state=state, detail=f"{len(signed)} of {len(files)} files")


def broken(target: str, listing: Listing, rows: Iterable[Row], now: datetime) -> str:
    """Return why a version can only be followed by another; empty where it is sound, or can still be finished."""
    if yanked := sorted({each.filename for each in listing.every if each.yanked is not None}):
        return f"it is yanked on {target} ({', '.join(yanked)})"
    if other := [row.what for row in rows if row.state == "other"]:
        return f"{', '.join(other)}: not the bytes of the ledger"
    first = listing.first_if_closed(now)
    if first and listing.files and any(row.missing for row in rows):
        return f"its first file came to {target} on {first:%Y-%m-%d}: it takes no more files of this version"
    return ""


def remedy(version: str, following: str, target: str) -> tuple[str, ...]:
    """Return what can and what cannot be undone about a version that users have, and the steps."""
    return (
        "",
        f"what cannot be undone: {version} is on {target}, its names are taken for ever, and whoever has it keeps it",
        "what can be done:",
        f"  1. yank it on {target} (Your projects, Manage, Releases, Options, Yank): only exact pins still get it",
        "  2. mark its release on GitHub: Edit, 'Set as a pre-release', and say in the notes what is wrong",
        f"  3. in the changelog: put [YANKED] behind the heading of {version}, and an entry for {following} above it",
        f"  4. release {following}: nox -s release",
    )


def history(
    versions: Iterable[Version], tags: Mapping[Version, str], entries: Collection[Version],
    files: Mapping[Version, Collection[str]],
) -> list[tuple[str, str, str, str]]:  # fmt: skip
    """Return a row for each version: itself, its tag, whether it has an entry, and its files on the index."""
    return [
        (
            str(version),
            tags.get(version, "no"),
            "yes" if version in entries else "no",
            f"{len(files.get(version, ())) or 'none'}{', yanked' if 'yanked' in files.get(version, ()) else ''}",
        )
        for version in versions
    ]
