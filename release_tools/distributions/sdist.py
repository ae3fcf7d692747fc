"""Reads sdists, also those in a form that no index takes any more."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import IO

from release_tools.distributions import Member, Sdist, container, core, zip_archive
from release_tools.distributions.container import GZIP, ZIP, Stream
from release_tools.distributions.content import Keeper, Listener
from release_tools.distributions.faults import FORMAT, Broken, Faults
from release_tools.distributions.tar_archive import Reader

ENDING = ".tar.gz"
KEPT = frozenset({"PKG-INFO", "pyproject.toml", "setup.py", "setup.cfg"})
HEADER = 8


def read(filename: str, file: IO[bytes], listener: Listener | None = None) -> Sdist:
    """Read an sdist from an open file, whatever it holds; the listener is given every piece of every content."""
    faults, keeper = Faults(), Keeper(_is_wanted)
    size = container.size(file)
    file.seek(0)
    head = file.read(HEADER)
    members = _members(file, size, faults, keeper, listener)
    texts: dict[str, bytes] = {}
    for name, content in keeper.texts.items():
        texts.setdefault(name.partition("/")[2], content)
    told = core.read(texts.get("PKG-INFO"), keeper, faults)
    return Sdist(
        filename=filename,
        members=members,
        metadata=told,
        fault=faults.ended,
        faults=faults.all(),
        texts=texts,
        packed=size,
        tops=_tops(members),
        gzip_time=struct.unpack("<I", head[4:])[0] if head.startswith(b"\x1f\x8b") and len(head) == HEADER else 0,
    )


def _members(
    file: IO[bytes], size: int, faults: Faults, keeper: Keeper, listener: Listener | None
) -> tuple[Member, ...]:
    found = container.kind(file)
    reader: Reader | None = None
    try:
        _require_sdist(found, faults, two=container.is_two(file, size, found))
        if found == ZIP:
            return zip_archive.read(file, size, faults, keeper, listener)
        reader = Reader(Stream(file, size, found), faults, keeper, listener)
        reader.read()
    except Broken as broken:
        faults.end(broken)
    return tuple(reader.members) if reader else ()


def _require_sdist(found: str, faults: Faults, *, two: bool) -> None:
    if two:
        faults.add(FORMAT, f"it is {found} by its beginning and {ZIP} by its end: the index refuses both at once")
    if not found:
        raise Broken(FORMAT, f"it is no archive: an sdist is {GZIP}")
    if found != GZIP:
        faults.add(FORMAT, f"it is {found}: an sdist is {GZIP}, named {ENDING}")


def _is_wanted(name: str) -> bool:
    folder, _, rest = name.partition("/")
    return bool(folder) and rest in KEPT


def _tops(members: Iterable[Member]) -> tuple[str, ...]:
    return tuple(sorted({member.name.partition("/")[0] for member in members}))
