"""The settings in pyproject.toml: typed, and whatever is wrong with them is refused by name."""

from __future__ import annotations

from typing import Any

import pytest

from release_tools import config, toml
from release_tools.config import Config, Override, Publisher, TargetTable
from release_tools.errors import UsageError

HOST = "https://index.example.com"
EVERYTHING = f"""
[tool.release-tools]
changelog = "docs/changes.md"
because = "none needed"
tag-pattern = "release-{{version}}"
release-branches = ["main", "2.x"]
version-file = "src/version.py"
required-ci = ["tests"]
notes-template = "notes.txt"
normalise = false
bots = ["release-bot"]
merge-subjects = ["^Merge"]
[tool.release-tools.checks]
tree-clean = {{ severity = "warning", because = "generated files" }}
[tool.release-tools.targets.house]
upload-url = "{HOST}/up/"
simple-url = "http://localhost:8080/simple/"
json-url = "http://127.0.0.1/json"
token-variable = "HOUSE_TOKEN"
username = "robot"
credentials = "trusted"
publisher = {{ repository = "owner/name", workflow = "release.yml", environment = "pypi" }}
token-expires = 2027-01-31
token-rotated = "2026-01-31"
requires = ["testpypi"]
github = true
[tool.release-tools.targets.pypi]
"""


def read(table: str, check_ids: frozenset[str] | None = None) -> Config:
    """Read settings written below the heading of our table."""
    return config.read(toml.parse(table), check_ids)


def refusal(table: str, check_ids: frozenset[str] | None = None) -> UsageError:
    """Return the error that settings raise; all say that nothing was done and where the keys are listed."""
    with pytest.raises(UsageError) as refused:
        read(table, check_ids)
    assert refused.value.state == "nothing was done"
    assert "https://github.com/nox-release-tools/nox-release-tools/blob/main/docs/configuration.md" in refused.value.fix
    return refused.value


@pytest.mark.parametrize("table", ["", "[tool]", "[tool.other]", "[tool.release-tools]"])
def test_no_setting_is_needed(table: str) -> None:
    """A project without our table has all defaults."""
    assert read(table) == Config()


def test_every_setting_is_read() -> None:
    """Each documented key arrives, typed, under its name."""
    publisher = Publisher(repository="owner/name", workflow="release.yml", environment="pypi")
    assert read(EVERYTHING) == Config(
        changelog="docs/changes.md",
        because="none needed",
        tag_pattern="release-{version}",
        release_branches=("main", "2.x"),
        version_file="src/version.py",
        required_ci=("tests",),
        notes_template="notes.txt",
        normalise=False,
        bots=("release-bot",),
        merge_subjects=("^Merge",),
        checks={"tree-clean": Override(severity="warning", because="generated files")},
        targets={
            "house": TargetTable(
                upload_url=f"{HOST}/up/",
                simple_url="http://localhost:8080/simple/",
                json_url="http://127.0.0.1/json",
                token_variable="HOUSE_TOKEN",  # noqa: S106 - the name of a variable
                username="robot",
                credentials="trusted",
                publisher=publisher,
                token_expires="2027-01-31",  # noqa: S106 - a date
                token_rotated="2026-01-31",  # noqa: S106 - a date
                requires=("testpypi",),
                github=True,
            ),
            "pypi": TargetTable(),
        },
    )


def test_no_changelog_needs_a_reason() -> None:
    """`changelog = false` is taken with a reason and refused without."""
    assert read('[tool.release-tools]\nchangelog = false\nbecause = "notes are elsewhere"').changelog is False
    assert "needs a reason" in refusal("[tool.release-tools]\nchangelog = false").what


def test_an_override_decides_how_serious_a_check_is() -> None:
    """The severity of a check is its own unless the project decided otherwise."""
    given = read(EVERYTHING)
    assert given.severity("tree-clean", "error") == "warning"
    assert given.severity("tag-on-head", "note") == "note"


def test_only_checks_that_exist_can_be_configured() -> None:
    """A check that does not exist is refused, with the name of the one meant; without a list none is."""
    ids = frozenset({"tree-clean", "tag-on-head"})
    table = '[tool.release-tools.checks]\ntree-claen = { severity = "off", because = "typing" }'
    error = refusal(table, ids)
    assert "unknown key 'tree-claen'" in error.what
    assert "did you mean 'tree-clean'?" in error.fix
    assert read(EVERYTHING, ids) == read(EVERYTHING)
    assert "tree-claen" in read(table).checks


WRONG: dict[str, tuple[str, str, str]] = {
    "misspelt": ("[tool.release-tools]\nchangelg = 'x'", "unknown key 'changelg'", "did you mean 'changelog'?"),
    "unlike any": ("[tool.release-tools]\nzzz = 1", "unknown key 'zzz'", "known are because, bots"),
    "tool is no table": ("tool.release-tools = 1", "expected a table, found a number", "[tool.release-tools]"),
    "text for a list": ("[tool.release-tools]\nbots = 'me'", "expected a list, found a string", '["..."]'),
    "number in a list": ("[tool.release-tools]\nbots = [1]", "expected a text, found a number", '"..."'),
    "list for a text": ("[tool.release-tools]\nversion-file = []", "expected a text, found a list", '"..."'),
    "blank text": ("[tool.release-tools]\nversion-file = ' '", "expected a text", '"..."'),
    "truth for a text": ("[tool.release-tools]\nchangelog = true", "found true or false", '"..."'),
    "date for a text": ("[tool.release-tools]\nbecause = 2026-01-01", "a value of another type", '"..."'),
    "float for a flag": ("[tool.release-tools]\nnormalise = 1.5", "expected true or false, found a number", "true"),
    "pattern without version": ("[tool.release-tools]\ntag-pattern = 'v1'", "exactly once", "v{version}"),
    "pattern with two": ("[tool.release-tools]\ntag-pattern = '{version}{version}'", "exactly once", "v{version}"),
    "pattern with braces": (
        "[tool.release-tools]\ntag-pattern = '{version}{x}'",
        "no other braces",
        "v{version}",
    ),
    "pattern like an option": ("[tool.release-tools]\ntag-pattern = '-{version}'", "starts with -", "v{version}"),
    "no expression": (
        "[tool.release-tools]\nmerge-subjects = ['(']",
        "'(' is no regular expression",
        "Merge",
    ),
    "checks no table": ("[tool.release-tools]\nchecks = []", "expected a table, found a list", ".checks]"),
    "severity unknown": (
        "[tool.release-tools.checks]\nx = { severity = 'loud', because = 'y' }",
        "'loud' is none of off, warning, error",
        "choose one",
    ),
    "off without reason": ("[tool.release-tools.checks]\nx = { severity = 'off' }", "because is missing", "because"),
    "reason alone": ("[tool.release-tools.checks]\nx = { because = 'y' }", "severity is missing", "severity"),
    "requires the rehearsal": (
        "[tool.release-tools.targets.pypi]\nrequires = ['testpypi', 'rehearsal']",
        "targets.pypi.requires] in pyproject.toml: the index of the rehearsal ends with its session",
        "name another target",
    ),
    "rehearsal": ("[tool.release-tools.targets.rehearsal]", "the rehearsal needs no settings", "another name"),
    "own target without address": ("[tool.release-tools.targets.house]", "upload-url is missing", "upload-url"),
    "publisher in part": (
        "[tool.release-tools.targets.pypi]\npublisher = { repository = 'a/b', workflow = 'r.yml' }",
        "environment is missing",
        "environment",
    ),
    "credentials unknown": (
        "[tool.release-tools.targets.pypi]\ncredentials = 'none'",
        "none of auto, trusted, token",
        "choose one",
    ),
}


@pytest.mark.parametrize(("table", "what", "fix"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_named(table: str, what: str, fix: str) -> None:
    """A wrong key or value is refused, with the table it stands in and what to write instead."""
    error = refusal(table)
    assert error.what.startswith("[tool.release-tools")
    assert what in error.what
    assert fix in error.fix


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("http://index.example.com/up/", "begins with https://"),
        ("ftp://index.example.com/", "begins with https://"),
        ("index.example.com/up/", "names no host"),
        ("https:///up/", "names no host"),
        ("https://[::1/up/", "this is no address"),
        ("http://127.0.0.1.example.com/", "begins with https://"),
        ("https://robot:{}@index.example.com/", "holds no credentials"),
        ("https://index.example.com:port/", "this is no address"),
        ("https://index.example.com /", "has a blank in it"),
        ("https://robot@index.example.com/", "holds no credentials"),
    ],
)
def test_only_safe_addresses_are_taken(address: str, what: str) -> None:
    """An address is https, or http on this machine, names a host and holds no credentials."""
    table = f"[tool.release-tools.targets.house]\nupload-url = '{address.format('x' * 9)}'"
    assert what in refusal(table).what


@pytest.mark.parametrize("address", ["HTTPS://index.example.com", "http://localhost:1/", "http://[::1]:8080/up/"])
def test_safe_addresses_are_taken_as_written(address: str) -> None:
    """What is safe arrives unchanged."""
    assert read(f"[tool.release-tools.targets.house]\nupload-url = '{address}'").targets["house"].upload_url == address


@pytest.mark.parametrize("value", ["'soon'", "'2026-13-01'", "12:00:00", "7"])
def test_what_is_no_date_is_refused(value: str) -> None:
    """Where one is expected."""
    refusal(f"[tool.release-tools.targets.pypi]\ntoken-expires = {value}")


def test_of_a_moment_the_day_counts() -> None:
    """TOML knows moments too."""
    timed = "[tool.release-tools.targets.pypi]\ntoken-expires = 2027-01-31T12:00:00Z"
    assert read(timed).targets["pypi"].token_expires == "2027-01-31"  # noqa: S105 - a date


@pytest.mark.parametrize("tool", [{"tool": 1}, {"tool": []}])
def test_a_tool_that_is_no_table_holds_no_settings_of_ours(tool: dict[str, Any]) -> None:
    """Where `tool` itself is no table there is nothing of ours to refuse."""
    assert config.read(tool) == Config()


def test_a_token_variable_is_named_like_a_secret() -> None:
    """Only so is its value hidden everywhere and kept from the project's code."""
    row = {"upload-url": "https://index.example/", "token-variable": "HOUSE_KEYRING"}
    with pytest.raises(UsageError, match="would not be treated as a secret"):
        config.read({"tool": {"release-tools": {"targets": {"house": row}}}})
