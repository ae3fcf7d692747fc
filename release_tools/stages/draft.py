"""The stage `draft`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from packaging.version import Version

from release_tools import changelog, overlay
from release_tools.adapters import files
from release_tools.changelog import Changelog
from release_tools.config import Config
from release_tools.dist_folder import NOTES
from release_tools.ledger import Ledger
from release_tools.model import Entry, Source, Target
from release_tools.stages import Outcome, announce


def draft(
    ledger: Ledger, dist: Path, version: Version, entries: tuple[Entry, ...], unreleased: Entry | None,
    changelog: Changelog | None, target: Target, config: Config, source: Source, environment: Mapping[str, str],
) -> Outcome:  # fmt: skip
    """Write the notes of this version from the changelog: of its entry, else of what stands under Unreleased."""
    if target.name == overlay.TRIAL:
        reason = announce.why_none(target, config, source, environment)
        return Outcome(ledger=ledger, status="nothing-to-do", reason=reason)
    chosen = entries[0] if entries else unreleased
    text = notes_of(chosen, version, changelog)
    files.write_atomically(dist / NOTES, text.encode())
    whence = str(chosen.where) if chosen else "no changelog entry"
    return Outcome(
        ledger=ledger.with_file(NOTES, hashlib.sha256(text.encode()).hexdigest()),
        summary=(
            f"{NOTES}: {len(text)} characters from {whence}",
            announce.why_none(target, config, source, environment),
        ),
        evidence={"notes": NOTES, "from": whence, "characters": len(text)},
    )


def notes_of(entry: Entry | None, version: Version, source: Changelog | None) -> str:
    """Return the release notes, ending in a line break; a version without an entry gets one honest sentence."""
    if entry is None or source is None:
        return f"Version {version} has no changelog entry.\n"
    return changelog.notes(entry, source).strip("\n") + "\n"
