"""The door to what git stores: the list of tracked files, and every object of every ref, in batches."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from release_tools.adapters import process
from release_tools.adapters.git import Git
from release_tools.adapters.git.safety import SAFE, environment
from release_tools.errors import ServiceFailed

REGULAR = ("100644", "100755")
LONG = 3600.0
BATCH = 32 << 20  # bytes of objects that are asked for at once
LARGEST = 100 << 20  # of one object
LISTING = 1 << 30  # bytes of names
KINDS = ("blob", "commit", "tag")


class Stored(NamedTuple):
    """An object: its id, kind and size, and the path by which it was first come upon."""

    object_id: str
    kind: str
    size: int
    path: str


class Place(NamedTuple):
    """Where an object came into history."""

    commit: str
    path: str


def tracked(git: Git) -> tuple[str, ...]:
    """Return the regular files below this folder that git tracks; no link, no submodule."""
    rows = os.fsdecode(_run(git, ("ls-files", "--stage", "-z"))).split("\0")
    entries = (row.partition("\t") for row in rows if row)
    return tuple(dict.fromkeys(path for state, _, path in entries if state.startswith(REGULAR)))


def every(git: Git) -> tuple[Stored, ...]:
    """Return every object that some ref leads to, folders excepted, each once."""
    named = _run(git, ("rev-list", "--objects", "--all", "--"))
    paths: dict[str, str] = {}
    for line in named.decode("utf-8", "backslashreplace").split("\n"):
        object_id, _, path = line.partition(" ")
        if object_id:
            paths.setdefault(object_id, path)
    check = ("cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize)")
    answers = _run(git, check, "\n".join(paths).encode()).decode().split("\n")
    rows = (line.split(" ") for line in answers if line)
    return tuple(Stored(row[0], row[1], int(row[2]), paths[row[0]]) for row in rows if row[1] in KINDS)


def contents(git: Git, stored: Iterable[Stored]) -> Iterator[tuple[Stored, bytes]]:
    """Yield each object with its content."""
    for batch in _batches(stored):
        room = sum(each.size for each in batch) + 128 * len(batch)
        answer = _run(git, ("cat-file", "--batch"), "\n".join(each.object_id for each in batch).encode(), room)
        at = 0
        for each in batch:
            start = answer.index(b"\n", at) + 1
            yield each, answer[start : start + each.size]
            at = start + each.size + 1


def _batches(stored: Iterable[Stored]) -> Iterator[list[Stored]]:
    batch: list[Stored] = []
    size = 0
    for each in stored:
        if batch and size + each.size > BATCH:
            yield batch
            batch, size = [], 0
        batch.append(each)
        size += each.size
    if batch:
        yield batch


def introduced(git: Git, object_ids: Sequence[str]) -> dict[str, Place]:
    """Return for blobs the oldest commit that has them, and the path there; one walk for all of them."""
    wanted = tuple(f"--find-object={object_id}" for object_id in object_ids)
    if not wanted:
        return {}
    how = ("log", "--all", "--topo-order", "-c", "--raw", "-z", "--no-abbrev", "--no-renames", "--format=%x01%H")
    listing = _run(git, (*how, *wanted, "--")).decode("utf-8", "backslashreplace")
    places: dict[str, Place] = {}
    for block in listing.split("\x01"):
        commit, *fields = block.replace("\n", "\0").split("\0")
        rows = iter(field for field in fields if field)
        for row in rows:
            # A merge has a colon and an id for each parent; the last id is that of the result.
            places.update(_placed(commit, row.split(" "), next(rows, ""), frozenset(object_ids)))
    return places


def _placed(commit: str, row: Sequence[str], path: str, wanted: frozenset[str]) -> dict[str, Place]:
    object_id = row[-2] if len(row) > 1 else ""
    return {object_id: Place(commit, path)} if object_id in wanted else {}


def _run(git: Git, arguments: Sequence[str], given: bytes | None = None, room: int = LISTING) -> bytes:
    done = process.run(
        ("git", *SAFE, *arguments), cwd=git.root, env=environment(), timeout=LONG, keep=room, given=given
    )
    if done.code:
        raise ServiceFailed(
            f"git {arguments[0]} failed: {done.tail or f'exit code {done.code}'}",
            state="nothing was changed",
            fix="mend what git complains about, then run the same command again",
        )
    return done.out
