"""Private keys in each form in which they are written down."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode

from release_tools.secret_scan.placeholders import FEWEST, says_so
from release_tools.secret_scan.shape import Found, Quick, Shape, never

# Between the lines of a key stand line ends, raw or escaped, and what source code puts around its lines.
_BETWEEN = rb"(?:\\+[nrt]|[bru]{1,2}[\"']|[^A-Za-z0-9<.\[{$%\\]){1,120}?"
_HEADERS = rb"(?:[A-Z][A-Za-z-]{2,20}: [^\n\\]{0,120}" + _BETWEEN + rb"){0,4}"
_BODY = rb"(?P<secret>[A-Za-z0-9+/]{24}(?:[A-Za-z0-9+/=]|\\+[nr]|[\s\"'`,+#*|()]){24})"
_LABELS = (b"", b"RSA ", b"DSA ", b"EC ", b"OPENSSH ", b"ENCRYPTED ", b"ANY ", b"PGP ")
_BEGIN = rb"(?:" + rb"|".join(rb"(?<=-----BEGIN " + label + rb")" for label in _LABELS) + rb")"
_PEM = _BEGIN + rb"PRIVATE KEY(?: BLOCK)?-----" + _BETWEEN + _HEADERS + _BODY
_ANCHOR = Quick(rb"P(?:RIVATE KEY(?:-----| BLOCK-----| FILE FORMAT| ----)|uTTY-User-Key-File-)")
_IN_BASE64 = b64encode(b"-----BEGIN ")[:14]


def _is_hint(found: Found) -> bool:
    """Whether a key is only hinted at; the runs of zeros in real ones are none of a placeholder."""
    return len(set(found["secret"])) < FEWEST or says_so(found["secret"])


def _is_other(found: Found) -> bool:
    """Whether something else than a private key is written in base64 here, such as a certificate."""
    try:
        return b"PRIVATE KEY" not in b64decode(found[0][: len(found[0]) // 4 * 4])
    except binascii.Error:
        return True


SHAPES = (
    Shape("private key", _ANCHOR, _PEM, _is_hint),
    Shape("private key", _ANCHOR, rb"PuTTY-User-Key-File-\d: \S{3,40}\s{1,4}Encryption: \S{3,20}\s", never),
    Shape("private key", _ANCHOR, rb"(?<=---- BEGIN SSH2 ENCRYPTED )PRIVATE KEY ----\s{1,4}\S", never),
    Shape("private key", _ANCHOR, rb"(?<=SSH )PRIVATE KEY FILE FORMAT 1\.1\n\x00", never),
    Shape("private key in base64", _IN_BASE64, _IN_BASE64 + rb"[A-Za-z0-9+/]{100}", _is_other),
)
