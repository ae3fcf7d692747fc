"""How checks are run: severities, configuration, the list of things to do, and facts that cannot be had."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from release_tools.checks import SOURCE, Check, Problem, check, findings, of
from release_tools.config import Config, Override
from release_tools.errors import Refused
from release_tools.model import Severity
from release_tools.supply import Supply


@check()
def plain() -> Iterator[Problem]:
    """Mend it."""
    yield Problem(message="broken")


@check(todo=True)
def postponed(severity: Severity | None) -> Iterator[Problem]:
    """Mend it before the tag."""
    yield Problem(message="not ready", severity=severity)


@check(basic=True)
def basic(sound: bool) -> Iterator[Problem]:  # noqa: FBT001 - a fact
    """Say what it is."""
    if not sound:
        yield Problem(message="nothing is known")


@check()
def needy(unknown: str) -> Iterator[Problem]:
    """Ask again."""
    yield Problem(message=unknown)


def unknown() -> str:
    """Be a fact that cannot be had."""
    raise Refused("nobody knows", state="", fix="")


def refusing() -> Supply:
    """Return facts of which one cannot be had."""
    return Supply((__name__,), sound=False)


def severity_of(each: Check, config: Config | None = None, **facts: Any) -> str:  # noqa: ANN401 - facts are of any type
    """Return how serious the one finding of a check is."""
    (finding,) = findings((each,), Supply((), **facts), config or Config())
    return finding.severity


def decided(each: Check, severity: Any) -> Config:  # noqa: ANN401 - a literal
    """Return a configuration that decides on one check."""
    return Config(checks={each.id: Override(severity=severity, because="we know better")})


def test_a_check_is_known_by_its_name_and_its_docstring_is_the_remedy() -> None:
    """The id is the name in kebab case."""
    (finding,) = findings((plain,), Supply(()), Config())
    assert (finding.check, finding.message, finding.fix) == ("plain", "broken", "Mend it.")


def test_a_rehearsal_turns_errors_of_some_checks_into_things_to_do() -> None:
    """Other modes do not, other checks do not, and what is milder stays so."""
    assert severity_of(postponed, severity=None, mode="rehearsal") == "todo"
    assert severity_of(postponed, severity=None, mode="tag") == "error"
    assert severity_of(postponed, severity=None, mode="branch") == "error"
    assert severity_of(postponed, severity="warning", mode="rehearsal") == "warning"
    assert severity_of(plain, mode="rehearsal") == "error"


@pytest.mark.parametrize(
    ("stated", "configured", "result"),
    [
        ("error", "warning", "warning"),
        ("warning", "error", "error"),
        ("note", "error", "note"),
        ("note", "warning", "note"),
        ("todo", "error", "todo"),
        ("todo", "warning", "warning"),
    ],
)
def test_the_configuration_decides_on_errors_and_warnings(stated: str, configured: str, result: str) -> None:
    """A note stays a note; a thing to do never becomes a failure."""
    assert severity_of(postponed, decided(postponed, configured), severity=stated, mode="tag") == result


def test_a_check_that_is_off_is_not_run() -> None:
    """Not even its facts are asked for."""
    assert list(findings((needy,), Supply(()), decided(needy, "off"))) == []


def test_a_fact_that_cannot_be_had_stops_everything() -> None:
    """Nothing is judged on a guess."""
    with pytest.raises(Refused, match="nobody knows"):
        list(findings((plain, needy), refusing(), Config()))


def test_what_follows_from_a_basic_finding_is_not_said_again() -> None:
    """The other checks still speak."""
    said = [finding.check for finding in findings((basic, needy, plain), refusing(), Config())]
    assert said == ["basic", "plain"]


def test_the_ids_of_the_checks_are_the_agreed_ones() -> None:
    """Configuration and documentation name them."""
    every = of(SOURCE)
    alignment = {each.id for each in every if each.alignment}
    assert alignment == {
        "version-readable",
        "version-valid",
        "version-publishable",
        "version-consistent",
        "version-increases",
        "tag-matches-version",
        "tag-style",
        "tag-unambiguous",
        "tag-on-head",
        "tag-unmoved",
        "clone-complete",
        "changelog-found",
        "changelog-has-entry",
        "changelog-entry-released",
        "changelog-entry-has-content",
        "changelog-entry-unique",
        "changelog-entry-on-top",
        "changelog-entry-date",
        "unreleased-empty",
    }
    assert {each.id for each in every} - alignment == {
        "tree-clean",
        "tag-on-release-branch",
        "branch-has-notes",
        "no-secrets",
        "pyproject-valid",
        "metadata-complete",
        "readme-renders",
        "version-unpublished",
    }
    assert {each.id for each in every if each.todo} == {
        "version-increases",
        "tag-on-head",
        "tag-unmoved",
        "changelog-entry-released",
        "tree-clean",
        "tag-on-release-branch",
        "version-unpublished",
    }
