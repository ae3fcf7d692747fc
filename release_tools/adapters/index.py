"""The door to a package index: what it lists and what it serves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import NormalizedName
from packaging.version import Version

from release_tools.adapters import files, legacy_json, simple, web
from release_tools.adapters.listing import ACTIVE, Listed, Listing, belongs
from release_tools.errors import Conflict, ServiceFailed
from release_tools.model import Distribution, Manifest, Target

LARGEST_PAGE = 1 << 26
LARGEST_FILE = 1 << 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How many seconds to wait: for a connection, for the next sign of the other side, for everything."""

    connect: float = 30.0
    silence: float = 120.0
    total: float = 720.0


class Index:
    """One package index, as the target names it."""

    def __init__(self, target: Target, patience: Patience | None = None) -> None:
        self.target = target
        self._patience = patience or Patience()

    def listing(self, project: NormalizedName, version: Version) -> Listing:
        """Return what the index lists of one version.

        Its JSON is asked beside the pages for installers, where it has one: it shows a file sooner, and not always.
        Raises ServiceFailed when neither answers.
        """
        told = self._json(project, version)
        try:
            pages, status = self._simple(project, version)
        except ServiceFailed:
            if told is None:
                raise
            return Listing(json=told)
        return Listing(simple=pages, json=told, status=status)

    def files(self, project: NormalizedName, version: Version) -> Mapping[str, Listed]:
        """Return the files of one version by name; none when the index does not know the project."""
        return self.listing(project, version).files

    def held(self, project: NormalizedName, version: Version, manifest: Manifest) -> Listing:
        """Return the listing of one version; raises Conflict when a file has other bytes there than ours."""
        listing = self.listing(project, version)
        ours = {each.filename: each for each in manifest.distributions}
        for each in listing.every:
            if each.filename in ours and (there := self.sha256(each)) != ours[each.filename].sha256:
                raise other_bytes(self.target, ours[each.filename], there)
        return listing

    def sha256(self, file: Listed) -> str:
        """Return the digest of a file: as listed, or of its bytes where the index lists none."""
        if file.sha256:
            return file.sha256
        digest = hashlib.sha256()
        for chunk in self._bytes(file, LARGEST_FILE):
            digest.update(chunk)
        return digest.hexdigest()

    def download(self, file: Listed, path: Path, size: int) -> tuple[int, str]:
        """Save a file and return its size and SHA-256; reading stops soon after `size` bytes."""
        digest, received = hashlib.sha256(), 0
        with files.no_space_named(path), path.open("wb") as saved:
            for chunk in self._bytes(file, size):
                digest.update(chunk)
                received += len(chunk)
                saved.write(chunk)
        return received, digest.hexdigest()

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

    def _simple(self, project: NormalizedName, version: Version) -> tuple[dict[str, Listed] | None, str]:
        listed, status = self._page(project)
        if listed is None:
            return None, status
        return {file.filename: file for file in listed if belongs(file.filename, version)}, status

    def _page(self, project: NormalizedName) -> tuple[tuple[Listed, ...] | None, str]:
        with self._get(f"{self.target.simple_url}{project}/", simple.ACCEPT) as page:
            if page.status == web.NOT_FOUND:
                return None, ACTIVE
            self._require_ok(page)
            text = page.text(LARGEST_PAGE)
        try:
            return simple.read(text, page.content_type, page.url)
        except (ValueError, RecursionError) as error:
            raise self._failed(f"answers with no page of an index: {error}") from error

    def _json(self, project: NormalizedName, version: Version) -> dict[str, Listed] | None:
        """Return what the index tells in its own JSON; None where it has none, or none of this version yet."""
        if self.target.json_url is None:
            return None
        # A second source, for what the first does not show: without an answer the first stands alone.
        with suppress(ServiceFailed), self._get(f"{self.target.json_url}{project}/{version}/json", "*/*") as page:
            if page.status == web.OK:
                with suppress(ValueError, RecursionError):
                    return {file.filename: file for file in legacy_json.read(page.text(LARGEST_PAGE), page.url)}
        return None

    def _bytes(self, file: Listed, limit: int) -> Iterator[bytes]:
        with self._get(file.url, "*/*") as page:
            self._require_ok(page)
            yield from page.chunks(limit)

    def _get(self, url: str, accept: str) -> AbstractContextManager[web.Page]:
        return web.get(url, accept=accept, silence=self._patience.silence, total=self._patience.total)

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
