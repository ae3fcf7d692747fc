"""The text of a changelog, read safely: of a regular file, or of a folder with a file for each version."""

from __future__ import annotations

import codecs
import os
import re
import stat
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from packaging.version import Version

from release_tools.changelog import tokens
from release_tools.errors import Refused
from release_tools.model import Location

Format = Literal["markdown", "rst", "text", "folder"]

LARGEST = 16 * 1024 * 1024
MOST_FILES = 5_000
SUFFIXES = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdx": "markdown",
    ".rst": "rst",
    ".rest": "rst",
    ".txt": "text",
    "": "text",
}
UNCHANGED = "nothing was changed"

_OTHER_ENCODINGS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
_VERSION_NAME = re.compile(
    r"(?:v|version|release(?:[-_. ]?notes?)?|changelog|changes|what'?s[-_ ]?new|notes?|news|history|relnotes|rel)?"
    r"[-_. ]*"
    r"(?P<version>v?\d[\w.+-]*?)(?:[-_. ](?:release[-_ ]?)?(?:notes?|changelog|changes|release|whats[-_ ]?new))?",
    re.IGNORECASE,
)
_MARKDOWN_LINE = re.compile(r"^ {0,3}#{1,6}[ \t]+\S", re.MULTILINE)
_RST_LINE = re.compile(r"^\S[^\n]*\n([=~^\"'`*+#-])\1{2,}[ \t]*$", re.MULTILINE)
_NEITHER = {"index", "readme", "template", "contributing"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Changelog:
    """A changelog: its place, its format and its text with plain line ends; of a folder, the files as `parts`."""

    where: Location
    format: Format
    text: str
    parts: tuple[Changelog, ...] = ()


def read(path: Path, root: Path) -> Changelog:
    """Read the changelog file or folder; refuse what is no text, too large, or not to be read."""
    where = Location(file=_relative(path, root))
    if path.is_dir():
        return Changelog(where=where, format="folder", text="", parts=_parts(path, root))
    text = decode(_content(path, where), where)
    return Changelog(where=where, format=_format(path, text), text=text)


@lru_cache(maxsize=2)
def decode(content: bytes, where: Location) -> str:
    """Return the text of UTF-8 bytes, without a byte order mark and with plain line ends."""
    for mark, name in _OTHER_ENCODINGS.items():
        if content.startswith(mark):
            raise _refused(f"{where} is written in {name}", f"save {where} as UTF-8")
    content = content.removeprefix(codecs.BOM_UTF8)
    bad = content.find(b"\0")
    if bad >= 0:
        line = content.count(b"\n", 0, bad) + 1
        raise _refused(f"{where}:{line} holds a NUL byte", f"remove the byte from line {line} of {where}")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _refused(f"{where}:{line} is not valid UTF-8", f"save {where} as UTF-8; look at line {line}") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def name_version(file: str) -> Version | None:
    """Return the version that a file of this name describes: "1.2.3.rst", "v1.2.md", "2.0.0-notes.rst"."""
    name = file.rsplit("/", 1)[-1]
    stem, _, suffix = name.rpartition(".")
    if f".{suffix.lower()}" not in SUFFIXES:
        stem = name
    found = _VERSION_NAME.fullmatch(stem)
    version = tokens.parse(found["version"]) if found else None
    # A lone number is the name of a change (news/1234.md) unless it says that it is a version.
    if version is None or (len(version.release) == 1 and not re.match("v|release|version", stem, re.IGNORECASE)):
        return None
    return version


def _parts(folder: Path, root: Path) -> tuple[Changelog, ...]:
    """Read the files of the folder: the highest version first, after them those without a version in the name."""
    parts: list[Changelog] = []
    size = 0
    for path in sorted(folder.iterdir())[:MOST_FILES]:
        if not _is_part(path, root):
            continue
        size += path.stat().st_size
        if size > LARGEST:
            raise _too_large(Location(file=_relative(folder, root)))
        parts.append(read(path, root))
    return tuple(sorted(parts, key=_order, reverse=True))


def _is_part(path: Path, root: Path) -> bool:
    known = path.suffix.lower() in SUFFIXES or name_version(path.name) is not None
    return known and path.stem.lower().strip("_.") not in _NEITHER and is_regular(path) and is_inside(path, root)


def _order(part: Changelog) -> tuple[bool, Version, str]:
    version = name_version(part.where.file)
    return version is not None, version or Version("0"), part.where.file


def is_regular(path: Path) -> bool:
    """Whether the path is, or leads to, a regular file that can be read."""
    try:
        return stat.S_ISREG(path.stat().st_mode) and os.access(path, os.R_OK)
    except OSError:
        return False


def is_inside(path: Path, root: Path) -> bool:
    """Whether the path, links followed, stays below the root."""
    try:
        return path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError):
        return False


def _content(path: Path, where: Location) -> bytes:
    if not is_regular(path):
        raise _refused(
            f"{where} is not a file that can be read", f"put a regular, readable file in the place of {where}"
        )
    if path.stat().st_size > LARGEST:
        raise _too_large(where)
    return path.read_bytes()


def _format(path: Path, text: str) -> Format:
    """Take the suffix's word; without one, what most headings look like."""
    by_suffix = SUFFIXES.get(path.suffix.lower(), "text")
    if by_suffix == "markdown":
        return "markdown"
    if by_suffix == "rst":
        return "rst"
    head = text[: 256 * 1024]
    rst, markdown = len(_RST_LINE.findall(head)), len(_MARKDOWN_LINE.findall(head))
    if rst == markdown == 0:
        return "text"
    return "rst" if rst >= markdown else "markdown"


def _relative(path: Path, root: Path) -> str:
    for base in (root, root.resolve()):
        if path.is_relative_to(base):
            return path.relative_to(base).as_posix()
    return path.name


def _too_large(where: Location) -> Refused:
    return _refused(
        f"{where} is larger than {LARGEST // 1024 // 1024} MB", f"move old entries of {where} to another file"
    )


def _refused(what: str, fix: str) -> Refused:
    return Refused(what, state=UNCHANGED, fix=fix)
