"""What a person sees at the end of a release: the stages, the files, what to do before the tag, the next command."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping

from release_tools.console import Console, cell
from release_tools.ledger import Ledger, Record
from release_tools.model import Target

TAKEN = ("version-increases", "version-unpublished")


def show(console: Console, ledger: Ledger, records: Mapping[str, Record | None], target: Target) -> None:
    """Put the whole release on the screen and, in CI, on the page of the job."""
    words = "rehearsed" if target.rehearsal else f"released to {target.name}"
    title = f"{ledger.project} {ledger.version} {words} from commit {ledger.commit[:12]}"
    console.summary(["", title, ""])
    console.table("Stages", ("stage", "status", "seconds", ""), [_row(*item) for item in records.items()])
    console.summary([""])
    files = [(each.filename, f"{each.size:,}", each.sha256) for each in ledger.distributions]
    console.table("Distributions", ("file", "bytes", "SHA-256"), files)
    tasks = todo(ledger)
    console.summary([*(("", "Before you tag:", *(f"  - {task}" for task in tasks)) if tasks else ())])
    console.summary(["", f"next: {next_command(ledger, target)}"])
    console.job_summary(markdown(title, ledger, records, next_command(ledger, target), console.redact))


def todo(ledger: Ledger) -> tuple[str, ...]:
    """Return what the stages put off until the tag is made."""
    return tuple(str(task) for record in ledger.stages.values() for task in record.evidence.get("todo", ()))


def next_command(ledger: Ledger, target: Target) -> str:
    """Return what to type now."""
    if not target.rehearsal:
        return f"nothing; {ledger.version} is out"
    if taken := _taken(ledger):
        return f"{taken} Then: nox -s release"
    first = "do what stands under 'Before you tag', then: " if todo(ledger) else ""
    tag = shlex.quote(str(ledger.tag))
    if ledger.tag_object is None:
        return f"{first}git tag -a {tag} -m {shlex.quote(ledger.version)} && nox -s release"
    return f"{first}nox -s release" if first else f"git push origin {tag}"


def _taken(ledger: Ledger) -> str:
    """Return the remedy where this version cannot be tagged any more; empty where it can."""
    record = ledger.record("validate")
    findings = record.evidence.get("findings", ()) if record else ()
    todo = (each for each in findings if each["severity"] == "todo" and each["check"] in TAKEN)
    return next((str(each["fix"]) for each in todo), "")


def markdown(
    title: str,
    ledger: Ledger,
    records: Mapping[str, Record | None],
    following: str,
    redact: Callable[[str], str] = str,
) -> str:
    """Return the page of a CI job: tables, and the timings as a chart. Secrets are hidden before a cell alters them."""

    def shown(value: str) -> str:
        return cell(redact(value))

    lines = [f"## {shown(title)}", "", "| stage | status | seconds | |", "| --- | --- | ---: | --- |"]
    lines += [f"| {' | '.join(shown(value) for value in _row(name, record))} |" for name, record in records.items()]
    lines += ["", "| file | bytes | SHA-256 |", "| --- | ---: | --- |"]
    lines += [f"| {shown(each.filename)} | {each.size} | {shown(each.sha256)} |" for each in ledger.distributions]
    if tasks := todo(ledger):
        lines += ["", "### Before you tag", "", *(f"- {shown(task)}" for task in tasks)]
    return "\n".join([*lines, "", *_chart(records), "", f"Next: {shown(following)}", ""])


def _chart(records: Mapping[str, Record | None]) -> list[str]:
    rows, at = [], 0
    for name, record in records.items():
        if record:
            milliseconds = max(1, round(record.duration * 1000))
            rows.append(f"    {name} : {at}, {at + milliseconds}")
            at += milliseconds
    return ["```mermaid", "gantt", "    dateFormat x", "    axisFormat %M:%S", *rows, "```"]


def _row(name: str, record: Record | None) -> tuple[str, str, str, str]:
    if record is None:
        return name, "no record", "", "the project has no such session, or it proved nothing"
    return name, record.status.replace("-", " "), f"{record.duration:.2f}", record.reason
