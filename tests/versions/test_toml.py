"""TOML: what is no TOML is one kind of error, whatever is wrong with it."""

from __future__ import annotations

import pytest

from release_tools import toml


def test_text_becomes_data() -> None:
    """Tables, values and Windows line endings are read."""
    assert toml.parse('[project]\r\nversion = "1.2.3"\r\n') == {"project": {"version": "1.2.3"}}


BROKEN = {
    "no value": "version =",
    "the same key twice": "a = 1\na = 2",
    "deep lists": "a = " + "[" * 100_000,
    "deep tables": "a = " + "{b=" * 50_000,
    "deep keys": "[a]\n" + ".".join("b" * 10_000) + " = 1",
    "deep headers": "[" + " . ".join(["'b'"] * 10_000) + "]",
    "a huge number": "a = " + "9" * 10_000,
    "a huge number that cannot be printed": "a = 0x" + "f" * 10_000,
    "a byte order mark": "\ufeffa = 1",
    "a NUL": "a = '\0'",
    "a lone surrogate": "a\ud800 = 1",
}


def test_keys_and_numbers_of_any_use_are_read() -> None:
    """The limits are far from what people write."""
    assert toml.parse("[" + ".".join("b" * 40) + "]\na = 0x" + "f" * 64)
    words = ". ".join(["prose"] * 50)
    assert toml.parse(f"a = '{words}'") == {"a": words}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_broken_text_is_a_value_error(text: str) -> None:
    """No text ends in any other error than ours."""
    with pytest.raises(toml.TOMLDecodeError) as caught:
        toml.parse(text)
    assert isinstance(caught.value, ValueError)
    assert len(str(caught.value)) > len("ab")
