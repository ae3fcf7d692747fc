"""What an sdist must hold, by the source distribution format."""

from __future__ import annotations

from collections.abc import Iterator

from release_tools.checks import Problem, check
from release_tools.checks.metadata import expected_name
from release_tools.distributions import Sdist
from release_tools.model import Location

ENDING = ".tar.gz"
BUILDABLE = ("pyproject.toml", "setup.py")


@check()
def sdist_one_folder(sdists: tuple[Sdist, ...]) -> Iterator[Problem]:
    """Mend the build backend: an sdist holds one folder, named as the file is without .tar.gz, and all else in it."""
    for sdist in sdists:
        expected = (expected_name(sdist) or sdist.filename).removesuffix(ENDING)
        if sdist.metadata and not sdist.fault and sdist.tops != (expected,):
            found = ", ".join(sdist.tops[:5]) or "nothing"
            yield Problem(message=f"at its top is {found}, not {expected} alone", where=Location(file=sdist.filename))


@check()
def sdist_buildable(sdists: tuple[Sdist, ...]) -> Iterator[Problem]:
    """Let the sdist include pyproject.toml: without it, nobody can build from the sdist."""
    for sdist in sdists:
        names = {member.name.partition("/")[2] for member in sdist.members}
        if sdist.metadata and not sdist.fault and not names.intersection(BUILDABLE):
            yield Problem(message="neither pyproject.toml nor setup.py is in it", where=Location(file=sdist.filename))
