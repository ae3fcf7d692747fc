"""What is known of the project, its checkout, its target and its ledger. Facts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from release_tools import config as configuration
from release_tools import ledger as ledgers
from release_tools import targets, toml
from release_tools.adapters import git as git_door
from release_tools.adapters.git import Checkout, Git, Head
from release_tools.adapters.parallel import beside
from release_tools.config import Config
from release_tools.errors import Refused, UsageError
from release_tools.ledger import Ledger
from release_tools.model import Manifest, Project, Release, Source, Target
from release_tools.options import Options
from release_tools.supply import Supply

NOT_DIRT = ("dist", ".nox")
SETUPTOOLS = "setuptools.build_meta"
MARKERS = ("pyproject.toml", "setup.py", "setup.cfg")
LARGEST = 1_000_000
LONGEST_NAME = 200  # a file's name has room for 255, version and tags included
_NAME = re.compile(r"(?ai)[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?")


def checkout(folder: Path) -> Checkout:
    """Return the working tree around the folder in which we were started."""
    return git_door.checkout(folder)


def top(checkout: Checkout) -> Path:
    """Return the root of the repository."""
    return checkout.top


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
        _require_small(path)
        return toml.parse(path.read_text(encoding="utf-8-sig"))
    except (ValueError, OSError) as error:
        raise UsageError(
            f"{path.name} cannot be read: {error}", state="nothing was done", fix=f"mend {path.name}"
        ) from error


def _require_small(path: Path) -> None:
    if path.stat().st_size > LARGEST:
        raise ValueError(f"it is larger than {LARGEST // 1_000_000} MB")


def _table(parent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = parent.get(name)
    return value if isinstance(value, Mapping) else {}


def config(pyproject: Mapping[str, Any]) -> Config:
    """Return the project's settings."""
    named = _table(_table(_table(pyproject, "tool"), "release-tools"), "checks")
    return configuration.read(pyproject, _check_ids() if named else None)


def _check_ids() -> frozenset[str]:
    from release_tools import checks

    return frozenset(each.id for each in checks.of((*checks.SOURCE, *checks.DISTRIBUTIONS, *checks.INSTALLED)))


def project(root: Path, pyproject: Mapping[str, Any]) -> Project:
    """Return what the project says of itself."""
    from packaging.utils import canonicalize_name

    name = _declared_name(root, pyproject)
    normalized = canonicalize_name(name)
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise Refused(
            f"{_cut(name)!r} is no name of a project (normalized: {_cut(normalized)!r})",
            state="nothing was looked at",
            fix=f"take at most {LONGEST_NAME} letters, digits, '.', '-' and '_'; the first and the last no mark",
        )
    return Project(
        root=root,
        name=name,
        normalized=normalized,
        backend=str(_table(pyproject, "build-system").get("build-backend") or SETUPTOOLS),
        pyproject=pyproject,
    )


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}..."


def _declared_name(root: Path, pyproject: Mapping[str, Any]) -> str:
    stated = _table(pyproject, "project").get("name")
    if isinstance(stated, str) and stated:
        return stated
    from release_tools.versions import setup_py
    from release_tools.versions.facts import gather
    from release_tools.versions.tree import plant

    read = gather(plant(root), pyproject)
    return read.name or setup_py.name(read) or re.sub(r"(?a)\W+", "-", root.name).strip("-_") or "project"


def head(git: Git) -> Head:
    """Return the commit that HEAD names, and its time."""
    found = git.head()
    if found is None:
        raise UsageError(
            f"the repository around {git.root} has no commit",
            state="nothing was looked at",
            fix="commit the project first",
        )
    return found


def commit(head: Head) -> str:
    """Return the full id of that commit."""
    return head.commit


def source(root: Path, checkout: Checkout, git: Git, dist: Path, head: Head) -> Source:
    """Return the state of the checkout."""
    ignored = {*NOT_DIRT, dist.name} if dist.parent == root else set(NOT_DIRT)
    remote = beside(git.remote)
    return Source(
        root=root,
        commit=head.commit,
        commit_time=head.time,
        branch=checkout.branch,
        default_branch=checkout.default_branch,
        dirty=git.dirty(sorted(ignored)),
        shallow=checkout.shallow,
        remote=remote(),
    )


def target(options: Options, config: Config, environment: Mapping[str, str]) -> Target:
    """Return where the release goes."""
    return targets.resolve(options.target, config, environment)


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


def ledger(old_ledger: Ledger | None, commit: str, options: Options, supply: Supply) -> Ledger:
    """Return the ledger of this very commit; raises Refused when there is none.

    To verify what is on a real index none is needed that proves anything: a bare one then names the release of the
    tag.
    """
    built = old_ledger is not None and old_ledger.distributions
    if not built and options.command == "verify" and not supply.get("target").rehearsal:
        return _bare(supply)
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


def _bare(supply: Supply) -> Ledger:
    """Return a ledger that proves nothing and only names a release, of this commit or of the tag that was named."""
    release: Release = supply.get("release")
    project: Project = supply.get("project")
    tag = release.tag
    return Ledger(
        project=project.name,
        version=str(tag.version),
        commit=tag.commit,
        tag=tag.name,
        tag_object=tag.object_id if tag in supply.get("tags") else None,
    )


def manifest(dist: Path, ledger: Ledger) -> Manifest:
    """Return the exact distributions of the release and the digest of the ledger that lists them."""
    digest = "" if ledger.bare else ledgers.digest(dist)
    return Manifest(folder=dist, distributions=ledger.distributions, ledger_sha256=digest)
