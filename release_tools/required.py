"""Whether the indexes that must hold a commit before another one gets it do hold it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from packaging.version import Version

from release_tools import targets
from release_tools.adapters.index import Index
from release_tools.adapters.listing import Listed, version_of
from release_tools.config import Config
from release_tools.errors import Refused
from release_tools.ledger import Ledger
from release_tools.model import Project, Source


def require_held(
    names: Iterable[str], project: Project, version: Version, source: Source, config: Config,
    environment: Mapping[str, str], ledger: Ledger, *, offline: bool,
) -> None:  # fmt: skip
    """Refuse a release that a required index holds neither itself nor as the trial of this very commit."""
    ours = _digests(ledger, version, source)
    for name in names:
        if offline:
            raise _missing(name, "it was not asked (--offline)", "run it without --offline and RELEASE_OFFLINE")
        target = targets.resolve(name, config, environment)
        if not target.simple_url:
            raise _missing(name, "its address is not known here", "install twine, which knows the public ones")
        held = [each for each in Index(target).others(project.normalized) if _is_held(each, version, source, ours)]
        if {each.filename.endswith(".whl") for each in held} != {True, False}:
            what = f"the files of {version} that are in dist/" if ours else str(version)
            raise _missing(
                name,
                f"it lists wheel and sdist neither of {what} nor of a trial of {source.commit[:12]}",
                f"RELEASE_TARGET={name} nox -s release",
            )


def _digests(ledger: Ledger, version: Version, source: Source) -> Mapping[str, str]:
    """Return the digests of what was built of this commit; none before it is built."""
    if (ledger.built.get("commit"), ledger.built.get("version")) != (source.commit, str(version)):
        return {}
    return {each.filename: each.sha256 for each in ledger.distributions}


def _is_held(file: Listed, version: Version, source: Source, ours: Mapping[str, str]) -> bool:
    found = version_of(file.filename)
    if file.yanked is not None or found is None:
        return False
    if found != version:
        return found.dev == source.commit_time
    # Before anything is built no digest is known, and some indexes list none: then the version alone must do.
    return not ours or (file.filename in ours and file.sha256 in (None, ours[file.filename]))


def _missing(name: str, why: str, fix: str) -> Refused:
    return Refused(
        f"{name} must hold this commit first: {why}", state="nothing was built and nothing was sent", fix=fix
    )
