"""Says of each file of a release where it comes from: the sdist's from the commit, the wheel's from the sdist."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from release_tools.distributions import Member, Sdist, Wheel, namespaces
from release_tools.identity import habits, named, packages, rewritten
from release_tools.identity.named import Named
from release_tools.identity.packages import Loss
from release_tools.identity.tree import Origin, SourceTree

OF_VERSION = "named by the configuration"
OF_CONFIGURATION = "configuration, written anew"
EXCEPTED = "excepted"
INTERPRETER = b"#!python"
CODE = (".py", ".pth", ".so", ".pyd", ".dll", ".dylib")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """A file that comes from nowhere known: its digest, and the one that the source has in its place, empty for none.

    `link` is where it leads if it is a link.
    """

    name: str
    found: str = ""
    expected: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """How many files are those of the source, which ones a build made by which habit, and which are strangers."""

    same: int = 0
    made: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    strangers: tuple[Stranger, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """Both traces, what was lost of the packages, and all that the commit has and the sdist has not."""

    sdist: Trace
    wheel: Trace
    loss: Loss
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Build:
    """What is known of how a release was built."""

    used: frozenset[str]
    named: Named
    excepted: frozenset[str]
    platform: bool
    namespaces: frozenset[str]


def lineage(tree: SourceTree, sdist: Sdist, wheel: Wheel, excepted: frozenset[str] = frozenset()) -> Lineage | None:
    """Trace a release; `excepted` are paths that are meant to differ. None where an archive cannot be read."""
    if sdist.fault or wheel.fault:
        return None
    pyproject = named.parsed(tree.texts.get("pyproject.toml", b"").decode("utf-8", "replace"))
    build = _Build(
        used=habits.tools(pyproject),
        named=named.named(tree),
        excepted=excepted,
        platform=not wheel.filename.endswith("-any.whl"),
        namespaces=frozenset(each.name for each in wheel.members if namespaces.is_of_setuptools(wheel, each)),
    )
    shipped, placed = members_of(sdist), packages.installed(wheel)
    installed = dict(placed)
    source = {path: member.sha256 for path, member in shipped.items() if member.kind != "link"}
    of_sdist = _Tracer("sdist", Origin(tree.files), build, _configuration(tree, sdist), tree.links)
    homes = packages.homes(installed, Origin(source))
    scripts = frozenset((PurePosixPath(path).name, member.script) for path, member in shipped.items() if member.script)
    of_wheel = _Tracer("wheel", Origin(source), build, scripts=scripts)
    return Lineage(
        sdist=of_sdist.trace(_members(sdist), lambda path: (path,)),
        wheel=of_wheel.trace(placed, lambda path: (path, f"src/{path}", packages.at_home(path, homes))),
        loss=packages.loss(wheel.metadata.name if wheel.metadata else "", installed, source, tree.files),
        left_out=tuple(sorted(path for path in tree.files if path not in shipped and not path.startswith("../"))),
    )


def members_of(sdist: Sdist) -> dict[str, Member]:
    """Return files and links of an sdist by their paths below its top folder."""
    return dict(_members(sdist))


def _members(sdist: Sdist) -> Iterable[tuple[str, Member]]:
    return (
        (member.name.partition("/")[2], member)
        for member in sdist.members
        if member.kind in ("file", "hardlink", "link")
    )


def _configuration(tree: SourceTree, sdist: Sdist) -> Mapping[str, tuple[bytes, bytes]]:
    return {path: (tree.texts.get(path, b""), content) for path, content in sdist.texts.items()}


class _Tracer:
    """Looks for the origin of each file; `configuration` are contents before and after the build.

    `scripts` are those of the source, by name and by their digest without the interpreter.
    """

    def __init__(
        self,
        kind: str,
        origin: Origin,
        build: _Build,
        configuration: Mapping[str, tuple[bytes, bytes]] | None = None,
        links: Mapping[str, str] | None = None,
        scripts: frozenset[tuple[str, str]] = frozenset(),
    ) -> None:
        self._kind = kind
        self._origin = origin
        self._build = build
        self._configuration = configuration or {}
        self._links = links or {}
        self._scripts = scripts

    def trace(self, files: Iterable[tuple[str, Member]], places: Callable[[str], Iterable[str]]) -> Trace:
        """Judge all files; `places` are the paths at which the source is expected to have a file."""
        same = 0
        made: dict[str, tuple[str, ...]] = {}
        strangers = []
        for path, member in files:
            expected = [self._origin.files[place] for place in places(path) if place in self._origin.files]
            if self._is_same(path, member, expected):
                same += 1
            elif habit := self._habit(path, member, changed=bool(expected)):
                made[habit] = (*made.get(habit, ()), path)
            else:
                strangers.append(_stranger(path, member, expected))
        return Trace(same=same, made=made, strangers=tuple(strangers))

    def _is_same(self, path: str, member: Member, expected: list[str]) -> bool:
        if member.kind == "link":
            return self._links.get(path) == member.link
        if member.sha256 in expected or self._is_script(path, member):
            return True
        return not expected and self._is_moved(path, member)

    def _is_moved(self, path: str, member: Member) -> bool:
        """Whether the source has the file elsewhere; code gets another name only where the configuration names that."""
        name = PurePosixPath(path).name
        if self._origin.namesake(path, member.sha256) is not None:
            return True
        renamed = not name.endswith(CODE) or name in self._build.named.mentioned
        return renamed and self._origin.has_content(member.sha256)

    def _is_script(self, path: str, member: Member) -> bool:
        """Whether the source has it but for the interpreter in its first line, which an installer puts in anew."""
        folder, _, rest = member.name.partition("/")
        installed = folder.endswith(".data") and rest.startswith("scripts/") and member.head.startswith(INTERPRETER)
        return installed and (PurePosixPath(path).name, member.script) in self._scripts

    def _habit(self, path: str, member: Member, *, changed: bool) -> str:
        """Return the name of the habit by which a build made or changed a file, empty for none."""
        build = self._build
        if member.kind == "link":
            return ""
        if any(f"/{each}".endswith(f"/{path}") for each in build.excepted):
            return EXCEPTED
        before, after = self._configuration.get(path, (b"", b""))
        if after and rewritten.is_same(path, before, after, build.used):
            return OF_CONFIGURATION
        judge = build.named.changes if changed else build.named.makes
        if judge(path, member.size):
            return OF_VERSION
        found = habits.habit_of(path, self._kind, build.used, self._origin, platform=build.platform)
        if found is None or (changed and not found.changes) or (found.declared and member.name not in build.namespaces):
            return ""
        return found.name


def _stranger(path: str, member: Member, expected: list[str]) -> Stranger:
    return Stranger(name=path, found=member.sha256, expected=expected[0] if expected else "", link=member.link)
