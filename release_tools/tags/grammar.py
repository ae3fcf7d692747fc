"""The spelling of a project's release tags, as it is configured or was learnt."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from heapq import nlargest
from typing import NamedTuple

from packaging.version import Version

from release_tools import pep440
from release_tools.tags.spelling import Spelling, separator_of, spelling_of

PLACEHOLDER = "{version}"
RECENT = 50

# PEP 440 would take 2026-07 for the 7th post-release of 2026.
_VERSION = re.compile(r"(?![0-9]+-[0-9]+$)[0-9][A-Za-z0-9._+!-]{0,99}")
PREFIX = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9._/@=+-]*)?")
_SUFFIX = re.compile(r"[A-Za-z0-9._+-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """The spelling of a project's release tags; `others` are prefixes that some of its tags have instead."""

    prefix: str = "v"
    suffix: str = ""
    spelling: Spelling = field(default_factory=Spelling)
    others: tuple[str, ...] = ()

    def parse(self, tag: str) -> Version | None:
        """Return the version that a tag names; None for what is none of this project's release tags."""
        found = self.split(tag)
        return found.version if found else None

    def format(self, version: Version) -> str:
        """Return the tag of a version."""
        return f"{self.prefix}{self.spelling.write(version)}{self.suffix}"

    def style(self, tag: str) -> str | None:
        """Return the pattern of a tag, to tell tags apart: `v{version}`; `rel_{version} (_)` where dots are missing."""
        found = self.split(tag)
        return found.style + self.suffix if found else None

    def split(self, tag: str) -> Found | None:
        """Take a tag apart."""
        for prefix in (self.prefix, *self.others):
            if tag.startswith(prefix) and tag.endswith(self.suffix):
                text = tag[len(prefix) : len(tag) - len(self.suffix)]
                version = version_of(text)
                if version is not None:
                    return Found(prefix, text, version)
        return None


class Found(NamedTuple):
    """A tag taken apart."""

    prefix: str
    text: str
    version: Version

    @property
    def style(self) -> str:
        """The pattern of the tag; a mark where dots are missing."""
        return f"{self.prefix}{PLACEHOLDER}{' (_)' if separator_of(self.text) == '_' else ''}"

    @property
    def order(self) -> tuple[tuple[int, ...], bool, int]:
        """What puts tags in order well enough; comparing versions themselves takes ten times as long."""
        return self.version.release, self.version.pre is None, self.version.epoch


@lru_cache(maxsize=1 << 15)
def version_of(text: str) -> Version | None:
    """Return the version that the last part of a tag spells, if it spells nothing else."""
    if not _VERSION.fullmatch(text):
        return None
    return pep440.version(text if "." in text else text.replace("_", "."))


def from_pattern(pattern: str, names: Iterable[str] = ()) -> Grammar:
    """Return the grammar of a configured pattern such as `v{version}`.

    Names of tags, if given, show how versions are written. A pattern that cannot be one is a ValueError.
    """
    prefix, found, suffix = pattern.partition(PLACEHOLDER)
    if not found or re.search(r"[{}]", prefix + suffix):
        raise ValueError(f"the pattern {pattern!r} must contain {PLACEHOLDER} exactly once, and no other braces")
    if not PREFIX.fullmatch(prefix) or not _SUFFIX.fullmatch(suffix):
        raise ValueError(f"the pattern {pattern!r} holds more than letters, digits and . _ / @ = + -, or starts with -")
    plain = Grammar(prefix=prefix, suffix=suffix)
    known = [split for name in names if (split := plain.split(name))]
    newest = nlargest(RECENT, known, key=lambda one: one.order)
    return replace(plain, spelling=spelling_of([one.text for one in newest]))
