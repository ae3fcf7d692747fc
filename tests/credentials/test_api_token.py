"""What a token says of itself, held against the library that others read them with."""

from __future__ import annotations

import base64
import json
import random
from datetime import datetime, timezone
from importlib import import_module
from typing import Any

import pytest
from pypitoken import LoaderError
from pypitoken import Token as RealToken

from release_tools.credentials import api_token

pymacaroons = import_module("pymacaroons")  # it ships no types
DOMAIN = "index.example"


def made(*limits: Any, version: int = pymacaroons.MACAROON_V2, domain: str = DOMAIN) -> str:  # noqa: ANN401 - of JSON
    """Return a token with some limits, as an index writes them."""
    found = pymacaroons.Macaroon(location=domain, identifier="somebody", key="secret", version=version)
    for each in limits:
        found.add_first_party_caveat(each if isinstance(each, str) else json.dumps(each))
    return f"{api_token.PREFIX}{found.serialize()}"


@pytest.mark.parametrize("version", [pymacaroons.MACAROON_V1, pymacaroons.MACAROON_V2])
def test_both_forms_and_all_known_limits_are_read(version: int) -> None:
    """Those of now and those of old; each narrows what the others leave."""
    projects = [1, ["a", "b-c"]], {"version": 1, "permissions": {"projects": ["B_C", "d"]}}
    times = [0, 2_000_000_000, 1_000_000_000], {"nbf": 1_100_000_000, "exp": 3_000_000_000}
    others = [2, ["00000000-0000-0000-0000-000000000000"]], [3, "x"], {"version": 1, "permissions": "user"}
    found = api_token.read(made(*projects, *times, *others, version=version))
    assert found == api_token.ApiToken(
        domain=DOMAIN,
        projects=frozenset({"b-c"}),  # type: ignore[arg-type]
        begins=datetime.fromtimestamp(1_100_000_000, tz=timezone.utc),
        expires=datetime.fromtimestamp(2_000_000_000, tz=timezone.utc),
    )


@pytest.mark.parametrize(
    "limit", [[4, "x"], [1, ["Not/A/Name"]], [1, [1]], [0, "x", 1], {"version": 2}, 7, "no JSON", "[" * 5000]
)
def test_a_limit_of_tomorrow_is_left_to_the_index(limit: object) -> None:
    """The others are understood all the same."""
    found = api_token.read(made(limit, [1, ["a"]]))
    assert not found.understood
    assert found.projects == frozenset({"a"})


def test_a_limit_that_another_judges_is_not_understood() -> None:
    """What an index asks of a third party nobody here can know."""
    found = pymacaroons.Macaroon(location=DOMAIN, identifier="x", key="k", version=pymacaroons.MACAROON_V2)
    found.add_third_party_caveat("elsewhere.example", "key of the other", "what")
    assert not api_token.read(f"{api_token.PREFIX}{found.serialize()}").understood


@pytest.mark.parametrize("version", [pymacaroons.MACAROON_V1, pymacaroons.MACAROON_V2])
def test_whatever_is_cut_or_changed_ends_in_words(version: int) -> None:
    """No byte of it leads to another error than one; and of whatever can be read, the index is read the same."""
    chance = random.Random(1)  # noqa: S311 - no secret
    value = made([1, ["a"]], [0, 2, 1], version=version).removeprefix(api_token.PREFIX)
    content = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    for _ in range(2000):
        changed = bytearray(content)
        for _ in range(chance.randint(1, 3)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        cut = changed[: chance.choice([len(changed), chance.randrange(len(changed))])]
        text = api_token.PREFIX + base64.urlsafe_b64encode(cut).decode().rstrip("=")
        ours, library = read(text), read_by_library(text)
        assert ours == library or not (ours and library), text


def read(value: str) -> str | None:
    """Return the index of a token as we read it; None for what is none."""
    try:
        return api_token.read(value).domain
    except ValueError as error:
        if str(error) not in ("is damaged or cut off", "names no index"):
            raise
        return None


def read_by_library(value: str) -> str | None:
    """Return the index of a token as the library reads it; None for what it takes for none."""
    try:
        return RealToken.load(value).domain or None
    except (LoaderError, UnicodeError):
        return None
