"""The stage `build`."""

from __future__ import annotations

import importlib.metadata
import platform
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packaging.version import Version

from release_tools import __version__, artifact_gate, dist_folder, reproducibility
from release_tools import ledger as ledgers
from release_tools.adapters import backend, constraints, files, isolation, twice, working_tree
from release_tools.adapters import git as git_door
from release_tools.adapters.git import Git
from release_tools.adapters.twice import Built, Order, Pair
from release_tools.config import Config
from release_tools.distributions.compare import Difference
from release_tools.errors import Refused
from release_tools.ledger import Ledger
from release_tools.model import Distribution, Kind, Project, Source, Tag
from release_tools.options import Options
from release_tools.overlay import Replacement
from release_tools.pipeline import REHEARSAL
from release_tools.stages import Outcome
from release_tools.versions.backend import UNKNOWN, backend_of, family_of
from release_tools.versions.tree import Tree

if TYPE_CHECKING:
    from release_tools.identity.trace import Lineage

CLOCKED = ("setuptools", "pdm", "pbr")  # backends whose sdists tell when and by whom they were built
TOUCHED = "the gzip time, and of each member time, owner and mode"
OF_THE_BYTES = ("build", "checksums")
OF_THE_CREDENTIAL = ("preflight",)
SHOWN = 10
MOST_LEFT_OUT = 1000


def build(
    project: Project, source: Source, config: Config, version: Version, tag: Tag, ledger: Ledger, dist: Path,
    replaced: tuple[Replacement, ...], environment: Mapping[str, str], options: Options, say: Callable[[str], None],
) -> Outcome:  # fmt: skip
    """Build sdist and wheel of the commit twice, compare and inspect them, and only then let them into `dist/`."""
    dist_folder.require_ours(dist, ledger)
    if options.rebuild:
        _require_unsent(ledger)
    facts = _facts(project, version, config, ledger)
    of = {"commit": source.commit, "version": str(version), "tool": __version__}
    installing = isolation.environment(environment, offline=options.offline)
    order = replace(_order(project, source, config, tag, installing), overlay=replaced)
    if not options.rebuild and of.items() <= ledger.built.items() and dist_folder.holds(dist, ledger):
        return _kept(dist, ledger, config, facts, order)
    started = int(time.time())
    with files.private_folder("build") as folder:
        say(f"building twice with {project.backend}, in differing folders, time zones and locales")
        with working_tree.unchanged(order.repository, dist, folder):
            built = twice.build(order, folder, meanwhile=artifact_gate.load)
        say("comparing the two builds and looking inside")
        read = artifact_gate.read(built.one, built.tree, environment)
        differences = reproducibility.differences(built, read["archives"], order.commit_time, started)
        findings = artifact_gate.findings(config, {**facts, **read, "differences": differences})
        distributions = _described(built.one)
        accepted = not any(finding.severity == "error" for finding in findings)
        if accepted:
            ledger = _handed_over(ledger, built.one, distributions, dist)
            made_of = of | reproducibility.inputs(built, order)
            ledger = replace(ledger, distributions=distributions, built=made_of, tools=_tools(ledger))
    return Outcome(
        ledger=ledger,
        findings=findings,
        summary=_summary(distributions, built, differences, order) if accepted else ("nothing was put into dist/",),
        evidence=_evidence(built, differences, order) | _origin(read["lineage"]),
        document={"kept": False, "distributions": [asdict(each) for each in distributions]},
    )


def _require_unsent(ledger: Ledger) -> None:
    """Refuse to build anew what is on a real index already: only these very bytes can complete that release."""
    sent = [name for name in ledger.targets if name != REHEARSAL and ledger.sent(name)]
    if sent:
        raise Refused(
            f"--rebuild would replace files of {ledger.version} that were sent to {', '.join(sent)}",
            state="nothing was built; dist/ is as it was",
            fix=f"complete that release with the files in dist/: RELEASE_TARGET={sent[0]} nox -s release",
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
        limit=backend.limit(environment),
    )


def _clocked(project: Project) -> bool:
    family = family_of(project.backend)
    if family == UNKNOWN and project.pyproject:
        # One in the tree counts as what it wraps.
        family = backend_of(Tree(root=project.root, within=project.root), project.pyproject)
    return family in CLOCKED


def _facts(project: Project, version: Version, config: Config, ledger: Ledger) -> dict[str, Any]:
    """Return what the checks ask for beside the files themselves."""
    validated = ledger.record("validate")
    return {
        "project": project,
        "version": version,
        "rehearsal": validated is not None and validated.evidence.get("mode") == "rehearsal",
        "left_as_built": _clocked(project) and config.normalise is False,
    }


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


def _kept(dist: Path, ledger: Ledger, config: Config, facts: Mapping[str, Any], order: Order) -> Outcome:
    """Keep what is built already, once it has passed the inspection again."""
    paths = {each.kind: dist / each.filename for each in ledger.distributions}
    present = dist_folder.entries(dist)
    with files.private_folder("commit") as folder:
        pair = Pair(wheel=paths["wheel"], sdist=paths["sdist"])
        read = artifact_gate.read(pair, twice.tree(order, folder), order.environment)
    return Outcome(
        ledger=replace(ledger, files={name: sha256 for name, sha256 in ledger.files.items() if name in present}),
        findings=artifact_gate.findings(config, {**facts, **read, "differences": ()}),
        summary=(
            *_lines(ledger.distributions),
            f"kept: built before from this commit by version {__version__}; nox -s build -- --rebuild builds anew",
        ),
        evidence={"kept": True, "built": dict(ledger.built)} | _origin(read["lineage"]),
        document={"kept": True, "distributions": [asdict(each) for each in ledger.distributions]},
    )


def _summary(
    distributions: tuple[Distribution, ...], built: Built, differences: tuple[Difference, ...], order: Order
) -> tuple[str, ...]:
    settled = (f"normalised in the sdist: {TOUCHED}",) if order.settle else ()
    equal = ("built twice: byte for byte equal",) if _are_equal(differences) else ()
    return (*_lines(distributions), *settled, *equal, *_unlocked(built))


def _unlocked(built: Built) -> tuple[str, ...]:
    """Return how build requirements are held to their hashes, where they are not."""
    if built.requirements.keys() <= built.locked:
        return ()
    variable = constraints.VARIABLES[built.installer.startswith("uv")]
    return (f"warning: build requirements are not locked by hash; {variable} can name a list that does",)


def _are_equal(differences: tuple[Difference, ...]) -> bool:
    """Whether two builds gave the same bytes, and not only because they ran at the same moment."""
    return all(each.agreed == "own" for each in differences)


def _evidence(built: Built, differences: tuple[Difference, ...], order: Order) -> dict[str, Any]:
    return {
        "kept": False,
        "equal": _are_equal(differences),
        "differences": [asdict(each) for each in differences[:SHOWN]],
        "normalised": [built.one.sdist.name] if order.settle else [],
        "source_date_epoch": order.commit_time,
        "inputs": reproducibility.inputs(built, order),
        "build_requirements": dict(built.requirements),
        "overlay": [f"{each.file}:{each.line}" for each in order.overlay],
    }


def _origin(found: Lineage | None) -> dict[str, Any]:
    """Return where the files come from, for the ledger."""
    if found is None:
        return {}
    return {
        "from_commit": found.sdist.same,
        "from_sdist": found.wheel.same,
        "made": {"sdist": dict(found.sdist.made), "wheel": dict(found.wheel.made)},
        "left_out": list(found.left_out[:MOST_LEFT_OUT]),
    }


def _lines(distributions: tuple[Distribution, ...]) -> tuple[str, ...]:
    return tuple(f"{each.filename}  {each.size:,} bytes  sha256 {each.sha256}" for each in distributions)
