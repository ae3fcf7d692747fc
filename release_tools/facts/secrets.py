"""What the tracked files hold that should be nobody's to read. A fact."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from release_tools.adapters import objects, secret_files
from release_tools.adapters.git import Git
from release_tools.secret_scan import values
from release_tools.secret_scan.report import Searched

ARCHIVES = 64 << 20  # bytes that all tracked archives together may unpack to


def exposed(root: Path, git: Git, environment: Mapping[str, str]) -> Searched:
    """Return the secrets in the tracked files of the project, as they lie in the working tree."""
    places = [secret_files.place(f"{root}{os.sep}{path}", path, path) for path in objects.tracked(git)]
    return secret_files.search(places, values.needles(environment), unpacked=ARCHIVES)
