"""What is known of the project, its checkout, its target and its ledger: facts, each a function of other facts.

The name of a function is the name of the fact; `supply` calls it when a stage or a check asks for it. More facts stand
in `facts_release` (version, tag, changelog) and `facts_git` (history and remote), which are read only when needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from release_tools import config as configuration
from release_tools import ledger as ledgers
from release_tools import targets, toml
from release_tools.adapters import git as git_door
from release_tools.adapters.git import Git
from release_tools.config import Config
from release_tools.errors import Refused, UsageError
from release_tools.ledger import Ledger
from release_tools.model import Manifest, Project, Source, Target
from release_tools.options import Options

NOT_DIRT = ("dist", ".nox")
SETUPTOOLS = "setuptools.build_meta"
MARKERS = ("pyproject.toml", "setup.py", "setup.cfg")


def top(folder: Path) -> Path:
    """Return the root of the repository."""
    return git_door.toplevel(folder)


def root(folder: Path, top: Path, options: Options) -> Path:
    """Return the folder of the project: where pyproject.toml, setup.py or setup.cfg stands."""
    chosen = _package_folder(top, folder, options.package)
    if not any((chosen / marker).is_file() for marker in MARKERS):
        raise UsageError(
            f"neither pyproject.toml nor setup.py nor setup.cfg in {chosen}",
            state="nothing was looked at",
            fix="run this in the folder of a Python project",
        )
    return chosen


def _package_folder(top: Path, folder: Path, package: str | None) -> Path:
    here = folder if any((folder / marker).is_file() for marker in MARKERS) else top
    if package is None:
        return here
    if (top / package).is_dir() and top.resolve() in (top / package).resolve().parents:
        return top / package
    from packaging.utils import canonicalize_name

    for marker in sorted(top.glob("*/pyproject.toml")) + sorted(top.glob("*/*/pyproject.toml")):
        name = _table(_parsed(marker), "project").get("name")
        if isinstance(name, str) and canonicalize_name(name) == canonicalize_name(package):
            return marker.parent
    raise UsageError(
        f"no package {package!r} in this repository",
        state="nothing was looked at",
        fix="give --package the folder of the package or the name in its pyproject.toml",
    )


def git(root: Path) -> Git:
    """Return the repository that holds the project."""
    return Git(root)


def pyproject(root: Path) -> Mapping[str, Any]:
    """Return pyproject.toml as parsed, empty where there is none; raises UsageError for a broken one."""
    path = root / "pyproject.toml"
    return _parsed(path) if path.is_file() else {}


def _parsed(path: Path) -> Mapping[str, Any]:
    try:
        return toml.parse(path.read_text(encoding="utf-8-sig"))
    except (ValueError, OSError) as error:
        raise UsageError(
            f"{path.name} cannot be read: {error}", state="nothing was done", fix=f"mend {path.name}"
        ) from error


def _table(parent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = parent.get(name)
    return value if isinstance(value, Mapping) else {}


def config(pyproject: Mapping[str, Any]) -> Config:
    """Return the project's settings."""
    named = _table(_table(_table(pyproject, "tool"), "release-tools"), "checks")
    return configuration.read(pyproject, _check_ids() if named else None)


def _check_ids() -> frozenset[str]:
    from release_tools import checks

    return frozenset(each.id for each in checks.of((*checks.SOURCE, *checks.DISTRIBUTIONS)))


def project(root: Path, pyproject: Mapping[str, Any]) -> Project:
    """Return what the project says of itself."""
    from packaging.utils import canonicalize_name

    name = _declared_name(root, pyproject)
    return Project(
        root=root,
        name=name,
        normalized=canonicalize_name(name),
        backend=str(_table(pyproject, "build-system").get("build-backend") or SETUPTOOLS),
        pyproject=pyproject,
    )


def _declared_name(root: Path, pyproject: Mapping[str, Any]) -> str:
    stated = _table(pyproject, "project").get("name")
    if isinstance(stated, str) and stated:
        return stated
    from release_tools.versions import setup_py
    from release_tools.versions.facts import gather
    from release_tools.versions.tree import plant

    read = gather(plant(root), pyproject)
    return read.name or setup_py.name(read) or root.name


def commit(git: Git) -> str:
    """Return the full id of the commit that HEAD names."""
    found = git.ask("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    if found is None:
        raise UsageError(
            f"the repository around {git.root} has no commit",
            state="nothing was looked at",
            fix="commit the project first",
        )
    return found.strip()


def source(root: Path, git: Git, dist: Path, commit: str) -> Source:
    """Return the state of the checkout."""
    ignored = {*NOT_DIRT, dist.name} if dist.parent == root else set(NOT_DIRT)
    return Source(
        root=root,
        commit=commit,
        commit_time=git.commit_time(commit),
        branch=git.branch(),
        default_branch=git.default_branch(),
        dirty=git.dirty(sorted(ignored)),
        shallow=git.shallow(),
        remote=git.remote(),
    )


def target(options: Options, config: Config) -> Target:
    """Return where the release goes."""
    return targets.resolve(options.target, config)


def dist(root: Path, options: Options) -> Path:
    """Return the folder in which the release is handed over; never through a link."""
    folder = root / options.dist
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise Refused(
            f"{folder} is {'a symbolic link' if folder.is_symlink() else 'no folder'}",
            state="it was neither followed nor changed",
            fix=f"remove {folder}, or name another folder with --dist",
        )
    return folder


def old_ledger(dist: Path) -> Ledger | None:
    """Return the ledger that stands in `dist/`, of whatever commit."""
    return ledgers.read(dist)


def ledger(old_ledger: Ledger | None, commit: str, options: Options) -> Ledger:
    """Return the ledger of this very commit; raises Refused when there is none."""
    if old_ledger is None:
        raise Refused(
            f"{options.command} has no evidence to stand on: there is no ledger in {options.dist}/",
            state="nothing was done",
            fix="nox -s release rehearses everything; to go step by step, begin with nox -s validate",
        )
    if old_ledger.commit != commit:
        raise Refused(
            f"the ledger in {options.dist}/ is of commit {old_ledger.commit[:12]}, HEAD is {commit[:12]}",
            state="nothing was done; the files in it were not touched",
            fix="begin again for this commit: nox -s release",
        )
    return old_ledger


def manifest(dist: Path, ledger: Ledger) -> Manifest:
    """Return the exact distributions of the release and the digest of the ledger that lists them."""
    return Manifest(folder=dist, distributions=ledger.distributions, ledger_sha256=ledgers.digest(dist))
