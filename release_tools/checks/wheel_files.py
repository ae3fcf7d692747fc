"""How a wheel is named, and what the files of its .dist-info folder say."""

from __future__ import annotations

from collections.abc import Iterator

from release_tools.checks import Problem, check
from release_tools.checks.metadata import expected_name
from release_tools.distributions import Wheel, entry_points, wheel_file, wheel_name
from release_tools.model import Location, Severity

MOST = 10


@check()
def wheel_name_valid(wheels: tuple[Wheel, ...]) -> Iterator[Problem]:
    """Name it name-version-python-abi-platform.whl; a build tag behind the version begins with a digit.

    Specification: binary distribution format, file name convention.
    """
    for wheel in wheels:
        # By its metadata it is to be named otherwise anyhow, which is told already.
        misnamed = expected_name(wheel) not in (None, wheel.filename)
        if not misnamed and wheel.filename.endswith(wheel_name.ENDING) and (fault := wheel_name.fault(wheel.filename)):
            yield _problem(wheel, fault)


@check()
def dist_info_named(wheels: tuple[Wheel, ...]) -> Iterator[Problem]:
    """Mend the build backend: the .dist-info folder has the name and version of the file, spelled alike.

    Specification: binary distribution format, the .dist-info directory.
    """
    for wheel in wheels:
        names = {_stem(name) for name in (wheel.filename, expected_name(wheel)) if name}
        if wheel_name.parse(wheel.filename) is None:
            continue
        if wheel.dist_info and wheel.metadata and not wheel.fault and wheel.dist_info not in names:
            yield _problem(wheel, f"the folder {wheel.dist_info} is to be named {_stem(wheel.filename)}")


@check()
def wheel_file_valid(wheels: tuple[Wheel, ...]) -> Iterator[Problem]:
    """Mend the build backend: WHEEL tells the version of the format, and what the file's name tells of the wheel.

    Specification: binary distribution format, file contents.
    """
    for wheel in wheels:
        if wheel.fault or not wheel.dist_info or wheel.metadata is None:
            continue
        if "WHEEL" not in wheel.texts:
            yield _problem(wheel, f"there is no {wheel.dist_info}/WHEEL")
            continue
        fields = wheel_file.read(wheel.texts["WHEEL"])
        refused = wheel_file.refused(fields)
        if refused:
            yield _problem(wheel, f"WHEEL: {refused}", "WHEEL")
        elif name := wheel_name.parse(wheel.filename):
            for doubt in wheel_file.doubtful(fields, name):
                yield _problem(wheel, f"WHEEL: {doubt}", "WHEEL", "warning")


@check()
def entry_points_valid(wheels: tuple[Wheel, ...]) -> Iterator[Problem]:
    """Declare each as name = "module:object", a script as a function; its name has letters, digits and . _ - alone.

    Specification: entry points.
    """
    for wheel in wheels:
        if wheel.fault or "entry_points.txt" not in wheel.texts:
            continue
        found = entry_points.read(wheel.texts["entry_points.txt"])
        for severity, messages in ((None, found.refused()), ("warning", found.doubtful())):
            yield from _some(wheel, list(messages), severity)  # type: ignore[arg-type]


def _some(wheel: Wheel, messages: list[str], severity: Severity | None) -> Iterator[Problem]:
    for message in messages[:MOST]:
        yield _problem(wheel, f"entry_points.txt: {message}", "entry_points.txt", severity)
    if len(messages) > MOST:
        yield _problem(wheel, f"entry_points.txt: and {len(messages) - MOST} more", "entry_points.txt", severity)


def _stem(filename: str) -> str:
    """Return the name of the .dist-info folder that goes with a file name."""
    return "-".join(filename.split("-")[:2]) + ".dist-info"


def _problem(wheel: Wheel, message: str, name: str = "", severity: Severity | None = None) -> Problem:
    member = f"{wheel.dist_info}/{name}" if name else None
    return Problem(message=message, where=Location(file=wheel.filename), member=member, severity=severity)
