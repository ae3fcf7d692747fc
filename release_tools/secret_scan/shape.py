"""What a kind of secret is that is no single token."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from release_tools.secret_scan.placeholders import is_placeholder

Found = re.Match[bytes]


def of_its_body(found: Found) -> bool:
    """Whether the group `secret` of a match is a placeholder."""
    return is_placeholder(found["secret"])


def never(_found: Found) -> bool:
    """Say that nothing of this shape is a placeholder."""
    return False


class Quick(bytes):
    """An expression that is quick to find, as one whose first byte is fixed."""

    __slots__ = ()


class Shape(NamedTuple):
    """One kind of secret.

    Where `anchor` is found, a literal unless it is `Quick`, `expression` decides; it may look back.
    `is_none` says of a match that it is no secret. `sure` says that its issuer made it recognisable; others may have
    been made up for a test.
    """

    kind: str
    anchor: bytes
    expression: bytes
    is_none: Callable[[Found], bool] = of_its_body
    sure: bool = False
