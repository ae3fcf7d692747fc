"""The program: arguments to stage to exit code. Nothing else exits, and nothing else gives a go-ahead."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# A project's own `packaging/` or `rich/` in the working directory must not be imported.
sys.path[:] = [folder for folder in sys.path if folder not in ("", str(Path.cwd()))]

from collections.abc import Mapping
from typing import NoReturn

from release_tools import environment as handed
from release_tools import options as command_line
from release_tools import runner
from release_tools.adapters import process
from release_tools.adapters.clock import Clock
from release_tools.console import Console
from release_tools.errors import Interrupted, ReleaseError
from release_tools.model import GoAhead, Manifest, Target
from release_tools.options import Options
from release_tools.supply import Supply

FACTS = ("release_tools.facts", "release_tools.facts_release", "release_tools.facts_git")
LATER_FACTS = (__name__, "release_tools.facts", "release_tools.facts_ledger", "release_tools.facts_release")


def main() -> NoReturn:
    """Run one command and exit with its code."""
    sys.exit(_run(sys.argv[1:], dict(os.environ)))


def _run(arguments: list[str], environment: Mapping[str, str]) -> int:
    as_json = "--json" in arguments or bool(environment.get("RELEASE_JSON"))
    console = Console(environment, as_json=as_json)
    try:
        options = command_line.read(arguments, environment, chain=handed.CHAIN in environment)
    except ReleaseError as error:
        console.failure(error)
        command = arguments[0] if arguments else ""
        console.document(runner.document(command, error.exit_code, error=error))
        return _told(runner.Result(exit_code=error.exit_code, reason=error.what), environment, console)
    process.stop_on_signals()
    if parent := environment.get(handed.PARENT):
        process.stop_with_parent(int(parent))
    return _told(_guarded(options, environment, console), environment, console)


def _guarded(options: Options, environment: Mapping[str, str], console: Console) -> runner.Result:
    """Run the stage; an unforeseen error is three lines too, its traceback only with --debug."""
    try:
        return runner.run(options, _supply(options, environment, console), console)
    except Interrupted as interrupted:
        console.failure(interrupted)
        return runner.Result(exit_code=interrupted.exit_code, reason=interrupted.what)
    except Exception as error:
        if options.debug:
            raise
        found = runner.defect(error)
        console.failure(found)
        console.document(runner.document(options.command, found.exit_code, error=found))
        return runner.Result(exit_code=found.exit_code, reason=console.clean(found.what, keep_lines=False))


def _supply(options: Options, environment: Mapping[str, str], console: Console) -> Supply:
    clock = Clock()
    cache = Path(environment.get(handed.CACHE) or ".nox/.cache/release-tools").absolute()
    return Supply(
        FACTS if options.command == "validate" else LATER_FACTS,
        options=options,
        environment=environment,
        folder=Path.cwd(),
        cache=cache,
        clock=clock,
        today=clock.today(),
        say=console.say,
        redact=console.redact,
        console=console,
    )


def go_ahead(target: Target, manifest: Manifest) -> GoAhead:
    """Give leave to change one target, on the evidence of one ledger; the runner has asked the gates before."""
    return GoAhead(target=target.name, ledger_sha256=manifest.ledger_sha256)


def _told(result: runner.Result, environment: Mapping[str, str], console: Console) -> int:
    """Hand the end to nox and to the workflow."""
    console.output({"exit-code": str(result.exit_code)})
    if path := environment.get(handed.OUTCOME):
        failed = result.reason.splitlines()[0] if result.reason else f"exit code {result.exit_code}"
        Path(path).write_text(failed if result.exit_code else "", encoding="utf-8")
    return result.exit_code


if __name__ == "__main__":
    main()
