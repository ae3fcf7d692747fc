"""The ledger, `dist/release.json`: evidence that one stage hands to the next, and the audit trail of a release.

It is never the truth about the world; a stage asks the world first and the ledger second.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar, cast, get_args

from packaging.version import Version

from release_tools.adapters import files
from release_tools.errors import Refused
from release_tools.model import Distribution, Status

Value = TypeVar("Value")
SCHEMA = 1
FILENAME = "release.json"
LARGEST = 1 << 24
_DISTRIBUTION = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.!+-]*")
FIXED = ("status", "start", "duration", "exit_code", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is known of one run of one stage: `start` in UTC, `duration` in seconds, `evidence` as the stage gives it.

    In the file the evidence stands beside the other fields: `stages.validate.mode`.
    """

    status: Status
    start: str
    duration: float
    exit_code: int = 0
    reason: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Everything about one release of one commit.

    `stages` holds the records of what concerns the commit, `targets` those of each target. `files` are the digests
    of what stands in `dist/` by our hand, `distributions` the release proper; `built` says of what they were built:
    `commit`, `version` and `tool`, so that `build` knows its own files again. `version` is empty where it could not
    be read.
    """

    project: str
    version: str
    commit: str
    tag: str | None = None
    tag_object: str | None = None
    tools: Mapping[str, str] = field(default_factory=dict)
    distributions: tuple[Distribution, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    built: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, Record] = field(default_factory=dict)
    targets: Mapping[str, Mapping[str, Record]] = field(default_factory=dict)

    @property
    def bare(self) -> bool:
        """Whether nothing is proved in it: only the release in question is known."""
        return not self.stages and not self.targets

    def is_of(self, version: Version) -> bool:
        """Whether it is about this version, however either is spelled."""
        return bool(self.version) and Version(self.version) == version

    def record(self, stage: str, target: str | None = None) -> Record | None:
        """Return the record of a stage, of a target's one when a target is named."""
        records = self.stages if target is None else self.targets.get(target, {})
        return records.get(stage)

    def sent(self, target: str) -> bool:
        """Whether files were sent to a target from here, be it half of them."""
        record = self.record("publish", target)
        if record is None:
            return False
        return record.status == "passed" or not {"sending", "sent"}.isdisjoint(record.evidence)

    def with_record(self, stage: str, record: Record, target: str | None = None) -> Ledger:
        """Return a ledger that holds this record in place of the stage's former one."""
        if target is None:
            return replace(self, stages={**self.stages, stage: record})
        of_target = {**self.targets.get(target, {}), stage: record}
        return replace(self, targets={**self.targets, target: of_target})

    def joined(self, now: Ledger, since: Ledger) -> Ledger:
        """Return a ledger that also holds what other runs wrote into the file (`now`) since it was read (`since`)."""
        targets = {name: _newer(self.targets.get(name, {}), records, since.targets.get(name, {}))
                   for name, records in now.targets.items()}  # fmt: skip
        return replace(
            self,
            stages=_newer(self.stages, now.stages, since.stages),
            targets={**self.targets, **{name: records for name, records in targets.items() if records}},
            files=_newer(self.files, now.files, since.files),
        )

    def with_file(self, name: str, sha256: str) -> Ledger:
        """Return a ledger that lists one more file of ours."""
        return replace(self, files={**self.files, name: sha256})


def _newer(ours: Mapping[str, Value], now: Mapping[str, Value], since: Mapping[str, Value]) -> dict[str, Value]:
    """Return what is ours, and what changed meanwhile."""
    return {**ours, **{name: value for name, value in now.items() if since.get(name) != value}}


def path_in(dist: Path) -> Path:
    """Return where the ledger of a `dist/` stands."""
    return dist / FILENAME


def digest(dist: Path) -> str:
    """Return the SHA-256 of the bytes of the ledger."""
    return files.sha256(path_in(dist))


def write(ledger: Ledger, dist: Path) -> None:
    """Put the ledger in place, whole or not at all."""
    document = {"schema": SCHEMA, **asdict(ledger)}
    document["stages"] = _rows(ledger.stages)
    document["targets"] = {name: _rows(records) for name, records in ledger.targets.items()}
    text = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=True) + "\n"
    files.write_atomically(path_in(dist), text.encode())


def read(dist: Path) -> Ledger | None:
    """Return the ledger, None when there is none; raises Refused when it cannot be believed."""
    path = path_in(dist)
    if not os.path.lexists(path):
        if os.path.isdir(dist) and not os.access(dist, os.X_OK):  # noqa: PTH112 - raises nothing
            raise _unreadable(path, "its folder may not be entered")
        return None
    try:
        files.require_regular(path)
        if path.stat().st_size > LARGEST:
            raise _unreadable(path, "it is larger than any ledger")
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise _unreadable(path, error.strerror or type(error).__name__) from error
    except (ValueError, RecursionError) as error:
        raise _unreadable(path, "it is empty, cut off or no JSON") from error
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        found = document.get("schema") if isinstance(document, dict) else None
        raise _unreadable(path, f"its schema is {json.dumps(found)[:40]}, not {SCHEMA}")
    try:
        return _ledger(document)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise _unreadable(path, f"a field is missing or of another type: {error}") from error


def _unreadable(path: Path, why: str) -> Refused:
    return Refused(
        f"{path} cannot be used: {why}",
        state="nothing was done with it; it was left as it is",
        fix=f"remove {path} and begin again: nox -s validate",
    )


def _ledger(document: Mapping[str, Any]) -> Ledger:
    return Ledger(
        project=_text(document["project"]),
        version=_version(document["version"]),
        commit=_text(document["commit"]),
        tag=_optional(document["tag"]),
        tag_object=_optional(document["tag_object"]),
        tools={_text(name): _text(version) for name, version in document["tools"].items()},
        distributions=tuple(_distribution(row) for row in document["distributions"]),
        files={_text(name): _text(sha256) for name, sha256 in document["files"].items()},
        built={_text(name): _text(value) for name, value in document.get("built", {}).items()},
        stages=_records(document["stages"]),
        targets={_text(name): _records(records) for name, records in document["targets"].items()},
    )


def _rows(records: Mapping[str, Record]) -> dict[str, dict[str, Any]]:
    return {stage: {**record.evidence, **_fixed(record)} for stage, record in records.items()}


def _fixed(record: Record) -> dict[str, Any]:
    return {name: getattr(record, name) for name in FIXED}


def _records(rows: Mapping[str, Any]) -> dict[str, Record]:
    return {_text(stage): _record(row) for stage, row in rows.items()}


def _record(row: Mapping[str, Any]) -> Record:
    if row["status"] not in get_args(Status):
        raise ValueError(f"status {row['status']!r}")
    return Record(
        status=cast("Status", row["status"]),
        start=_text(row["start"]),
        duration=float(row["duration"]),
        exit_code=int(row["exit_code"]),
        reason=_text(row["reason"]),
        evidence={name: value for name, value in row.items() if name not in FIXED},
    )


def _distribution(row: Mapping[str, Any]) -> Distribution:
    filename, kind = _text(row["filename"]), _text(row["kind"])
    if kind not in ("sdist", "wheel") or not _DISTRIBUTION.fullmatch(filename):
        raise ValueError(f"distribution {filename!r}")
    return Distribution(
        filename=filename,
        kind="sdist" if kind == "sdist" else "wheel",
        size=int(row["size"]),
        sha256=_text(row["sha256"]),
        blake2b_256=_text(row["blake2b_256"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _version(value: object) -> str:
    """Return a version as it is spelled by the specification; empty where the source told `validate` none."""
    text = _text(value)
    return str(Version(text)) if text else ""


def _optional(value: object) -> str | None:
    return None if value is None else _text(value)
