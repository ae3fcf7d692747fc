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
            raise Refused(
                f"release is not complete: {name} {'has not run' if record is None else record.status}",
                state="what was done so far stands in the ledger",
                fix="run the whole chain: nox -s release",
            )
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


def _records(ledger: Ledger, target: Target) -> Iterator[tuple[str, Record | None]]:
    for stage in pipeline.STAGES:
        yield stage.name, ledger.record(stage.name, target.name if stage.targeted else None)
