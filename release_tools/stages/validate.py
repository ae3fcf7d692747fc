"""The stage `validate`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from packaging.version import Version

from release_tools import __version__, checks
from release_tools.config import Config
from release_tools.errors import Refused
from release_tools.ledger import Ledger
from release_tools.model import Declaration, Entry, Finding, Project, Release, Source
from release_tools.pipeline import REHEARSAL
from release_tools.stages import Outcome
from release_tools.supply import Supply
from release_tools.versions import Reading

ROW = 200
ASKS = "version-unpublished"
KEPT_STAGES = ("wait-for-ci",)
KEPT_TARGET_STAGES = ("preflight",)
KEPT_OF_SENDING = ("publish",)  # what was sent to a real index stays sent


def validate(project: Project, source: Source, config: Config, supply: Supply, old_ledger: Ledger | None) -> Outcome:
    """Judge the source by every check and open a new ledger for its commit."""
    supply.get("walk")  # takes git a while, as the imports do us
    every = checks.of(checks.SOURCE)
    if config.severity(ASKS, "error") != "off":
        supply.begin("on_index")  # which takes its time to answer
    # First the checks: where not even the version can be read, the release in question is not known.
    findings = tuple(checks.findings(every, supply, config))
    release = _release(supply, findings)
    off = {name: override.because for name, override in config.checks.items() if override.severity == "off"}
    known = _known(supply, release) | {"verdict": verdict_of(findings, every)}
    return Outcome(
        ledger=_opened(project, source, release, old_ledger),
        findings=findings,
        summary=(*_summary(known, supply, release), *(f"off: {check}, because {why}" for check, why in off.items())),
        evidence={
            "mode": known["mode"],
            "todo": [finding.message for finding in findings if finding.severity == "todo"],
            "verdict": known["verdict"],
            "off": off,
            "findings": [asdict(finding) for finding in findings],
        },
        document={
            "project": project.normalized,
            "package": project.name,
            "commit": source.commit,
            **known,
            **_places(supply, release),
        },
    )


def verdict_of(findings: Iterable[Finding], every: Iterable[checks.Check]) -> str:
    """Return `aligned`, `misaligned` or `undetermined`, from the errors of the alignment checks alone."""
    alignment = {each.id for each in every if each.alignment}
    errors = {finding.check for finding in findings if finding.severity == "error"} & alignment
    if errors - {"version-readable"}:
        return "misaligned"
    return "undetermined" if errors else "aligned"


def _release(supply: Supply, findings: tuple[Finding, ...]) -> Release | None:
    """Return the release in question; None where a finding says already that its version cannot be had."""
    try:
        release: Release = supply.get("release")
    except Refused:
        if any(finding.severity == "error" for finding in findings):
            return None
        raise
    return release


def _known(supply: Supply, release: Release | None) -> dict[str, Any]:
    if release is None:
        return {"mode": supply.get("mode"), "state": None, "version": None, "tag": None, "tagged": False}
    return {
        "mode": supply.get("mode"),
        "state": supply.get("state"),
        "version": str(release.tag.version),
        "tag": release.tag.name,
        "tagged": release.tagged,
    }


def _places(supply: Supply, release: Release | None) -> dict[str, Any]:
    """Return where the version is declared and where the entry of the release stands."""
    declared: Declaration | None = supply.get("declared")
    entries: tuple[Entry, ...] = supply.get("entries") if release else ()
    return {
        "declared": asdict(declared.where) if declared else None,
        "entry": _place(entries[0]) if entries else None,
    }


def _place(entry: Entry) -> dict[str, Any]:
    from release_tools.changelog.categories import categories

    return {**asdict(entry.where), "categories": list(categories(entry))}


def _summary(known: Mapping[str, Any], supply: Supply, release: Release | None) -> tuple[str, ...]:
    """Return what was judged, for people."""
    project: Project = supply.get("project")
    rows = {"project": project.name}
    if release:
        rows["version"] = f"{release.tag.version} ({_declared(supply, release.tag.version)})"
        rows["tag"] = f"{release.tag.name}{'' if release.tagged else _untagged(supply, release.tag.name)}"
        rows["entry"] = _entry(supply.get("entries"), release.tag.version)
    rows["mode"] = known["mode"] + (f", {known['state']}" if known["state"] else "")
    rows["verdict"] = known["verdict"]
    return tuple(f"{name + ':':9} {_bounded(value)}" for name, value in rows.items())


def _untagged(supply: Supply, name: str) -> str:
    """Return where the tag is that HEAD does not carry."""
    there = next((tag for tag in supply.get("tags") if tag.name == name), None)
    return f" (on {there.commit[:12]}, not on HEAD)" if there else " (not made yet)"


def _bounded(text: str) -> str:
    """Return what fits into a row: the heading of an entry may be a line of ten million characters."""
    return text if len(text) <= ROW else f"{text[:ROW]}..."


def _declared(supply: Supply, version: Version) -> str:
    declared: Declaration | None = supply.get("declared")
    reading: Reading = supply.get("reading")
    if declared and declared.version != version:
        return f"by the tag; {declared.where} declares {declared.raw}"
    if declared:
        return f"{declared.where}{', told by its build backend' if declared.kind == 'backend' else ''}"
    return f"from the tag by {reading.from_tag}" if reading.from_tag else "named by the tag, not read in the source"


def _entry(entries: tuple[Entry, ...], version: Version) -> str:
    return f"{entries[0].where}: {entries[0].heading}" if entries else f"none for {version}"


def _opened(project: Project, source: Source, release: Release | None, old: Ledger | None) -> Ledger:
    """Return a new ledger that keeps what lies in `dist/` and what was asked of the world for this commit."""
    same = old if old and old.commit == source.commit else None
    version = str(release.tag.version) if release else ""
    # Where the version cannot be read now, it may be read again later.
    sent = bool(same and (release is None or version in (same.version, same.built.get("version"))))
    return Ledger(
        project=project.normalized,
        version=version,
        commit=source.commit,
        tag=release.tag.name if release else None,
        tag_object=release.tag.object_id if release and release.tagged else None,
        tools={"nox-release-tools": __version__},
        distributions=old.distributions if old else (),
        files=old.files if old else {},
        built=old.built if old else {},
        stages={name: same.stages[name] for name in KEPT_STAGES if name in same.stages} if same else {},
        targets={
            name: {stage: record for stage, record in records.items() if stage in _kept(name, sent=sent)}
            for name, records in (same.targets.items() if same else ())
        },
    )


def _kept(target: str, *, sent: bool) -> tuple[str, ...]:
    """Return what outlives a new ledger; of another version of the same commit nothing was sent."""
    return (*KEPT_TARGET_STAGES, *KEPT_OF_SENDING) if sent and target != REHEARSAL else KEPT_TARGET_STAGES
