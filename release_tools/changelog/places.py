"""Where a project keeps its changelog."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from packaging.version import Version

from release_tools.changelog.candidates import candidates, is_plausible, listing, readmes, squashed, unusable
from release_tools.changelog.entries import headings
from release_tools.changelog.outline import outline
from release_tools.changelog.source import SUFFIXES, Changelog, is_inside, is_regular, name_version, read
from release_tools.changelog.wording import squash
from release_tools.errors import Refused, UsageError

MOST_HOPS = 3
TABLE = "[tool.release-tools] of pyproject.toml"
SECTIONS = frozenset(
    {"changelog", "changes", "history", "releasenotes", "releasehistory", "versionhistory", "whatsnew"}
)


class _Found(NamedTuple):
    """What a candidate holds; `alive` with notes of the next release, `broken` if it cannot be decoded."""

    path: Path
    versions: tuple[Version, ...]
    alive: bool
    broken: bool


def find(
    root: Path,
    package_folders: Sequence[str],
    configured: str | None,
    *,
    version: Version | None = None,
    project: str = "",
) -> Path | None:
    """Return the changelog of the tree, a file or a folder with a file for each version, or None.

    Looks in the root, in folders of documentation and in the package's own. The first that holds versions is
    it, unless it has ended and another one goes on; a file that holds the wanted version is preferred, and one
    that cannot be decoded is returned, so that reading it says why. Where there is only one that must not be read,
    that is refused by name. A configured path is taken, or refused. In a
    file that serves several projects, `project` tells whose entries count; of a folder with a file for each project,
    it names the one that is meant.
    """
    if configured is not None:
        return _configured(root, configured, project)
    best: _Found | None = None
    fallback: Path | None = None
    last_resort: Path | None = None
    for candidate in candidates(root, package_folders):
        found = _examine(_own_file(candidate, project) or candidate, root, project)
        if found is None:
            continue
        if not found.versions and not found.alive:
            fallback = fallback or (found.path if is_plausible(candidate, root) else None)
            if found.broken and fallback and best is None:
                return fallback
            last_resort = last_resort or (found.path if found.broken else None)
        elif best is None or _is_better(found, best, version):
            best = found
        if best and (version in best.versions or (version is None and best.alive)):
            break
    chosen = best.path if best else _section_of_readme(root) or fallback or last_resort
    if chosen is None and (odd := unusable(root)):
        raise Refused(
            f"{odd.name} is no file of the project that can be read",
            state="nothing was changed",
            fix=f"put a regular file in the place of {odd.name}, or name another as `changelog` in {TABLE}",
        )
    return chosen


def _own_file(folder: Path, project: str) -> Path | None:
    """Return the file of a folder that is named like the project."""
    files = listing(folder) if project and folder.is_dir() else []
    named = (path for path in files if path.suffix.lower() in SUFFIXES and squash(path.stem) == squash(project))
    return next(named, None)


def _examine(candidate: Path, root: Path, project: str) -> _Found | None:
    """Return what a candidate holds, None for one that leads nowhere."""
    if candidate.is_dir() and not _is_folder(candidate, root, project):
        return None
    path = _follow(candidate, root, project)
    if path is None:
        return None
    changelog = _readable(path, root)
    found = headings(changelog, project=project) if changelog else ()
    versions = tuple(item.version for item in found if item.version)
    return _Found(path, versions, alive=len(versions) < len(found), broken=changelog is None)


def _is_better(found: _Found, best: _Found, version: Version | None) -> bool:
    """Whether a later candidate takes the place: it holds the wanted version, or goes on where the other one ended."""
    if version is not None and version in found.versions:
        return True
    if best.alive or not best.versions or not found.versions:
        return not best.versions and bool(found.versions) and not best.alive
    return max(found.versions).release[:2] > max(best.versions).release[:2]


def _section_of_readme(root: Path) -> Path | None:
    """Return the README if one of its sections is a changelog."""
    read_ones = ((path, _readable(path, root)) for path in readmes(root))
    return next((path for path, changelog in read_ones if changelog and _has_section(changelog)), None)


def _has_section(changelog: Changelog) -> bool:
    titles = outline(changelog).scan.titles
    section = next((title for title in titles if squashed(title.says) in SECTIONS), None)
    return section is not None and any(
        mark.version and mark.title.start > section.start for mark in outline(changelog).marks
    )


def _configured(root: Path, configured: str, project: str) -> Path:
    path = root / configured
    fix = f"correct `changelog` in {TABLE}"
    state = "nothing was changed"
    if not is_inside(path, root):
        raise Refused(f"the changelog {configured} lies outside the project", state=state, fix=fix)
    if not _exists(path):
        raise UsageError(f"the changelog {configured} does not exist", state=state, fix=fix)
    if path.is_dir():
        if not _is_folder(path, root, project):
            raise Refused(
                f"the changelog {configured} is a folder without a file for each version", state=state, fix=fix
            )
    elif not is_regular(path):
        raise Refused(f"the changelog {configured} is not a file that can be read", state=state, fix=fix)
    real = root / path.resolve().relative_to(root.resolve())
    return _follow(real, root, project) or real


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that is too long
        return False


def _is_folder(path: Path, root: Path, project: str) -> bool:
    """Whether the folder holds a file for each version, or files with versions in them."""
    files = [below for below in listing(path) if is_regular(below) and is_inside(below, root)]
    if any(name_version(below.name) for below in files):
        return True
    changelog = _readable(path, root)
    return changelog is not None and any(heading.version for heading in headings(changelog, project=project))


def _follow(path: Path, root: Path, project: str) -> Path | None:
    """Return the real file in the tree that holds the entries; None where they are generated or kept elsewhere."""
    first = current = root / path.resolve().relative_to(root.resolve())
    empty: Path | None = first
    for _ in range(MOST_HOPS):
        changelog = _readable(current, root)
        if changelog is None or changelog.format == "folder" or headings(changelog, project=project):
            return current
        from release_tools.changelog.stubs import included, is_generated, only_refers

        if current == first and (is_generated(changelog) or only_refers(changelog)):
            empty = None
        target = included(changelog, current, root)
        if target is None:
            break
        current = target
    return empty


def _readable(path: Path, root: Path) -> Changelog | None:
    """Return the content; None if a candidate that nobody configured cannot be read."""
    try:
        return read(path, root)
    except (Refused, OSError):
        return None
