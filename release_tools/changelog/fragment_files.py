"""Notes of changes kept in files of their own until the release: towncrier's and scriv's fragments."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from release_tools.changelog.candidates import listing
from release_tools.changelog.content import says_anything
from release_tools.changelog.source import is_inside, is_regular

NEWSFRAGMENTS = "newsfragments"
CHANGELOG_D = "changelog.d"
TYPES = frozenset({"feature", "bugfix", "doc", "removal", "misc"})
LARGEST = 1024 * 1024
DEEPEST = 2


def fragments(root: Path, pyproject: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the fragments that await the next release, as paths relative to the root, without templates and README."""
    return tuple(sorted({*_towncrier(root, pyproject), *_scriv(root, pyproject)}))


def _towncrier(root: Path, pyproject: Mapping[str, Any]) -> Iterator[str]:
    settings = _tool(_toml(root / "towncrier.toml"), "towncrier") or _tool(pyproject, "towncrier")
    if settings is None:
        return
    types = _types(settings)
    listed = settings.get("ignore")
    ignored = {str(name).lower() for name in (listed if isinstance(listed, list) else [listed])}
    template = root / str(settings.get("template") or "")
    for path in _files(_towncrier_folder(root, settings), root, DEEPEST):
        if path != template and path.name.lower() not in ignored and types & set(path.name.split(".")[1:]):
            yield path.relative_to(root).as_posix()


def _towncrier_folder(root: Path, settings: Mapping[str, Any]) -> Path:
    if settings.get("directory"):
        return root / str(settings["directory"])
    if settings.get("package"):
        return (
            root / str(settings.get("package_dir") or ".") / str(settings["package"]).replace(".", "/") / NEWSFRAGMENTS
        )
    return root / NEWSFRAGMENTS


def _types(settings: Mapping[str, Any]) -> frozenset[str]:
    """Return the words that mark a fragment; a project may define its own in one of two ways."""
    listed, table = settings.get("type"), settings.get("fragment")
    if isinstance(listed, list) and listed:
        return frozenset(
            str(item.get("directory") or item.get("name", "")).lower() for item in listed if isinstance(item, Mapping)
        )
    return frozenset(str(name) for name in table) if isinstance(table, Mapping) and table else TYPES


def _scriv(root: Path, pyproject: Mapping[str, Any]) -> Iterator[str]:
    settings = _tool(pyproject, "scriv")
    for name in ("scriv.ini", "setup.cfg", "tox.ini"):
        settings = settings if settings is not None else _ini(root / name)
    if settings is None:
        return
    folder = str(settings.get("fragment_directory") or CHANGELOG_D)
    for path in _files(root / folder, root, 1):
        if path.suffix.lower() in {".md", ".rst"} and says_anything(_text(path)):
            yield path.relative_to(root).as_posix()


def _files(folder: Path, root: Path, depth: int) -> Iterator[Path]:
    """Yield the files that can be fragments: regular, in the tree, no template, no README, not hidden."""
    if not is_inside(folder, root) or folder.resolve() == root.resolve():
        return
    for path in listing(folder):
        if path.is_dir() and not path.is_symlink() and depth > 1:
            yield from _files(path, root, depth - 1)
        elif _is_note(path.name.lower()) and is_regular(path) and is_inside(path, root):
            yield path


def _is_note(name: str) -> bool:
    return not name.startswith((".", "_", "readme", "template")) and not name.endswith(
        (".j2", ".jinja", ".jinja2", "~", ".orig")
    )


def _tool(document: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    """Return a tool's table, also the empty one that only switches the tool on."""
    tool = document.get("tool")
    table = tool.get(name) if isinstance(tool, Mapping) else None
    return table if isinstance(table, Mapping) else None


def _toml(path: Path) -> Mapping[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(_text(path))
    except (ValueError, RecursionError):
        return {}


def _ini(path: Path) -> Mapping[str, str] | None:
    text = _text(path)
    if "scriv]" not in text:
        return None
    import configparser

    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return None
    return next((dict(parser[name]) for name in ("scriv", "tool.scriv") if parser.has_section(name)), None)


def _text(path: Path) -> str:
    """Return the text of a small file; nothing for one that is absent, too large or no text."""
    if not is_regular(path) or path.stat().st_size > LARGEST:
        return ""
    return path.read_bytes().decode("utf-8", "replace")
