"""What a session finds out about itself before its stage runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from release_tools.environment import OUTCOME, PASSED, run, target_of

if TYPE_CHECKING:
    from nox import Session


@pytest.mark.parametrize(
    ("arguments", "variable", "target"),
    [
        ([], None, "rehearsal"),
        ([], "", "rehearsal"),
        ([], "pypi", "pypi"),
        (["--timeout", "5", "--tag", "v1"], None, "rehearsal"),
        (["--target", "pypi"], None, "pypi"),
        (["--target=house"], "pypi", "house"),
        (["--target", "rehearsal"], "pypi", "rehearsal"),
        (["--target"], None, ""),
    ],
)
def test_the_target_is_known_before_anything_is_installed(
    arguments: list[str], variable: str | None, target: str
) -> None:
    """Which lock is installed depends on it: an option wins over the variable, and others name no target."""
    assert target_of(arguments, {} if variable is None else {"RELEASE_TARGET": variable}) == target


class FakeSession:
    """As much of a session of nox as running a stage takes; its child leaves what it is told as its outcome."""

    venv_backend, posargs = "virtualenv", ()

    def __init__(self, cache_dir: Path, outcome: str | None) -> None:
        self.cache_dir = cache_dir
        self._outcome = outcome

    def run(self, *_argv: str, env: dict[str, str], **_how: object) -> bool:
        """Do what the child does at its end, or die before."""
        if self._outcome is not None:
            Path(env[OUTCOME]).write_text(self._outcome)
        return True


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (PASSED, ""),
        ("the tree is dirty", "the tree is dirty"),
        ("passed", "passed"),
        ("", "validate ended without a result"),
        (None, "validate ended without a result"),
    ],
)
def test_only_a_stage_that_says_so_has_passed(tmp_path: Path, outcome: str | None, reason: str) -> None:
    """An outcome that is empty, as on a full disk, or not there is a failure; nothing of it is left behind."""
    told = run(cast("Session", FakeSession(tmp_path, outcome)), "validate", {}, chain=False, tested=True)
    assert told is not None
    assert told.startswith(reason)
    assert bool(told) == bool(reason)
    assert not list((tmp_path / "release-tools").iterdir())
