"""Builds a commit twice, side by side, in surroundings that differ in all that must not matter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from release_tools.adapters import archives, backend, build_site, checked_out
from release_tools.adapters.backend import Surroundings
from release_tools.adapters.build_site import Site
from release_tools.adapters.isolation import Isolated
from release_tools.adapters.parallel import together
from release_tools.identity.tree import SourceTree
from release_tools.overlay import Replacement


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(build_site.Order):
    """What to build; `settle` says whether the sdist is normalised, `overlay` what is replaced in the clone first."""

    settle: bool
    overlay: tuple[Replacement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The sdist of one build and the wheel built from it."""

    sdist: Path
    wheel: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """Both builds, what they were made of, what built them, and what was installed for that."""

    one: Pair
    other: Pair
    tree: SourceTree
    installer: str
    requirements: Mapping[str, str]
    locked: frozenset[str]


def build(order: Order, folder: Path, meanwhile: Callable[[], None] = lambda: None) -> Built:
    """Build sdist and wheel twice below an empty folder; raises ServiceFailed, Refused or UsageError.

    What is to be done meanwhile is done while this waits for the installer.
    """
    isolated = build_site.isolated(order, folder)
    one, other = (_Site(order, each, folder, isolated) for each in (backend.ONE, backend.OTHER))
    with build_site.at_work(isolated.temporary, one.temporary, other.temporary):
        together([isolated.create, one.clone, other.clone])
        tree = checked_out.read(one.checkout, order.package)
        together([one.install_backend, meanwhile])
        isolated.install(chain.from_iterable(together([one.sdist_requires, other.sdist_requires])))
        together([one.build_sdist, other.build_sdist])
        isolated.install(chain.from_iterable(together([one.wheel_requires, other.wheel_requires])))
        together([one.build_wheel, other.build_wheel])
    return Built(
        one=one.pair(),
        other=other.pair(),
        tree=tree,
        installer=isolated.installer_version(),
        requirements=isolated.versions(),
        locked=isolated.locked,
    )


def tree(order: Order, folder: Path) -> SourceTree:
    """Return what the commit holds, from a clone below an empty folder; nothing is built."""
    site = _Site(order, backend.ONE, folder, build_site.isolated(order, folder))
    site.clone()
    return checked_out.read(site.checkout, order.package)


class _Site(Site):
    """One of the two builds."""

    def __init__(self, order: Order, surroundings: Surroundings, folder: Path, isolated: Isolated) -> None:
        super().__init__(order, surroundings, folder, isolated)
        self._settled = order.commit_time if order.settle else None
        self._overlay = order.overlay
        self._time = max(0, order.commit_time - surroundings.age)
        self._sdist = self._wheel = self._unpacked = Path()

    def clone(self) -> None:
        super().clone()
        for each in self._overlay:
            checked_out.rewrite(self.source / each.file, each.applied)
        archives.level(self.checkout, self._time)

    def install_backend(self) -> None:
        self._isolated.install(self.backend(self.source).system_requires())

    def sdist_requires(self) -> set[str]:
        return self.backend(self.source).requires("sdist")

    def build_sdist(self) -> None:
        self._sdist = self.backend(self.source).build("sdist", self.made("sdist"))
        if self._settled is not None:
            archives.settle(self._sdist, self._settled)
        self._unpacked = archives.unpack(self._sdist, self.made("unpacked"))
        archives.level(self._unpacked, self._time)

    def wheel_requires(self) -> set[str]:
        return self.backend(self._unpacked, of_sdist=True).requires("wheel")

    def build_wheel(self) -> None:
        self._wheel = self.backend(self._unpacked, of_sdist=True).build("wheel", self.made("wheel"))

    def pair(self) -> Pair:
        return Pair(sdist=self._sdist, wheel=self._wheel)
