"""What of the packages got lost between source, sdist and wheel: modules, and the data beside them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from release_tools.distributions import Member, Wheel
from release_tools.identity.tree import Origin

MODULE = ".py"
CODE = (MODULE, ".so", ".pyd")
INIT = "__init__.py"
# What a project may keep to itself although it lies in a package.
KEPT_FOLDERS = re.compile(
    r"(?i)_?tests?|.*_tests?|testdata|docs?|examples?|bench(marks?)?|\..*|.*\{\{.*|__pycache__|node_modules"
    r"|_build.*|code_generators|src"
)
KEPT_MODULES = re.compile(r"(?i)(test_.*|.*_tests?|tests?|conftest|setup|noxfile)\.py|.*\{\{.*")
# Of data, what a wheel is made from, and what tells people something.
KEPT_DATA = re.compile(
    r"(?i)\..*|(readme|change(s|log)|license|licence|copying|notice|authors|contributing|todo|makefile|build)(\..*)?"
    r"|(package|tsconfig).*\.json|.*\.lock|meson\.build|cmakelists\.txt|.*\.(c|cc|cpp|cxx|h|hh|hpp|pyx|pxi|pxd|f|f90|rs"
    r"|go|in|am|ac|cmake|tmpl|po|pot|tsx?|scss|sass|less|map|orig|bak|py[co]|toml|proto|rst|md|src|inc)"
)
TYPED = "py.typed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Paths in the source: `modules` of packages, `loose` modules in folders that are no packages, `data` files.

    Modules are missing in the wheel, whether the sdist has them or not; data are those that the sdist has.
    """

    modules: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()
    data: tuple[str, ...] = ()


def installed(wheel: Wheel) -> tuple[tuple[str, Member], ...]:
    """Return the files of a wheel with the paths to which they are installed, without those of its metadata.

    Two of them may have one path: each must be judged, for one wins when they are installed.
    """
    return tuple(_installed(wheel))


def _installed(wheel: Wheel) -> Iterator[tuple[str, Member]]:
    for member in wheel.members:
        folder, _, rest = member.name.partition("/")
        if folder.endswith(".data") and member.kind != "folder":
            yield rest.partition("/")[2], member
        elif member.kind == "file" and folder != wheel.dist_info:
            yield member.name, member


def homes(files: Mapping[str, Member], origin: Origin) -> dict[str, str]:
    """Return for each folder of a wheel the folder of the source that most of its files come from."""
    votes: dict[str, Counter[str]] = {}
    for path, member in files.items():
        folder = _folder(path)
        if (twin := origin.namesake(path, member.sha256)) is not None:
            votes.setdefault(folder, Counter())[_folder(twin)] += 1
    return {folder: counted.most_common(1)[0][0] for folder, counted in votes.items()}


def at_home(path: str, homes: Mapping[str, str]) -> str:
    """Return where the source has a file of the wheel, if its folder comes from one of the source."""
    home = homes.get(_folder(path))
    name = PurePosixPath(path).name
    return path if home is None else f"{home}/{name}" if home else name


def loss(name: str, files: Mapping[str, Member], shipped: Mapping[str, str], tree: Mapping[str, str]) -> Loss:
    """Compare the packages of a wheel with their folders in the commit and in the sdist."""
    modules = list(_absent(files, tree, modules=True))
    in_packages = [path for path, home in modules if _is_in_package(path, home, tree)]
    return Loss(
        modules=(*_of_name(name, files, tree), *in_packages),
        loose=tuple(path for path, _ in modules if path not in in_packages),
        data=tuple(path for path, _ in _absent(files, shipped, modules=False)),
    )


def _of_name(name: str, files: Mapping[str, Member], tree: Mapping[str, str]) -> Iterator[str]:
    """Yield the module that has the name of the project, where a wheel holds no module at all."""
    module = re.sub(r"[-_.]+", "_", name).lower()
    expected = {f"{folder}{module}{ending}" for folder in ("", "src/") for ending in (MODULE, f"/{INIT}")}
    if not any(path.endswith(CODE) for path in files):
        yield from (path for path in tree if path.lower() in expected)


def _absent(files: Mapping[str, Member], source: Mapping[str, str], *, modules: bool) -> Iterator[tuple[str, str]]:
    """Yield what stands in a package's folder of the source and not in the wheel, each with that folder."""
    packages = {home: folder for folder, home in _package_homes(files, source).items()}
    known = {(PurePosixPath(path).name, member.sha256) for path, member in files.items() if member.size}
    compiled = {path.partition(".")[0] for path in files if not path.endswith(MODULE)}
    for path, digest in source.items():
        home = _nearest(path, packages)
        if home is None or path.endswith(MODULE) is not modules or _is_kept(path[len(home) + 1 :]):
            continue
        place = f"{packages[home]}{path[len(home) :]}"
        there = place in files or place.partition(".")[0] in compiled
        if not there and (PurePosixPath(path).name, digest) not in known and not _is_of_another(path, home, source):
            yield path, home


def _package_homes(files: Mapping[str, Member], source: Mapping[str, str]) -> dict[str, str]:
    """Return the homes of the folders in which a wheel has modules; the folder of the project itself is none."""
    packages = {_folder(path) for path in files if path.endswith(MODULE)}
    of_packages = {path: member for path, member in files.items() if _folder(path) in packages - {""}}
    found = homes(of_packages, Origin(source))
    return {folder: home for folder, home in found.items() if home and not home.startswith("..")}


def _nearest(path: str, folders: Mapping[str, str]) -> str | None:
    folder = _folder(path)
    while folder:
        if folder in folders:
            return folder
        folder = _folder(folder)
    return None


def _is_kept(rest: str) -> bool:
    """Whether a project may keep to itself what stands at this place in a package."""
    *folders, name = rest.split("/")
    if any(KEPT_FOLDERS.fullmatch(folder) for folder in folders):
        return True
    return name != TYPED and (KEPT_MODULES if name.endswith(MODULE) else KEPT_DATA).fullmatch(name) is not None


def _is_of_another(path: str, home: str, source: Mapping[str, str]) -> bool:
    """Whether a folder on the way is a project of its own."""
    folders = list(_between(path, home))
    return any(f"{folder}/{marker}" in source for folder in folders for marker in ("pyproject.toml", "setup.py"))


def _is_in_package(path: str, home: str, source: Mapping[str, str]) -> bool:
    return all(f"{folder}/{INIT}" in source for folder in _between(path, home))


def _between(path: str, home: str) -> Iterator[str]:
    """Yield the folders of a file below one that it lies in."""
    folder = _folder(path)
    while folder != home:
        yield folder
        folder = _folder(folder)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
