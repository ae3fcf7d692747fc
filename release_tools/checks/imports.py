"""What an installed project imports without asking for it."""

from __future__ import annotations

from collections.abc import Iterator

from release_tools.checks import Problem, check, listed
from release_tools.verification.installed import Installation, Use


@check("warning")
def imports_declared(installation: Installation) -> Iterator[Problem]:
    """Add the distribution to `dependencies` in pyproject.toml: what another one brings along may go any day."""
    declared, told = installation.declared(), set[str]()
    for use in installation.uses:
        subject = use.owners[0] if use.owners else use.module.partition(".")[0]
        if subject in told or not declared.isdisjoint(use.owners):
            continue
        told.add(subject)
        if use.owners:
            yield _problem(use, f"{_of(use)}, installed only because of {_reason(installation, subject)}")
        elif installation.whole():
            yield _problem(use, "which nothing that was installed provides")


def _problem(use: Use, what: str) -> Problem:
    return Problem(message=f"{use.file}:{use.line} imports {use.module.partition('.')[0]}, {what}", member=use.file)


def _of(use: Use) -> str:
    return f"a module of {' or '.join(use.owners)}"


def _reason(installation: Installation, name: str) -> str:
    return listed(installation.brought_by(name)) or "the build"
