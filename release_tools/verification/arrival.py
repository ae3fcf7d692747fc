"""Whether a release has arrived on an index: every file of it and none beside, where installers look for them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from release_tools.adapters.listing import QUARANTINED, Listing
from release_tools.backoff import Backoff
from release_tools.errors import NotYetVisible, Refused
from release_tools.model import Distribution, Manifest, Target


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """Looks at what an index lists until a release is there, or the budget of time is used up.

    `listed` asks the index anew, and raises Conflict for other bytes. A release of which nobody here knows the files
    (an empty manifest) is there as soon as one file is; `whole` says that the manifest names all there may be.
    """

    manifest: Manifest
    whole: bool
    target: Target
    listed: Callable[[], Listing]
    backoff: Backoff

    def anywhere(self) -> Listing:
        """Wait until every file is listed, by whichever way of asking; raises NotYetVisible in the end."""
        return self._awaited(lambda listing: listing.files, "does not list")

    def for_installers(self) -> Listing:
        """Wait until every file is on the page that installers read, which may lag behind by many minutes."""
        return self._awaited(lambda listing: listing.simple or {}, "has not yet on its page for installers:")

    def _awaited(self, shown: Callable[[Listing], Collection[str]], words: str) -> Listing:
        while True:
            listing = self.backoff.until(self.listed)
            self._require_sound(listing)
            there = shown(listing)
            names = [each.filename for each in self.manifest.distributions] or sorted(listing.files) or ["any file"]
            missing = [name for name in names if name not in there]
            if not missing:
                return listing
            what = f"{self.target.name} {words} {', '.join(missing)}"
            if not self.backoff.wait(what):
                raise _not_yet(what, len(names) - len(missing), len(names))

    def _require_sound(self, listing: Listing) -> None:
        """Raise what no waiting mends: files of strangers, a release taken back, a project closed."""
        name = self.target.name
        if listing.status == QUARANTINED:
            raise Refused(
                f"the project is quarantined on {name}: nobody can install any version of it",
                state="nothing was installed; the files are kept from everybody, not lost",
                fix=f"answer the administrators of {name}; nothing here can lift it",
            )
        ours = {each.filename for each in self.manifest.distributions}
        if (extra := sorted(listing.files.keys() - ours)) and ours and self.whole:
            raise _foreign(extra, self.target)
        if yanked := _yanked(listing):
            raise Refused(
                f"this version is yanked on {name}: {'; '.join(f'{file} ({why})' for file, why in yanked.items())}",
                state="its files are still there for whoever pins this very version; nobody gets it otherwise",
                fix="release a new version, or take the yank back: Manage, Releases, Options of the version",
            )


def is_whole(distributions: Collection[Distribution], listing: Listing) -> bool:
    """Whether an index lists every file of a release, each with its digest: nothing is left to be sent."""
    there = {(each.filename, each.sha256) for each in listing.every}
    return bool(distributions) and there == {(each.filename, each.sha256) for each in distributions}


def _yanked(listing: Listing) -> Mapping[str, str]:
    return {each.filename: each.yanked or "no reason given" for each in listing.every if each.yanked is not None}


def _foreign(extra: list[str], target: Target) -> Refused:
    return Refused(
        f"{target.name} lists files of this version that are not in the ledger: {', '.join(extra)}",
        state="nothing was installed; files that nobody here built are on the index",
        fix="begin a new rehearsal: nox -s release"
        if target.rehearsal
        else "find out who uploaded them; if nobody of the project did, yank the release and revoke all tokens",
    )


def _not_yet(what: str, there: int, wanted: int) -> NotYetVisible:
    known = f"{there} of {wanted} files are there, with the digests that are known here"
    return NotYetVisible(
        what,
        state=known if there else "no file of this version is there",
        fix="run the same command again in a few minutes; if it stays so, publish again: what is there is skipped",
    )
