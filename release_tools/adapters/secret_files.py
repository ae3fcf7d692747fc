"""The door to files that are searched for secrets: through no link, and by several processes where there is much."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from release_tools.adapters import parallel, process
from release_tools.errors import ServiceFailed
from release_tools.secret_scan import bounds, names, scan
from release_tools.secret_scan import files as files_by_name
from release_tools.secret_scan.bounds import SEPARATOR, Budget
from release_tools.secret_scan.report import Exposed, Searched
from release_tools.secret_scan.scan import Match
from release_tools.secret_scan.values import NONE, Needle, Needles
from release_tools.text import without_secrets

MOST = 20  # of one file
SMALL = 1 << 16  # bytes
ALONE = 24 << 20  # bytes for which a second process does not pay
WORKER = Path(__file__).with_name("secret_worker.py")
WORKERS = 4
LIMIT = 3600.0
PER_FILE = 8 << 10  # what opening a file costs, in bytes of searching
KEPT = 1 << 26
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class Place(NamedTuple):
    """A file: where it is, how to call it, its path within what was to be searched, and its size."""

    path: str
    name: str
    within: str
    size: int


def below(folder: str, shown: str) -> Iterator[Place | str]:
    """Yield the files below a folder, and words for what cannot be read; links and git's own folder are left out."""
    named = os.path.join(shown, "")  # noqa: PTH118 - quick, as is the rest here
    waiting = [""]
    while waiting:
        within = waiting.pop()
        try:
            with os.scandir(os.path.join(folder, within)) as entries:  # noqa: PTH118
                inside = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            yield f"{named}{within}: {error.strerror}"
            continue
        folders = []
        for entry in inside:
            if not entry.is_dir(follow_symlinks=False):
                found = place(entry.path, f"{named}{within}{entry.name}", f"{within}{entry.name}")
                yield from (found,) if found is not None else ()
            elif entry.name != ".git":
                folders.append(f"{within}{entry.name}/")
        waiting += reversed(folders)


def place(path: str, name: str, within: str) -> Place | str | None:
    """Return a file with its size, words for what cannot be read, None for a link."""
    try:
        state = os.lstat(path)
    except OSError as error:
        return f"{name}: {error.strerror}"
    if stat.S_ISLNK(state.st_mode):
        return None
    return Place(path, name, within, state.st_size) if stat.S_ISREG(state.st_mode) else f"{name}: no regular file"


def search(places: Iterable[Place | str | None], needles: Needles = NONE, *, unpacked: int | None = None) -> Searched:
    """Search files for secrets; `unpacked` bounds what all archives together may unpack to, else each has its bound."""
    every = tuple(places)
    files = [each for each in every if isinstance(each, Place)]
    size = sum(each.size for each in files)
    workers = min(WORKERS, os.cpu_count() or 1, 1 + size // ALONE)
    share = None if unpacked is None else unpacked // workers
    found, untold = _together(files, needles, share, workers) if workers > 1 else _alone(files, needles, share)
    return Searched(
        exposed=tuple(sorted(found, key=_order)),
        files=len(files),
        size=size,
        untold=(*(each for each in every if isinstance(each, str)), *untold),
    )


def _order(exposed: Exposed) -> tuple[str, str, int]:
    return exposed.file, exposed.member or "", exposed.match.offset


Found = tuple[list[Exposed], list[str]]


def _alone(files: Sequence[Place], needles: Needles, unpacked: int | None) -> Found:
    found: list[Exposed] = []
    untold: list[str] = []
    shared = None if unpacked is None else Budget(left=unpacked, untold=untold)
    for each in _suspects(files, needles):
        try:
            some = tuple(islice(_in_file(each, needles, shared, untold), MOST))
        except OSError as error:
            untold.append(f"{each.name}: {error.strerror}")
            continue
        found += some
        if len(some) == MOST:
            untold.append(f"{each.name}: no more than the first {MOST} secrets in it are told")
    return found, untold


def _suspects(files: Iterable[Place], needles: Needles) -> Iterator[Place]:
    """Yield the files that need a look of their own; the small ones, which are most, get one together before."""
    batch: list[tuple[Place, bytes]] = []
    size = 0
    for each in files:
        content = _small(each)
        if content is None:
            yield each
            continue
        batch.append((each, content))
        size += len(content)
        if size >= scan.CHUNK:
            yield from _of_batch(batch, needles)
            batch, size = [], 0
    yield from _of_batch(batch, needles)


def _of_batch(batch: Sequence[tuple[Place, bytes]], needles: Needles) -> Iterator[Place]:
    if scan.holds_any(b"\n\n".join(content for _, content in batch), needles):
        yield from (each for each, content in batch if scan.holds_any(content, needles))


def _small(each: Place) -> bytes | None:
    """Return the content of a small file of which nothing but the content matters; None for any other."""
    if each.size > SMALL or names.opaque(each.within) or files_by_name.shapes(each.within):
        return None
    try:
        with open(each.path, "rb", buffering=0, opener=_open) as file:
            content = file.read(SMALL + 1)
    except OSError:
        return None  # the look of its own tells why
    whole = len(content) <= SMALL and not bounds.archive(content) and not content.startswith(scan.WIDE)
    return content if whole else None


def _in_file(each: Place, needles: Needles, shared: Budget | None, untold: list[str]) -> Iterator[Exposed]:
    with open(each.path, "rb", buffering=0, opener=_open) as file:
        # All of it where it is small, as most files are.
        begin = file.read(min(each.size, scan.CHUNK) + 1)
        kinds = set()
        if bounds.archive(begin):
            from release_tools.secret_scan import nested

            for leak in nested.search(file, shared or bounds.allowed(each.size, untold), needles, each.name):
                kinds.add(leak.match.kind)
                yield _exposed(each, leak.match, leak.member)
            file.seek(len(begin))
        if begin and (opaque := names.opaque(each.within)):
            yield _exposed(each, Match(kind=opaque))
        # What an archive holds without compressing it was found in its member already.
        for match in scan.stream(file, needles, each.within, begin):
            if match.kind not in kinds:
                yield _exposed(each, match)


def _exposed(each: Place, match: Match, path: str = "") -> Exposed:
    """Return a find; `path` is that of a member, which begins with the name of its file."""
    below = path.removeprefix(each.name)
    fixture = not match.sure and names.is_fixture(each.within + below)
    return Exposed(file=each.name, member=below.removeprefix(SEPARATOR) or None, match=match, fixture=fixture)


def _open(path: str, flags: int) -> int:
    return os.open(path, flags | _FLAGS)


def _together(files: Sequence[Place], needles: Needles, unpacked: int | None, workers: int) -> Found:
    """Share the work with processes of our own; they are told on their standard input what to look for."""
    first, *others = _shares(files, workers)
    wanted = [(needle.kind, needle.form.decode("latin-1")) for needle in needles.needles]
    jobs = [json.dumps({"places": share, "needles": wanted, "unpacked": unpacked}).encode() for share in others]
    results = parallel.together(
        [lambda: _alone(first, needles, unpacked), *(lambda job=job: _elsewhere(job) for job in jobs)]
    )
    return [each for found, _ in results for each in found], [each for _, untold in results for each in untold]


def _shares(files: Sequence[Place], workers: int) -> list[list[Place]]:
    """Return shares of about the same size; the largest files first, each to whoever has least."""
    shares: list[list[Place]] = [[] for _ in range(workers)]
    sizes = [0] * workers
    for each in sorted(files, key=lambda each: each.size, reverse=True):
        least = sizes.index(min(sizes))
        shares[least].append(each)
        sizes[least] += each.size + PER_FILE
    return shares


def _elsewhere(job: bytes) -> Found:
    argv = (sys.executable, "-I", str(WORKER))
    done = process.run(argv, env=without_secrets(os.environ), timeout=LIMIT, keep=KEPT, given=job)
    if done.code:
        raise ServiceFailed(
            f"a part of the search for secrets failed: {done.tail}", state="nothing was changed", fix="run it again"
        )
    answer = json.loads(done.out)
    return [Exposed(**row | {"match": Match(**row["match"])}) for row in answer["exposed"]], answer["untold"]


def work(job: bytes) -> str:
    """Do one share of a search, as its process does; return what `_elsewhere` reads."""
    given = json.loads(job)
    needles = Needles([Needle(kind, form.encode("latin-1")) for kind, form in given["needles"]])
    found, untold = _alone([Place(*each) for each in given["places"]], needles, given["unpacked"])
    return json.dumps({"exposed": [asdict(each) for each in found], "untold": untold})
