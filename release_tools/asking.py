"""The indexes of a project, and how they are asked what they hold of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from packaging.version import Version

from release_tools import overlay, targets
from release_tools.adapters.index import Index, Patience
from release_tools.adapters.listing import Listing, version_of
from release_tools.config import Config
from release_tools.errors import ReleaseError, UsageError
from release_tools.facts import index as facts_index
from release_tools.model import Project, Target
from release_tools.options import Options
from release_tools.pipeline import REHEARSAL

PATIENCE = Patience(connect=10, silence=10, total=30)


@dataclass(frozen=True, kw_only=True)
class Asking:
    """The indexes of a project, and how they are asked."""

    project: Project
    options: Options
    config: Config
    environment: Mapping[str, str]

    def is_trial(self, version: Version, released: Collection[Version]) -> bool:
        """Whether a version is one that is only tried; of an index that was named for another it is none."""
        return overlay.is_of_trial(version, released) and self.options.target in (REHEARSAL, overlay.TRIAL)

    def targets(self, *, trial: bool = False) -> tuple[Target, ...]:
        """Return the indexes that count: the one that was named, those that are configured, else the public one.

        The one for trials counts beside others only, and alone for a trial.
        """
        names = [overlay.TRIAL] if trial else list(self.config.targets)
        if set(names) <= {overlay.TRIAL} and not trial:
            names = ["pypi", *names]
        if self._named:
            names = [self.options.target]
        names.sort(key=lambda name: name == overlay.TRIAL)
        return tuple(targets.resolve(name, self.config, self.environment) for name in names)

    def wants(self, target: Target, *, trial: bool) -> bool:
        """Whether an index must hold a version: that for trials holds a release only where somebody asks for it."""
        return target.name != overlay.TRIAL or trial or self._named

    def command(self, target: Target) -> str:
        """Return how a command for an index begins."""
        return f"RELEASE_TARGET={target.name} nox -s"

    @property
    def _named(self) -> bool:
        return self.options.target != REHEARSAL

    def listing(self, target: Target, version: Version) -> Listing | ReleaseError:
        """Return what an index holds of a version, or why nobody knows."""
        try:
            return self._index(target).listing(self.project.normalized, version)
        except ReleaseError as error:
            return error

    def every(self, target: Target) -> dict[Version, list[str]]:
        """Return the names of all files of an index by version, those of a yanked one with their reason behind."""
        found: dict[Version, list[str]] = {}
        for each in self._index(target).others(self.project.normalized):
            if version := version_of(each.filename):
                found.setdefault(version, []).append("" if each.yanked is None else "yanked")
        return found

    def _index(self, target: Target) -> Index:
        if self.options.offline:
            raise UsageError("it was not asked (--offline)", state="", fix="ask again without --offline: nox -s status")
        return Index(facts_index.with_address(target, self.environment, self.project.root), PATIENCE)
