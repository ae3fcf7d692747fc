"""What a wheel must hold, by the binary distribution format."""

from __future__ import annotations

import base64
import csv
import re
from collections.abc import Iterator
from itertools import islice

from release_tools.checks import Problem, check
from release_tools.distributions import Member, Wheel, wheel_name
from release_tools.model import Location

UNLISTED = ("RECORD", "RECORD.jws", "RECORD.p7s")
ROW = 3
MANY = 20
_ARCHITECTURES = "x86_64|i686|aarch64|armv7l|ppc64le|s390x"
_MAC = "arm64|x86_64|universal2?|intel|i386|ppc|ppc64|fat|fat3|fat64"
PLATFORM = re.compile(
    r"any|win32|win_amd64|win_arm64|win_ia64"
    r"|manylinux(1|2010)_(x86_64|i686)"
    rf"|manylinux2014_({_ARCHITECTURES}|ppc64)"
    rf"|manylinux_\d+_\d+_({_ARCHITECTURES}|ppc64|riscv64)"
    rf"|musllinux_\d+_\d+_({_ARCHITECTURES}|riscv64)"
    r"|linux_armv[67]l"
    rf"|macosx_(10_\d+|(1[1-5]|26)_0)_({_MAC})"
    r"|ios_\d+_\d+_(arm64|x86_64)_(iphoneos|iphonesimulator)"
    r"|android_\d+_(armeabi_v7a|arm64_v8a|x86|x86_64)"
    r"|pyemscripten_\d+_\d+_wasm32"
)


@check()
def record_present(wheels: tuple[Wheel, ...]) -> Iterator[Problem]:
    """Mend the build backend: the .dist-info folder of a wheel holds RECORD, which lists every file with its digest."""
    for wheel in wheels:
        if not wheel.fault and wheel.dist_info and "RECORD" not in wheel.texts:
            yield Problem(message=f"there is no {wheel.dist_info}/RECORD", where=Location(file=wheel.filename))


@check()
def record_true(wheels: tuple[Wheel, ...]) -> Iterator[Problem]:
    """Build the wheel again and let nothing change it afterwards; RECORD must name each file with SHA-256 and size."""
    for wheel in wheels:
        if not wheel.fault and "RECORD" in wheel.texts:
            for member, message in _record_faults(wheel):
                yield Problem(message=f"RECORD: {message}", where=Location(file=wheel.filename), member=member)


@check()
def wheel_tag_accepted(wheels: tuple[Wheel, ...], rehearsal: bool) -> Iterator[Problem]:  # noqa: FBT001 - a fact by name
    """Name a platform that the index takes; for Linux, build with cibuildwheel, which makes manylinux and musllinux.

    Specification: platform compatibility tags, and the index's own list.
    """
    for wheel in wheels:
        # A name that nobody can read is told of already.
        name = None if wheel_name.fault(wheel.filename) else wheel_name.parse(wheel.filename)
        for platform in sorted(name.platforms) if name else ():
            if not PLATFORM.fullmatch(platform):
                yield Problem(
                    message=f"the index takes no wheel for the platform {platform}",
                    where=Location(file=wheel.filename),
                    severity="todo" if rehearsal and platform.startswith("linux_") else None,
                )


def _record_faults(wheel: Wheel) -> Iterator[tuple[str, str]]:
    """Yield each member that RECORD misses or gets wrong, with what is wrong; after so many, how many there are."""
    most = 2 * len(wheel.members) + MANY
    try:
        rows = list(islice(_rows(wheel.texts["RECORD"]), most))
    except csv.Error as error:
        yield f"{wheel.dist_info}/RECORD", f"it cannot be read: {error}"
        return
    if len(rows) == most:
        yield f"{wheel.dist_info}/RECORD", f"it lists far more than the {len(wheel.members)} members of the wheel"
        return
    found = list(_differences(wheel, rows))
    yield from found[:MANY]
    if len(found) > MANY:
        yield found[MANY][0], f"{found[MANY][1]} (and {len(found) - MANY - 1} faults more)"


def _differences(wheel: Wheel, rows: list[list[str]]) -> Iterator[tuple[str, str]]:
    listed: dict[str, list[str]] = {}
    for row in rows:
        if listed.setdefault(row[0], row) != row:
            yield row[0], "it is listed twice, and not alike"
    unlisted = {f"{wheel.dist_info}/{name}" for name in UNLISTED}
    for name, member in wheel.files().items():
        if name not in unlisted:
            fault = _row_fault(listed.get(name), member)
            if fault:
                yield name, fault
    for name in sorted(listed.keys() - {member.name for member in wheel.members}):
        yield name, "it is listed and not in the wheel"
    if f"{wheel.dist_info}/RECORD" not in listed:
        yield f"{wheel.dist_info}/RECORD", "it does not list itself"


def _rows(content: bytes) -> Iterator[list[str]]:
    text = content.decode("utf-8", "surrogateescape")
    return (row for row in csv.reader(text.splitlines()) if row)


def _row_fault(row: list[str] | None, member: Member) -> str:
    if row is None:
        return "it is in the wheel and not listed"
    if len(row) != ROW or not row[1].startswith("sha256="):
        return "it has no SHA-256"
    if row[1].removeprefix("sha256=").rstrip("=") != _encoded(member.sha256):
        return "its content has another SHA-256"
    return "" if row[2] == str(member.size) else f"its size is {member.size}, not {row[2] or 'given'}"


def _encoded(sha256: str) -> str:
    return base64.urlsafe_b64encode(bytes.fromhex(sha256)).decode().rstrip("=")
