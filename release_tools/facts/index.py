"""What the package index has of the release. Facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from release_tools.config import LOOPBACK
from release_tools.errors import ReleaseError, UsageError
from release_tools.model import Project, Release, Target
from release_tools.options import Options

if TYPE_CHECKING:
    # Only names for types; the door to the index is opened when it is asked.
    from release_tools.adapters.clock import Clock
    from release_tools.adapters.listing import Listing

PATIENCE = 5.0
ACTIVE, DEPRECATED = "active", "deprecated"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnIndex:
    """What the index has of the version, or why nobody knows (`unknown`).

    `files` are the SHA-256 of its files by name, None where the index names none; `yanked` the reasons, which may be
    empty; `deleted` says that the version is known and its files are gone; `closed`
    is how many days ago the first came, where that is too long for another.
    """

    name: str
    files: Mapping[str, str | None] = field(default_factory=dict)
    yanked: Mapping[str, str] = field(default_factory=dict)
    deleted: bool = False
    status: str = ACTIVE
    closed: int | None = None
    unknown: str = ""


def on_index(
    target: Target,
    options: Options,
    project: Project,
    release: Release,
    environment: Mapping[str, str],
    root: Path,
    clock: Clock,
    *,
    releasing: bool,
) -> OnIndex | None:
    """Return what the index has of the release; None unless one is judged."""
    if not releasing:
        return None
    if options.offline:
        return OnIndex(name="the package index", unknown="it was not asked (--offline)")
    try:
        asked = with_address(target, environment, root)
    except ReleaseError as error:
        return OnIndex(name="the package index", unknown=f"it was not asked ({error.what})")
    name = target.name if asked is target else f"your package index {asked.simple_url}"
    try:
        listing = _asked(asked, project, release)
    except (ReleaseError, TimeoutError) as error:
        return OnIndex(name=name, unknown=str(error) or f"it gave no answer within {PATIENCE:g} s")
    now = clock.now()
    age = listing.age(now) if listing.first_if_closed(now) else None
    return OnIndex(
        name=name,
        files={each.filename: each.sha256 for each in listing.every},
        yanked={each.filename: each.yanked for each in listing.every if each.yanked is not None},
        deleted=listing.json is not None and not listing.files,
        status=listing.status,
        closed=age.days if age else None,
    )


def with_address(target: Target, environment: Mapping[str, str], root: Path) -> Target:
    """Return the target with an address; raises UsageError where it has none, or the user's installers ask no index.

    Where it has none here, the index that the user's installer asks stands for PyPI and before a rehearsal, which gets
    all else from there too; no address of an index is written in this package.
    """
    from release_tools import targets
    from release_tools.adapters import users_index

    here = urlsplit(target.simple_url).hostname in LOOPBACK
    if not here and (variable := users_index.forbidden(environment)):
        raise UsageError(f"{variable} is set", state="nothing was asked", fix=f"unset {variable}")
    if target.simple_url:
        return target
    if not (target.rehearsal or target.name == "pypi"):
        raise targets.without_address(target)
    return replace(target, simple_url=users_index.address(environment, root))


def _asked(target: Target, project: Project, release: Release) -> Listing:
    from release_tools.adapters.index import Index, Patience
    from release_tools.adapters.parallel import within

    index = Index(target, Patience(connect=PATIENCE, silence=PATIENCE, total=PATIENCE))
    # A name that nobody resolves takes longer than any connection may.
    return within(PATIENCE, lambda: index.listing(project.normalized, release.tag.version))
