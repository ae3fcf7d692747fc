"""What a trial of a commit replaces in it. A fact."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from packaging.version import Version

from release_tools import overlay
from release_tools.model import Target
from release_tools.overlay import Replacement


def replaced(
    target: Target, root: Path, pyproject: Mapping[str, Any], top: Path, version: Version, *, tagged: bool
) -> tuple[Replacement, ...]:
    """Return where the trial version is put over what the project declares; nowhere in a release."""
    if not overlay.is_trial(target, tagged=tagged):
        return ()
    # Only a trial reads the source once more.
    from release_tools import versions

    return overlay.replacements(versions.read(root, pyproject, within=top).declarations, version)
