"""The door to a package index: what it lists and what it serves."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from packaging.utils import NormalizedName
from packaging.version import Version

from release_tools.adapters import files, legacy_json, simple, web
from release_tools.adapters.listing import ACTIVE, Listed, Listing, belongs
from release_tools.errors import Conflict, ServiceFailed
from release_tools.model import Distribution, Manifest, Target

LARGEST_PAGE = 1 << 26
LARGEST_FILE = 1 << 31
LEAST = 5.0  # seconds that each reading has, however little is left


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How many seconds to wait: for a connection, for the next sign of the other side, for everything."""

    connect: float = 30.0
    silence: float = 120.0
    total: float = 720.0


class Index:
    """One package index, as the target names it.

    `left` says how many seconds are left of all that may be taken, and bounds each reading.
    """

    def __init__(
        self, target: Target, patience: Patience | None = None, left: Callable[[], float] | None = None
    ) -> None:
        self.target = target
        self._patience = patience or Patience()
        self._left = left

    def listing(self, project: NormalizedName, version: Version) -> Listing:
        """Return what the index lists of one version.

        Its JSON is asked beside the pages for installers, where it has one: it shows a file sooner, and not always.
        Raises ServiceFailed when neither answers.
        """
        found = self._json(project, version)
        try:
            return replace(self._simple(project, version), json=found.json)
        except ServiceFailed:
            if found.json is None:
                raise
            return found

    def files(self, project: NormalizedName, version: Version) -> Mapping[str, Listed]:
        """Return the files of one version by name; none when the index does not know the project."""
        return self.listing(project, version).files

    def held(self, project: NormalizedName, version: Version, manifest: Manifest) -> Listing:
        """Return the listing of one version; raises Conflict when a file has other bytes there than ours."""
        listing = self.listing(project, version)
        ours = {each.filename: each for each in manifest.distributions}
        for each in listing.every:
            if each.filename in ours:
                self._require_listed(each, ours[each.filename])
        return listing

    def fetch(self, file: Listed, path: Path, ours: Distribution) -> int:
        """Save a file and return its size; raises Conflict for other bytes than ours, ServiceFailed for too few."""
        return self._require_same(ours, partial(self.download, file, path, ours.size or LARGEST_FILE))

    def download(self, file: Listed, path: Path, size: int) -> tuple[int, str]:
        """Save a file and return its size and SHA-256; reading stops soon after `size` bytes."""
        with files.no_space_named(path), path.open("wb") as saved:
            return self._read(file, size, saved.write)

    def others(self, project: NormalizedName) -> tuple[Listed, ...]:
        """Return every file of a project, of whatever version, as installers see them."""
        return tuple(self._page(project)[0] or ())

    def provenance(self, file: Listed) -> str:
        """Return the attestations of a file as the index gives them; raises ServiceFailed where it does not."""
        if file.provenance is None:
            raise self._failed(f"has no provenance for {file.filename}")
        with self._get(file.provenance, "application/json") as page:
            self._require_ok(page)
            return page.text(LARGEST_PAGE)

    def _require_listed(self, file: Listed, ours: Distribution) -> None:
        """Compare a file with ours by its digest as listed, or by its bytes where the index lists none."""
        if file.sha256 is None:
            self._require_same(ours, partial(self._read, file, ours.size or LARGEST_FILE))
        elif file.sha256 != ours.sha256:
            raise other_bytes(self.target, ours, file.sha256)

    def _require_same(self, ours: Distribution, read: Callable[[], tuple[int, str]]) -> int:
        """Read a file and return its size; a reading that was cut off, which nothing may tell, is no verdict."""
        size, sha256 = read()
        if sha256 != ours.sha256 and not ours.size:
            size, sha256 = read()
        if size < ours.size:
            raise self._failed(f"gives {size} of the {ours.size} bytes of {ours.filename}")
        if sha256 != ours.sha256:
            raise other_bytes(self.target, ours, sha256)
        return size

    def _read(self, file: Listed, limit: int, save: Callable[[bytes], object] = lambda _chunk: None) -> tuple[int, str]:
        digest, received = hashlib.sha256(), 0
        for chunk in self._bytes(file, limit):
            digest.update(chunk)
            received += len(chunk)
            save(chunk)
        return received, digest.hexdigest()

    def _simple(self, project: NormalizedName, version: Version) -> Listing:
        listed, status, told = self._page(project)
        if listed is None:
            return Listing(status=status, told=told)
        of_it = {file.filename: file for file in listed if belongs(file.filename, version)}
        return Listing(simple=of_it, status=status, told=told)

    def _page(self, project: NormalizedName) -> tuple[tuple[Listed, ...] | None, str, datetime | None]:
        with self._get(f"{self.target.simple_url}{project}/", simple.ACCEPT) as page:
            if page.status == web.NOT_FOUND:
                return None, ACTIVE, page.date
            self._require_ok(page)
            text = page.text(LARGEST_PAGE)
        try:
            return *simple.read(text, page.content_type, page.url), page.date
        except (ValueError, RecursionError) as error:
            raise self._failed(f"answers with no page of an index: {error}") from error

    def _json(self, project: NormalizedName, version: Version) -> Listing:
        """Return what the index tells in its own JSON, where it has one, and one of this version."""
        if self.target.json_url is None:
            return Listing()
        # A second source, for what the first does not show: without an answer the first stands alone.
        with suppress(ServiceFailed), self._get(f"{self.target.json_url}{project}/{version}/json", "*/*") as page:
            if page.status == web.OK:
                with suppress(ValueError, RecursionError):
                    found = legacy_json.read(page.text(LARGEST_PAGE), page.url)
                    return Listing(json={file.filename: file for file in found}, told=page.date)
        return Listing()

    def _bytes(self, file: Listed, limit: int) -> Iterator[bytes]:
        with self._get(file.url, "*/*") as page:
            self._require_ok(page)
            yield from page.chunks(limit)

    def _get(self, url: str, accept: str) -> AbstractContextManager[web.Page]:
        most = self._patience.total if self._left is None else max(LEAST, self._left())
        silence, total, connect = (
            min(most, each) for each in (self._patience.silence, self._patience.total, self._patience.connect)
        )
        return web.get(url, accept=accept, silence=silence, total=total, connect=connect)

    def _require_ok(self, page: web.Page) -> None:
        if page.status != web.OK:
            raise self._failed(f"answers {page.status} {page.reason} for {web.bare(page.url)}")

    def _failed(self, what: str) -> ServiceFailed:
        return ServiceFailed(
            f"{self.target.name} {what}",
            state="the files in dist/ are as they were; what the index holds is read again by the next run",
            fix="run the same command again",
        )


def other_bytes(target: Target, ours: Distribution, there: str) -> Conflict:
    """Return the conflict of a file that the index holds or serves with other bytes than the ledger's."""
    return Conflict(
        f"{ours.filename} has other bytes on {target.name}: SHA-256 {there} there, {ours.sha256} in the ledger",
        state="nothing more was sent; what the index holds was left as it is",
        fix="begin a new rehearsal: nox -s release"
        if target.rehearsal
        else "make a new version and release that: a name that is taken on an index is taken for ever",
    )
