"""Whether a wheel holds all of its packages: modules, and the data beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from release_tools.checks import Problem, check, listed
from release_tools.identity.packages import Loss
from release_tools.model import Location


@check()
def package_complete(losses: Mapping[str, Loss]) -> Iterator[Problem]:
    """Let the build backend find the module: see its settings for packages, includes and excludes, and MANIFEST.in."""
    for filename, loss in losses.items():
        where = Location(file=filename)
        if loss.modules:
            message = f"modules of the package are not in the wheel: {listed(loss.modules)}"
            yield Problem(message=message, where=where)
        if loss.loose:
            message = f"modules are not in the wheel, their folders having no __init__.py: {listed(loss.loose)}"
            yield Problem(message=message, where=where, severity="warning")


@check("warning")
def package_data_complete(losses: Mapping[str, Loss]) -> Iterator[Problem]:
    """Let the wheel have it too: name it among the package's data, or keep it out of the package's folder."""
    for filename, loss in losses.items():
        if loss.data:
            message = f"the sdist has these data files of the package, the wheel has not: {listed(loss.data)}"
            yield Problem(message=message, where=Location(file=filename))
