"""What a reader gets: the files, the parsed pyproject.toml and the build backend that will really be used."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from release_tools.versions.backend import backend_of
from release_tools.versions.ini import Ini, parse_ini
from release_tools.versions.reading import UnreadableError
from release_tools.versions.tree import Tree

if TYPE_CHECKING:
    from release_tools.versions.evaluate import Evaluator

_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^]]*)])?([^;@]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The facts about one project; `backend` is the family of its build backend, such as `hatch`."""

    tree: Tree
    pyproject: Mapping[str, Any]
    backend: str
    setup_cfg: Ini
    _evaluators: list[Evaluator] = field(default_factory=list)

    @property
    def python(self) -> Evaluator:
        """What reads the project's modules; made when it is first needed, which it rarely is."""
        if not self._evaluators:
            from release_tools.versions.evaluate import Evaluator

            self._evaluators.append(Evaluator(tree=self.tree))
        return self._evaluators[0]

    def table(self, *keys: str) -> Mapping[str, Any]:
        """Return a table of pyproject.toml; an empty one where there is none."""
        return table(self.pyproject, *keys)

    @property
    def project(self) -> Mapping[str, Any]:
        """The standard metadata."""
        return self.table("project")

    @property
    def name(self) -> str:
        """The name of the project as its backend takes it; empty where it cannot be read."""
        places = (self.project, self.table("tool", "poetry"), self.table("tool", "flit", "metadata"))
        names = (text(place, key) for place in places for key in ("name", "dist-name", "module"))
        return next((name for name in names if name), "") or self.setup_cfg.get("metadata", "name")

    @property
    def dynamic(self) -> bool:
        """Whether the standard metadata leaves the version to the backend."""
        listed = self.project.get("dynamic")
        return isinstance(listed, list) and "version" in listed

    def requires(self) -> Iterator[tuple[str, frozenset[str], str]]:
        """Yield the build requirements: normalized name, extras, and the versions that are allowed."""
        listed = self.table("build-system").get("requires")
        for requirement in listed if isinstance(listed, list) else ():
            found = _REQUIREMENT.match(requirement) if isinstance(requirement, str) else None
            if found:
                extras = frozenset(part.strip() for part in (found[2] or "").split(","))
                yield normalize(found[1]), extras, found[3].strip(" ()")


def table(data: Any, *keys: str) -> Mapping[str, Any]:  # noqa: ANN401 - foreign data
    """Return a table inside parsed data; an empty one where there is none."""
    for key in keys:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data if isinstance(data, Mapping) else {}


def text(data: Mapping[str, Any], key: str) -> str:
    """Return a string of a table; an empty one where there is none."""
    value = data.get(key)
    return value if isinstance(value, str) else ""


def normalize(name: str) -> str:
    """Return the normalized form of a name that may not be a valid one."""
    return re.sub(r"[-_.]+", "-", name).lower()


def gather(tree: Tree, pyproject: Mapping[str, Any]) -> Facts:
    """Collect what the readers need to know."""
    return Facts(tree=tree, pyproject=pyproject, backend=backend_of(tree, pyproject), setup_cfg=_setup_cfg(tree))


def _setup_cfg(tree: Tree) -> Ini:
    if not tree.has_file("setup.cfg"):
        return Ini()
    try:
        return parse_ini(tree.text("setup.cfg"))
    except UnreadableError as reason:
        return Ini(broken=str(reason))
