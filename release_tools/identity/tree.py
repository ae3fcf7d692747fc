"""The files of a commit, and any set of files as what another one may have come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# What tells a build what to do. Read at the root of the project, as far as it is of a usual size.
CONFIGURATION = (
    "pyproject.toml", "setup.cfg", "setup.py", "hatch.toml", "hatch_build.py", "pdm_build.py", "build.py",
    "meson.build", "CMakeLists.txt",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTree:
    """The files of one commit as a checkout has them before any build.

    Paths are relative to the folder of the project; those of what lies beside it begin with `../`. `files` are SHA-256
    digests, of a link that of the file it leads to; `links` are where links lead, `texts` the contents of
    `CONFIGURATION`.
    """

    files: Mapping[str, str]
    links: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, bytes] = field(default_factory=dict)


class Origin:
    """Digests of files by path, and paths by digest."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files
        self._folders: dict[str, list[str]] = {}
        self._contents = set(files.values())
        self._twins: dict[tuple[str, str], list[str]] = {}
        for path, digest in files.items():
            folder, _, name = f"/{path}".rpartition("/")
            self._folders.setdefault(name, []).append(folder)
            self._twins.setdefault((digest, name), []).append(path)

    def has_content(self, digest: str) -> bool:
        """Whether there is a file of this content, whatever its name."""
        return digest in self._contents

    def has_beside(self, path: str, name: str) -> bool:
        """Whether there is a file of this name in the folder of another one, wherever that lies in the source."""
        folder = f"/{path}".rpartition("/")[0]
        places = self._folders.get(name, ())
        return any(each.endswith(folder) for each in places) if folder else not {"", "/src"}.isdisjoint(places)

    def namesake(self, path: str, digest: str) -> str | None:
        """Return a file of the same content and name, in whatever folder: the one that lies most alike."""
        found = self._twins.get((digest, _name(path)), [])
        return min(found, key=lambda twin: (not f"/{twin}".endswith(f"/{path}"), len(twin), twin), default=None)


def _name(path: str) -> str:
    return path.rpartition("/")[2]
