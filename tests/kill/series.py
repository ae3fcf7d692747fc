"""One stage, killed just before one of its side effects and run again: what is then not as it must be."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from release_tools import ledger as ledgers
from release_tools.ledger import Ledger
from tests import canary, running
from tests.kill import hook
from tests.rows.publishing import HOUSE, PASSED, SDIST, TOKEN, WHEEL, Scene, TrustedScene, quiet, scene, trusted

STAGES = ("publish", "verify")
TRUSTED = "trusted"  # publish once more, with an identity that is exchanged for a token
CASES = (*STAGES, TRUSTED)
LIMIT = 120
ORPHAN = 10.0  # seconds in which a child notices that nobody waits for it any more


@dataclass(frozen=True, kw_only=True)
class Series:
    """One stage of one release; `before` is the ledger before the stage, `folder` is for what does not matter."""

    stage: str
    there: Scene
    folder: Path
    before: Ledger

    def points(self) -> list[str]:
        """Run the stage undisturbed; return its side effects in their order."""
        self._begin()
        done = self._run(0)
        assert done.returncode == 0, done.stderr
        faults = list(self._faults(done))
        assert not faults, faults
        return self._noted()

    def killed(self, point: int) -> tuple[str, list[str]]:
        """Kill the stage at a point, run it again; return before what it was killed, and what is wrong then.

        A run that is over before is not killed: the order of what threads do is not always the same.
        """
        self._begin()
        done = self._run(point)
        noted = [*self._noted(), ""]
        if done.returncode == 0:
            return "", list(self._faults(done))
        if done.returncode != -signal.SIGKILL:
            return noted[-2], [f"ended by itself with {done.returncode}: {done.stderr[-500:]}"]
        left = running.names(self._tmp)
        faults = list(self._faults(self._run(0)))
        faults += [f"left in the temporary folder: {name}" for name in running.names(self._tmp) if name not in left]
        faults += [f"a secret is in {name}" for name in self._telling()]
        return noted[-2], faults

    def _telling(self) -> Iterator[str]:
        """Yield what both runs left that tells a credential."""
        secrets = {"token": TOKEN}
        if isinstance(self.there, TrustedScene):
            secrets |= {each: each for each in self.there.minting.minted}
        for folder in (self._dist, self._tmp):
            yield from (name for name, content in canary.below(folder) if canary.leaks(secrets, content))

    def _begin(self) -> None:
        self.there.index.forget()
        if self.stage == "verify":
            for name in (WHEEL, SDIST):
                self.there.brought(name)
        ledgers.write(self.before, self._dist)
        shutil.rmtree(self._tmp, ignore_errors=True)
        self._tmp.mkdir(parents=True)

    def _run(self, point: int) -> running.Done:
        """Run the stage as a user does, to its end or, from 1 on, to one of its side effects."""
        site = self.folder / "site"
        site.mkdir(exist_ok=True)
        shutil.copyfile(hook.__file__, site / "sitecustomize.py")
        more = {
            "KILL_PARENT": str(os.getpid()),
            "KILL_AT": str(point),
            "KILL_NOTES": str(self.folder / "notes"),
            "PYTHONPATH": os.pathsep.join((str(site), str(running.ROOT))),
            "TMPDIR": str(self._tmp),
        }
        if isinstance(self.there, TrustedScene):
            more |= self.there.identity
        command = (sys.executable, "-m", "release_tools", self.stage, "--target", HOUSE)
        return subprocess.run(
            command, cwd=self.there.root, env=quiet() | more, capture_output=True, text=True, timeout=LIMIT, check=False
        )

    def _noted(self) -> list[str]:
        return (self.folder / "notes").read_text(encoding="utf-8").splitlines()

    def _faults(self, done: running.Done) -> Iterator[str]:
        """Yield what is not as it must be after a run that was not killed."""
        if done.returncode or "Traceback" in done.stderr:
            yield f"exit {done.returncode}: {done.stderr[-500:]}"
        wanted = {each.filename: each.sha256 for each in self.before.distributions}
        index = self.there.index
        if {name: file.sha256() for name, file in index.files.items()} != wanted:
            yield f"the index holds {sorted(index.files)}"
        if sorted(index.stored) != sorted(wanted):
            yield f"the index stored {index.stored}"
        if sorted(index.posts) != sorted(wanted if self.stage == "publish" else ()):
            yield f"the index was sent {index.posts}"
        record = self.there.ledger().record(self.stage, HOUSE)
        if record is None or record.status != "passed":
            yield f"the ledger says {record}"
        elif self.stage == "verify" and record.evidence["bytes"] != wanted:
            yield f"the ledger says of the bytes {record.evidence['bytes']}"
        if (names := running.names(self._dist)) != sorted(["SHA256SUMS.txt", "release.json", *wanted]):
            yield f"dist/ holds {names}"
        if left := _orphans(str(self._tmp)):
            yield f"left running: {left}"

    @property
    def _dist(self) -> Path:
        return self.there.root / "dist"

    @property
    def _tmp(self) -> Path:
        return self.folder / "tmp"


def _orphans(mark: str) -> Mapping[int, str]:
    """Return what still runs, after a while, with a text in its environment."""
    until = time.monotonic() + ORPHAN
    while (found := _marked(mark)) and time.monotonic() < until:
        time.sleep(0.05)
    return found


def _marked(mark: str) -> dict[int, str]:
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (folder / "environ").read_bytes():
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    return found


@contextmanager
def of(case: str, folder: Path) -> Iterator[Series]:
    """Give the series of a stage, with an index of its own, in an empty folder."""
    with (trusted if case == TRUSTED else scene)(folder / "scene") as there:
        before = there.ledger()
        if case == "verify":
            before = before.with_record("publish", PASSED, HOUSE)
        yield Series(stage="verify" if case == "verify" else "publish", there=there, folder=folder, before=before)


def chosen(points: int, some: int, seed: int) -> list[int]:
    """Return some of the points from 1 on, by chance, the same for the same seed; all where there are no more."""
    every = range(1, points + 1)
    return sorted(random.Random(seed).sample(every, some)) if some < points else list(every)  # noqa: S311 - no secret
