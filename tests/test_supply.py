"""Facts by name: each is worked out once, from those that it names itself."""

from __future__ import annotations

import pytest

from release_tools.supply import Supply, parameters


def test_a_function_gets_the_facts_that_it_names() -> None:
    """Facts given and facts provided are handed over by the names of the parameters."""

    def area(width: int, height: int) -> int:
        return width * height

    def told(area: int, *, unit: str) -> str:
        return f"{area} {unit}"

    supply = Supply({"area": area}, width=3, height=4, unit="m2")
    assert supply.call(told) == "12 m2"
    assert supply.call(lambda: "nothing named") == "nothing named"


def test_a_fact_is_worked_out_once_and_only_when_asked_for() -> None:
    """A provider runs when its fact is first asked for, and never again."""
    asked: list[str] = []

    def costly() -> str:
        asked.append("costly")
        return "found"

    supply = Supply({"costly": costly})
    assert asked == []
    assert [supply.get("costly"), supply.get("costly")] == ["found", "found"]
    assert asked == ["costly"]


def test_what_is_given_wins_over_a_provider() -> None:
    """A fact that is given is not worked out, not even when it is None."""

    def answer() -> int:
        raise AssertionError("asked")

    assert Supply({"answer": answer}, answer=None).get("answer") is None


def test_the_supply_itself_is_a_fact() -> None:
    """Who needs facts by names known only later can name the supply."""
    supply = Supply({})
    assert supply.get("supply") is supply


def test_an_unknown_fact_is_named() -> None:
    """A fact that nobody provides is a KeyError with its name."""
    with pytest.raises(KeyError, match="nobody"):
        Supply({}).call(lambda nobody: nobody)


def test_parameters_are_read_off_the_code() -> None:
    """Local variables are no parameters, keyword-only ones are."""

    def function(first: int, *, second: int) -> int:
        third = first + second
        return third * 2

    assert parameters(function) == ("first", "second")
