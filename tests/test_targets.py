"""Where a release can go, by name."""

from __future__ import annotations

import pytest

from release_tools import targets
from release_tools.adapters import endpoints
from release_tools.config import Config, TargetTable
from release_tools.errors import UsageError

HOST = "https://index.example.com"


def config(**table: str | None) -> Config:
    """Return settings with one target called `house`."""
    return Config(targets={"house": TargetTable(**table)})  # type: ignore[arg-type]


def test_the_rehearsal_needs_no_settings() -> None:
    """The default target exists everywhere and has no address until its server runs."""
    target = targets.resolve("rehearsal", Config())
    assert target.rehearsal
    assert (target.upload_url, target.simple_url, target.json_url) == ("", "", None)


@pytest.mark.parametrize(
    ("name", "variable"),
    [("pypi", "PYPI_API_TOKEN"), ("testpypi", "TEST_PYPI_API_TOKEN"), ("rehearsal", "REHEARSAL_API_TOKEN")],
)
def test_known_targets_have_their_variable(name: str, variable: str) -> None:
    """The token of a target that exists already has the name that everybody uses."""
    target = targets.resolve(name, Config())
    assert (target.name, target.token_variable, target.username) == (name, variable, "__token__")


@pytest.mark.parametrize(
    ("upload", "simple"),
    [
        (f"{HOST}/legacy/", f"{HOST}/simple/"),
        (f"{HOST}/legacy", f"{HOST}/simple/"),
        (f"{HOST}/team/dev/", f"{HOST}/team/simple/"),
        (f"{HOST}/", f"{HOST}/simple/"),
    ],
)
def test_the_simple_address_stands_beside_the_upload_address(upload: str, simple: str) -> None:
    """Without a setting, files are looked for in `simple/` beside the last part of the upload address."""
    target = targets.resolve("house", config(upload_url=upload))
    assert (target.upload_url, target.simple_url, target.json_url) == (upload, simple, None)


def test_settings_win() -> None:
    """What the project configured is taken, its addresses so that names can be appended to them."""
    given = config(
        upload_url=f"{HOST}/up",
        simple_url=f"{HOST}/files",
        json_url=f"{HOST}/json",
        token_variable="OUR_TOKEN",  # noqa: S106 - the name of a variable
        username="robot",
    )
    target = targets.resolve("house", given)
    assert (target.simple_url, target.json_url) == (f"{HOST}/files/", f"{HOST}/json/")
    assert (target.token_variable, target.username) == ("OUR_TOKEN", "robot")


def test_the_variable_of_an_own_target_follows_from_its_name() -> None:
    """Without a setting the token of a target is in the variable of its name."""
    given = Config(targets={"our-house": TargetTable(upload_url=f"{HOST}/up/")})
    assert targets.resolve("our-house", given).token_variable == "OUR_HOUSE_API_TOKEN"  # noqa: S105 - a name


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("pipy", "did you mean 'pypi'?"),
        ("hous", "did you mean 'house'?"),
        ("", "choose one of rehearsal, pypi, testpypi"),
    ],
)
def test_an_unknown_target_is_refused_with_a_hint(name: str, hint: str) -> None:
    """A target that does not exist is wrong usage; the fix names the one meant, or all."""
    with pytest.raises(UsageError) as refused:
        targets.resolve(name, config(upload_url=f"{HOST}/up/"))
    assert repr(name) in refused.value.what
    assert hint in refused.value.fix


@pytest.mark.parametrize("name", ["pypi", "testpypi"])
def test_the_public_indexes_are_where_twine_says(name: str) -> None:
    """Pages, JSON and trusted publishing stand at the site of the index, not beside its place for uploads."""
    known = endpoints.of(name)
    assert known
    target = targets.resolve(name, Config())
    assert (target.upload_url, target.site) == (known.upload_url, known.site)
    assert (target.simple_url, target.json_url) == (f"{known.site}simple/", f"{known.site}pypi/")


@pytest.mark.parametrize("address", [f"{HOST}/legacy/", "http://127.0.0.1:9/legacy/"])
def test_one_variable_stands_for_the_public_index(address: str) -> None:
    """All other addresses follow from it, whatever the project configured; the token is still that of the index."""
    given = Config(
        targets={"pypi": TargetTable(upload_url=f"{HOST}/x/", json_url=f"{HOST}/j/", simple_url=f"{HOST}/s/")}
    )
    target = targets.resolve("pypi", given, {targets.OVERRIDE: address})
    base = address.removesuffix("legacy/")
    assert (target.upload_url, target.simple_url) == (address, f"{base}simple/")
    assert (target.json_url, target.site, target.token_variable) == (None, base, "PYPI_API_TOKEN")


def test_the_variable_is_for_that_index_alone() -> None:
    """Every other target stays where it is; an empty variable is none."""
    given = config(upload_url=f"{HOST}/legacy/")
    variable = {targets.OVERRIDE: "https://elsewhere.example/"}
    for name in ("testpypi", "house"):
        assert targets.resolve(name, given, variable) == targets.resolve(name, given)
    assert targets.resolve("pypi", given, {targets.OVERRIDE: ""}) == targets.resolve("pypi", given)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://index.example/legacy/", "begins with https://"),
        ("ftp://127.0.0.1/", "begins with https://"),
        ("file:///legacy/", "names no host"),
        ("index.example/legacy/", "names no host"),
        (HOST.replace("//", "//user:word@"), "holds no credentials"),
        ("https:///legacy/", "names no host"),
        ("https://index .example/", "has a blank"),
        ("https://[", "no address"),
        (f"{HOST}:port/", "no address"),
    ],
)
def test_no_variable_leads_a_credential_astray(address: str, why: str) -> None:
    """Only https, or http on loopback, without a password in it; the variable is named, and not what it holds."""
    with pytest.raises(UsageError, match=f"PYPI_REPOSITORY_URL: .*{why}") as refused:
        targets.resolve("pypi", Config(), {targets.OVERRIDE: address})
    assert "word" not in refused.value.what


def test_blanks_around_the_variable_are_no_part_of_it() -> None:
    """A line end comes easily with a setting."""
    target = targets.resolve("pypi", Config(), {targets.OVERRIDE: f"{HOST}/legacy/\n"})
    assert target.upload_url == f"{HOST}/legacy/"


@pytest.mark.parametrize("slash", ["/", ""])
@pytest.mark.parametrize("name", ["pypi", "testpypi"])
def test_a_public_index_whose_address_is_written_out_is_that_index(name: str, slash: str) -> None:
    """Its pages and its JSON are where they always are, in a table of its own name or another, and by the variable."""
    known, plain = endpoints.of(name), targets.resolve(name, Config())
    assert known
    address = known.upload_url.rstrip("/") + slash
    for own in (name, "house"):
        found = targets.resolve(own, Config(targets={own: TargetTable(upload_url=address)}))
        assert (found.upload_url, found.simple_url) == (plain.upload_url, plain.simple_url)
        assert (found.json_url, found.site) == (plain.json_url, plain.site)
    found = targets.resolve("pypi", config(), {targets.OVERRIDE: address})
    assert (found.simple_url, found.json_url, found.site) == (plain.simple_url, plain.json_url, plain.site)
    given = TargetTable(upload_url=address, simple_url=f"{HOST}/s/")
    assert targets.resolve("house", Config(targets={"house": given})).simple_url == f"{HOST}/s/"
