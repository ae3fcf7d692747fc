"""The stage `verify`."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from packaging.tags import sys_tags
from packaging.utils import parse_wheel_filename
from packaging.version import Version

from release_tools.adapters import files, isolation, parallel, rehearsal_index, requirements
from release_tools.adapters.index import Index, other_bytes
from release_tools.adapters.installer import Fresh, Pin
from release_tools.errors import NotYetVisible, Refused
from release_tools.ledger import Ledger
from release_tools.model import Distribution, Kind, Manifest, Project, Target
from release_tools.stages import Outcome

KINDS: tuple[Kind, ...] = ("wheel", "sdist")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What was installed in a fresh environment, imported and called there."""

    kind: Kind
    modules: tuple[str, ...]
    scripts: tuple[str, ...]

    def __str__(self) -> str:
        scripts = f", ran {', '.join(self.scripts)}" if self.scripts else ""
        return (
            f"{self.kind}: installed, imported {', '.join(self.modules) or 'nothing, as it holds no module'}{scripts}"
        )


def verify(
    project: Project,
    version: Version,
    manifest: Manifest,
    target: Target,
    ledger: Ledger,
    cache: Path,
    say: Callable[[str], None],
    environment: Mapping[str, str],
) -> Outcome:
    """Look at what strangers get: the exact files, byte for byte, and that each installs and works."""
    _require_published(ledger, target)
    with files.private_folder("verify") as folder, _reached(target, cache) as reached:
        say(f"downloading {len(manifest.distributions)} files from {target.name}")
        bytes_there = _download(Index(reached), project, version, manifest, folder)
        kinds = [kind for kind in KINDS if _installable(manifest, kind)]
        say(f"installing {' and '.join(kinds)} from {target.name} into fresh environments")
        attempt = Attempt(
            project=project, version=version, manifest=manifest, target=reached, folder=folder, environment=environment
        )
        trials = parallel.together([partial(attempt.trial, kind) for kind in kinds])
    return Outcome(
        ledger=ledger,
        summary=(
            f"{len(bytes_there)} files on {target.name} equal the ledger byte for byte",
            *map(str, trials),
            *(
                f"{kind}: none of this release fits this machine, so none was installed"
                for kind in _others(manifest, kinds)
            ),
        ),
        evidence={
            "bytes": bytes_there,
            "installed": kinds,
            "imports": sorted({module for trial in trials for module in trial.modules}),
            "scripts": sorted({script for trial in trials for script in trial.scripts}),
        },
    )


def _require_published(ledger: Ledger, target: Target) -> None:
    record = ledger.record("publish", target.name)
    if record is None or record.status != "passed":
        prefix = "" if target.rehearsal else f"RELEASE_TARGET={target.name} "
        raise Refused(
            f"the ledger holds no proof that this release was published to {target.name}",
            state="nothing was downloaded",
            fix=f"publish first: {prefix}nox -s publish",
        )


@contextmanager
def _reached(target: Target, cache: Path) -> Iterator[Target]:
    """Give the target with its addresses; the rehearsal's index shows again what publish left in its folder."""
    if target.rehearsal:
        with rehearsal_index.serve(cache / rehearsal_index.FOLDER, secrets.token_urlsafe(32)) as served:
            yield served
    else:
        yield target


def _download(index: Index, project: Project, version: Version, manifest: Manifest, folder: Path) -> dict[str, str]:
    """Save exactly the files of the ledger, each compared by size and digest."""
    listed = index.held(project.normalized, version, manifest).files
    _require_exact(listed.keys(), manifest, index.target)
    found = {}
    for each in manifest.distributions:
        size, sha256 = index.download(listed[each.filename], folder / each.filename, each.size)
        if (size, sha256) != (each.size, each.sha256):
            raise other_bytes(index.target, each, sha256)
        found[each.filename] = sha256
    return found


def _require_exact(listed: Collection[str], manifest: Manifest, target: Target) -> None:
    ours = [each.filename for each in manifest.distributions]
    if extra := sorted(set(listed) - set(ours)):
        raise Refused(
            f"{target.name} lists files of this version that are not in the ledger: {', '.join(extra)}",
            state="nothing was installed; files that nobody here built are on the index",
            fix="begin a new rehearsal: nox -s release"
            if target.rehearsal
            else "find out who uploaded them; if nobody of the project did, yank the release and revoke all tokens",
        )
    if missing := [name for name in ours if name not in listed]:
        raise NotYetVisible(
            f"{target.name} does not list {', '.join(missing)}",
            state=f"{len(listed)} of {len(ours)} files are there, with the digests of the ledger",
            fix="run the same command again in a few minutes; if it stays so, publish again: what is there is skipped",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One release, downloaded to a folder, and the index to install it from."""

    project: Project
    version: Version
    manifest: Manifest
    target: Target
    folder: Path
    environment: Mapping[str, str]

    def trial(self, kind: Kind) -> Trial:
        """Install the wheel, or build and install the sdist, in an environment of its own, and use it."""
        fresh = Fresh(self.folder / kind, self.environment, isolation.find_uv(self.environment))
        fresh.add(tuple(dict.fromkeys(self._requirements(kind))))
        fresh.install(self._pin(kind), self.target.simple_url)
        found = fresh.look(self.project.normalized)
        require_version(kind, found.version, self.version)
        scripts = tuple(f"{script} {fresh.call(script)}" for script in found.scripts)
        return Trial(kind=kind, modules=found.modules, scripts=scripts)

    def _pin(self, kind: Kind) -> Pin:
        return Pin(
            name=self.project.normalized,
            version=str(self.version),
            sha256=tuple(each.sha256 for each in _installable(self.manifest, kind)),
            wheel=kind == "wheel",
        )

    def _requirements(self, kind: Kind) -> Iterator[str]:
        paths = {each.kind: self.folder / each.filename for each in self.manifest.distributions}
        if kind == "sdist":
            yield from requirements.to_build(paths["sdist"])
        if "wheel" in paths:
            yield from requirements.of_wheel(paths["wheel"])
        else:
            yield from requirements.of_sdist(paths["sdist"])


def _others(manifest: Manifest, kinds: Collection[Kind]) -> list[Kind]:
    return [kind for kind in KINDS if kind not in kinds and any(each.kind == kind for each in manifest.distributions)]


def require_version(kind: Kind, found: str, wanted: Version) -> None:
    """Refuse what says of itself, once it is installed, that it is another version."""
    if Version(found) != wanted:
        raise Refused(
            f"the {kind} says that it is version {found}, not {wanted}, once it is installed",
            state="the bytes on the index equal the ledger; what was installed for the trial was removed again",
            fix="mend the version in the project, commit, and rehearse again: nox -s release",
        )


def _installable(manifest: Manifest, kind: Kind) -> tuple[Distribution, ...]:
    """Return the distributions of a kind that this Python on this machine can install."""
    of_kind = tuple(each for each in manifest.distributions if each.kind == kind)
    if kind == "sdist" or not of_kind:
        return of_kind
    here = frozenset(sys_tags())
    return tuple(each for each in of_kind if here & parse_wheel_filename(each.filename)[3])
