"""What a release should be, as far as this machine knows: its ledger, or its checksums, or nothing but its version."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from release_tools.adapters import files
from release_tools.adapters.listing import Listing, version_of
from release_tools.dist_folder import SUMS
from release_tools.errors import Refused
from release_tools.model import Distribution, Kind, Manifest

LONGEST = 1 << 20
# A name goes into the file system here, and an index may say what it likes.
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.!+-]{0,250}")
LINE = re.compile(r"([0-9a-f]{64}) [ *]([^/\\]+)")
ENDINGS = (".whl", ".tar.gz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """The files as they should be.

    `by` says who says so, and is empty where nobody does; `whole` says that it names every file there may be.
    """

    manifest: Manifest
    by: str
    whole: bool = True

    def unnamed(self, listing: Listing) -> tuple[str, ...]:
        """Return the files that an index lists and an incomplete list does not."""
        known = {each.filename for each in self.manifest.distributions}
        return () if self.whole else tuple(sorted(listing.files.keys() - known))

    def line(self, count: int, target: str) -> str:
        """Return what was compared, and what could not be."""
        if self.by:
            return f"{count} files on {target} equal {self.by} byte for byte"
        return (
            f"{count} files on {target} have the digests that it lists; not checked: that they are what was built from "
            f"this commit, for there is neither a ledger nor {SUMS}"
        )

    @property
    def compared(self) -> dict[str, object]:
        """For the ledger: with what the bytes were compared."""
        return {"compared_with": self.by or None}


def of(manifest: Manifest, dist: Path, on_github: Callable[[], tuple[Distribution, ...]]) -> Expectation:
    """Return what is known: the ledger's files, else those of the checksums here, else of those on GitHub."""
    if manifest.distributions:
        return Expectation(manifest=manifest, by="the ledger")
    text = _here(dist / SUMS)
    if text is not None:
        if not (found := of_sums(text)):
            raise _unusable(f"{SUMS} lists neither a wheel nor a .tar.gz", f"take {SUMS} from the release page")
        return Expectation(manifest=replace(manifest, distributions=found), by=SUMS)
    if found := on_github():
        # Whoever made that list may have listed what they liked.
        by = f"{SUMS} of the release on GitHub"
        return Expectation(manifest=replace(manifest, distributions=found), by=by, whole=False)
    return Expectation(manifest=manifest, by="")


def of_sums(text: str) -> tuple[Distribution, ...]:
    """Return the wheels and sdists of a list of checksums; raises Refused for what is no such list."""
    return tuple(_of_sums(text))


def _here(path: Path) -> str | None:
    if not path.is_file():
        return None
    files.require_regular(path)
    with path.open(encoding="utf-8", errors="replace") as file:
        return file.read(LONGEST)


def listed(listing: Listing) -> tuple[Distribution, ...]:
    """Return the wheels and the sdist that an index lists; raises Refused where it tells no digest of one."""
    found = tuple(_listed(listing))
    if not found:
        raise _unusable(
            f"neither a wheel nor a .tar.gz is there, only {', '.join(others(listing))}", "look at them by hand"
        )
    return found


def others(listing: Listing) -> tuple[str, ...]:
    """Return the files that are neither wheel nor sdist, of the forms of old."""
    return tuple(sorted(name for name in listing.files if not name.endswith(ENDINGS)))


def _listed(listing: Listing) -> Iterator[Distribution]:
    for each in sorted(listing.files.values(), key=lambda file: (file.filename.endswith(".tar.gz"), file.filename)):
        if not each.filename.endswith(ENDINGS):
            continue
        if not NAME.fullmatch(each.filename) or version_of(each.filename) is None:
            what = f"the index lists {each.filename[:100]!r}, which is no name of a distribution"
            raise _unusable(what, "tell the administrators of the index")
        if each.sha256 is None:
            what = f"the index lists no digest of {each.filename}"
            raise _unusable(what, f"put {SUMS} of this release into dist/, then run the same command again")
        yield _distribution(each.filename, each.sha256)


def measured(file: Distribution, size: int) -> Distribution:
    """Return a file with the size that it turned out to have."""
    return replace(file, size=size)


def _of_sums(text: str) -> Iterator[Distribution]:
    for line in text.splitlines():
        found = LINE.fullmatch(line.rstrip())
        if found is None or not NAME.fullmatch(found[2]):
            what = f"{SUMS} is no list of checksums: {line[:80]!r}"
            raise _unusable(what, f"take {SUMS} from the release page, or remove it")
        if found[2].endswith(ENDINGS):
            yield _distribution(found[2], found[1])


def _unusable(what: str, fix: str) -> Refused:
    return Refused(what, state="nothing was downloaded", fix=fix)


def _distribution(filename: str, sha256: str) -> Distribution:
    kind: Kind = "wheel" if filename.endswith(".whl") else "sdist"
    return Distribution(filename=filename, kind=kind, size=0, sha256=sha256, blake2b_256="")
