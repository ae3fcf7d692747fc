"""The stage `build`."""

from __future__ import annotations

import importlib.metadata
import platform
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from packaging.version import Version

from release_tools import __version__, checks, dist_folder, inspection
from release_tools import ledger as ledgers
from release_tools.adapters import files, twice, working_tree
from release_tools.adapters import git as git_door
from release_tools.adapters.git import Git
from release_tools.adapters.twice import Built, Order, Pair
from release_tools.config import Config
from release_tools.distributions import Sdist, compare
from release_tools.distributions.compare import Difference
from release_tools.ledger import Ledger
from release_tools.model import Distribution, Finding, Kind, Project, Source, Tag
from release_tools.options import Options
from release_tools.stages import Outcome
from release_tools.supply import Supply

CLOCKED = ("setuptools", "pdm")  # backends whose sdists tell when and by whom they were built
TOUCHED = "the gzip time, and of each member time, owner and mode"
OF_THE_BYTES = ("build", "checksums")
OF_THE_CREDENTIAL = ("preflight",)
SHOWN = 10


def build(
    project: Project, source: Source, config: Config, version: Version, tag: Tag, ledger: Ledger, dist: Path,
    environment: Mapping[str, str], options: Options, say: Callable[[str], None],
) -> Outcome:  # fmt: skip
    """Build sdist and wheel of the commit twice, compare and inspect them, and only then let them into `dist/`."""
    dist_folder.require_ours(dist, ledger)
    facts = _facts(project, version, config, ledger)
    of = {"commit": source.commit, "version": str(version), "tool": __version__}
    if not options.rebuild and ledger.built == of and dist_folder.holds(dist, ledger):
        return _kept(dist, ledger, config, facts)
    order = _order(project, source, config, tag, environment)
    started = int(time.time())
    with files.private_folder("build") as folder:
        say(f"building twice with {project.backend}, in differing folders, time zones and locales")
        with working_tree.unchanged(order.repository, dist):
            built = twice.build(order, folder)
        say("comparing the two builds and looking inside")
        differences = _differences(built, order.commit_time, started)
        findings = _findings(config, facts, built.one, differences)
        distributions = _described(built.one)
        accepted = not any(finding.severity == "error" for finding in findings)
        if accepted:
            ledger = _handed_over(ledger, built.one, distributions, dist)
            ledger = replace(ledger, distributions=distributions, built=of, tools=_tools(ledger))
    return Outcome(
        ledger=ledger,
        findings=findings,
        summary=_summary(distributions, differences, order) if accepted else ("nothing was put into dist/",),
        evidence=_evidence(built, differences, order),
        document={"kept": False, "distributions": [asdict(each) for each in distributions]},
    )


def _order(project: Project, source: Source, config: Config, tag: Tag, environment: Mapping[str, str]) -> Order:
    top = git_door.toplevel(project.root)
    return Order(
        repository=Git(top),
        package=project.root.resolve().relative_to(top.resolve()),
        commit=source.commit,
        commit_time=source.commit_time,
        tag=(tag.name, tag.object_id) if tag.name else None,
        settle=_clocked(project) if config.normalise is None else config.normalise,
        environment=environment,
        cwd=project.root,
    )


def _clocked(project: Project) -> bool:
    return project.backend.partition(":")[0].partition(".")[0] in CLOCKED


def _facts(project: Project, version: Version, config: Config, ledger: Ledger) -> dict[str, Any]:
    """Return what the checks ask for beside the files themselves."""
    validated = ledger.record("validate")
    return {
        "project": project,
        "version": version,
        "rehearsal": validated is not None and validated.evidence.get("mode") == "rehearsal",
        "left_as_built": _clocked(project) and config.normalise is False,
    }


def _differences(built: Built, commit_time: int, started: int) -> tuple[Difference, ...]:
    """Return how the two builds differ, and the clock's time where it would differ another day."""
    pairs = ((built.one.wheel, built.other.wheel), (built.one.sdist, built.other.sdist))
    found = [each for one, other in pairs for each in _compared(one, other)]
    sdist = inspection.read(built.one.sdist)
    told = any(each.filename == sdist.filename and each.field == compare.GZIP_TIME for each in found)
    clocked = isinstance(sdist, Sdist) and not told and compare.clocked(sdist, started, commit_time)
    return (*found, *(clocked or ()))


def _compared(one: Path, other: Path) -> tuple[Difference, ...]:
    if one.name == other.name and files.sha256(one) == files.sha256(other):
        return ()
    return compare.differences(inspection.read(one), inspection.read(other))


def _findings(
    config: Config, facts: Mapping[str, Any], pair: Pair, differences: tuple[Difference, ...]
) -> tuple[Finding, ...]:
    supply = Supply((), **inspection.facts((pair.wheel, pair.sdist)), differences=differences, **facts)
    return tuple(checks.findings(checks.of(checks.DISTRIBUTIONS), supply, config))


def _described(pair: Pair) -> tuple[Distribution, ...]:
    """Return wheel and sdist with size and digests, in the order of upload."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        return tuple(pool.map(_distribution, (pair.wheel, pair.sdist), ("wheel", "sdist")))


def _distribution(path: Path, kind: Kind) -> Distribution:
    size, sha256, blake2b = files.digests(path)
    return Distribution(filename=path.name, kind=kind, size=size, sha256=sha256, blake2b_256=blake2b)


def _handed_over(ledger: Ledger, pair: Pair, distributions: tuple[Distribution, ...], dist: Path) -> Ledger:
    """Give the files their final names.

    The ledger lists them beforehand, without the evidence of former bytes: whatever a kill leaves is known to be ours,
    and no later stage takes it for a release.
    """
    # A backend, or somebody else, may have put something there meanwhile.
    dist_folder.require_ours(dist, ledger)
    with files.no_space_named(dist):
        dist.mkdir(parents=True, exist_ok=True)
        dist_folder.clear(dist)
    listed = _without_evidence(replace(ledger, files={each.filename: each.sha256 for each in distributions}))
    ledgers.write(listed, dist)
    try:
        for path in (pair.wheel, pair.sdist):
            files.move(path, dist / path.name)
    except BaseException:
        for path in (pair.wheel, pair.sdist):
            (dist / path.name).unlink(missing_ok=True)
        raise
    return listed


def _without_evidence(ledger: Ledger) -> Ledger:
    stages = {name: record for name, record in ledger.stages.items() if name not in OF_THE_BYTES}
    targets = {
        target: {name: record for name, record in records.items() if name in OF_THE_CREDENTIAL}
        for target, records in ledger.targets.items()
    }
    return replace(ledger, distributions=(), built={}, stages=stages, targets=targets)


def _tools(ledger: Ledger) -> dict[str, str]:
    return {**ledger.tools, "build": importlib.metadata.version("build"), "python": platform.python_version()}


def _kept(dist: Path, ledger: Ledger, config: Config, facts: Mapping[str, Any]) -> Outcome:
    """Keep what is built already, once it has passed the inspection again."""
    paths = {each.kind: dist / each.filename for each in ledger.distributions}
    present = dist_folder.entries(dist)
    return Outcome(
        ledger=replace(ledger, files={name: sha256 for name, sha256 in ledger.files.items() if name in present}),
        findings=_findings(config, facts, Pair(wheel=paths["wheel"], sdist=paths["sdist"]), ()),
        summary=(
            *_lines(ledger.distributions),
            f"kept: built before from this commit by version {__version__}; nox -s build -- --rebuild builds anew",
        ),
        evidence={"kept": True, "built": dict(ledger.built)},
        document={"kept": True, "distributions": [asdict(each) for each in ledger.distributions]},
    )


def _summary(
    distributions: tuple[Distribution, ...], differences: tuple[Difference, ...], order: Order
) -> tuple[str, ...]:
    settled = (f"normalised in the sdist: {TOUCHED}",) if order.settle else ()
    return (*_lines(distributions), *settled, *(() if differences else ("built twice: byte for byte equal",)))


def _evidence(built: Built, differences: tuple[Difference, ...], order: Order) -> dict[str, Any]:
    return {
        "kept": False,
        "equal": not differences,
        "differences": [asdict(each) for each in differences[:SHOWN]],
        "normalised": [built.one.sdist.name] if order.settle else [],
        "source_date_epoch": order.commit_time,
        "installer": built.installer,
        "build_requirements": dict(built.requirements),
    }


def _lines(distributions: tuple[Distribution, ...]) -> tuple[str, ...]:
    return tuple(f"{each.filename}  {each.size:,} bytes  sha256 {each.sha256}" for each in distributions)
