"""The project's repository on GitHub. Facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from release_tools.config import Config
from release_tools.github import release as github_release
from release_tools.github import repository as github_repository
from release_tools.model import Source, Target

if TYPE_CHECKING:
    from release_tools.adapters.github import GitHub


def github(environment: Mapping[str, str], source: Source) -> GitHub | None:
    """Return the project's repository on GitHub; None where it has none."""
    if (repository := github_repository.of(environment, source.remote)) is None:
        return None
    from release_tools.adapters.github import GitHub

    return GitHub(repository)


def release_page(target: Target, config: Config, environment: Mapping[str, str], source: Source) -> GitHub | None:
    """Return the repository whose release belongs to what goes to the target; None where there is no such thing."""
    return github(environment, source) if github_release.belongs(target, config) else None
