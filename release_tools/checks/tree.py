"""Whether the checkout is what will be released, on a branch that is released from, with its changes noted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from release_tools.branch_state import Comparison, State
from release_tools.changelog import Changelog, has_content
from release_tools.checks import Problem, check, listed
from release_tools.config import RELEASE_BRANCHES, Config
from release_tools.facts.git import Branches
from release_tools.model import Entry, Mode, Release, Severity, Source

USUAL_DEFAULTS = ("main", "master")


@check(todo=True)
def tree_clean(source: Source, overlooked: tuple[str, ...], mode: Mode) -> Iterator[Problem]:
    """Commit the changes or put them aside (`git stash --include-untracked`): only what is committed is released."""
    severity: Severity | None = "warning" if mode == "branch" else None
    if source.dirty:
        count = f"{len(source.dirty)} {'path differs' if len(source.dirty) == 1 else 'paths differ'}"
        yield Problem(message=f"{count} from the commit: {listed(sorted(source.dirty))}", severity=severity)
    if overlooked:
        yield Problem(
            message=f"git ignores modules of the package, so a release lacks them: {listed(sorted(overlooked))}",
            severity=severity,
            fix=f"Add what belongs to the package (git add --force {overlooked[0]}), and move away what does not.",
        )


@check(todo=True)
def tag_on_release_branch(
    release: Release, source: Source, branches: Branches, config: Config, mode: Mode, *, settled: bool
) -> Iterator[Problem]:
    """Merge the commit into a release branch and tag it there, or name its branch in `release-branches`."""
    if mode == "branch" or not settled or source.shallow:
        return
    allowed = _allowed(config, source)
    patterns = [_pattern(name) for name in allowed]
    checked = tuple(name for name in branches.known if any(pattern.fullmatch(name) for pattern in patterns))
    # A clone may know too few branches to tell, unless the project says what to look for.
    telling = checked or (config.release_branches and branches.holding)
    if telling and not set(checked).intersection(branches.holding):
        subject = release.tag.name if release.tagged else f"HEAD ({source.branch or 'detached'})"
        yield Problem(message=f"{subject} is on no release branch; looked at: {listed(sorted(checked or allowed))}")


def _allowed(config: Config, source: Source) -> tuple[str, ...]:
    if config.release_branches is not None:
        return config.release_branches
    # A project may release from `main` and show `develop` first.
    named = (source.default_branch,) if source.default_branch else ()
    return tuple(dict.fromkeys((*named, *USUAL_DEFAULTS, *RELEASE_BRANCHES)))


def _pattern(name: str) -> re.Pattern[str]:
    """Return the expression for a branch name in which `*` is anything and a lone N a number."""
    parts = re.split(r"(\*|\bN\b|(?<=^v)N\b)", name)
    return re.compile("".join({"*": ".*", "N": "[0-9]+"}.get(part, re.escape(part)) for part in parts))


@check()
def branch_has_notes(
    state: State | None,
    comparison: Comparison | None,
    shipped_changes: tuple[str, ...],
    changelog: Changelog | None,
    unreleased: Entry | None,
    upcoming: tuple[Entry, ...],
    fragments: tuple[str, ...],
    source: Source,
) -> Iterator[Problem]:
    """Say under `## Unreleased`, on top of the changelog, what changes for users; or add a news fragment."""
    if state != "in-progress" or not shipped_changes or changelog is None or fragments:
        return
    if any(has_content(entry) for entry in (*upcoming, *((unreleased,) if unreleased else ()))):
        return
    # Without a base all changes since the last release count, and many projects write notes only when they release.
    guessed = comparison is not None and comparison.base is None and source.remote is not None and unreleased is None
    yield Problem(
        message=f"no notes for the next release, but the package changed: {listed(sorted(shipped_changes))}",
        where=unreleased.where if unreleased else changelog.where,
        severity="warning" if guessed else None,
    )
