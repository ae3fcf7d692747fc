"""What a release should be, as far as anybody knows. A fact."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from release_tools.dist_folder import SUMS
from release_tools.errors import ReleaseError
from release_tools.model import Manifest, Tag
from release_tools.verification import expectation
from release_tools.verification.expectation import Expectation

if TYPE_CHECKING:
    from release_tools.adapters.github import GitHub


def expected(
    manifest: Manifest, dist: Path, release_page: GitHub | None, tag: Tag, say: Callable[[str], None]
) -> Expectation:
    """Return the files of the release as they should be; GitHub is asked where nobody here knows."""
    return expectation.of(manifest, dist, lambda: _sums(release_page, tag, say))


def _sums(github: GitHub | None, tag: Tag, say: Callable[[str], None]) -> str | None:
    """Return the checksums that stand on the public release; where they cannot be read, that is said."""
    if github is None:
        return None
    try:
        page = github.release(tag.name)
        listed = page.assets.get(SUMS) if page and not page.draft else None
        return github.text(listed, expectation.LONGEST) if listed else None
    except ReleaseError as error:
        say(f"{SUMS} of the release on GitHub was not read: {error.what}")
        return None
