"""The stage `verify`."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.version import Version

from release_tools import checks, targets
from release_tools.adapters import files, isolation, parallel, rehearsal_index
from release_tools.adapters.clock import Clock
from release_tools.adapters.index import Index
from release_tools.adapters.listing import Listing
from release_tools.attestations import on_index as attested
from release_tools.attestations.provenance import Expected
from release_tools.backoff import Backoff
from release_tools.config import Config, TargetTable
from release_tools.errors import Refused, ServiceFailed
from release_tools.ledger import Ledger
from release_tools.model import Finding, Manifest, Project, Tag, Target
from release_tools.options import Options
from release_tools.stages import Outcome, Report
from release_tools.supply import Supply
from release_tools.verification import expectation, trial
from release_tools.verification.arrival import Arrival
from release_tools.verification.expectation import Expectation
from release_tools.verification.trial import KINDS, Attempt, Trial

if TYPE_CHECKING:
    from release_tools.adapters.github import GitHub

SECONDS, REHEARSAL_SECONDS = 1800.0, 0.0


def verify(
    project: Project, version: Version, tag: Tag, ref: str, expected: Expectation, release_page: GitHub | None,
    target: Target, ledger: Ledger, config: Config, cache: Path, clock: Clock, options: Options,
    environment: Mapping[str, str], say: Callable[[str], None],
) -> Report:  # fmt: skip
    """Look at what strangers get: the exact files, byte for byte, and that each installs and works."""
    _require_published(ledger, target)
    budget = REHEARSAL_SECONDS if target.rehearsal else options.timeout or SECONDS
    with files.private_folder("verify") as folder, _reached(target, cache) as reached:
        backoff = Backoff(clock=clock, total=budget, say=say)
        index = Index(reached, left=None if target.rehearsal else lambda: backoff.left)
        arrival = Arrival(
            manifest=expected.manifest,
            whole=expected.whole,
            target=reached,
            listed=lambda: index.held(project.normalized, version, expected.manifest),
            backoff=backoff,
        )
        say(f"downloading the files of {version} from {target.name}")
        found = _downloaded(index, expected.manifest, arrival.anywhere(), folder, backoff)
        listing = arrival.for_installers()
        publisher = config.targets.get(target.name, TargetTable()).publisher
        wanted = Expected(publisher=publisher, commit=tag.commit, ref=ref)
        signed = backoff.until(
            partial(attested.compare, index, project.normalized, version, found, listing, wanted, ledger)
        )
        trials = _tried(Attempt(
            project=project, version=version, manifest=found, target=reached, folder=folder,
            environment=isolation.environment(environment, offline=options.offline),
        ), say)  # fmt: skip
        page = _page(release_page, ledger, tag, target, found, backoff)
    compared = expected.line(len(found.distributions), target.name)
    lines = (compared, *signed.lines, *page, *_archived(listing, target), *_left_out(expected, listing))
    return _reported(ledger, found, trials, lines, config, expected.compared | {"attested": list(signed.files)})


def _left_out(expected: Expectation, listing: Listing) -> Iterator[str]:
    """Yield which files of the index were not compared, and why."""
    if unnamed := expected.unnamed(listing):
        yield f"not compared, for {expected.by} does not name them: {', '.join(unnamed)}"
    if (passed_over := expectation.others(listing)) and not expected.by:
        yield f"not looked at, being neither wheel nor .tar.gz: {', '.join(passed_over)}"


def _page(
    github: GitHub | None, ledger: Ledger, tag: Tag, target: Target, found: Manifest, backoff: Backoff
) -> tuple[str, ...]:
    """Compare the release on GitHub with the files of the index, where one belongs to the target.

    Who verifies without a ledger may be a stranger, who is told what cannot be compared.
    """
    if github is None:
        return ()
    from release_tools.github import release as github_release

    wanted = github_release.files(found.distributions, ledger)
    record = ledger.record("announce", target.name)
    announced = record is not None and record.status == "passed"
    compare = partial(github_release.require_same, github, tag.name, wanted, announced=announced)
    if not ledger.bare:
        return (backoff.until(compare),)
    try:
        return (compare(),)
    except (Refused, ServiceFailed) as error:
        return (f"the release on GitHub was not compared: {error.what}",)


def _tried(attempt: Attempt, say: Callable[[str], None]) -> Sequence[Trial]:
    kinds = [kind for kind in KINDS if trial.installable(attempt.manifest, kind)]
    say(f"installing {' and '.join(kinds)} from {attempt.target.name} into fresh environments")
    return parallel.together([partial(attempt.trial, kind) for kind in kinds])


def _reported(
    ledger: Ledger, found: Manifest, trials: Sequence[Trial], lines: Sequence[str], config: Config,
    compared: Mapping[str, object],
) -> Report:  # fmt: skip
    """Tell what was seen; without a ledger there is nowhere to record it."""
    kinds = [each.kind for each in trials]
    untried = (f"{kind}: none of this release fits this machine, so none was installed"
               for kind in trial.others(found, kinds))  # fmt: skip
    summary = (*lines, *map(str, trials), *untried)
    evidence = {
        "bytes": {each.filename: each.sha256 for each in found.distributions},
        **compared,
        "installed": kinds,
        "imports": sorted({module for each in trials for module in each.modules}),
        "scripts": sorted({script for each in trials for script in each.scripts}),
    }
    findings = _findings(trials, config)
    if ledger.bare:
        return Report(findings=findings, summary=summary, document=evidence)
    return Outcome(ledger=ledger, findings=findings, summary=summary, evidence=evidence)


def _findings(trials: Sequence[Trial], config: Config) -> tuple[Finding, ...]:
    """Judge what was installed; of the wheel, where there is one, since the sdist's environment holds its backend."""
    every = checks.of(checks.INSTALLED)
    supplies = [Supply((), installation=trial.installation) for trial in trials[:1]]
    return tuple(finding for supply in supplies for finding in checks.findings(every, supply, config))


def _require_published(ledger: Ledger, target: Target) -> None:
    """Refuse a rehearsal that published nothing; a real index is asked itself, whoever published there."""
    record = ledger.record("publish", target.name)
    if target.rehearsal and (record is None or record.status != "passed"):
        raise Refused(
            f"the ledger holds no proof that this release was published to {target.name}",
            state="nothing was downloaded",
            fix="publish first: nox -s publish",
        )


@contextmanager
def _reached(target: Target, cache: Path) -> Iterator[Target]:
    """Give the target with its addresses; the rehearsal's index shows again what publish left in its folder."""
    if target.rehearsal:
        with rehearsal_index.serve(cache / rehearsal_index.FOLDER, secrets.token_urlsafe(32)) as served:
            yield served
        return
    if not target.simple_url:
        raise targets.without_address(target)
    yield target


def _downloaded(index: Index, manifest: Manifest, listing: Listing, folder: Path, backoff: Backoff) -> Manifest:
    """Save the files, each compared by size and digest with what is known of it; return what was found."""
    found = []
    for each in manifest.distributions or expectation.listed(listing):
        size = backoff.until(partial(index.fetch, listing.files[each.filename], folder / each.filename, each))
        found.append(expectation.measured(each, size))
    return Manifest(folder=folder, distributions=tuple(found), ledger_sha256=manifest.ledger_sha256)


def _archived(listing: Listing, target: Target) -> tuple[str, ...]:
    return (
        (f"the project is archived on {target.name}: it takes no new release",) if listing.status == "archived" else ()
    )
