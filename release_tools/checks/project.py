"""What the project says of itself to the index: whether it is valid, enough, and can be shown."""

from __future__ import annotations

from collections.abc import Iterator

from release_tools.checks import Problem, check, listed
from release_tools.facts.metadata import Page, Placed, ShownReadme
from release_tools.model import Project

MOST = 5


@check()
def pyproject_valid(pyproject_faults: tuple[Placed, ...], project: Project) -> Iterator[Problem]:
    """Write it as the specification of pyproject.toml says, which is part of the Python Packaging User Guide."""
    # Setuptools refuses a key that it does not know; other backends pass over it, and what it says is lost.
    strict = project.backend.startswith("setuptools")
    for each in pyproject_faults:
        yield Problem(
            message=each.message, where=each.where, severity="warning" if each.unknown and not strict else None
        )


@check("warning")
def metadata_complete(stated_page: Page) -> Iterator[Problem]:
    """State it under `[project]` in pyproject.toml: people decide by the project's page on the index."""
    for refusal in stated_page.refused:
        yield Problem(
            message=refusal, where=stated_page.where, severity="error", fix="Shorten or rename it: the upload fails."
        )
    if stated_page.lacks:
        yield Problem(
            message=f"the project's page on the index will lack {listed(stated_page.lacks, MOST)}",
            where=stated_page.where,
        )


@check()
def readme_renders(shown_readme: ShownReadme) -> Iterator[Problem]:
    """Mend the readme, or what names it in pyproject.toml: the index refuses an upload whose readme it cannot show."""
    readme = shown_readme
    if readme.fault:
        yield Problem(message=readme.fault, where=readme.where)
    if readme.complaint:
        yield Problem(message=f"the index cannot show the readme: {readme.complaint.message}", where=readme.where)
    if readme.unjudged:
        yield Problem(message=f"the readme was not judged: {readme.unjudged}", where=readme.where, severity="note")
    if readme.relative:
        yield Problem(
            message=f"the readme holds addresses that lead nowhere from the index: {listed(readme.relative, MOST)}",
            where=readme.where,
            severity="warning",
            fix="Write whole addresses, such as https://..., of links and images in the readme.",
        )
