"""What the archive of a distribution must be, whatever it holds: one archive, in the plain form that all read alike."""

from __future__ import annotations

from collections.abc import Iterator

from release_tools.checks import Problem, check
from release_tools.checks.metadata import expected_name
from release_tools.distributions import Archive, Sdist, faults
from release_tools.distributions.sdist import ENDING
from release_tools.model import Location

MIB = 1 << 20
LIMIT = 100 * MIB
HIGHEST = 1024 * MIB


@check()
def archive_readable(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Build the file again: it is cut off or damaged, or the build backend wrote it wrongly."""
    for archive in archives:
        found = [(fault.message, fault.member) for fault in archive.faults if fault.rule == faults.READABLE]
        if archive.fault and not archive.faults:
            found = [(archive.fault, None)]
        for message, member in found:
            where = Location(file=archive.filename)
            yield Problem(message=f"the archive cannot be read: {message}", where=where, member=member)


@check()
def archive_format(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Build a wheel as a ZIP archive named .whl and an sdist as a gzipped tar named .tar.gz: the index takes no other.

    Specifications: binary distribution format; source distribution format (PEP 625).
    """
    yield from _broken(archives, faults.FORMAT)
    for archive in archives:
        # Where its metadata can be read, they tell the right name, ending included.
        misnamed = isinstance(archive, Sdist) and not archive.filename.endswith(ENDING)
        if misnamed and not expected_name(archive) and not archive.faults:
            yield Problem(message=f"its name does not end in {ENDING}", where=Location(file=archive.filename))


@check()
def archive_bounded(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Take out what unpacks to far more than it is packed to; the index refuses 50 times its size, from 64 MiB on."""
    yield from _broken(archives, faults.BOUNDED)


@check()
def archive_framing(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Let the build backend write the file in one go: nothing stands before, between or behind its members.

    What does is read by some programs and not by others. Specification: APPNOTE.TXT 4.3; the index's archive rules.
    """
    yield from _broken(archives, faults.FRAMING)


@check()
def archive_headers(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Let the build backend write the file in one go: what an archive says twice of a member must be the same.

    Specification: APPNOTE.TXT 4.3.7 and 4.3.12, of ZIP; POSIX pax, of tar; the index's archive rules.
    """
    yield from _broken(archives, faults.HEADERS)


@check()
def archive_features(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Write a plain archive: stored or deflated, sizes in the headers; no comment, encryption, volume or sparse file.

    Specification: the index's archive rules.
    """
    yield from _broken(archives, faults.FEATURES)


@check("warning")
def file_size(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Make the file smaller, or ask the index for a higher limit for the project: 100 MiB is what every project has."""
    for archive in archives:
        if archive.packed > LIMIT:
            told = f"the file has {archive.packed / MIB:.1f} MiB, the index takes {LIMIT // MIB} unless it was asked"
            highest = archive.packed > HIGHEST
            message = f"{told}, and never more than {HIGHEST // MIB}" if highest else told
            where = Location(file=archive.filename)
            yield Problem(message=message, where=where, severity="error" if highest else None)


def _broken(archives: tuple[Archive, ...], rule: str) -> Iterator[Problem]:
    for archive in archives:
        for fault in archive.faults:
            if fault.rule == rule:
                yield Problem(message=fault.message, where=Location(file=archive.filename), member=fault.member)
