"""What leaves the program: no secret in any encoding, and nothing that a terminal or a CI runner would obey."""

from __future__ import annotations

import base64
import json
import unicodedata
from collections.abc import Callable
from itertools import pairwise
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from release_tools import text
from release_tools.text import HIDDEN, Redactor, escape

# No token of any service; with characters that each encoding changes.
CANARY = 'Tr0ub4dor/and "3"/Käse+Brot/%41/0123456789'
ALPHABET = st.characters(categories=("Lu", "Nd"), include_characters=' "%/+=\\:äßñ漢𝄞')
SECRETS = st.text(ALPHABET, min_size=6, max_size=40).filter(lambda value: len(value.strip()) >= 6)
DIRECTIONS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def base64_of(secret: str, before: bytes, after: bytes, encode: Callable[[bytes], bytes]) -> tuple[str, str]:
    """Return the base64 of a secret between other bytes, and the part of it that depends on the secret alone."""
    whole = encode(before + secret.encode() + after).decode()
    first = -(-8 * len(before) // 6)
    last = 8 * (len(before) + len(secret.encode())) // 6
    return whole, whole[first:last]


@pytest.mark.parametrize(
    "name",
    [
        "PYPI_API_TOKEN",
        "GITHUB_TOKEN",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
        "ACTIONS_ID_TOKEN_REQUEST_URL",
        "TWINE_PASSWORD",
        "aws_secret_access_key",
        "AWS_ACCESS_KEY_ID",
        "GOOGLE_APPLICATION_CREDENTIALS",
        "MY_APIKEY",
        "GPG_PASSPHRASE",
        "DEPLOY_PRIVATE_KEY",
        "NPM_AUTH",
        "GH_PAT",
        "github_pat",
        "NPM_PAT_2",
        "PAT",
        "DB_PASS",
        "MAIL_PASS1",
        "DEPLOY_KEY",
        "SIGNING_KEYS",
        "OPENAI_KEY",
        "SESSION_COOKIE",
        "SENTRY_DSN",
    ],
)
def test_names_of_secrets_are_known(name: str) -> None:
    """A variable whose name says that it holds a secret is taken to hold one."""
    assert text.is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "PATH",
        "GIT_AUTHOR_NAME",
        "TOKENIZERS_PARALLELISM",
        "SSH_AUTH_SOCK",
        "TOKEN_FILE",
        "AUTH_URL",
        "SECRETARY",
        "RELEASE_TARGET",
        "PATTERN",
        "PYTHONPATH",
        "SPAT",
        "FILE_PATTERN",
        "PASS_THROUGH",
        "BYPASS",
        "GIT_ASKPASS",
        "KEYBOARD",
        "KEY_FILE",
        "MONKEY",
        "COOKIE_JAR",
        "NEWDSN",
        "CACHE_KEY",
        "GIT_CONFIG_KEY_0",
        "GPG_KEY",
        "MAX_TOKENS",
        "AUTH0_DOMAIN",
        "OAUTH2_CLIENT_ID",
        "SIGSTORE_PUBLIC_KEY",
    ],
)
def test_harmless_names_are_no_secrets(name: str) -> None:
    """What only resembles the name of a secret, or names a place, is left alone: an agent's socket too."""
    assert not text.is_secret_name(name)


def test_children_get_an_environment_without_secrets() -> None:
    """The environment of a child lacks every secret and keeps the rest."""
    given_environment = {"PATH": "/bin", "PYPI_API_TOKEN": "x", "GITHUB_TOKEN": "y", "HOME": "/home"}
    assert text.without_secrets(given_environment) == {"PATH": "/bin", "HOME": "/home"}
    assert text.secret_names(given_environment) == ("GITHUB_TOKEN", "PYPI_API_TOKEN")


@pytest.mark.parametrize(
    "encode",
    [
        pytest.param(str, id="raw"),
        pytest.param(lambda value: f"  {value}\n", id="within white space"),
        pytest.param(lambda value: quote(value, safe=""), id="URL"),
        pytest.param(quote_plus, id="form"),
        pytest.param(json.dumps, id="JSON in ASCII"),
        pytest.param(lambda value: json.dumps(value, ensure_ascii=False), id="JSON"),
        pytest.param(
            lambda value: base64.b64encode(b"__token__:" + value.encode()).decode(), id="basic authentication"
        ),
        pytest.param(lambda value: f"Basic {base64.b64encode(value.encode()).decode()}", id="base64"),
    ],
)
def test_a_secret_is_hidden_in_every_encoding(encode: Callable[[str], str]) -> None:
    """Of an encoded secret nothing is left but the word that stands for it."""
    encoded = encode(CANARY)
    shown = Redactor([CANARY])(f"<{encoded}>")
    assert HIDDEN in shown
    kept = shown.replace(HIDDEN, "").replace("Basic", "")
    assert not kept.strip('<>= \n"'), f"{shown} leaves a part of {encoded}"


@settings(deadline=None)
@given(
    SECRETS, st.binary(max_size=7), st.binary(max_size=7), st.sampled_from([base64.b64encode, base64.urlsafe_b64encode])
)
def test_base64_is_hidden_in_every_alignment(
    secret: str, before: bytes, after: bytes, encode: Callable[[bytes], bytes]
) -> None:
    """Whatever stands before and after a secret in base64, the characters that tell of the secret are hidden."""
    redact = Redactor([secret.strip()])
    whole, telling = base64_of(secret.strip(), before, after, encode)
    assert telling not in redact(whole)


@pytest.mark.parametrize("form", sorted(text.encodings(CANARY)))
def test_a_secret_that_is_cut_off_is_hidden(form: str) -> None:
    """A message that cuts a long secret off, in whatever encoding, shows nothing of what it kept."""
    redact = Redactor([CANARY])
    for kept in range(16, len(form) + 1):
        assert redact(f"token {form[:kept]}...") == f"token {HIDDEN}..."


def test_text_without_secrets_stays_as_it_is() -> None:
    """Where nothing is secret, or a secret is too short to tell from ordinary words, no text is changed."""
    assert Redactor([])("plain text") == "plain text"
    assert Redactor(["abc", "  abcde "])("abc abcde") == "abc abcde"
    assert Redactor([CANARY])("plain text") == "plain text"


def test_the_secrets_of_an_environment_are_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets are taken from the secret-named variables of the environment given, or of the process."""
    assert (
        Redactor.of_environment({"A_TOKEN": CANARY, "OTHER": "ordinary"})(f"{CANARY} ordinary") == f"{HIDDEN} ordinary"
    )
    monkeypatch.setenv("A_TOKEN", CANARY)
    assert Redactor.of_environment()(CANARY) == HIDDEN


def test_a_secret_of_bytes_that_are_no_text_is_hidden() -> None:
    """A variable that holds no UTF-8 can be a secret too, and is no reason to fail."""
    secret = b"\xff\xfe-not-utf-8".decode("utf-8", "surrogateescape")
    redact = Redactor.of_environment({"A_TOKEN": secret})
    assert redact(f"<{secret}>") == f"<{HIDDEN}>"
    assert redact(f"<{quote(secret.encode('utf-8', 'surrogateescape'))}>") == f"<{HIDDEN}>"


@settings(deadline=None)
@given(st.lists(SECRETS, min_size=1, max_size=3), st.data())
def test_no_cut_lets_a_secret_through(secrets: list[str], data: st.DataObject) -> None:
    """However a stream is cut into pieces, it comes out as if redacted in one piece."""
    redact = Redactor(secrets)
    forms = sorted({form for secret in secrets for form in text.encodings(secret)})
    parts = data.draw(st.lists(st.one_of(st.sampled_from(forms), st.text(ALPHABET, max_size=12)), max_size=6))
    whole = "".join(parts)
    cuts = sorted({0, len(whole), *data.draw(st.lists(st.integers(0, len(whole)), max_size=12))})
    chunks = [whole[start:end] for start, end in pairwise(cuts)]
    shown = "".join(redact.stream(chunks))
    assert shown == redact(whole)
    assert not [secret for secret in secrets if secret.strip() in shown]


def test_a_stream_of_single_characters_is_redacted() -> None:
    """A secret that arrives one character at a time is hidden all the same."""
    message = f"before {CANARY} after"
    assert "".join(Redactor([CANARY]).stream(message)) == f"before {HIDDEN} after"
    assert "".join(Redactor([]).stream(message)) == message


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        pytest.param("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m", id="colour"),
        pytest.param("\x1b]0;title\x07", "\\x1b]0;title\\x07", id="title of a terminal"),
        pytest.param("\x9b2J", "\\x9b2J", id="one-byte control sequence"),
        pytest.param("done\rfailed", "done\\x0dfailed", id="carriage return"),
        pytest.param("one\r\ntwo", "one\ntwo", id="line of Windows"),
        pytest.param("a\x00b\x7f", "a\\x00b\\x7f", id="NUL and DEL"),
        pytest.param("abc\u202edcba", "abc\\u202edcba", id="right to left"),
        pytest.param("\u2066x\u2069", "\\u2066x\\u2069", id="isolate"),
        pytest.param("re\u200bquests", "re\\u200bquests", id="of no width"),
        pytest.param("re\xadquests", "re\\xadquests", id="soft hyphen"),
        pytest.param("next\x85line", "next\\x85line", id="NEL"),
        pytest.param("a\u2028b\u2029c", "a\\u2028b\\u2029c", id="separators"),
        pytest.param("\udc80\ud800", "\\udc80\\ud800", id="lone surrogates"),
        pytest.param("\U000e0041x", "\\U000e0041x", id="invisible letters"),
        pytest.param("::add-mask::x", ":\\:add-mask::x", id="workflow command"),
        pytest.param("a\n \t::error::x", "a\n \t:\\:error::x", id="workflow command after white space"),
        pytest.param("##[add-mask]x", "##\\[add-mask]x", id="old workflow command"),
        pytest.param("note: ###[error]x", "note: ###\\[error]x", id="old workflow command within a line"),
        pytest.param("std::vector 10::2 tab\there", "std::vector 10::2 tab\there", id="plain"),
        pytest.param("Grüße, 漢字, 🎉", "Grüße, 漢字, 🎉", id="other scripts"),
    ],
)
def test_text_can_only_be_read(raw: str, shown: str) -> None:
    """What a terminal or a CI runner would obey is made visible; all else stays as it is."""
    assert escape(raw) == shown


def test_one_line_stays_one_line() -> None:
    """Where one line is wanted, line breaks and tabs become visible or harmless."""
    assert escape("a\nb\tc\r\nd", keep_lines=False) == "a\\nb c\\nd"


@settings(deadline=None)
@given(st.text(st.characters(), max_size=60))
def test_escaped_text_is_safe_and_stays_so(raw: str) -> None:
    """No text, once escaped, holds a control character or a command, and escaping it again changes nothing."""
    shown = escape(raw)
    assert "##[" not in shown
    assert not any(line.lstrip().startswith("::") for line in shown.split("\n"))
    assert not [each for each in shown if unicodedata.category(each) in {"Cc", "Cs", "Zl", "Zp"} and each not in "\n\t"]
    assert not [each for each in shown if unicodedata.bidirectional(each) in DIRECTIONS]
    assert escape(shown) == shown


@pytest.mark.timeout(20)
def test_many_empty_lines_take_no_time() -> None:
    """A long run of empty lines or blanks is escaped in linear time."""
    for raw in ("\n" * 300_000, " " * 300_000, " \n" * 150_000):
        assert escape(raw) == raw
