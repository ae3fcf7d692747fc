"""What is known of the project, its checkout, its target and its ledger. Facts."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from shlex import quote
from typing import Any

from release_tools import config as configuration
from release_tools import ledger as ledgers
from release_tools import targets, toml
from release_tools.adapters import git as git_door
from release_tools.adapters.git import Checkout, Git, Head
from release_tools.adapters.parallel import beside
from release_tools.config import Config
from release_tools.errors import Refused, UsageError
from release_tools.facts import packages
from release_tools.ledger import Ledger
from release_tools.model import Manifest, Project, Release, Source, Target
from release_tools.options import Options
from release_tools.supply import Supply

NOT_DIRT = ("dist", ".nox")
SETUPTOOLS = "setuptools.build_meta"
MARKERS = packages.MARKERS
LARGEST = 1_000_000
MOST_SHOWN = 3
LONGEST_NAME = 200  # a file's name has room for 255, version and tags included


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
    given = packages.folder_named(top, package)
    if given and any((given / marker).is_file() for marker in MARKERS):
        return given
    found = packages.find(Git(top), top, package)
    if chosen := found.folder or given:
        return chosen
    unread = f"; cannot be read: {', '.join(map(str, found.unread[:MOST_SHOWN]))}" if found.unread else ""
    raise UsageError(
        f"no package {package!r} in this repository",
        state="nothing was looked at",
        fix=f"give --package the folder of the package or the name in its pyproject.toml{unread}",
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
    if not packages.NAME.fullmatch(name) or len(name) > LONGEST_NAME:
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
    remote = beside(git.remote)
    return Source(
        root=root,
        commit=head.commit,
        commit_time=head.time,
        branch=checkout.branch,
        default_branch=checkout.default_branch,
        dirty=git.dirty(not_dirt(root, dist)),
        shallow=checkout.shallow,
        remote=remote(),
    )


def not_dirt(root: Path, dist: Path) -> list[str]:
    """Return the folders that are ours, as git names them: where a release is handed over, and what nox keeps."""
    within = Path(os.path.normpath(dist))
    return sorted({*NOT_DIRT, *([within.relative_to(root).as_posix()] if root in within.parents else [])})


def target(options: Options, config: Config, environment: Mapping[str, str]) -> Target:
    """Return where the release goes."""
    return targets.resolve(options.target, config, environment)


def dist(root: Path, top: Path, project: Project, options: Options) -> Path:
    """Return the folder in which the release is handed over; never through a link.

    Of the packages of one repository each has its own, by its normalized name, in the one of the repository.
    """
    whole = top / options.dist if options.package else root / options.dist
    folder = whole / project.normalized if options.package else whole
    for each in (whole, folder):
        if each.is_symlink() or (each.exists() and not each.is_dir()):
            raise Refused(
                f"{each} is {'a symbolic link' if each.is_symlink() else 'no folder'}",
                state="it was neither followed nor changed",
                fix=f"remove {each}, or name another folder with --dist",
            )
    return folder


def cache(caches: Path, project: Project, options: Options) -> Path:
    """Return what is kept from session to session; of the packages of one repository each has its own."""
    return caches / project.normalized if options.package else caches


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
            fix=_other_commit(old_ledger, options, supply),
        )
    return old_ledger


def _other_commit(old: Ledger, options: Options, supply: Supply) -> str:
    """Return what to type where the ledger is of another commit: go back to its release, or begin again."""
    target: Target = supply.get("target")
    anew = f"begin again for this commit: {target.command()}"
    if not old.tag_object or old.tag is None:
        return anew
    return f"go back to {old.tag}: git checkout {quote(old.tag)} && {target.command(options.command)}; or {anew}"


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
    """Return the exact distributions of the release, wheels first, and the digest of the ledger that lists them."""
    digest = "" if ledger.bare else ledgers.digest(dist)
    ordered = sorted(ledger.distributions, key=lambda each: (each.kind == "sdist", each.filename))
    return Manifest(folder=dist, distributions=tuple(ordered), ledger_sha256=digest)
