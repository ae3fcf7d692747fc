"""The program: arguments to stage to exit code. Nothing else exits, and nothing else gives a go-ahead."""

from __future__ import annotations

import os
import sys

# A project's own `packaging/` or `rich/` in the working directory must not be imported; nor its `pathlib.py`.
try:
    _HERE = os.getcwd()  # noqa: PTH109 - as above
except OSError:
    _HERE = ""
sys.path[:] = [folder for folder in sys.path if folder not in ("", _HERE)]

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from release_tools import environment as handed
from release_tools import options as command_line
from release_tools import runner
from release_tools.adapters import process
from release_tools.adapters.clock import Clock
from release_tools.console import Console
from release_tools.errors import ReleaseError, ServiceFailed, UsageError
from release_tools.model import GoAhead, Manifest, Release, Target
from release_tools.options import Options
from release_tools.runner import Result
from release_tools.supply import Supply

FACTS = (
    "release_tools.facts.project",
    "release_tools.facts.release",
    "release_tools.facts.git",
    "release_tools.facts.changelog",
    "release_tools.facts.backend",
    "release_tools.facts.metadata",
    "release_tools.facts.index",
    "release_tools.facts.secrets",
    "release_tools.facts.github",
)
LATER_FACTS = (
    __name__,
    "release_tools.facts.project",
    "release_tools.facts.ledger",
    "release_tools.facts.trial",
    "release_tools.facts.attested",
    "release_tools.facts.release",
    "release_tools.facts.changelog",
    "release_tools.facts.github",
    "release_tools.facts.expected",
)


def main() -> NoReturn:
    """Run one command and exit with its code."""
    sys.exit(_run(sys.argv[1:], dict(os.environ)))


def _run(arguments: list[str], environment: Mapping[str, str]) -> int:
    as_json = "--json" in arguments or command_line.switched_on("RELEASE_JSON", environment)
    console = Console(environment, as_json=as_json)

    def work() -> Result:
        _listen(environment)
        options = command_line.read(arguments, environment, chain=handed.CHAIN in environment)
        elsewhere = options.dist if options.dist != command_line.DIST else None
        console.remember(RELEASE_PACKAGE=options.package, RELEASE_DIST=elsewhere)
        return runner.run(options, _supply(options, environment, console), console)

    debug = "--debug" in arguments or command_line.switched_on("RELEASE_DEBUG", environment)
    result = _guarded(work, arguments[:1], console, debug=debug)
    return _told(_lost(console.lost, result, console) if console.lost else result, environment, console)


def _listen(environment: Mapping[str, str]) -> None:
    """Stop in order on a signal, and when the nox that started this is gone."""
    process.stop_on_signals()
    parent = environment.get(handed.PARENT, "")
    if parent.isdecimal():
        process.stop_with_parent(int(parent))


def _guarded(work: Callable[[], Result], command: list[str], console: Console, *, debug: bool) -> Result:
    """Do the work; every error is three lines, and a traceback is shown only where it was asked for."""
    try:
        return work()
    except SystemExit as done:
        return Result(exit_code=int(done.code or 0))  # --help and --version have been answered
    except ReleaseError as error:
        found = error
    except Exception as error:  # noqa: BLE001 - a defect of ours is told like every other failure
        found = runner.defect(error)
        if debug:
            import traceback

            console.say("".join(traceback.format_exception(error)))
    console.failure(found)
    console.document(runner.document("".join(command), found.exit_code, error=found))
    return Result(exit_code=found.exit_code, reason=console.clean(found.what, keep_lines=False))


def _lost(why: str, result: Result, console: Console) -> Result:
    """Tell that the answer did not arrive, however the work ended."""
    error = ServiceFailed(
        f"stdout cannot be written: {why}",
        state="what was done is done, as told above; only the answer is lost",
        fix="make room or send stdout elsewhere, then run the same command again",
    )
    console.failure(error)
    return Result(exit_code=error.exit_code, reason=result.reason or error.what)


def _supply(options: Options, environment: Mapping[str, str], console: Console) -> Supply:
    clock = Clock()
    caches = Path(environment.get(handed.CACHE) or ".nox/.cache/release-tools").absolute()
    return Supply(
        FACTS if options.command in ("validate", "status") else LATER_FACTS,
        options=options,
        environment=environment,
        folder=_here(),
        caches=caches,
        clock=clock,
        today=clock.today(),
        say=console.say,
        progress=console.progress,
        redact=console.redact,
        console=console,
    )


def _here() -> Path:
    try:
        return Path.cwd()
    except OSError as error:
        raise UsageError(
            "the working directory does not exist any more",
            state="nothing was looked at",
            fix="change to the folder of the project, then run the same command again",
        ) from error


def go_ahead(target: Target, manifest: Manifest) -> GoAhead:
    """Give leave to change one target, on the evidence of one ledger; the runner has asked the gates before."""
    return GoAhead(target=target.name, ledger_sha256=manifest.ledger_sha256)


def release(supply: Supply) -> Release:
    """Return the release in question as tags and source tell it, for a stage that has no ledger to ask."""
    found: Release = supply.of(FACTS).get("release")
    return found


def _told(result: Result, environment: Mapping[str, str], console: Console) -> int:
    """Hand the end to nox and to the workflow."""
    console.output({"exit-code": str(result.exit_code)})
    if path := environment.get(handed.OUTCOME):
        failed = result.reason.splitlines()[0] if result.reason else f"exit code {result.exit_code}"
        # Where this cannot be written, or not whole, nox misses it, and takes that for a failure.
        with suppress(OSError):
            Path(path).write_text(failed if result.exit_code else handed.PASSED, encoding="utf-8")
    return result.exit_code


if __name__ == "__main__":
    main()
