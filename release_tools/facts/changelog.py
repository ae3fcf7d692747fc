"""What the changelog holds, for the release in question and beyond it. Facts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packaging.version import Version

from release_tools import changelog as changelogs
from release_tools.changelog import Changelog, Heading
from release_tools.config import Config
from release_tools.errors import Refused, UsageError
from release_tools.model import Entry, Mode, Project, Release, Tag
from release_tools.options import Options

if TYPE_CHECKING:
    from release_tools.changelog import NearMiss

MOST_UPCOMING = 5


def changelog(
    root: Path,
    top: Path,
    config: Config,
    options: Options,
    project: Project,
    known_version: Version | None,
    tags: tuple[Tag, ...],
) -> Changelog | None:
    """Return the changelog, None where the project has none; of several files the one that holds the version.

    A package without one of its own may share that of its repository; by a link, or as configured, it has it anyway.
    """
    configured = options.changelog or (config.changelog or None)
    if config.changelog is False and not options.changelog:
        return None
    folders = package_folders(root, project)
    try:
        if outer := changelogs.outer(root, top, configured):
            return changelogs.elsewhere(outer, root, top, project.name)
        path = changelogs.find(root, folders, configured, version=known_version, project=project.name)
    except (Refused, UsageError) as error:
        if options.changelog:
            error.fix = "correct --changelog or RELEASE_CHANGELOG, by which it was named"
        raise
    if path or root == top:
        return changelogs.read(path, root) if path else None
    return changelogs.shared(root, top, project.name, {tag.version for tag in tags})


def package_folders(root: Path, project: Project) -> tuple[str, ...]:
    """Return where the import package of the project may stand, relative to its root."""
    name = re.sub(r"[-.]+", "_", project.normalized)
    candidates = (name, f"src/{name}", project.name, f"src/{project.name}")
    return tuple(folder for folder in dict.fromkeys(candidates) if (root / folder).is_dir())


def entries(changelog: Changelog | None, version: Version, project: Project) -> tuple[Entry, ...]:
    """Return the entries of the release; normally one."""
    return changelogs.entry(changelog, version, project=project.name) if changelog else ()


def headings(changelog: Changelog | None, project: Project) -> tuple[Heading, ...]:
    """Return the headings of all entries in their order."""
    return changelogs.headings(changelog, project=project.name) if changelog else ()


def unreleased(changelog: Changelog | None, project: Project) -> Entry | None:
    """Return the entry of what is not released yet."""
    return changelogs.unreleased(changelog, project=project.name) if changelog else None


def near_misses(
    changelog: Changelog | None, entries: tuple[Entry, ...], release: Release, project: Project, *, entry_due: bool
) -> tuple[NearMiss, ...]:
    """Return where the changelog holds the version of the release without the entry that is due."""
    if changelog is None or entries or not entry_due:
        return ()
    return changelogs.near_misses(changelog, release.tag.version, project=project.name)


def upcoming(
    mode: Mode,
    changelog: Changelog | None,
    headings: tuple[Heading, ...],
    history: tuple[Tag, ...],
    tags: tuple[Tag, ...],
    project: Project,
) -> tuple[Entry, ...]:
    """Return the entries of versions above the newest release, where some projects gather notes; none for a release."""
    if mode != "branch" or changelog is None:
        return ()
    newest, released = max((tag.version for tag in history), default=None), {tag.version for tag in tags}
    ahead = [each.version for each in headings if each.version and (newest is None or each.version > newest)]
    versions = [version for version in ahead if version not in released]
    found = (changelogs.entry(changelog, version, project=project.name) for version in versions[:MOST_UPCOMING])
    return tuple(entry for each in found for entry in each)


def fragments(root: Path, pyproject: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the files with notes that await the next release."""
    return changelogs.fragments(root, pyproject)
