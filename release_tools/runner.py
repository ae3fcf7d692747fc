"""Runs one stage: its gates, its title and timing, its record in the ledger, and its errors."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from release_tools import gates, pipeline
from release_tools import ledger as ledgers
from release_tools.adapters.clock import Clock
from release_tools.console import Console
from release_tools.errors import (
    DEFECT,
    DONE,
    REFUSED,
    Busy,
    Interrupted,
    Refused,
    ReleaseError,
    ServiceFailed,
    UsageError,
)
from release_tools.ledger import Ledger, Record
from release_tools.model import Finding
from release_tools.options import Options
from release_tools.stages import Outcome, Report
from release_tools.supply import Supply

SCHEMA = 1
TRACES = ("sending", "sent", "unattested")
WORDS = ("findings", "todo", "off", "unattested")  # of the evidence; the rest are names and digests of ours
# Modules that the extras bring; where one of the others is missing, the installation is broken.
OPTIONAL = frozenset(
    {"build", "cryptography", "id", "nox", "pypi_attestations", "pypiserver", "requests"}
    | {"requests_toolbelt", "rich", "sigstore", "trove_classifiers", "twine"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a stage ended, as `__main__` needs it: the exit code, and the first line of a refusal."""

    exit_code: int
    reason: str = ""


def run(options: Options, supply: Supply, console: Console) -> Result:
    """Run the stage that was asked for and tell everybody how it ended."""
    stage = pipeline.stage_named(options.command)
    clock: Clock = supply.get("clock")
    started = Timer(start=clock.now().isoformat(timespec="seconds"), since=time.perf_counter())
    console.say(f"{stage.name}: {stage.title}")
    try:
        with _installed(stage):
            if stage not in pipeline.COMMANDS:
                supply.get("target")  # a mistyped target is the first thing to hear of
            gates.require(stage, supply)
    except Interrupted:
        raise
    except ReleaseError as error:
        # What did not run leaves what is known of a former run as it is, and the ledger's own digest too.
        return _told(stage, console, error)
    try:
        with _installed(stage):
            report: Report = supply.call(_function(stage.name))
        return _ended(stage, supply, console, started, report)
    except Interrupted:
        raise
    except ReleaseError as error:
        return _failed(stage, supply, console, started, error)


@contextmanager
def _installed(stage: pipeline.Stage) -> Iterator[None]:
    """Tell a module that an extra brings as missing: that is no defect."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in OPTIONAL:
            raise
        raise UsageError(
            f"{stage.name} needs the module {error.name}, which is not installed",
            state="the stage did not finish; running it again is safe",
            fix="python -m pip install 'nox-release-tools[all]'",
        ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """When a stage began: for people in UTC, and for measuring."""

    start: str
    since: float

    def duration(self) -> float:
        """Return seconds so far."""
        return round(time.perf_counter() - self.since, 3)


def _function(name: str) -> Callable[..., Report]:
    function: Callable[..., Report] = getattr(import_module(f"release_tools.stages.{name.replace('-', '_')}"), name)
    return function


def _ended(stage: pipeline.Stage, supply: Supply, console: Console, timer: Timer, report: Report) -> Result:
    errors = [finding for finding in report.findings if finding.severity == "error"]
    end = _refusal(stage, errors) if errors else report.error
    folder = _folder(supply) if report.findings and stage.name == "validate" else ""
    for finding in report.findings:
        console.finding(finding, folder)
    status: dict[str, str] = {}
    if isinstance(report, Outcome):
        record = _of_outcome(report, errors, timer)
        status = {"status": record.status, "reason": record.reason}
        if stage in pipeline.STAGES:
            _keep(stage, supply, record, report.ledger)
    console.summary(report.summary)
    if isinstance(report, Outcome) and report.reason and not errors:
        console.summary([f"{stage.name}: nothing to do: {report.reason}"])
    envelope = document(stage.name, end.exit_code if end else DONE, findings=report.findings, error=end)
    console.document({**envelope, **status, **report.document})
    if end:
        console.failure(end)
        return Result(exit_code=end.exit_code, reason=console.clean(end.what, keep_lines=False))
    return Result(exit_code=DONE)


def _folder(supply: Supply) -> str:
    """Return the way to the project from the workspace of a runner, or else from the root of the repository."""
    root, base = supply.get("root").resolve(), supply.get("top").resolve()
    workspace = Path(supply.get("environment").get("GITHUB_WORKSPACE") or base).resolve()
    way = root.relative_to(workspace if root.is_relative_to(workspace) else base).as_posix()
    return "" if way == "." else str(way)


def _of_outcome(outcome: Outcome, errors: list[Finding], timer: Timer) -> Record:
    return Record(
        status="failed" if errors else outcome.status,
        start=timer.start,
        duration=timer.duration(),
        exit_code=REFUSED if errors else DONE,
        reason=errors[0].message if errors else outcome.reason,
        evidence={**outcome.evidence, **_todo(outcome)},
    )


def _todo(outcome: Outcome) -> dict[str, list[str]]:
    """Return what is to be done before the tag; `validate` says so even when it is nothing."""
    tasks = [finding.message for finding in outcome.findings if finding.severity == "todo"]
    return {"todo": tasks} if tasks else {}


def _refusal(stage: pipeline.Stage, errors: list[Finding]) -> Refused:
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    looked = stage in pipeline.COMMANDS
    return Refused(
        f"{stage.name} refused: {errors[0].message}{more}",
        state="nothing was changed" if looked else "nothing was built, uploaded or changed outside dist/",
        fix=_in_one_line(errors[0].fix) or "mend what is named above, then run the same command again",
    )


def _in_one_line(remedy: str) -> str:
    """Return the first paragraph of a remedy; the whole of it stands with its finding."""
    return " ".join(line.strip() for line in remedy.partition("\n\n")[0].splitlines())


def _failed(stage: pipeline.Stage, supply: Supply, console: Console, timer: Timer, error: ReleaseError) -> Result:
    reason = console.clean(error.what, keep_lines=False)
    record = Record(
        status="failed", start=timer.start, duration=timer.duration(), exit_code=error.exit_code, reason=reason
    )
    # Without a ledger of this commit there is nothing to record in; the error itself is what matters. It is read
    # again, because the stage may have written to it meanwhile.
    if stage in pipeline.STAGES and not isinstance(error, Busy):
        with suppress(ReleaseError):
            ledger: Ledger = supply.get("ledger")
            if not ledger.bare:
                now = ledgers.read(supply.get("dist")) or ledger
                _record(stage, supply, replace(record, evidence=_begun(stage, supply, now)), now)
    return _told(stage, console, error)


def _begun(stage: pipeline.Stage, supply: Supply, ledger: Ledger) -> dict[str, Any]:
    """Return what the ledger tells that a stage had begun to do to the world: that it failed takes nothing back."""
    before = ledger.record(stage.name, supply.get("target").name if stage.targeted else None)
    return {name: before.evidence[name] for name in TRACES if name in before.evidence} if before else {}


def _told(stage: pipeline.Stage, console: Console, error: ReleaseError) -> Result:
    console.failure(error)
    console.document(document(stage.name, error.exit_code, error=error))
    return Result(exit_code=error.exit_code, reason=console.clean(error.what, keep_lines=False))


def _keep(stage: pipeline.Stage, supply: Supply, record: Record, ledger: Ledger) -> None:
    """Record a stage that is done; where that fails, say that only the record is missing."""
    try:
        _record(stage, supply, record, ledger)
    except ServiceFailed as error:
        state = f"{stage.name} did its work, but it is not recorded; the next run finds what was done"
        raise ServiceFailed(error.what, state=state, fix=error.fix) from error


def _record(stage: pipeline.Stage, supply: Supply, record: Record, ledger: Ledger) -> None:
    """Put the record of a stage into the ledger, which others read and keep: no secret gets there."""
    console: Console = supply.get("console")
    words = {name: console.redacted(record.evidence[name]) for name in WORDS if name in record.evidence}
    record = replace(record, reason=console.redacted(record.reason), evidence={**record.evidence, **words})
    target, dist = supply.get("target").name if stage.targeted else None, supply.get("dist")
    now = ledgers.read(dist) if stage.gates else None
    if now and now.commit == ledger.commit:
        ledger = ledger.joined(now, since=supply.get("ledger"))
    ledgers.write(ledger.with_record(stage.name, record, target), dist)


def document(
    command: str, exit_code: int, findings: tuple[Finding, ...] = (), error: ReleaseError | None = None
) -> dict[str, Any]:
    """Return the envelope that every JSON answer has."""
    return {
        "schema": SCHEMA,
        "command": command,
        "exit_code": exit_code,
        "findings": [asdict(finding) for finding in findings],
        "error": {"what": error.what, "state": error.state, "next": error.fix} if error else None,
    }


def defect(error: BaseException) -> ReleaseError:
    """Return three lines for an exception that nobody foresaw."""
    import traceback

    place = list(traceback.walk_tb(error.__traceback__))[-1:]
    where = "".join(f" at {Path(frame.f_code.co_filename).name}:{line}" for frame, line in place)
    found = ReleaseError(
        f"a defect of release_tools: {type(error).__name__}: {error}{where}",
        state="the stage did not finish; running it again is safe",
        fix="run it with --debug and report the traceback; the address is in `pip show nox-release-tools`",
    )
    found.exit_code = DEFECT
    return found
