"""The stage `checksums`."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from release_tools import dist_folder
from release_tools.adapters import files
from release_tools.ledger import Ledger
from release_tools.stages import Outcome


def checksums(ledger: Ledger, dist: Path) -> Outcome:
    """Prove that `dist/` holds exactly the files that were built, and write SHA256SUMS.txt."""
    # What this stage and the next write anew is not held against what they wrote before.
    built = {name: sha256 for name, sha256 in ledger.files.items() if name not in dist_folder.LATER}
    dist_folder.verify_exact(dist, replace(ledger, files=built))
    content = dist_folder.sums(ledger)
    files.write_atomically(dist / dist_folder.SUMS, content)
    lines = content.decode().splitlines()
    return Outcome(
        ledger=ledger.with_file(dist_folder.SUMS, hashlib.sha256(content).hexdigest()),
        summary=(*lines, f"{dist_folder.SUMS}: dist/ holds exactly these {len(lines)} distributions"),
        evidence={"files": len(lines)},
        document={"sha256": {each.filename: each.sha256 for each in ledger.distributions}},
    )
