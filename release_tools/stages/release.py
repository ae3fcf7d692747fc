"""The stage `release`: the end of the chain, where everything that was proved stands on one screen."""

from __future__ import annotations

from collections.abc import Iterator

from release_tools import gates, pipeline, report
from release_tools.console import Console
from release_tools.errors import Refused
from release_tools.ledger import Ledger, Record
from release_tools.model import Target
from release_tools.stages import Outcome


def release(ledger: Ledger, target: Target, console: Console) -> Outcome:
    """Show the whole release, once every stage of it has left its evidence."""
    records = dict(_records(ledger, target))
    for name, record in records.items():
        if name != "tests" and (record is None or record.status not in gates.GOOD):
            raise _incomplete(name, record, records["tests"], target)
    report.show(console, ledger, records, target)
    return Outcome(
        ledger=ledger,
        document={
            "version": ledger.version,
            "target": target.name,
            "stages": {name: record.status if record else "no record" for name, record in records.items()},
            "distributions": [each.filename for each in ledger.distributions],
            "todo": report.todo(ledger),
            "next": report.next_command(ledger, target),
        },
    )


def _incomplete(name: str, record: Record | None, tests: Record | None, target: Target) -> Refused:
    """Return why the release is not complete: the first that failed, with its reason."""
    if record is None and tests is not None and tests.status == "failed":
        name, record = "tests", tests
    how = "has not run" if record is None else f"{record.status}: {record.reason}" if record.reason else record.status
    return Refused(
        f"release is not complete: {name} {how}",
        state="what was done so far stands in the ledger",
        fix=f"run the whole chain: {target.command()}",
    )


def _records(ledger: Ledger, target: Target) -> Iterator[tuple[str, Record | None]]:
    for stage in pipeline.STAGES:
        yield stage.name, ledger.record(stage.name, target.name if stage.targeted else None)
