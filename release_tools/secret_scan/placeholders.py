"""What documentation writes where a secret would stand: repetitions, sequences, and words that say so."""

from __future__ import annotations

import hashlib
import re
from itertools import pairwise

LONG = 16
FEWEST = 6  # different bytes, in what is LONG
REPEATED = 6  # times the same byte
RUN = 7  # bytes that count up or down
# Published by their issuers for everyone to use, as SHA-256: the key of Azure's emulator of storage.
KNOWN = frozenset({"0011cc25eb4320717494d2703e8cba85743e71b500283c21c8b88147992f9059"})

_WORDS = (
    rb"(?i)example|placeholder|redacted|change.?me|dummy|sample|insert|replace|your(?:[_-]|key|pass|own)|"
    rb"foobar|deadbeef|secret|token|hidden|masked|qwerty|asdfgh|not.?real|invalid|"
    rb"\$\{|\{\{|%\(|[<>\[\]{}]|\*\*\*|\.\.\.|\xe2\x80\xa6"
)


def is_placeholder(body: bytes) -> bool:
    """Whether a text in the place of a secret is none, for all to see."""
    return (
        says_so(body)
        or _is_poor(body)
        or _is_sequence(body.lower())
        or _is_periodic(body)
        or hashlib.sha256(body).hexdigest() in KNOWN
    )


def says_so(body: bytes) -> bool:
    """Whether a word in it says that it is none."""
    return re.search(_WORDS, body) is not None


def _is_poor(body: bytes) -> bool:
    """Whether it is made of a few bytes, or of one for a stretch."""
    different = set(body)
    return (len(body) >= LONG and len(different) < FEWEST) or any(
        bytes((each,)) * REPEATED in body for each in different
    )


def _is_sequence(body: bytes) -> bool:
    """Whether a stretch counts up or down: `abcdefg`, `7654321`."""
    up = down = 1
    for before, after in pairwise(body):
        up = up + 1 if after - before == 1 else 1
        down = down + 1 if before - after == 1 else 1
        if max(up, down) >= RUN:
            return True
    return False


def _is_periodic(body: bytes) -> bool:
    """Whether it repeats its beginning up to the end, the last turn perhaps cut short."""
    return len(body) >= LONG and any(body[size:] == body[:-size] for size in range(1, len(body) // 2 + 1))
