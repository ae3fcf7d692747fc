"""Watches the working tree while others' programs run: what they may change lies elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from release_tools.adapters.git import Git
from release_tools.errors import Refused, ServiceFailed, UsageError

SHOWN = 10
State = Mapping[str, tuple[int, ...]]


@contextmanager
def unchanged(repository: Git, *ours: Path) -> Iterator[None]:
    """Refuse what writes into the working tree, also when it fails besides; some folders are ours to write into."""
    before = _tree(repository, ours)
    try:
        yield
    except (Refused, ServiceFailed, UsageError):
        _require_unchanged(before, _tree(repository, ours))
        raise
    _require_unchanged(before, _tree(repository, ours))


def _tree(repository: Git, ours: tuple[Path, ...]) -> State:
    """Return what differs from the commit in the working tree, each with what would change if it were written to."""
    top = repository.root.resolve()
    within = [each.resolve().relative_to(top).as_posix() for each in ours if top in each.resolve().parents]
    return {path: _state(top / path) for path in repository.dirty(sorted({".nox", "dist", *within}))}


def _state(path: Path) -> tuple[int, ...]:
    try:
        state = path.lstat()
    except FileNotFoundError:
        return ()
    return state.st_ino, state.st_size, state.st_mtime_ns


def _require_unchanged(before: State, after: State) -> None:
    changed = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    if changed:
        more = f" and {len(changed) - SHOWN} more" if len(changed) > SHOWN else ""
        raise Refused(
            f"the working tree changed while the build ran: {', '.join(changed[:SHOWN])}{more}",
            state="dist/ is as it was; the changed files were left as they are",
            fix="let the build backend write only into its own folder (git status shows what it did), then build again",
        )
