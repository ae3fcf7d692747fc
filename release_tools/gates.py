"""Evidence is the gate: a stage runs only where the ledger proves that the earlier ones passed for these bytes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from release_tools import dist_folder, evidence, overlay
from release_tools import ledger as ledgers
from release_tools.errors import Refused, UsageError
from release_tools.ledger import Ledger, Record
from release_tools.model import Target
from release_tools.pipeline import Stage
from release_tools.supply import Supply
from release_tools.verification import tag_now

GOOD = ("passed", "nothing-to-do")
MAIN = " of the default branch"
# Before anything is built, before anything is sent, and of what is there: is it what the tag names?
OF_THE_TAG = ("preflight", "publish", "verify")
ASKING = ("attest", "publish", "verify")


def require(stage: Stage, supply: Supply) -> None:
    """Refuse a stage without the evidence that it needs; silent when all is there."""
    if not stage.gates:
        return
    ledger: Ledger = supply.get("ledger")
    target: Target = supply.get("target")
    if stage.name in ASKING and supply.get("options").offline and not target.rehearsal:
        raise UsageError(
            f"{stage.name} has to ask others than this machine, and --offline forbids it",
            state="nothing was done",
            fix=f"run it without --offline and RELEASE_OFFLINE: {target.command(stage.name)}",
        )
    if ledger.bare and stage.name == "verify" and not target.rehearsal:
        _require_handed_over(supply)
        return  # what is on an index may be looked at without any evidence
    for gate in stage.gates:
        _require_record(stage, gate, ledger.record(gate), target)
    if stage.name != "preflight" and not target.rehearsal:
        _require_real(stage, supply, ledger.stages["validate"])
        if stage.name == "publish":
            _require_record(stage, "preflight", _examined(ledger, target), target)
    if "checksums" in stage.gates:
        _require_handed_over(supply)
        dist_folder.verify_exact(supply.get("dist"), ledger, stage.name)
    if "build" in stage.gates and stage.name != "checksums":
        _require_tests(stage, ledger.record("tests"), target)
    if stage.name in OF_THE_TAG and not target.rehearsal:
        _require_tag_unmoved(supply, ledger)


def _require_record(stage: Stage, gate: str, record: Record | None, target: Target) -> None:
    if record is not None and record.status in GOOD:
        return
    how = "has not run for this commit" if record is None else f"{record.status}: {record.reason or 'see above'}"
    raise Refused(
        f"{stage.name} was not run: {gate} {how}",
        state="nothing was done",
        fix=f"first {target.command(gate)}, or everything in order: {target.command()}",
    )


def _examined(ledger: Ledger, target: Target) -> Record | None:
    """Return the record of `preflight` as it counts for what is to be sent now: it outlives a change of any of that."""
    record = ledger.record("preflight", target.name)
    if record is None or record.status not in GOOD:
        return record
    known = record.evidence
    if known.get("upload_url", target.upload_url) != target.upload_url:
        return replace(record, status="failed", reason=f"was for another address of {target.name}")
    if (known.get("version"), known.get("tag")) != (ledger.version, ledger.tag):
        return replace(record, status="failed", reason=f"was not for {ledger.tag or ledger.version}")
    return replace(record, status="failed", reason="asked nobody (--offline)") if known.get("offline") else record


def _require_real(stage: Stage, supply: Supply, validated: Record) -> None:
    """Let only a judged tag on a clean tree go to a real target; `preflight` itself lists all that is missing."""
    mode, todo = validated.evidence.get("mode"), validated.evidence.get("todo")
    target: Target = supply.get("target")
    trial = overlay.is_trial(target, tagged=supply.get("tagged"))
    if mode != ("branch" if trial else "tag"):
        wrong = f"validate judged in mode {mode}"
    elif not trial and not supply.get("tagged"):
        wrong = "no tag was on HEAD when validate judged it"
    elif trial and not overlay.is_on_default_branch(supply.get("source"), supply.get("environment")):
        wrong = "a trial is made of the default branch"
    else:
        wrong = "things are left to do before the tag" if todo else ""
    if dirty := supply.get("source").dirty:
        wrong = wrong or f"the tree is not clean: {', '.join(dirty[:10])}"
    if wrong:
        raise Refused(
            f"{stage.name} was not run for {target.name}: {wrong}",
            state="nothing was done",
            fix=f"{'go to' if trial else 'tag'} a clean commit{MAIN if trial else ''}, then: {target.command()}",
        )


def _require_tag_unmoved(supply: Supply, ledger: Ledger) -> None:
    """Hold the tag of the ledger against the tag of now, here and on the remote, where that answers."""
    offline = supply.get("options").offline
    for line in tag_now.require_unmoved(ledger, supply.get("git"), supply.get("source"), offline=offline):
        supply.get("say")(line)


def _require_tests(stage: Stage, record: Record | None, target: Target) -> None:
    """Failed tests stop everything; tests that did not run stop a real release."""
    if record is not None and record.status == "failed":
        _require_record(stage, "tests", record, target)
    if not target.rehearsal and not evidence.proves(record):
        raise Refused(
            f"{stage.name} was not run: nothing proves that all tests passed on this commit",
            state="nothing was done",
            fix="run nox -s tests without arguments after --, then the same command again; a noxfile whose tests have "
            "another name says so: register(nox, tests=NAME)",
        )


def _require_handed_over(supply: Supply) -> None:
    """Compare the ledger with the digest that came by another way, so that a swapped `dist/` is caught."""
    expected: str | None = supply.get("options").ledger_sha256
    dist: Path = supply.get("dist")
    if not expected:
        return
    found = ledgers.digest(dist) if ledgers.path_in(dist).exists() else ""
    if found != expected.lower():
        there = f"the ledger has SHA-256 {found}" if found else "there is no ledger"
        raise Refused(
            f"{there}, RELEASE_LEDGER_SHA256 says {expected}",
            state="nothing was done; dist/ is not the one that was handed over",
            fix="take dist/ from the job that wrote it, or begin again with nox -s release",
        )
