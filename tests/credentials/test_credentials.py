"""Which credential a target takes, and how long one is good."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import pytest

from release_tools import credentials
from release_tools.adapters import oidc
from release_tools.config import Credentials, Publisher, TargetTable
from release_tools.credentials import Token, Trusted
from release_tools.errors import Refused
from release_tools.model import Target
from tests import loopback
from tests.clocks import FakeClock
from tests.stubs import oidc as stubs
from tests.stubs.warehouse import Warehouse

VALUE, OTHER = "correct-horse-" + "battery", "another-horse-" + "battery"
PUBLISHER = Publisher(repository="owner/project", workflow="release.yml", environment="pypi")
TARGET = Target(name="house", upload_url="", simple_url="", token_variable="HOUSE_API_TOKEN")  # noqa: S106 - a name
OWN, FOR_ALL = {"HOUSE_API_TOKEN": VALUE}, {"TWINE_PASSWORD": OTHER}


def chosen(environment: Mapping[str, str], **table: object) -> tuple[Token | Trusted, list[str]]:
    """Return the credential of the target, and what was said about it."""
    said: list[str] = []
    found = credentials.of(TARGET, TargetTable(**table), environment, FakeClock(), said.append)  # type: ignore[arg-type]
    return found, said


@pytest.mark.parametrize(
    ("environment", "publisher", "kind", "expected", "warned"),
    [
        (OWN, None, "auto", Token, True),
        (OWN, None, "token", Token, False),
        (OWN, None, "trusted", Trusted, False),
        (OWN, PUBLISHER, "auto", Trusted, False),
        (OWN, PUBLISHER, "token", Token, False),
        ({}, None, "auto", Trusted, False),
        ({"HOUSE_API_TOKEN": " \n"}, None, "auto", Trusted, False),
        ({}, PUBLISHER, "auto", Trusted, False),
    ],
)
def test_the_configuration_chooses(
    environment: Mapping[str, str], publisher: Publisher | None, kind: Credentials, expected: type, *, warned: bool
) -> None:
    """Trusted publishing where it is configured or nothing else is there; a token that nobody chose is warned of."""
    found, said = chosen(environment, publisher=publisher, credentials=kind)
    assert type(found) is expected
    assert ["long-lived token in HOUSE_API_TOKEN" in line for line in said] == [True] * warned


def test_no_token_where_one_is_demanded() -> None:
    """Both variables are named, and where a token comes from."""
    with pytest.raises(Refused, match="neither HOUSE_API_TOKEN nor TWINE_PASSWORD is set"):
        chosen({}, credentials="token")


@pytest.mark.parametrize(
    ("environment", "value"),
    [
        (OWN, VALUE),
        (FOR_ALL, OTHER),
        ({**OWN, **FOR_ALL}, VALUE),
        ({"HOUSE_API_TOKEN": "", **FOR_ALL}, OTHER),
        ({"HOUSE_API_TOKEN": f"\n {VALUE}\r\n"}, VALUE),
    ],
)
def test_the_targets_own_variable_comes_first(environment: Mapping[str, str], value: str) -> None:
    """An empty one is not set, and what stands around a token is not part of it."""
    found, _ = chosen(environment, credentials="token")
    assert found.password() == value
    assert value not in repr(found)
    assert not found.renew()


@contextmanager
def trusted() -> Iterator[tuple[Trusted, stubs.Minting, FakeClock]]:
    """Give a credential by trusted publishing."""
    clock, index = FakeClock(), stubs.Minting(Warehouse())
    with loopback.serve(index) as site, loopback.serve(stubs.Identity()) as github:
        environment = {oidc.REQUEST_URL: github.url, oidc.REQUEST_TOKEN: stubs.REQUEST_TOKEN}
        yield Trusted(site=site.url, environment=environment, clock=clock), index, clock


def test_a_minted_token_is_used_for_ten_minutes() -> None:
    """Then another is minted, by a fresh identity, long before the old one expires."""
    with trusted() as (credential, index, clock):
        first = credential.password()
        clock.sleep(599)
        assert credential.password() == first
        clock.sleep(2)
        assert credential.password() != first
        assert len(index.used) == 2
        assert first not in repr(credential)
        assert stubs.REQUEST_TOKEN not in repr(credential)


def test_a_refused_one_is_exchanged() -> None:
    """At once, by a fresh identity."""
    with trusted() as (credential, index, _):
        first = credential.password()
        assert credential.renew()
        assert credential.password() != first
        assert len(index.used) == 2


def test_a_refused_mint_never_leads_to_a_token() -> None:
    """Even where one is there."""
    with loopback.serve(loopback.says(404)) as site:
        target = replace(TARGET, site=site.url)
        table = TargetTable(publisher=PUBLISHER)
        found = credentials.of(target, table, OWN, FakeClock(), print)
        with pytest.raises(Refused, match="no trusted publishing"):
            found.password()


def test_an_identity_of_another_run_is_never_exchanged() -> None:
    """It is held against the registered publisher each time, before the index sees it."""
    with trusted() as (credential, index, _):
        credential.name, credential.publisher = "house", PUBLISHER
        assert credential.password()
        credential.renew()
        credential.publisher = replace(PUBLISHER, environment="staging")
        with pytest.raises(Refused, match="house would not let this run publish: environment: this run is pypi"):
            credential.password()
        assert len(index.used) == 1
