"""What in a tree is named like a changelog, the likeliest first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from release_tools.changelog.source import SUFFIXES, is_inside, is_regular

MOST_FOLDERS = 1_000
DEEPEST = 4

# Names without separators, in lower case, the likeliest first.
NAMES = [
    "changelog",
    "changes",
    "news",
    "history",
    "releasenotes",
    "changelogs",
    "whatsnew",
    "versionhistory",
    "releasehistory",
    "changehistory",
    "changelist",
    "changenotes",
    "releaselog",
    "relnotes",
    "releasenote",
    "releases",
    "release",
    "revisionhistory",
    "versions",
    "change",
]
# Files of these names are a changelog only if they hold versions: a RELEASE.md often tells how to release,
# and outside the root "news" and "history" may be anything.
DOUBTFUL = frozenset({"releases", "release", "versions", "change"})
DOUBTFUL_BELOW = frozenset({"news", "history"})
DOCUMENTATION = ["docs", "doc", "documentation", "sites", "site", "website", "userguide", "manual"]
SKIPPED = frozenset(
    [
        "node_modules",
        "_build",
        "tests",
        "test",
        "locale",
        "locales",
        "_static",
        "_templates",
        "static",
        "api",
        "images",
        "img",
    ]
)
_SEPARATORS = re.compile(r"[-_. ']+")


def candidates(root: Path, package_folders: Sequence[str]) -> Iterator[Path]:
    """Yield files and folders named like a changelog: the root's, then the documentation's, then the packages'.

    What leads out of the tree, and what is no regular file or folder, is left out.
    """
    seen: set[Path] = set()
    for folder in (root, *_documentation(root), *(root / name for name in package_folders)):
        if folder not in seen and is_inside(folder, root):
            seen.add(folder)
            yield from _named(folder, root)


def readmes(root: Path) -> Iterator[Path]:
    """Yield the README files of the root."""
    for path in listing(root):
        named = path.stem.lower() == "readme" and path.suffix.lower() in SUFFIXES
        if named and is_regular(path) and is_inside(path, root):
            yield path


def is_plausible(path: Path, root: Path) -> bool:
    """Whether what shows no version is still the project's changelog: new, damaged, or not to be decoded."""
    stem = squashed(path.stem)
    return path.is_dir() or (stem not in DOUBTFUL and (path.parent == root or stem not in DOUBTFUL_BELOW))


def squashed(name: str) -> str:
    """Return a name in lower case without separators."""
    return _SEPARATORS.sub("", name.lower())


def listing(folder: Path) -> list[Path]:
    """Return what a folder holds, in order; nothing for one that cannot be read."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def foremost(root: Path) -> Path | None:
    """Return what the root names most like a changelog, whatever it is."""
    named = (path for path in listing(root) if squashed(path.stem) not in DOUBTFUL)
    ranked = sorted((rank, path) for path in named if (rank := _rank(path)))
    return ranked[0][1] if ranked else None


def unusable(root: Path) -> Path | None:
    """Return what the root names like a changelog though it is no file of the tree, such as a link out of it."""
    named = (path for path in listing(root) if _rank(path) and squashed(path.stem) not in DOUBTFUL)
    return next((path for path in named if not _is_usable(path, root)), None)


def _is_usable(path: Path, root: Path) -> bool:
    return is_inside(path, root) and (is_regular(path) or (path.is_dir() and not path.suffix))


def _named(folder: Path, root: Path) -> Iterator[Path]:
    ranked = sorted((rank, path.name, path) for path in listing(folder) if (rank := _rank(path)) is not None)
    yield from (path for _, _, path in ranked if is_inside(path, root) and (is_regular(path) or path.is_dir()))


def _rank(path: Path) -> tuple[int, int, int] | None:
    """Return how good a name is, or None: files before folders, then by word, then by suffix."""
    suffix = path.suffix.lower() if path.suffix.lower() in SUFFIXES else ""
    stem = squashed(path.name[: len(path.name) - len(suffix)])
    if stem not in NAMES:
        return None
    return (int(path.is_dir()), NAMES.index(stem), list(SUFFIXES).index(suffix))


def _documentation(root: Path) -> Iterator[Path]:
    """Yield the folders of documentation, those nearer to the root first."""
    top = {path.name.lower(): path for path in listing(root) if _is_plain_folder(path)}
    level = [top[name] for name in DOCUMENTATION if name in top]
    count = 0
    for _ in range(DEEPEST):
        yield from level
        count += len(level)
        if count > MOST_FOLDERS:
            return
        level = [below for path in level for below in listing(path) if _is_plain_folder(below)]


def _is_plain_folder(path: Path) -> bool:
    name = path.name.lower()
    return not name.startswith(".") and name not in SKIPPED and not path.is_symlink() and path.is_dir()
