"""Versions from text, each text read once: a long history names the same ones as tags and as headings."""

from __future__ import annotations

from functools import lru_cache

from packaging.version import Version


@lru_cache(maxsize=1 << 15)
def version(text: str) -> Version | None:
    """Return the version that a text is, or None; numbers too long to read are none."""
    try:
        return Version(text)
    except ValueError:
        return None
