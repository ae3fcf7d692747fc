"""What may stand in `dist/`: exactly the files that the ledger lists, regular ones, with the bytes that it lists.

Only what the ledger proves to be ours is ever removed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from itertools import zip_longest
from pathlib import Path

from release_tools import ledger as ledgers
from release_tools import pipeline
from release_tools.adapters import files, parallel, process
from release_tools.errors import Refused
from release_tools.ledger import Ledger

SUMS = "SHA256SUMS.txt"
NOTES = "RELEASE_NOTES.md"
ATTESTATIONS = "attestations"
ATTESTATION = ".publish.attestation"
LATER = (SUMS, NOTES)
SHOWN = 10
LARGEST = 1 << 20  # of a list of checksums
UNTOUCHED = "nothing was opened, changed or removed"


def require_ours(dist: Path, ledger: Ledger) -> None:
    """Refuse a `dist/` that holds anything but files of ours as the ledger lists them; of ours, clear leftovers."""
    present = entries(dist)
    foreign = [name for name in present if name not in ledger.files and not _derived(dist / name, ledger)]
    _require_no(foreign, dist)
    _require_plain(dist, present)
    changed = [name for name in present if name in ledger.files and not _equal(dist, name, ledger)]
    if changed:
        fix = "if they are of no use, remove them; then run the same command again"
        raise _refused(dist, "holds files that were changed after we wrote them", changed, fix)


def clear(dist: Path) -> None:
    """Remove all but the ledger; `require_ours` has shown that every file is ours."""
    for name in entries(dist):
        (dist / name).unlink()
    with suppress(FileNotFoundError, NotADirectoryError):
        (dist / ATTESTATIONS).rmdir()


def holds(dist: Path, ledger: Ledger) -> bool:
    """Whether every distribution of the ledger is there with equal bytes."""
    present = entries(dist)
    return bool(ledger.distributions) and all(
        each.filename in present and files.sha256(dist / each.filename) == each.sha256 for each in ledger.distributions
    )


def verify_exact(dist: Path, ledger: Ledger, stage: str = "") -> None:
    """Refuse unless `dist/` holds exactly the files of the ledger with exactly their bytes.

    A file that is not there is nothing to the stage that writes it anew, nor to those before it.
    """
    present = entries(dist)
    ours = {each.filename for each in ledger.distributions}
    known = {*ledger.files, *ours, *LATER, *(f"{ATTESTATIONS}/{name}{ATTESTATION}" for name in ours)}
    _require_no([name for name in present if name not in known], dist)
    _require_plain(dist, present)
    expected = {**ledger.files, **{each.filename: each.sha256 for each in ledger.distributions}}
    before = pipeline.NAMES[: pipeline.NAMES.index(stage)] if stage else pipeline.NAMES
    if missing := [name for name in expected if name not in present and _writer(name) in before]:
        first = min(map(_writer, missing), key=pipeline.NAMES.index)
        raise _refused(dist, "misses files of the release", missing, _again(first))
    found = sha256_of(dist, (name for name in expected if name in present))
    for name, sha256 in expected.items():
        if found.get(name, sha256) != sha256:
            where = _first_difference(dist / name, sums(ledger)) if name == SUMS else ""
            raise Refused(
                f"{dist / name} was changed{where}: its SHA-256 is {found[name]}, the ledger lists {sha256}",
                state="nothing was done with it; nothing was uploaded",
                fix=f"restore the file, or remove it and {_again(_writer(name))}",
            )


def _writer(name: str) -> str:
    """Return the stage that writes a file of `dist/`."""
    return "attest" if name.startswith(f"{ATTESTATIONS}/") else _WRITERS.get(name, "build")


_WRITERS = {SUMS: "checksums", NOTES: "draft"}


def _again(stage: str) -> str:
    same = ", all for the same RELEASE_TARGET" if stage == "attest" else ""
    return f"have it written again: nox -s {stage}, then what comes after it{same}"


def _first_difference(path: Path, expected: bytes) -> str:
    """Return the first line that is not as we wrote it; of a file that is too large to be ours none."""
    if path.stat().st_size > LARGEST:
        return ""
    lines = zip_longest(path.read_bytes().splitlines(keepends=True), expected.splitlines(keepends=True))
    return next((f" in line {line}" for line, (found, ours) in enumerate(lines, start=1) if found != ours), "")


def sha256_of(dist: Path, names: Iterable[str]) -> Mapping[str, str]:
    """Return the digests of some files, read side by side: hashing lets other threads run."""
    ordered = sorted(names)
    lanes = min(len(ordered), os.cpu_count() or 1)
    found = parallel.together([partial(_sha256_each, dist, ordered[lane::lanes]) for lane in range(lanes)])
    return {name: sha256 for lane in found for name, sha256 in lane.items()}


def _sha256_each(dist: Path, names: Iterable[str]) -> Mapping[str, str]:
    return {name: files.sha256(dist / name) for name in names}


def sums(ledger: Ledger) -> bytes:
    """Return the content of SHA256SUMS.txt: what `sha256sum -c` and `shasum -c` take, sorted by name."""
    rows = sorted((each.filename, each.sha256) for each in ledger.distributions)
    return "".join(f"{sha256}  {filename}\n" for filename, sha256 in rows).encode()


def entries(dist: Path) -> tuple[str, ...]:
    """Return all that stands in `dist/` but the ledger, by name; leftovers of a killed run of ours are removed."""
    if not os.path.lexists(dist):
        return ()
    if dist.is_symlink() or not dist.is_dir():
        raise Refused(
            f"{dist} is {'a symbolic link' if dist.is_symlink() else 'no folder'}",
            state="it was neither followed nor changed",
            fix=f"remove {dist}, or name another folder with --dist",
        )
    return tuple(name for name in sorted(_names(dist)) if name != ledgers.FILENAME and not _cleared(dist / name))


def _names(dist: Path) -> Iterator[str]:
    """Yield what stands in the folder; of the attestations each, of any other folder only itself."""
    for path in dist.iterdir():
        if path.name == ATTESTATIONS and path.is_dir() and not path.is_symlink():
            yield from (f"{ATTESTATIONS}/{each.name}" for each in path.iterdir())
        else:
            yield path.name


def _cleared(path: Path) -> bool:
    """Whether it is a temporary file of ours: of a killed run it is removed, another run that lives needs its own."""
    if not path.name.startswith(files.TEMPORARY) or not stat.S_ISREG(path.lstat().st_mode):
        return False
    writer = files.writer(path.name)
    if writer is None or writer == os.getpid() or not process.lives(writer):
        path.unlink(missing_ok=True)
    return True


def _require_plain(dist: Path, names: Iterable[str]) -> None:
    """Refuse whatever is no regular file of one name and some content; nothing is opened for it."""
    present = {name: (dist / name).lstat() for name in (*names, ledgers.FILENAME) if os.path.lexists(dist / name)}
    for name, state in present.items():
        for kind, applies in _ODD:
            if applies(state):
                raise Refused(
                    f"{dist / name} is {kind}", state=UNTOUCHED, fix=f"remove {dist / name}, then run it again"
                )


_ODD: tuple[tuple[str, Callable[[os.stat_result], bool]], ...] = (
    ("a symbolic link", lambda state: stat.S_ISLNK(state.st_mode)),
    ("a folder", lambda state: stat.S_ISDIR(state.st_mode)),
    ("no regular file", lambda state: not stat.S_ISREG(state.st_mode)),
    ("a hard link: the same bytes have a second name", lambda state: state.st_nlink > 1),
    ("empty", lambda state: state.st_size == 0),
)


def _require_no(foreign: list[str], dist: Path) -> None:
    if foreign:
        fix = "move it elsewhere, then run the same command again"
        raise _refused(dist, "holds what is not ours", foreign, fix)


def _derived(path: Path, ledger: Ledger) -> bool:
    """Whether it is our list of checksums, written just before we were killed."""
    expected, state = sums(ledger), path.lstat()
    same_size = stat.S_ISREG(state.st_mode) and state.st_size == len(expected)
    return path.name == SUMS and same_size and path.read_bytes() == expected


def _equal(dist: Path, name: str, ledger: Ledger) -> bool:
    return files.sha256(dist / name) == ledger.files[name]


def _refused(dist: Path, what: str, names: list[str], fix: str) -> Refused:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return Refused(f"{dist} {what}: {', '.join(names[:SHOWN])}{more}", state=UNTOUCHED, fix=fix)
