"""What a release should be, as far as anybody knows. A fact."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.version import Version

from release_tools.adapters.listing import is_of
from release_tools.dist_folder import SUMS
from release_tools.errors import ReleaseError
from release_tools.model import Distribution, Manifest, Project, Tag
from release_tools.verification import expectation
from release_tools.verification.expectation import Expectation

if TYPE_CHECKING:
    from release_tools.adapters.github import GitHub


def expected(
    manifest: Manifest, dist: Path, release_page: GitHub | None, tag: Tag, project: Project, version: Version,
    say: Callable[[str], None],
) -> Expectation:  # fmt: skip
    """Return the files of the release as they should be; GitHub is asked where nobody here knows."""

    def on_github() -> tuple[Distribution, ...]:
        try:
            found = expectation.of_sums(_sums(release_page, tag)) if release_page else ()
        except ReleaseError as error:
            say(f"{SUMS} of the release on GitHub is of no use: {error.what}")
            return ()
        return tuple(each for each in found if is_of(each.filename, project.normalized, version))

    return expectation.of(manifest, dist, on_github)


def _sums(github: GitHub, tag: Tag) -> str:
    """Return the checksums that stand on the public release, empty where there are none."""
    page = github.release(tag.name)
    listed = page.assets.get(SUMS) if page and not page.draft else None
    return github.text(listed, expectation.LONGEST) if listed else ""
