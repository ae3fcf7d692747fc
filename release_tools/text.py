"""The one home of redaction and escaping: text from outside passes here before anyone sees it."""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, quote_plus

HIDDEN = "[hidden]"
_WORDS = r"(?:(?<!MAX_)TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|AUTH)"
# In a file a shorter word mostly names no secret.
SECRET_WORD = re.compile(rf"(?i){_WORDS}(?:$|_(?!URL$|FILE$|SOCK$))")
SECRET_NAME = re.compile(
    rf"(?i){_WORDS}S?(?:\d*$|_(?!URL$|FILE$|SOCK$))"
    # Short words, and ones with other meanings, only where such a word of its own ends the name.
    r"|(?:^|_)(?:PAT|PASS|COOKIE|DSN|(?<!CACHE_)(?<!PUBLIC_)(?<!GIT_CONFIG_)(?<!GPG_)KEY)S?_?\d*$"
)
ALSO_SECRET = frozenset({"ACTIONS_ID_TOKEN_REQUEST_URL"})
SHORTEST_SECRET = 6
PREFIX = 16

_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
# A runner takes `::` at the start of a line, after white space too, and `##[` anywhere in one.
_COMMAND = re.compile(r"(?m)^([^\S\n]*:)(:)|(##)(\[)")


def is_secret_name(name: str) -> bool:
    """Whether a variable of this name is taken to hold a secret."""
    return name in ALSO_SECRET or SECRET_NAME.search(name) is not None


def secret_names(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of all variables that hold secrets."""
    return tuple(sorted(name for name in environment if is_secret_name(name)))


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """Return a copy of an environment for a child that must not see secrets."""
    return {name: value for name, value in environment.items() if not is_secret_name(name)}


def escape(text: str, *, keep_lines: bool = True) -> str:
    """Make control and direction characters visible, so that text can only be read, never obeyed.

    Also breaks what a CI runner would take for a workflow command.
    """
    shown = _CONTROL.sub(_visible, text.replace("\r\n", "\n"))
    shown = _COMMAND.sub(lambda found: "\\".join(part for part in found.groups() if part), shown)
    return shown if keep_lines else shown.replace("\n", "\\n").replace("\t", " ")


def _visible(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 1 << 8 else f"\\u{code:04x}" if code < 1 << 16 else f"\\U{code:08x}"


class Redactor:
    """Hides the values of secrets in each encoding in which they could leak."""

    def __init__(self, values: Iterable[str]) -> None:
        forms = {form for value in values for form in encodings(value)}
        # Whoever hands a text on may have cut it off within a secret: what begins like one is hidden as far as it goes.
        self._begun: dict[str, list[str]] = {}
        for form in forms:
            self._begun.setdefault(form[:PREFIX], []).append(form)
        ordered = sorted(self._begun, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, ordered))) if ordered else None
        self.longest = max(map(len, forms), default=0)

    @classmethod
    def of_environment(cls, environment: Mapping[str, str] | None = None) -> Redactor:
        """Take the values of all secret-named variables."""
        variables = os.environ if environment is None else environment
        return cls(variables[name] for name in secret_names(variables))

    def __call__(self, text: str) -> str:
        """Return the text with every secret replaced."""
        shown, at = [], 0
        for start, end in self._places(text):
            shown += [text[at:start], HIDDEN]
            at = end
        return "".join((*shown, text[at:]))

    def _places(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where secrets stand, whole or cut off."""
        end = 0
        while self._pattern and (found := self._pattern.search(text, end)):
            start = found.start()
            end = start + max(_common(form, text[start : start + len(form)]) for form in self._begun[found[0]])
            yield start, end

    def stream(self, chunks: Iterable[str]) -> Iterator[str]:
        """Redact a stream: a secret split over two chunks is found too."""
        held = ""
        for chunk in chunks:
            held += chunk
            cut = self._safe_cut(held)
            yield self(held[:cut])
            held = held[cut:]
        yield self(held)

    def _safe_cut(self, text: str) -> int:
        """Return a position up to which no secret can begin and not yet be complete."""
        cut = max(0, len(text) - self.longest)
        return next((end for start, end in self._places(text) if start < cut < end), cut)


def _common(one: str, other: str) -> int:
    """Return how many characters two texts have in common at their beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (mine, theirs) in pairs if mine != theirs), min(len(one), len(other)))


def encodings(value: str) -> Iterator[str]:
    """Yield the forms of a secret: raw, prefix, URL, JSON, and base64 in its three alignments."""
    secret = value.strip()
    if len(secret) < SHORTEST_SECRET:
        return
    raw = secret.encode("utf-8", "surrogateescape")
    yield from {value, secret, quote(raw, safe=""), quote_plus(raw)}
    yield from {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    if len(secret) > PREFIX:
        yield secret[:PREFIX]
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield encode(b"__token__:" + raw).decode().rstrip("=")
        for shift in range(3):
            # Of base64 only the characters that depend on the secret alone are looked for: six bits each.
            start = (0, 2, 3)[shift]
            end = (len(raw) + shift) * 8 // 6
            encoded = encode(b"\0" * shift + raw).decode().rstrip("=")
            yield from {encoded[start:end], encoded[start:]}
