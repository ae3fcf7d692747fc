"""What an installed project imports of others, and which distribution each import belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """An import that always happens: `module` by its full name, in a file of the project, and who has such a module."""

    file: str
    line: int
    module: str
    owners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """A fresh environment: the project's normalized name, all that is installed, and what the project imports of it.

    `requires` holds the requirements of each distribution as its metadata says them, by normalized name.
    """

    name: str
    requires: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    uses: tuple[Use, ...] = ()

    def declared(self) -> frozenset[str]:
        """Return what the project asks for under any condition, with what it asks for by an extra of another."""
        own = list(self._requirements(self.name))
        return frozenset(name for each in own for name in (canonicalize_name(each.name), *self._of_extras(each)))

    def brought_by(self, name: str) -> tuple[str, ...]:
        """Return who needs a distribution, but for the project; where nobody always does, who may by an extra."""
        others = sorted(other for other in self.requires if other not in (self.name, name))
        needs = {other: [each for each in self._requirements(other) if _name(each) == name] for other in others}
        always = tuple(other for other in others if any(_holds(each, "") for each in needs[other]))
        return always or tuple(other for other in others if needs[other])

    def whole(self) -> bool:
        """Whether everything that the project asks for under any condition is installed."""
        return self.declared() <= self.requires.keys()

    def _of_extras(self, requirement: Requirement) -> Iterator[str]:
        for each in self._requirements(canonicalize_name(requirement.name)):
            if each.marker and any(_holds(each, extra) for extra in requirement.extras):
                yield _name(each)

    def _requirements(self, name: str) -> Iterator[Requirement]:
        return filter(None, map(_requirement, self.requires.get(name, ())))


def _requirement(text: str) -> Requirement | None:
    """Return what a distribution asks for; others' old ones are not always requirements."""
    try:
        return Requirement(text)
    except InvalidRequirement:
        return None


def _holds(requirement: Requirement, extra: str) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


def _name(requirement: Requirement) -> str:
    return canonicalize_name(requirement.name)
