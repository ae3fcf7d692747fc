"""The command line: each option has a variable of the same name; an option wins over its variable."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NoReturn

from release_tools import __version__, pipeline
from release_tools.errors import UsageError
from release_tools.pipeline import REHEARSAL

DIST = "dist"
YES = frozenset({"1", "true", "yes", "on"})
TEXTS = ("target", "tag", "package", "base", "mode", "changelog", "dist", "ledger_sha256", "timeout", "because")
FLAGS = ("json", "offline", "no_build", "rebuild", "debug", "history", "all", "unattested")
LIMITS = {"attest": 600, "publish": 720, "verify": 1800}  # seconds that a stage waits for others
NO = frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was asked for; `chain` says that the stage runs as a link of `release`."""

    command: str
    target: str = REHEARSAL
    tag: str | None = None
    package: str | None = None
    base: str | None = None
    mode: Literal["auto", "tag", "branch"] = "auto"
    changelog: str | None = None
    dist: str = DIST
    json: bool = False
    offline: bool = False
    no_build: bool = False
    rebuild: bool = False
    debug: bool = False
    chain: bool = False
    ledger_sha256: str | None = None
    timeout: float | None = None
    paths: tuple[str, ...] = ()
    history: bool = False
    version: str | None = None
    all: bool = False
    unattested: bool = False
    because: str | None = None


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors are three lines like all others."""

    def error(self, message: str) -> NoReturn:
        raise _misused(message, self.prog.partition(" ")[2])


def read(arguments: Sequence[str], environment: Mapping[str, str], *, chain: bool = False) -> Options:
    """Turn arguments and RELEASE_ variables into options; raises UsageError."""
    if chain and len(arguments) > 1:
        raise UsageError(
            f"options after -- reach every session of the chain, the project's tests too: {' '.join(arguments[1:])}",
            state="nothing was done",
            fix="give them as variables, for example: RELEASE_TARGET=testpypi nox -s release",
        )
    parsed, unknown = _parser().parse_known_args(list(arguments))
    given = vars(parsed)
    if unknown:
        raise _misused(f"unrecognized arguments: {' '.join(unknown)}", given["command"])
    values = {name: value for name, value in given.items() if value is not None}
    for name in TEXTS:
        variable = environment.get(f"RELEASE_{name.upper()}")
        if variable and name not in values:
            values[name] = variable
    for name in FLAGS:
        variable = environment.get(f"RELEASE_{name.upper()}")
        if variable and name not in values:
            values[name] = _flag(f"RELEASE_{name.upper()}", variable)
    if "timeout" in values:
        typed = given.get("timeout") is not None
        values["timeout"] = _seconds(values["timeout"], "--timeout" if typed else "RELEASE_TIMEOUT", given["command"])
    if values.get("mode", "auto") not in ("auto", "tag", "branch"):
        raise UsageError(
            f"RELEASE_MODE={values['mode']} is no mode", state="nothing was done", fix="choose auto, tag or branch"
        )
    if values.get("unattested") and not values.get("because"):
        fix = "give it too, by --because TEXT or RELEASE_BECAUSE=TEXT"
        raise UsageError("--unattested needs a reason", state="nothing was done", fix=fix)
    return Options(**values | {"paths": tuple(values.get("paths", ()))}, chain=chain)


def switched_on(variable: str, environment: Mapping[str, str]) -> bool:
    """Whether a switch is on by its variable; of a value that is refused later it is not."""
    return environment.get(variable, "").lower() in YES


def _misused(what: str, command: str) -> UsageError:
    by_nox = f", or nox -s {command} -- --help" if pipeline.is_session(command) else ""
    own = " ".join(filter(None, ("release-tools", command, "--help")))
    return UsageError(what, state="nothing was done", fix=f"see {own}{by_nox}")


def _seconds(value: str, source: str, command: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise _misused(f"{source}: {value!r} is no number of seconds", command)
    return seconds


def _flag(variable: str, value: str) -> bool:
    if value.lower() not in YES | NO:
        raise UsageError(f"{variable}={value} is neither yes nor no", state="nothing was done", fix="set it to 1 or 0")
    return value.lower() in YES


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="release-tools", description="Release automation for Python projects.", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"nox-release-tools {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    for stage in (*pipeline.STAGES, pipeline.RELEASE, *pipeline.COMMANDS):
        if stage.name != "tests":
            command = commands.add_parser(stage.name, help=stage.title, description=stage.title, allow_abbrev=False)
            _add_common(command)
            if stage in pipeline.COMMANDS:
                _add_looking(command, stage)
            else:
                _add(command, stage)
    return parser


def _add_common(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", default=None, help="answer with one JSON document on stdout")
    command.add_argument("--offline", action="store_true", default=None, help="ask neither index nor GitHub")
    command.add_argument("--debug", action="store_true", default=None, help="show the traceback of a defect")


def _add_looking(command: argparse.ArgumentParser, stage: pipeline.Stage) -> None:
    """Add what the commands beside the chain take."""
    if stage.name == "status":
        command.add_argument("version", nargs="?", metavar="VERSION", help="a version (default: the one on HEAD)")
        command.add_argument("--all", action="store_true", default=None, help="every version there ever was")
        command.add_argument("--target", metavar="NAME", help="look at this index alone")
        command.add_argument("--package", metavar="P", help="the package of a monorepo: a name or a folder")
        command.add_argument("--dist", metavar="FOLDER", help="where a release was handed over (default: dist)")
    if stage.name == "inspect":
        command.add_argument("paths", nargs="+", metavar="FILE", help="a wheel or an sdist")
    if stage.name == "secrets":
        command.add_argument("paths", nargs="*", metavar="FILE|FOLDER", help="look here, not in the tracked files")
        command.add_argument("--history", action="store_true", default=None, help="look in every commit")


def _add(command: argparse.ArgumentParser, stage: pipeline.Stage) -> None:
    command.add_argument("--package", metavar="P", help="the package of a monorepo: a name or a folder")
    command.add_argument("--target", metavar="NAME", help="rehearsal (default), testpypi, pypi or a configured name")
    command.add_argument("--dist", metavar="FOLDER", help="where the release is handed over (default: dist)")
    if stage.name == "validate":
        command.add_argument("--mode", choices=("auto", "branch", "tag"), help="what to judge (default: auto)")
        command.add_argument("--tag", metavar="T", help="judge HEAD as this tag")
        command.add_argument("--base", metavar="REF", help="what the branch is compared with")
        command.add_argument("--changelog", metavar="PATH", help="the changelog, where it is not found by itself")
        command.add_argument("--no-build", action="store_true", default=None, help="never run the build backend")
    if stage.name in LIMITS:
        told = f"wait no longer in all (default: {LIMITS[stage.name]})"
        command.add_argument("--timeout", metavar="SECONDS", help=told)
    if stage.name in ("attest", "publish"):
        command.add_argument("--unattested", action="store_true", default=None, help="publish without attestations")
        command.add_argument("--because", metavar="TEXT", help="the reason for --unattested, kept in the ledger")
    if stage.name == "build":
        command.add_argument("--rebuild", action="store_true", default=None, help="build anew what is already built")
