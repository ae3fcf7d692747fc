"""What a session finds out about itself before its stage runs."""

from __future__ import annotations

import pytest

from release_tools.environment import target_of


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
