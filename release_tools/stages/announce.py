"""The stage `announce`."""

from __future__ import annotations

from collections.abc import Mapping

from release_tools.config import Config
from release_tools.github import release as github_release
from release_tools.github import repository as github_repository
from release_tools.ledger import Ledger
from release_tools.model import Source, Target
from release_tools.stages import Outcome

NO_PAGE = "a rehearsal makes no release on GitHub"
BY_HAND = "no release on GitHub is made yet; take dist/RELEASE_NOTES.md for one made by hand"


def announce(target: Target, config: Config, source: Source, ledger: Ledger, environment: Mapping[str, str]) -> Outcome:
    """Make the draft public, where a release page belongs to the target."""
    return Outcome(ledger=ledger, status="nothing-to-do", reason=why_none(target, config, source, environment))


def why_none(target: Target, config: Config, source: Source, environment: Mapping[str, str]) -> str:
    """Return why this release gets no page on GitHub."""
    if target.rehearsal:
        return NO_PAGE
    if not github_release.belongs(target, config):
        return f"no release on GitHub belongs to {target.name}"
    on_github = github_repository.of(environment, source.remote)
    return BY_HAND if on_github else "the project has no remote on GitHub"
