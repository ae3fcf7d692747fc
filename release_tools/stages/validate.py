"""The stage `validate`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict

from packaging.version import Version

from release_tools import __version__, checks
from release_tools.config import Config
from release_tools.ledger import Ledger
from release_tools.model import Declaration, Entry, Finding, Mode, Project, Release, Source
from release_tools.stages import Outcome
from release_tools.supply import Supply
from release_tools.versions import Reading

KEPT_STAGES = ("wait-for-ci",)
KEPT_TARGET_STAGES = ("preflight",)


def validate(
    project: Project,
    source: Source,
    config: Config,
    mode: Mode,
    state: str | None,
    release: Release,
    supply: Supply,
    old_ledger: Ledger | None,
) -> Outcome:
    """Judge the source by every check and open a new ledger for its commit."""
    every = checks.of(checks.SOURCE)
    findings = tuple(checks.findings(every, supply, config))
    todo = tuple(finding.message for finding in findings if finding.severity == "todo")
    # A rehearsal with nothing left to do before the tag has judged what a real release would be judged by.
    judged: Mode = "tag" if mode == "rehearsal" and release.tagged and not todo else mode
    verdict = verdict_of(findings, every)
    off = {name: override.because for name, override in config.checks.items() if override.severity == "off"}
    return Outcome(
        ledger=_opened(project, source, release, old_ledger),
        findings=findings,
        summary=(*summary(supply, judged, verdict), *(f"off: {check}, because {why}" for check, why in off.items())),
        evidence={
            "mode": judged,
            "todo": todo,
            "verdict": verdict,
            "off": off,
            "findings": [asdict(finding) for finding in findings],
        },
        document={
            "mode": judged,
            "state": state,
            "project": project.normalized,
            "package": project.name,
            "version": str(release.tag.version),
            "tag": release.tag.name,
            "tagged": release.tagged,
            "commit": source.commit,
            "verdict": verdict,
        },
    )


def verdict_of(findings: Iterable[Finding], every: Iterable[checks.Check]) -> str:
    """Return `aligned`, `misaligned` or `undetermined`, from the errors of the alignment checks alone."""
    alignment = {each.id for each in every if each.alignment}
    errors = {finding.check for finding in findings if finding.severity == "error"} & alignment
    if errors - {"version-readable"}:
        return "misaligned"
    return "undetermined" if errors else "aligned"


def summary(supply: Supply, mode: Mode, verdict: str) -> tuple[str, ...]:
    """Return what was judged, for people."""
    project: Project = supply.get("project")
    release: Release = supply.get("release")
    rows: Mapping[str, str] = {
        "project": project.name,
        "version": f"{release.tag.version} ({_declared(supply)})",
        "tag": f"{release.tag.name}{'' if release.tagged else ' (not made yet)'}",
        "entry": _entry(supply.get("entries"), release.tag.version),
        "mode": mode,
        "verdict": verdict,
    }
    return tuple(f"{name + ':':9} {value}" for name, value in rows.items())


def _declared(supply: Supply) -> str:
    declared: Declaration | None = supply.get("declared")
    reading: Reading = supply.get("reading")
    return str(declared.where) if declared else f"from the tag by {reading.from_tag}" if reading.from_tag else "unread"


def _entry(entries: tuple[Entry, ...], version: Version) -> str:
    return f"{entries[0].where}: {entries[0].heading}" if entries else f"none for {version}"


def _opened(project: Project, source: Source, release: Release, old: Ledger | None) -> Ledger:
    """Return a new ledger that keeps what lies in `dist/` and what was asked of the world for this commit."""
    same = old if old and old.commit == source.commit else None
    return Ledger(
        project=project.normalized,
        version=str(release.tag.version),
        commit=source.commit,
        tag=release.tag.name,
        tag_object=release.tag.object_id if release.tagged else None,
        tools={"nox-release-tools": __version__},
        distributions=old.distributions if old else (),
        files=old.files if old else {},
        built=old.built if old else {},
        stages={name: same.stages[name] for name in KEPT_STAGES if name in same.stages} if same else {},
        targets={
            name: {stage: record for stage, record in records.items() if stage in KEPT_TARGET_STAGES}
            for name, records in (same.targets.items() if same else ())
        },
    )
