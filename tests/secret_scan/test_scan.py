"""What is found, where it is said to be, and what is let pass."""

from __future__ import annotations

import io
import json
import py_compile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release_tools.secret_scan import scan
from release_tools.secret_scan.scan import Match, Reader
from tests.secret_scan.made_up import ALNUM, CASES, HEX, Case, pem, some

TOKEN = "ghp" + "_" + some(ALNUM, 36)
OTHER = "npm" + "_" + some(ALNUM, 36)


def found(text: str | bytes, path: str = "") -> list[Match]:
    """Return what a search of a text finds."""
    return list(scan.content(text.encode() if isinstance(text, str) else text, path=path))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}-{case.secret[:9]}")
def test_a_secret_is_found_and_its_placeholder_is_not(case: Case) -> None:
    """Each kind is named where it stands; what documentation writes in its place is none."""
    (match,) = found(f"first\nsecond {case.secret}\n" if not case.path else case.secret, case.path)
    assert match.kind == case.kind
    assert case.path or match.line == (None if "\0" in case.secret else 2)
    assert found(f"first\nsecond {case.placeholder}\n" if not case.path else case.placeholder, case.path) == []


FRAMES = (
    *("{}", '"{}"', "'{}'", "={}", ": {}", "({})", "<a>{}</a>", "\\n{}\\n", "%3D{}%26", "Bearer {}", "export A={}"),
    *("{},{}", "a\t{}", "`{}`", "token_{}", "--token={}", "\x00{}\x00", "[{}]", "{{{}}}"),
    "https:" + "//x:{}@git.sample.dev/",
)


@pytest.mark.parametrize("frame", FRAMES)
def test_whatever_stands_around_it_a_token_is_found(frame: str) -> None:
    """Quotes, markup, escapes and addresses hide nothing, and it is told once under its own name."""
    for case in CASES:
        if not case.path and not set(case.secret) & set(" :"):
            kinds = {match.kind for match in found(frame.replace("{}", case.secret))}
            assert kinds == {case.kind}, case.secret


STAND_INS = (
    *("x" * 36, "0" * 36, "1234567890" * 4, "A1b2" * 9, "deadbeef" * 5, "*" * 36, some(ALNUM, 18) * 2),
    *("abcdefghijklmnopqrstuvwxyz0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", "9876543210" + "zyxwvutsrq" * 3),
    *("yourtokenyourtokenyourtokenyourtoken0", "EXAMPLE" + some(ALNUM, 30), "X" * 20 + some(HEX, 16)),
    *("<your token goes here>", "${GITHUB_TOKEN}", "{{ token }}"),
)


@pytest.mark.parametrize("body", STAND_INS)
def test_stand_ins_are_no_tokens(body: str) -> None:
    """Repetitions, sequences and words that say so are none, of whatever length."""
    assert found(f"token = {'ghp' + '_'}{body}") == []


def test_lines_and_offsets_are_those_of_the_secret() -> None:
    """Counted from the start of the content, also across the pieces in which it is read."""
    text = b"a\n" * scan.CHUNK + TOKEN.encode() + b"\n" + b"b\n" * scan.CHUNK + OTHER.encode()
    first, second = found(text)
    assert (first.kind, first.line, first.offset) == ("GitHub token", scan.CHUNK + 1, 2 * scan.CHUNK)
    assert (second.kind, second.line, second.offset) == ("npm token", 2 * scan.CHUNK + 2, len(text) - len(OTHER))


def test_one_kind_is_told_once_in_a_line() -> None:
    """Two tokens in one line are one thing to mend, two kinds are two, and two lines are two."""
    assert [(match.kind, match.line) for match in found(f"{TOKEN} {TOKEN}x {OTHER}\n{TOKEN}\n")] == [
        ("GitHub token", 1),
        ("npm token", 1),
        ("GitHub token", 2),
    ]


def test_a_binary_file_has_no_lines() -> None:
    """Its secrets are found all the same, and told by offset."""
    first, second = found(b"\x7fELF\0\n\n" + TOKEN.encode() + b"\0" + TOKEN.encode())
    assert (first.line, second.line) == (None, None)
    assert first.offset == 7


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-16-le", "utf-32"])
def test_wide_text_is_read(encoding: str) -> None:
    """What Windows writes into a log is text too."""
    start = "" if encoding in {"utf-16", "utf-32"} else "\ufeff"
    (match,) = found(f"{start}one\ntwo {TOKEN}\n".encode(encoding))
    assert (match.kind, match.line) == ("GitHub token", 2)


@pytest.mark.parametrize(
    "case", [case for case in CASES if "\n" not in case.secret and not case.path], ids=lambda case: case.secret[:9]
)
def test_compiled_python_hides_nothing(case: Case, tmp_path: Path) -> None:
    """A secret in a constant of a module stands in its byte code too; a value beside a name is only found in source."""
    source = tmp_path / "module.py"
    source.write_text(f"def f(a={case.secret!r}, b=None):\n    return ({case.secret!r}, None, b, 1)\n")
    compiled = py_compile.compile(str(source), cfile=str(tmp_path / "module.pyc"), doraise=True)
    assert {match.kind for match in found(Path(str(compiled)).read_bytes())} == {case.kind}


@pytest.mark.parametrize(
    "line",
    [f"{TOKEN}  # release-tools: no-secret", f"# release-tools: no secret\n{TOKEN}", f"{TOKEN} // gitleaks:allow",
     f"{TOKEN} # pragma: allowlist secret", f"release-tools: no-secret, made for this test\n{pem('RSA PRIVATE KEY')}"],
)  # fmt: skip
def test_a_line_can_say_that_it_holds_no_secret(line: str) -> None:
    """On the line or the one above; it is still told, as declared."""
    (match,) = found(f"first\n{line}\nlast\n")
    assert match.declared


@pytest.mark.parametrize("line", [f"release-tools: no-secret\n\n{TOKEN}", f"{TOKEN}\nrelease-tools: no-secret"])
def test_a_declaration_holds_for_its_line_alone(line: str) -> None:
    """Two lines above, or below, it does not count."""
    (match,) = found(line)
    assert not match.declared


def test_tokens_are_sure_and_keys_are_not() -> None:
    """A test may need a key or a password of its own; a token of an issuer comes from there."""
    assert [match.sure for match in found(f"{TOKEN}\n{pem('RSA PRIVATE KEY')}")] == [True, False]


def simplified(matches: list[Match]) -> list[tuple[str, int]]:
    """Return kinds and offsets."""
    return [(match.kind, match.offset) for match in matches]


SECRETS = [case.secret.encode() for case in CASES if not case.path]
FILLING = st.sampled_from(
    [
        b"",
        b"\n",
        b" ",
        b"-" * 70 + b"\n",
        b"_" * 5000,
        b"x" * 4095,
        b"\0" * 4097,
        b"word " * 900,
        b'"a": "',
        b"https:" + b"//a",
    ]
)


@given(
    st.lists(st.tuples(FILLING, st.sampled_from(SECRETS), FILLING), max_size=4),
    st.lists(st.integers(0, 20_000), max_size=8),
)
def test_pieces_and_windows_change_nothing(parts: list[tuple[bytes, bytes, bytes]], cuts: list[int]) -> None:
    """However a content is cut into pieces and windows, the same is found in the same places, each once."""
    content = b"\n".join(b"".join(part) for part in parts)
    ends = sorted({min(cut, len(content)) for cut in cuts} | {0, len(content)})
    reader = Windowed()
    matches = [match for start, end in pairwise(ends) for match in reader.feed(content[start:end])]
    assert simplified([*matches, *reader.close()]) == simplified(found(content))


class Windowed(Reader):
    """Judges after every piece instead of after a megabyte."""

    def feed(self, piece: bytes) -> list[Match]:
        """Take the next piece and judge it at once."""
        self._pieces.append(piece)
        return self._judge(last=False)


def test_a_stream_is_read_piece_by_piece() -> None:
    """No more is asked for at once than a piece, and short answers are no end."""
    asked = []

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            asked.append(size)
            return super().read(min(size or 0, 70_000))

    (match,) = scan.stream(Slow(b"\n" * 3_000_000 + TOKEN.encode()))
    assert match.line == 3_000_001
    assert set(asked) == {scan.CHUNK}


def test_memory_stays_bounded() -> None:
    """What is kept between pieces is a few thousand bytes, whatever came before."""
    reader = Reader()
    for _ in range(20):
        reader.feed(b"_" * 500_000)
    assert len(reader._kept) + sum(map(len, reader._pieces)) < 2 * scan.CHUNK  # noqa: SLF001 - the promise


@given(st.binary(max_size=3000))
def test_no_content_breaks_the_search(content: bytes) -> None:
    """Whatever the bytes, the search ends without an error."""
    for path in ("", ".env", ".pypirc", ".pgpass"):
        list(scan.content(content, path=path))


HOSTILE = (
    *(
        b"_" + b"a" * 16,
        b"-" + b"a-" * 8,
        b"//a:",
        b"//:::@",
        b"AKIA",
        b"//" + b"a" * 60,
        b"A" * 40,
        b"1:A" + b"A" * 34,
    ),
    *(
        b"-----BEGIN PRIVATE" + b" KEY-----\n",
        b"PRIVATE" + b" KEY-----",
        b"ghp" + b"_" + b"a" * 36,
        b"SG" + b".",
        b"\n=",
    ),
    b"https:" + b"//a:b@c.example.org ",
)


@pytest.mark.parametrize("unit", HOSTILE, ids=lambda unit: unit[:12].decode())
@pytest.mark.timeout(20)
def test_no_content_makes_the_search_crawl(unit: bytes) -> None:
    """Two megabytes of whatever invites a second look take a moment."""
    list(scan.content(unit * (2_000_000 // len(unit)), path=".env"))


def test_what_is_found_does_not_say_what_it_is() -> None:
    """No four characters of a secret's body stand in what is told of it."""
    for case in CASES:
        for match in found(case.secret, case.path):
            told = json.dumps([match.kind, match.line, match.offset])
            body = case.secret[-16:]
            assert not [body[at : at + 8] for at in range(9) if body[at : at + 8] in told]


def test_settings_of_an_env_file_that_only_sound_like_secrets() -> None:
    """There a key is mostly that of a sort or a cache, and an address one of this machine."""
    plain = b"SORT_KEY=created_at\nSSL_KEY=/etc/ssl/private/server.key\nTEST_DSN=postgresql://localhost/test\n"
    assert list(scan.content(plain, path=".env")) == []
    assert list(scan.content(b"API_KEY=3f9c2b7e81d04a6f95\n", path=".env"))
