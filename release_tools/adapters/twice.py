"""Builds a commit twice, side by side, in surroundings that differ in all that must not matter."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from release_tools.adapters import archives, backend, git, strays, submodules, twine_check
from release_tools.adapters.backend import Backend, Surroundings
from release_tools.adapters.git import Git
from release_tools.adapters.isolation import Isolated, find_uv, has_pip
from release_tools.adapters.parallel import together


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to build: a commit of a repository with one tag, `package` being the project's folder in it."""

    repository: Git
    package: Path
    commit: str
    commit_time: int
    tag: tuple[str, str] | None
    settle: bool
    environment: Mapping[str, str]
    cwd: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The sdist of one build and the wheel built from it."""

    sdist: Path
    wheel: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """Both builds, what built them, and what was installed for that."""

    one: Pair
    other: Pair
    installer: str
    requirements: Mapping[str, str]


def build(order: Order, folder: Path) -> Built:
    """Build sdist and wheel twice below an empty folder; raises ServiceFailed, Refused or UsageError."""
    isolated = _isolated(order, folder)
    one, other = (_Site(order, each, folder, isolated) for each in (backend.ONE, backend.OTHER))
    with _quietly(), _without_strays(isolated.temporary, one.temporary, other.temporary):
        together([isolated.create, one.clone, other.clone])
        isolated.install(one.backend(one.source).system_requires())
        isolated.install(chain.from_iterable(together([one.sdist_requires, other.sdist_requires])))
        together([one.build_sdist, other.build_sdist])
        isolated.install(chain.from_iterable(together([one.wheel_requires, other.wheel_requires])))
        together([one.build_wheel, other.build_wheel, twine_check.load])
    return Built(one=one.pair(), other=other.pair(), installer=isolated.installer, requirements=isolated.versions())


def _isolated(order: Order, folder: Path) -> Isolated:
    return Isolated(
        folder=folder / "environment",
        environment=backend.environment(order.environment, order.commit_time),
        cwd=order.cwd,
        limit=backend.limit(order.environment),
        uv=find_uv(order.environment),
        pip=has_pip(),
    )


class _Site:
    """One of the two builds: a folder of its own with all that it makes."""

    def __init__(self, order: Order, surroundings: Surroundings, folder: Path, isolated: Isolated) -> None:
        self._order = order
        self._isolated = isolated
        self._time = max(0, order.commit_time - surroundings.age)
        self._folder = folder / surroundings.folder
        self.temporary = self._folder / "tmp"
        self._environment = {**isolated.environment, **surroundings.environment(self.temporary)}
        self.source = self._folder / "clone" / order.package
        self._sdist = self._wheel = self._unpacked = Path()

    def clone(self) -> None:
        self.temporary.mkdir(parents=True)
        checkout = self._folder / "clone"
        git.clean_clone(self._order.repository, self._order.commit, checkout, self._order.tag)
        submodules.fill(checkout, self._order.repository.root)
        archives.level(checkout, self._time)

    def sdist_requires(self) -> set[str]:
        return self.backend(self.source).requires("sdist")

    def build_sdist(self) -> None:
        self._sdist = self.backend(self.source).build("sdist", self._made("sdist"))
        if self._order.settle:
            archives.settle(self._sdist, self._order.commit_time)
        self._unpacked = archives.unpack(self._sdist, self._made("unpacked"))
        archives.level(self._unpacked, self._time)

    def wheel_requires(self) -> set[str]:
        return self.backend(self._unpacked, of_sdist=True).requires("wheel")

    def build_wheel(self) -> None:
        self._wheel = self.backend(self._unpacked, of_sdist=True).build("wheel", self._made("wheel"))

    def pair(self) -> Pair:
        return Pair(sdist=self._sdist, wheel=self._wheel)

    def backend(self, source: Path, *, of_sdist: bool = False) -> Backend:
        return Backend(source, self._isolated, self._environment, self._isolated.limit, of_sdist=of_sdist)

    def _made(self, name: str) -> Path:
        folder = self._folder / name
        folder.mkdir()
        return folder


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep to themselves the warnings of build and of backends, which Python would print."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def _without_strays(*temporary: Path) -> Iterator[None]:
    """End whatever was left running, also what left its process group; it knows one of our temporary folders."""
    try:
        yield
    finally:
        strays.end("TMPDIR", map(str, temporary))
