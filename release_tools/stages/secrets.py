"""The command `secrets`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from release_tools import checks
from release_tools.adapters import secret_files
from release_tools.adapters.git import Git
from release_tools.adapters.secret_files import Place
from release_tools.config import Config
from release_tools.errors import UsageError
from release_tools.facts import secrets as facts_secrets
from release_tools.options import Options
from release_tools.secret_scan import values
from release_tools.secret_scan.report import Searched
from release_tools.stages import Report
from release_tools.supply import Supply

MEGABYTE = 1_000_000


def secrets(options: Options, environment: Mapping[str, str], folder: Path, supply: Supply) -> Report:
    """Look for secrets in the files that were named, in the tracked files, or in all of history."""
    searched, where = _searched(options, environment, folder, supply)
    # Who asks wants to know, whatever the configuration says of the check.
    findings = tuple(checks.findings(checks.of(("secrets",)), Supply((), exposed=searched), Config()))
    declared = sum(each.match.declared for each in searched.exposed)
    return Report(
        findings=findings,
        summary=tuple(_summary(searched, where, declared)),
        document={
            "files": searched.files,
            "bytes": searched.size,
            "found": len(searched.exposed) - declared,
            "declared": declared,
            "not_searched": searched.untold,
        },
    )


def _searched(options: Options, environment: Mapping[str, str], folder: Path, supply: Supply) -> tuple[Searched, str]:
    needles = values.needles(environment)
    if options.history and options.paths:
        raise UsageError(
            "--history looks into the repository, not into files",
            state="nothing was looked at",
            fix="give either --history or files and folders",
        )
    if options.paths:
        places = [place for path in options.paths for place in _named(folder, path)]
        return secret_files.search(places, needles), "files"
    top: Path = supply.get("top")
    if options.history:
        from release_tools.adapters import secret_history

        return secret_history.search(Git(top), needles), "objects of all refs"
    return facts_secrets.exposed(top, Git(top), environment), "tracked files"


def _named(folder: Path, name: str) -> Iterator[Place | str | None]:
    """Yield the files that a name on the command line stands for; whoever names a link means what it leads to."""
    path = folder / name
    try:
        real = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise _unreadable(name) from error
    if real.is_dir():
        yield from secret_files.below(str(path), name)
    elif real.is_file():
        yield secret_files.place(str(real), name, path.name)
    else:
        raise _unreadable(name)


def _unreadable(name: str) -> UsageError:
    return UsageError(f"{name} is no file and no folder", state="nothing was looked at", fix="name files or folders")


def _summary(searched: Searched, where: str, declared: int) -> Iterator[str]:
    found = len(searched.exposed) - declared
    yield f"searched: {searched.files:,} {where}, {searched.size / MEGABYTE:,.1f} MB, {found or 'nothing'} found"
    if declared:
        yield f"declared: {declared} said to be no secret on their line"
    yield "known are prefixed tokens, keys, credentials in addresses and the values of secret-named variables"
