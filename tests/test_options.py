"""The command line and its variables."""

from __future__ import annotations

import pytest

from release_tools import __version__, options, pipeline
from release_tools.errors import UsageError
from release_tools.options import Options

NAMES = [stage.name for stage in (*pipeline.STAGES, pipeline.RELEASE) if stage.name != "tests"]


@pytest.mark.parametrize("name", NAMES)
def test_every_stage_is_a_command(name: str) -> None:
    """Each stage but the project's own tests is a command, by itself a rehearsal."""
    assert options.read([name], {}) == Options(command=name)


def test_every_option_arrives() -> None:
    """What is asked for on the command line is what the stage is told."""
    arguments = ["validate", "--json", "--offline", "--debug", "--mode", "tag", "--tag=-v1", "--dist", "out"]
    more = ["--package", "P", "--target", "pypi", "--base", "main", "--changelog", "NEWS.md", "--no-build"]
    assert options.read([*arguments, *more], {}) == Options(
        command="validate",
        json=True,
        offline=True,
        debug=True,
        package="P",
        target="pypi",
        dist="out",
        mode="tag",
        tag="-v1",
        base="main",
        changelog="NEWS.md",
        no_build=True,
    )
    assert options.read(["build", "--rebuild"], {}).rebuild


def test_the_commands_beside_the_chain_take_files() -> None:
    """`inspect` needs files, `secrets` may have some or look through history."""
    assert options.read(["inspect", "a.whl", "b.tar.gz"], {}) == Options(command="inspect", paths=("a.whl", "b.tar.gz"))
    assert options.read(["secrets"], {}) == Options(command="secrets")
    assert options.read(["secrets", "--history"], {}).history
    assert options.read(["secrets", "src", "run.log"], {}).paths == ("src", "run.log")


VARIABLES = {
    "RELEASE_TARGET": ("target", "testpypi"),
    "RELEASE_TAG": ("tag", "v1"),
    "RELEASE_PACKAGE": ("package", "core"),
    "RELEASE_BASE": ("base", "origin/main"),
    "RELEASE_MODE": ("mode", "branch"),
    "RELEASE_CHANGELOG": ("changelog", "NEWS.md"),
    "RELEASE_DIST": ("dist", "out"),
    "RELEASE_LEDGER_SHA256": ("ledger_sha256", "0" * 64),
}
FLAGS = ("json", "offline", "no_build", "rebuild", "debug", "history")


@pytest.mark.parametrize(("variable", "option", "value"), [(name, *row) for name, row in VARIABLES.items()])
def test_each_option_has_its_variable(variable: str, option: str, value: str) -> None:
    """A variable stands for its option, in a chain too; an empty one for nothing."""
    assert getattr(options.read(["validate"], {variable: value}, chain=True), option) == value
    assert options.read(["validate"], {variable: ""}) == Options(command="validate")


@pytest.mark.parametrize("flag", FLAGS)
def test_each_switch_has_its_variable(flag: str) -> None:
    """A switch is turned on by its variable as well; 0 leaves it off, anything unclear is refused."""
    variable = f"RELEASE_{flag.upper()}"
    assert getattr(options.read(["validate"], {variable: "1"}), flag) is True
    assert getattr(options.read(["validate"], {variable: "True"}), flag) is True
    assert getattr(options.read(["validate"], {variable: "0"}), flag) is False
    assert getattr(options.read(["validate"], {variable: ""}), flag) is False
    with pytest.raises(UsageError, match=f"{variable}=perhaps is neither yes nor no"):
        options.read(["validate"], {variable: "perhaps"})


def test_an_option_wins_over_its_variable() -> None:
    """What is typed counts more than what is set."""
    given = options.read(["validate", "--target", "pypi", "--offline"], {"RELEASE_TARGET": "x", "RELEASE_OFFLINE": "0"})
    assert (given.target, given.offline) == ("pypi", True)


def test_a_chain_takes_no_arguments() -> None:
    """In a chain arguments would reach the project's tests too: refused, with the variables as the way."""
    with pytest.raises(UsageError) as refused:
        options.read(["validate", "--target", "pypi"], {}, chain=True)
    assert "--target pypi" in refused.value.what
    assert "RELEASE_TARGET" in refused.value.fix
    assert options.read(["validate"], {}, chain=True).chain


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["tests"],
        ["valid"],
        ["validate", "--targ", "pypi"],
        ["validate", "--mode", "rehearsal"],
        ["build", "--tag", "v1"],
        ["validate", "extra"],
        ["inspect"],
        ["inspect", "--target", "pypi", "a.whl"],
        ["--target", "pypi"],
    ],
)
def test_wrong_usage_is_three_lines(arguments: list[str]) -> None:
    """What the command line does not know is refused, abbreviations too, with the way to the help."""
    with pytest.raises(UsageError) as refused:
        options.read(arguments, {})
    assert refused.value.state == "nothing was done"
    assert refused.value.fix.startswith("see release-tools")
    assert refused.value.fix.endswith("--help")


@pytest.mark.parametrize("arguments", [["publish", "--nonsense"], ["publish", "--timeout", "-3"], ["publish", "-x"]])
def test_wrong_usage_of_a_command_leads_to_its_own_help(arguments: list[str]) -> None:
    """Who knows the command is sent to the help of that one."""
    with pytest.raises(UsageError) as refused:
        options.read(arguments, {})
    assert refused.value.fix == "see release-tools publish --help, or nox -s publish -- --help"


@pytest.mark.parametrize(
    ("arguments", "variable", "named"),
    [
        ([], "abc", "RELEASE_TIMEOUT: 'abc' is no number of seconds"),
        (["--timeout", "inf"], "720", "--timeout: 'inf' is no number of seconds"),
    ],
)
def test_a_timeout_that_is_none_is_named_by_its_source(arguments: list[str], variable: str, named: str) -> None:
    """What gave the value, option or variable, stands in the refusal; a number of seconds is taken from both."""
    with pytest.raises(UsageError) as refused:
        options.read(["publish", *arguments], {"RELEASE_TIMEOUT": variable})
    assert refused.value.what == named
    assert options.read(["publish", "--timeout", "3"], {}).timeout == 3
    assert options.read(["publish"], {"RELEASE_TIMEOUT": "4.5"}).timeout == 4.5


def test_a_mode_that_does_not_exist_is_refused_from_a_variable_too() -> None:
    """Mode `rehearsal` cannot be asked for."""
    with pytest.raises(UsageError, match="RELEASE_MODE=rehearsal is no mode"):
        options.read(["validate"], {"RELEASE_MODE": "rehearsal"})


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """`--version` names the distribution and its version and ends with success."""
    with pytest.raises(SystemExit) as ended:
        options.read(["--version"], {})
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"nox-release-tools {__version__}\n"
