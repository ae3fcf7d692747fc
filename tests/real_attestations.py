"""Attestations that the real service signed, from a source distribution in the wheelhouse, with their files."""

from __future__ import annotations

import tarfile
from pathlib import Path

from tests import wheelhouse

FILE = "pypi_attestations-0.0.19.tar.gz"


def unpack(folder: Path) -> None:
    """Write the files and what was signed of them into a folder."""
    (sdist,) = (wheelhouse.HOUSE / "sdists").glob("pypi_attestations-*.tar.gz")
    with tarfile.open(sdist) as archive:
        for member in archive:
            content = archive.extractfile(member) if "/test/assets/" in member.name and member.isfile() else None
            if content:
                (folder / Path(member.name).name).write_bytes(content.read())
