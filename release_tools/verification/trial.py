"""A trial of what strangers get: install it from the index in a fresh environment, import it, call its scripts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from packaging.tags import sys_tags
from packaging.utils import parse_wheel_filename
from packaging.version import Version

from release_tools.adapters import isolation, requirements
from release_tools.adapters.installer import Fresh, Pin
from release_tools.errors import Refused
from release_tools.model import Distribution, Kind, Manifest, Project, Target
from release_tools.verification.installed import Installation

KINDS: tuple[Kind, ...] = ("wheel", "sdist")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What was installed in a fresh environment, imported and called there."""

    kind: Kind
    modules: tuple[str, ...]
    scripts: tuple[str, ...]
    installation: Installation

    def __str__(self) -> str:
        scripts = f", ran {', '.join(self.scripts)}" if self.scripts else ""
        return (
            f"{self.kind}: installed, imported {', '.join(self.modules) or 'nothing, as it holds no module'}{scripts}"
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
        with _told_of(self.target):
            return self._trial(kind)

    def _trial(self, kind: Kind) -> Trial:
        fresh = Fresh(self.folder / kind, self.environment, isolation.find_uv(self.environment))
        fresh.add(tuple(dict.fromkeys(self._requirements(kind))))
        fresh.install(self._pin(kind), self.target.simple_url)
        found = fresh.look(self.project.normalized)
        require_version(kind, found.version, self.version)
        scripts = tuple(f"{script} {fresh.call(script)}" for script in found.scripts)
        return Trial(kind=kind, modules=found.modules, scripts=scripts, installation=found.installation)

    def _pin(self, kind: Kind) -> Pin:
        return Pin(
            name=self.project.normalized,
            version=str(self.version),
            sha256=tuple(each.sha256 for each in installable(self.manifest, kind)),
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


@contextmanager
def _told_of(target: Target) -> Iterator[None]:
    """Say of what is out on a real index already what can still be done: nothing of it can be changed there."""
    try:
        yield
    except Refused as error:
        if target.rehearsal:
            raise
        raise Refused(
            error.what,
            state=f"{error.state}; it is out on {target.name}",
            fix=f"yank it on {target.name}, mend the project, and release a new version",
        ) from error


def others(manifest: Manifest, kinds: Collection[Kind]) -> list[Kind]:
    """Return the kinds of which a release has files, none of them tried."""
    return [kind for kind in KINDS if kind not in kinds and any(each.kind == kind for each in manifest.distributions)]


def require_version(kind: Kind, found: str, wanted: Version) -> None:
    """Refuse what says of itself, once it is installed, that it is another version."""
    if Version(found) != wanted:
        raise Refused(
            f"the {kind} says that it is version {found}, not {wanted}, once it is installed",
            state="the bytes are those that were expected; what was installed for the trial was removed again",
            fix="mend the version in the project, commit, and rehearse again: nox -s release",
        )


def installable(manifest: Manifest, kind: Kind) -> tuple[Distribution, ...]:
    """Return the distributions of a kind that this Python on this machine can install."""
    of_kind = tuple(each for each in manifest.distributions if each.kind == kind)
    if kind == "sdist" or not of_kind:
        return of_kind
    here = frozenset(sys_tags())
    return tuple(each for each in of_kind if here & parse_wheel_filename(each.filename)[3])
