"""The checks of what the project says of itself: each fires on its defect and is silent otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from release_tools import checks
from release_tools.checks import project as subject
from release_tools.facts.metadata import Page, Placed, ShownReadme
from release_tools.model import Location, Mode, Project
from release_tools.readmes import Complaint
from tests.checks.facts_for import facts_for as healthy
from tests.checks.facts_for import found, only

WHERE = Location(file="pyproject.toml", line=4)
README = Location(file="README.rst", line=7)


@pytest.mark.parametrize("mode", ["tag", "rehearsal", "branch"])
@pytest.mark.parametrize("check", checks.of(("project",)), ids=lambda check: check.id)
def test_a_healthy_project_gives_no_finding(check: checks.Check, mode: Mode) -> None:
    """Nothing is said of it in any mode; the verdict on the version never follows from these checks."""
    assert found(check, mode=mode) == []
    assert not check.alignment
    assert check.remedy.endswith(".")


def backend(name: str) -> dict[str, Any]:
    """Return the change by which another backend builds the project."""
    project: Project = healthy()["project"]
    return {"project": Project(root=project.root, name="sample", normalized=project.normalized, backend=name)}


def test_each_fault_of_pyproject_is_a_finding() -> None:
    """With its place; all are errors, in a rehearsal too."""
    faults = tuple(Placed(message=f"fault {number}", where=WHERE) for number in range(3))
    findings = found(subject.pyproject_valid, pyproject_faults=faults, mode="rehearsal")
    assert [(each.message, each.severity, each.line) for each in findings] == [
        (f"fault {number}", "error", 4) for number in range(3)
    ]


@pytest.mark.parametrize(
    ("name", "severity"),
    [("setuptools.build_meta", "error"), ("hatchling.build", "warning"), ("maturin", "warning")],
)
def test_a_key_too_many_is_an_error_where_the_build_fails(name: str, severity: str) -> None:
    """Setuptools refuses it, others pass over it."""
    fault = Placed(message="project has an unknown key", where=WHERE, unknown=True)
    assert only(subject.pyproject_valid, pyproject_faults=(fault,), **backend(name)).severity == severity


def test_what_a_page_lacks_is_one_warning() -> None:
    """Everything that is missing is in it."""
    finding = only(subject.metadata_complete, stated_page=Page(where=WHERE, lacks=("a readme", "project URLs")))
    assert finding.severity == "warning"
    assert "a readme, project URLs" in finding.message
    assert (finding.file, finding.line) == ("pyproject.toml", 4)


def test_what_no_index_takes_is_an_error() -> None:
    """The upload would fail at the end."""
    page = Page(where=WHERE, refused=("'a b' is no name that an index takes",))
    assert only(subject.metadata_complete, stated_page=page).severity == "error"


@pytest.mark.parametrize(
    ("readme", "severity", "words"),
    [
        (ShownReadme(where=WHERE, fault="NONE.md does not exist"), "error", "NONE.md does not exist"),
        (ShownReadme(where=README, complaint=Complaint(message="Too short.", line=7)), "error", "Too short."),
        (ShownReadme(where=README, unjudged="it takes too long"), "note", "it takes too long"),
        (ShownReadme(where=README, relative=tuple("abcdefg")), "warning", "a, b, c, d, e and 2 more"),
    ],
    ids=["missing", "broken", "unjudged", "relative"],
)
def test_a_readme_that_will_not_be_shown_is_told(readme: ShownReadme, severity: str, words: str) -> None:
    """With its line; what only leads nowhere is a warning."""
    finding = only(subject.readme_renders, shown_readme=readme)
    assert finding.severity == severity
    assert words in finding.message
    assert (finding.file, finding.line) == (readme.where.file, readme.where.line)
