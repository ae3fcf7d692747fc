"""Where a build backend works: a clean clone of one commit, beside an isolated environment, and nothing outlives it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from release_tools.adapters import backend, git, strays, submodules
from release_tools.adapters.backend import Backend, Surroundings
from release_tools.adapters.git import Git
from release_tools.adapters.isolation import Isolated, find_uv, has_pip


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the backend gets: a commit of a repository with one tag, `package` being the project's folder in it.

    `limit` is how many seconds one call may take, `cwd` where the installers look for the user's configuration.
    """

    repository: Git
    package: Path
    commit: str
    commit_time: int
    tag: tuple[str, str] | None
    environment: Mapping[str, str]
    cwd: Path
    limit: float


def isolated(order: Order, folder: Path) -> Isolated:
    """Return the environment for an order, not made yet."""
    return Isolated(
        folder=folder / "environment",
        environment=backend.environment(order.environment, order.commit_time),
        cwd=order.cwd,
        limit=order.limit,
        uv=find_uv(order.environment),
        pip=has_pip(),
    )


class Site:
    """A folder of its own, with the clone and with all that is made from it."""

    def __init__(self, order: Order, surroundings: Surroundings, folder: Path, isolated: Isolated) -> None:
        self._order = order
        self._isolated = isolated
        self._folder = folder / surroundings.folder
        self.checkout = self._folder / "clone"
        self.temporary = self._folder / "tmp"
        self._environment = {**isolated.environment, **surroundings.environment(self.temporary)}
        self.source = self.checkout / order.package

    def clone(self) -> None:
        """Check the commit out, its submodules too."""
        self.temporary.mkdir(parents=True)
        git.clean_clone(self._order.repository, self._order.commit, self.checkout, self._order.tag)
        submodules.fill(self.checkout, self._order.repository.root)

    def backend(self, source: Path, *, of_sdist: bool = False) -> Backend:
        """Return the backend of a source tree."""
        return Backend(source, self._isolated, self._environment, self._isolated.limit, of_sdist=of_sdist)

    def made(self, name: str) -> Path:
        """Return a new empty folder."""
        folder = self._folder / name
        folder.mkdir()
        return folder


@contextmanager
def at_work(*temporary: Path) -> Iterator[None]:
    """Keep the warnings of build and of backends to themselves, and end whatever is left running afterwards.

    What left its process group still knows the temporary folder that it was given.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        strays.end("TMPDIR", map(str, temporary))
