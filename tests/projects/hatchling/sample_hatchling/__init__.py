"""Turns titles into slugs for addresses and file names."""

from __future__ import annotations

import re
import unicodedata

__version__ = "1.2.3"
__all__ = ["slugify"]


def slugify(title: str, separator: str = "-") -> str:
    """Return a title in lower-case ASCII letters and digits, its words joined by the separator."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return separator.join(re.findall(r"[a-z0-9]+", plain.lower()))
