"""Errors: three lines for a person, one exit code for a machine."""

from __future__ import annotations

import pytest

from release_tools import errors
from release_tools.errors import ReleaseError

CODES = {
    errors.UsageError: 2,
    errors.Refused: 3,
    errors.Conflict: 4,
    errors.ServiceFailed: 5,
    errors.Busy: 5,
    errors.Lasting: 5,
    errors.Untrusted: 5,
    errors.NotYetVisible: 6,
}


@pytest.mark.parametrize(("kind", "code"), CODES.items(), ids=lambda value: getattr(value, "__name__", str(value)))
def test_each_kind_of_error_has_its_exit_code(kind: type[ReleaseError], code: int) -> None:
    """The exit code says what kind of error it was, and the error carries its three lines."""
    error = kind("the file is gone", state="nothing was done", fix="bring it back")
    assert error.exit_code == code
    assert (str(error), error.what, error.state, error.fix) == (
        "the file is gone",
        "the file is gone",
        "nothing was done",
        "bring it back",
    )


def test_exit_codes_are_distinct() -> None:
    """No two meanings share an exit code, and only success is 0."""
    meanings = {name: value for name, value in vars(errors).items() if name.isupper() and isinstance(value, int)}
    assert len(set(meanings.values())) == len(meanings)
    assert [name for name, value in meanings.items() if value == 0] == ["DONE"]
    assert ReleaseError.exit_code == errors.DEFECT == 1


def test_every_kind_of_error_is_known_here() -> None:
    """No kind of error exists without an agreed exit code."""
    kinds = {value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, ReleaseError)}
    assert kinds == {ReleaseError, errors.Interrupted, *CODES}


@pytest.mark.parametrize(("signal_name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_an_interruption_ends_as_the_shell_expects(signal_name: str, code: int) -> None:
    """An interrupted run ends with 128 plus the signal, and says that it can be run again."""
    error = errors.Interrupted(signal_name)
    assert error.exit_code == code
    assert signal_name in error.what
    assert "run the same command again" in error.fix
