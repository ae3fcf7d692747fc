"""The values of secret-named variables are found in whatever form they were written."""

from __future__ import annotations

import json
import string
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from release_tools.secret_scan import scan, values
from tests.secret_scan.made_up import ALNUM, pem, some

VALUE = "canary/" + some(ALNUM, 20) + "?&"


def kinds(content: bytes, **environment: str) -> set[str]:
    """Return the kinds that are found in a content."""
    return {match.kind for match in scan.content(content, values.needles(environment))}


@pytest.mark.parametrize("shift", range(3))
@pytest.mark.parametrize("encode", [b64encode, urlsafe_b64encode])
def test_base64_hides_nothing(encode: object, shift: int) -> None:
    """In each of its three alignments, in both alphabets, with something after it or nothing."""
    assert callable(encode)
    for after in (b"", b" and more"):
        encoded = encode(b"x" * shift + VALUE.encode() + after)
        assert kinds(b"a " + encoded, MY_TOKEN=VALUE) == {"value of MY_TOKEN, encoded"}


@pytest.mark.parametrize(
    "written", [quote(VALUE, safe=""), quote_plus(VALUE), b64encode(f"__token__:{VALUE}".encode()).decode()]
)
def test_addresses_and_headers_hide_nothing(written: str) -> None:
    """In the form of an address, and as a part of basic authentication."""
    assert kinds(f"a={written}&b".encode(), MY_TOKEN=VALUE) == {"value of MY_TOKEN, encoded"}


def test_a_value_is_found_as_it_is() -> None:
    """Anywhere, in text and in binary files, and it cannot be declared to be none."""
    (match,) = scan.content(f"\0\n{VALUE} # release-tools: no-secret".encode(), values.needles({"A_PASSWORD": VALUE}))
    assert (match.kind, match.offset, match.sure, match.declared) == ("value of A_PASSWORD", 2, True, False)


def test_a_value_of_several_lines_is_found() -> None:
    """A key in a variable is found in a file, also as JSON writes it."""
    key = pem("RSA PRIVATE KEY")
    assert kinds(f"x{key}".encode(), DEPLOY_PRIVATE_KEY=key) == {"value of DEPLOY_PRIVATE_KEY"}
    assert kinds(json.dumps({"a": key}).encode(), DEPLOY_PRIVATE_KEY=key) == {"value of DEPLOY_PRIVATE_KEY, encoded"}


@given(st.text(string.printable, min_size=12, max_size=40), st.binary(max_size=40), st.binary(max_size=40))
def test_any_value_is_found_among_anything(value: str, before: bytes, after: bytes) -> None:
    """Whatever its characters and whatever stands around it."""
    needles = values.needles({"MY_SECRET": value})
    assume(needles.needles)
    content = b"." + before + value.strip().encode() + after
    assert any(begin == content.index(value.strip().encode()) for begin, _, _ in needles.find(content))


def test_several_values_are_told_apart() -> None:
    """Each under the name of its variable; a value that two have under one."""
    names = {f"A{number}_TOKEN": some(ALNUM, 24, number) for number in range(12)}
    content = "\n".join(names.values()).encode()
    assert kinds(content, **names, B_TOKEN=names["A0_TOKEN"]) == {f"value of {name}" for name in names}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DB_PASSWORD", "postgres"),
        ("A_TOKEN", ""),
        ("A_TOKEN", "true"),
        ("A_TOKEN", "test1"),
        ("A_TOKEN", "1-1-1-1-1-1"),
        ("A_TOKEN", "passwordpass"),
        ("GOOGLE_APPLICATION_CREDENTIALS", "/home/me/credentials.json"),
        ("SSH_AUTH_SOCK", "/run/agent.42"),
        ("HOME", "/home/me-and-you"),
    ],
)
def test_what_stands_everywhere_proves_nothing(name: str, value: str) -> None:
    """Short words, repetitions, paths, and what is no secret by its name are not looked for."""
    assert values.needles({name: value}).needles == ()


@pytest.mark.parametrize("name", ["SSH_KEY", "TLS_KEY_2", "GOOGLE_APPLICATION_CREDENTIALS"])
def test_a_place_is_no_value_to_be_looked_for(name: str) -> None:
    """A variable that is a secret by its name may say where one lies; everybody may write that down."""
    assert not kinds(b"ssh -i ~/.ssh/id_rsa_of_mine host", **{name: "~/.ssh/id_rsa_of_mine"})
    assert kinds(b"key: 3f9c2b7e81d04a6f95", **{name: "3f9c2b7e81d04a6f95"})
