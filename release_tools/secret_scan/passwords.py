"""Passwords that people chose: which of them are only stand-ins."""

from __future__ import annotations

import re

from release_tools.secret_scan.placeholders import is_placeholder

SHORTEST = 6
ONE_KIND = 16  # from this length on letters alone will do
# What stand-ins are made of; what is left of a password without these words is what counts.
_WORDS = (
    rb"(?i)pass(?:word|wd|phrase)?|pwd?|user(?:name)?|admin|root|guest|login|secret|credential|token|api|key|o?auth|basic|"
    rb"test|demo|foo|bar|baz|qux|spam|eggs|hello|world|default|private|public|value|string|some|any|the|my|real|"
    rb"postgres|mysql|mongo|redis|rabbitmq|scott|tiger|none|null|true|false|"
    rb"xx+|\W+|_|\d{1,4}$"
)
_VARIABLE = rb"\$\w|\$\(|%[sdr]\b|%\w+%|^:|^\W*$"
_KINDS = (rb"[a-z]", rb"[A-Z]", rb"[0-9]", rb"[^A-Za-z0-9]")


def is_stand_in(password: bytes) -> bool:
    """Whether a password is none, or none that would keep anyone out."""
    from urllib.parse import unquote_to_bytes

    plain = unquote_to_bytes(password).strip(b"\"'")
    if re.search(_VARIABLE, plain) or is_placeholder(plain):
        return True
    substance = re.sub(_WORDS, b"", plain)
    kinds = sum(re.search(kind, plain) is not None for kind in _KINDS)
    return len(substance) < SHORTEST or (kinds < 2 and len(plain) < ONE_KIND)  # noqa: PLR2004
