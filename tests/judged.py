"""Judges an archive in memory by the checks that ask for nothing but the file."""

from __future__ import annotations

import io

from release_tools import checks, inspection
from release_tools.config import Config
from release_tools.distributions import Archive, Sdist, Wheel, sdist, wheel
from release_tools.model import Finding
from release_tools.supply import Supply


def read(filename: str, content: bytes) -> Wheel | Sdist:
    """Read an archive by the ending of its name."""
    reader = wheel.read if filename.lower().endswith(".whl") else sdist.read
    return reader(filename, io.BytesIO(content))


def findings(*every: Archive) -> list[Finding]:
    """Return what the checks say of some archives, as for the public index."""
    supply = Supply(
        inspection.MORE,
        archives=every,
        wheels=tuple(each for each in every if isinstance(each, Wheel)),
        sdists=tuple(each for each in every if isinstance(each, Sdist)),
        complaints={},
        rehearsal=False,
    )
    return list(checks.findings(checks.of(checks.FILES), supply, Config()))


def judged(filename: str, content: bytes) -> list[Finding]:
    """Return what the checks say of one file."""
    return findings(read(filename, content))
