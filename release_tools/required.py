"""Whether the indexes that must hold a commit before another one gets it do hold it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from packaging.version import Version

from release_tools import targets
from release_tools.adapters.index import Index
from release_tools.adapters.listing import Listed, version_of
from release_tools.config import Config
from release_tools.errors import Refused
from release_tools.model import Project, Source


def require_held(
    names: Iterable[str], project: Project, version: Version, source: Source, config: Config,
    environment: Mapping[str, str], *, offline: bool,
) -> None:  # fmt: skip
    """Refuse a release that a required index holds neither by its version nor as the trial of this very commit."""
    for name in names:
        if offline:
            raise _missing(name, "it was not asked (--offline)")
        target = targets.resolve(name, config, environment)
        if not target.simple_url:
            raise _missing(name, "its address is not known here; twine, once installed, knows it")
        held = [each for each in Index(target).others(project.normalized) if _is_held(each, version, source)]
        if {each.filename.endswith(".whl") for each in held} != {True, False}:
            raise _missing(
                name, f"it lists wheel and sdist neither of {version} nor of a trial of {source.commit[:12]}"
            )


def _is_held(file: Listed, version: Version, source: Source) -> bool:
    found = version_of(file.filename)
    return file.yanked is None and found is not None and (found == version or found.dev == source.commit_time)


def _missing(name: str, why: str) -> Refused:
    return Refused(
        f"{name} must hold this commit first: {why}",
        state="nothing was built and nothing was sent",
        fix=f"RELEASE_TARGET={name} nox -s release",
    )
