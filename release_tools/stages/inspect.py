"""The command `inspect`."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from release_tools import checks, inspection
from release_tools.config import Config
from release_tools.distributions import Archive, Wheel
from release_tools.errors import UsageError
from release_tools.model import Finding
from release_tools.options import Options
from release_tools.secret_scan import values
from release_tools.secret_scan.values import Needles
from release_tools.stages import Report
from release_tools.supply import Supply

UNREADABLE = "file-readable"


def inspect(options: Options, environment: Mapping[str, str], folder: Path) -> Report:
    """Judge any wheels and sdists as the index would, and by what it lets pass; nothing is unpacked or written."""
    paths = {path: folder / path for path in options.paths}
    unreadable = {path: why for path in paths if (why := _why_not(paths[path]))}
    if len(unreadable) == len(paths):
        raise _nothing(unreadable)
    readable = {path: paths[path] for path in paths if path not in unreadable}
    needles = values.needles(environment)
    judged = [_judged(batch, needles) for batch in _batches(readable)]
    rows = [row for batch in judged for row in batch[0]]
    findings = [*map(_finding, unreadable.items()), *(finding for batch in judged for finding in batch[1])]
    refused = {finding.file for finding in findings if finding.severity == "error"}
    return Report(
        findings=tuple(findings),
        summary=tuple(f"{'refused' if path in refused else 'accepted'}: {path}" for path in paths),
        document={"files": [row | {"accepted": row["path"] not in refused} for row in rows]},
    )


def _why_not(path: Path) -> str:
    """Return why a file cannot be judged, empty where it can; nothing is opened but a regular file."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISREG(mode):
            path.open("rb").close()
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", None) or str(error)
    if not stat.S_ISREG(mode):
        return "it is a folder" if stat.S_ISDIR(mode) else "it is no regular file"
    ends_right = path.name.lower().endswith(inspection.ENDINGS)
    return "" if ends_right else f"its name ends in none of {' '.join(inspection.ENDINGS)}"


def _nothing(unreadable: Mapping[str, str]) -> UsageError:
    told = "; ".join(f"{path}: {why}" for path, why in unreadable.items())
    return UsageError(f"there is nothing to inspect: {told}", state="nothing was read", fix="name wheels and sdists")


def _finding(row: tuple[str, str]) -> Finding:
    path, why = row
    return Finding(
        check=UNREADABLE,
        severity="error",
        message=f"it cannot be judged: {why}",
        fix="name a wheel or sdist",
        file=path,
    )


def _batches(paths: Mapping[str, Path]) -> Iterator[dict[str, Path]]:
    """Yield the files in groups that may be judged together: of one name there is one in each."""
    left = dict(paths)
    while left:
        batch = {path.name: given for given, path in reversed(left.items())}
        chosen = {given: path for given, path in left.items() if batch[path.name] == given}
        left = {given: path for given, path in left.items() if given not in chosen}
        yield chosen


def _judged(batch: Mapping[str, Path], needles: Needles) -> tuple[list[dict[str, Any]], list[Finding]]:
    """Return what was read of each file, and all findings under the names that were given."""
    given = {path.name: name for name, path in batch.items()}
    facts = inspection.of_anybody(batch.values(), needles)
    supply = Supply(inspection.MORE, **facts, rehearsal=False)
    found = checks.findings(checks.of((*checks.FILES, *checks.EVERYWHERE)), supply, Config())
    rows = [_row(given[archive.filename], archive) for archive in facts["archives"]]
    return rows, [replace(finding, file=given.get(finding.file or "", finding.file)) for finding in found]


def _row(given: str, archive: Archive) -> dict[str, Any]:
    told = archive.metadata
    return {
        "path": given,
        "kind": "wheel" if isinstance(archive, Wheel) else "sdist",
        "name": told.name if told else None,
        "version": told.version if told else None,
        "size": archive.packed,
        "members": len(archive.members),
    }
