"""Changelog files that hold no entries themselves: those that include or name another file, and generated ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from release_tools.changelog.source import Changelog, is_inside, name_version

SHORT = 1_500
MOST_PATHS = 50

_INCLUDES = re.compile(
    r"^[ \t]*(?:\.\.[ ]+(?:include|literalinclude|mdinclude|m2r|markdown|myst-include)::[ \t]*(?P<rst>[^\n]+?)[ \t]*$"
    r"|(?:`{3,}|:{3,}|~{3,})\{(?:include|literalinclude|mdinclude)\}[ \t]*(?P<myst>[^\n]+?)[ \t]*$"
    r"|(?:;)?-{1,}8<-{1,}[ \t]*[\"'](?P<snippet>[^\"'\n]+)[\"']"
    r"|\{%-?[ \t]*include(?:-markdown)?[ \t]+[\"'](?P<jinja>[^\"'\n]+)[\"']"
    r"|\{!-?[ \t]*(?P<bang>[^!\n]+?)[ \t]*!\})",
    re.MULTILINE,
)
_GENERATED = re.compile(
    r"^[ \t]*(?:\.\.[ ]+(?:release-notes|git_changelog|git-changelog|changelog-release|towncrier-draft-entries)::"
    r"|\.\.[ ]+changelog::[ \t]*\n[ \t]+:(?:changelog-url|github|pypi|towncrier)"
    r"|(?:`{3,}|:{3,})\{(?:release-notes|git_changelog|changelog)\})",
    re.MULTILINE,
)
_PATH = re.compile(r"(?:[\w.~-]+/)*[\w.~-]+\.(?:md|rst|txt|markdown)\b|(?<=\]\()[\w./~-]+|(?<=<)[\w./~-]+(?=>)")
_LINK = re.compile(r"https?://|\]\(|`_|\bsee\b|\bmoved\b|<[\w./]+>|\.\.[ ]+toctree::", re.IGNORECASE)
# What only a changelog of its own holds: a line that begins with a version, an item that is no mere link.
_OWN = re.compile(
    r"^\W*v?\d+(?:\.\d+)+|^[ \t]*[-*+][ \t]+(?![^\n]*(?:https?://|\]\(|`_))\S|keep\s?a\s?changelog",
    re.IGNORECASE | re.MULTILINE,
)


def included(changelog: Changelog, path: Path, root: Path) -> Path | None:
    """Return the file of the tree that the text includes, or that a short text names; for several, their folder."""
    names = (next(group for group in found.groups() if group) for found in _INCLUDES.finditer(changelog.text))
    targets = [target for name in islice(names, MOST_PATHS) if (target := _resolve(name, path, root))]
    if targets:
        return _together(targets)
    if not only_refers(changelog):
        return None
    return next((target for name in _paths(changelog.text) if (target := _resolve(name, path, root))), None)


def _together(targets: list[Path]) -> Path:
    """Return the file, or the folder where a page includes a file for each version."""
    versions = [target for target in targets if name_version(target.name)]
    folders = {target.parent for target in versions}
    return folders.pop() if len(versions) > 1 and len(folders) == 1 else targets[0]


def is_generated(changelog: Changelog) -> bool:
    """Whether the entries are made when the documentation is built, so that the file holds none."""
    return _GENERATED.search(changelog.text) is not None


def only_refers(changelog: Changelog) -> bool:
    """Whether the text is short, holds no notes of its own, and sends the reader elsewhere."""
    text = changelog.text
    if len(text) > SHORT or _OWN.search(text):
        return False
    return any(pattern.search(text) for pattern in (_LINK, _INCLUDES, _PATH))


def _paths(text: str) -> Iterator[str]:
    yield from (found[0] for found in islice(_PATH.finditer(text), MOST_PATHS))


def _resolve(name: str, path: Path, root: Path) -> Path | None:
    """Return the file that the name means, seen from the including file, the root, or a folder between."""
    plain = name.strip("\"' <>").split("#")[0]
    if not plain or "\0" in plain or len(plain) > SHORT:
        return None
    relative = plain.lstrip("/")
    bases = [path.parent, root, *path.parents[:3]]
    for base in bases:
        target = base / (relative if plain.startswith("/") else plain)
        if (
            _exists(target)
            and is_inside(target, root)
            and target.resolve() != path.resolve()
            and target.resolve() != root.resolve()
        ):
            return root / target.resolve().relative_to(root.resolve())
    return None


def _exists(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
