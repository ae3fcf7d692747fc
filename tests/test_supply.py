"""Facts by name: each is worked out once, from those that it names itself."""

from __future__ import annotations

import sys
import threading

import pytest

from release_tools.errors import Refused
from release_tools.supply import Supply, parameters
from tests.samples import git

ASKED: list[str] = []
LET_GO = threading.Event()


def area(width: int, height: int) -> int:
    """Be a fact that follows from two others."""
    return width * height


def costly() -> str:
    """Be a fact that tells when it is asked for."""
    ASKED.append("costly")
    return "found"


def answer() -> int:
    """Be a fact that must not be asked for."""
    raise AssertionError("asked")


def test_a_function_gets_the_facts_that_it_names() -> None:
    """Facts given and facts provided are handed over by the names of the parameters."""

    def told(area: int, *, unit: str) -> str:
        return f"{area} {unit}"

    supply = Supply((__name__,), width=3, height=4, unit="m2")
    assert supply.call(told) == "12 m2"
    assert supply.call(lambda: "nothing named") == "nothing named"


def test_a_fact_is_worked_out_once_and_only_when_asked_for() -> None:
    """A provider runs when its fact is first asked for, and never again."""
    ASKED.clear()
    supply = Supply((__name__,))
    assert ASKED == []
    assert [supply.get("costly"), supply.get("costly")] == ["found", "found"]
    assert ASKED == ["costly"]


def late() -> str:
    """Be a fact that waits until it is let go."""
    ASKED.append("late")
    assert LET_GO.wait(10)
    return "come"


def of_nothing() -> str:
    """Be a fact that cannot be had."""
    raise Refused("nothing is known", state="", fix="")


def follows(of_nothing: str) -> str:
    """Be a fact that follows from one that cannot be had."""
    return of_nothing


def test_a_fact_that_was_begun_is_waited_for_when_it_is_asked_for() -> None:
    """Others are worked out meanwhile, and it is worked out once."""
    ASKED.clear()
    LET_GO.clear()
    supply = Supply((__name__,))
    supply.begin("late")
    assert supply.get("costly") == "found"
    LET_GO.set()
    assert [supply.get("late"), supply.get("late")] == ["come", "come"]
    assert sorted(ASKED) == ["costly", "late"]


def test_what_cannot_be_begun_is_told_to_who_asks() -> None:
    """A fact that cannot be had stops those alone who need it, begun or not."""
    supply = Supply((__name__,))
    for name in ("follows", "of_nothing"):
        supply.begin(name)
        with pytest.raises(Refused, match="nothing is known"):
            supply.get(name)


def test_what_is_known_or_begun_is_not_begun_again() -> None:
    """A given fact stays, and a supply that follows from another takes along what that one began."""
    ASKED.clear()
    LET_GO.set()
    supply = Supply((__name__,), costly="given")
    for name in ("costly", "late", "late"):
        supply.begin(name)
    assert supply.of((__name__,)).get("late") == "come"
    assert supply.get("costly") == "given"
    assert ASKED == ["late"]


def test_what_is_given_wins_over_a_provider() -> None:
    """A fact that is given is not worked out, not even when it is None."""
    assert Supply((__name__,), answer=None).get("answer") is None


def test_the_supply_itself_is_a_fact() -> None:
    """Who needs facts by names known only later can name the supply."""
    supply = Supply(())
    assert supply.get("supply") is supply


@pytest.mark.parametrize("name", ["nobody", "ASKED", "git", "pytest"])
def test_an_unknown_fact_is_named(name: str) -> None:
    """What nobody provides is a KeyError with its name; what a module only imported or holds is no fact of it."""
    assert callable(git)
    with pytest.raises(KeyError, match=name):
        Supply((__name__,)).get(name)


def test_a_module_is_imported_only_when_needed() -> None:
    """Facts of the first modules do not cost the import of those behind."""
    sys.modules.pop("colorsys", None)
    supply = Supply((__name__, "colorsys"))
    assert supply.get("costly") == "found"
    assert "colorsys" not in sys.modules
    with pytest.raises(KeyError):
        supply.get("nobody")
    assert "colorsys" in sys.modules


def test_parameters_are_read_off_the_code() -> None:
    """Local variables are no parameters, keyword-only ones are."""

    def function(first: int, *, second: int) -> int:
        third = first + second
        return third * 2

    assert parameters(function) == ("first", "second")
