"""What a check is, and what every check of ours has: an id, a remedy and facts that exist."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from importlib import import_module

import pytest

from release_tools import checks
from release_tools.checks import Check, Problem, check, findings, of
from release_tools.config import Config, Override
from release_tools.facts import project as facts
from release_tools.model import Finding, Location
from release_tools.supply import Supply, parameters

EVERY = of((*checks.SOURCE, *checks.DISTRIBUTIONS, *checks.INSTALLED))


@check("warning", alignment=True, todo=True, basic=True)
def two_word_name(problems: tuple[Problem, ...]) -> Iterator[Problem]:
    """Mend it.

    In two lines.
    """
    yield from problems


@check()
def silent() -> Iterator[Problem]:
    """Have nothing to say."""
    yield from ()


def told(*problems: Problem, config: Config | None = None) -> list[Finding]:
    """Return the findings of a check that has these problems."""
    return list(findings((two_word_name,), Supply((), problems=problems, mode="tag"), config or Config()))


def test_a_check_says_of_itself_what_it_is() -> None:
    """The name is the id, the docstring the remedy, and the decorator tells the rest."""
    assert (two_word_name.id, two_word_name.severity, two_word_name.remedy) == (
        "two-word-name",
        "warning",
        "Mend it.\n\nIn two lines.",
    )
    assert (two_word_name.alignment, two_word_name.todo, two_word_name.basic) == (True, True, True)
    assert (silent.severity, silent.alignment, silent.todo, silent.basic) == ("error", False, False, False)


def test_a_problem_becomes_a_finding_with_its_place() -> None:
    """File, line and member arrive, and what the problem leaves open is the check's."""
    bare, full = told(
        Problem(message="bare"),
        Problem(message="full", where=Location(file="a.py", line=3), member="a/b", severity="note", fix="other"),
    )
    remedy = "Mend it.\n\nIn two lines."
    assert bare == Finding(check="two-word-name", severity="warning", message="bare", fix=remedy)
    assert full == Finding(
        check="two-word-name", severity="note", message="full", fix="other", file="a.py", line=3, member="a/b"
    )


def test_what_a_finding_quotes_is_bounded() -> None:
    """A version of a million digits is not printed whole; what fits on a screen is."""
    fits, long = told(Problem(message="x" * 2_000), Problem(message="x" * 1_000_000, fix="y" * 1_000_000))
    assert fits.message == "x" * 2_000
    assert (long.message, long.fix) == ("x" * 2_000 + "...", "y" * 2_000 + "...")


def test_without_a_problem_there_is_no_finding() -> None:
    """A check that yields nothing says that all is well."""
    assert told() == []
    assert list(findings((silent, silent), Supply(()), Config())) == []


def test_what_is_off_is_not_said() -> None:
    """A check that the project turned off is silent."""
    off = Config(checks={"two-word-name": Override(severity="off", because="not here")})
    assert told(Problem(message="x"), config=off) == []


def test_checks_are_found_by_subject_in_their_order() -> None:
    """The checks of a subject are those of its file, from the top down, each once."""
    for subject in (*checks.SOURCE, *checks.DISTRIBUTIONS, *checks.INSTALLED):
        found = of((subject,))
        lines = [inspect.getsourcelines(each.judge)[1] for each in found]
        assert found, subject
        assert lines == sorted(lines)
        assert {each.judge.__module__ for each in found} == {f"release_tools.checks.{subject}"}


@pytest.mark.parametrize("each", EVERY, ids=lambda each: each.id)
def test_every_check_can_be_named_and_understood(each: Check) -> None:
    """Each check has an id of its own in kebab case and a remedy in whole sentences."""
    assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", each.id)
    assert [other.id for other in EVERY].count(each.id) == 1
    assert re.match(r"[A-Z]", each.remedy)
    assert each.remedy.rstrip().endswith(".")


@pytest.mark.parametrize("each", of(checks.SOURCE), ids=lambda each: each.id)
def test_every_fact_that_a_check_names_exists(each: Check) -> None:
    """A check of the source can be given all that it asks for: each name is a fact given or provided."""
    from release_tools.__main__ import FACTS

    given = {"options", "environment", "folder", "cache", "clock", "today", "say", "redact", "console", "supply"}
    provided = {name for module in FACTS for name in vars(import_module(module))}
    assert set(parameters(each.judge)) <= given | provided
    assert inspect.isfunction(facts.root)
