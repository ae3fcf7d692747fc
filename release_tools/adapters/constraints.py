"""Lists that hold build requirements to versions and hashes, as the installers' own variables name them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from packaging.utils import canonicalize_name

# Build requirements are installed as any others are here, so that both kinds of lists hold for them, and either
# installer's: which one of the two is found here is no matter of the user's.
VARIABLES = ("PIP_BUILD_CONSTRAINT", "UV_BUILD_CONSTRAINT", "PIP_CONSTRAINT", "UV_CONSTRAINT")
LARGEST = 1 << 22
_HASHED = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)[^#\n]*--hash[= ]")


def named(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the lists that a user's environment names, each once."""
    return tuple(dict.fromkeys(path for name in VARIABLES for path in environment.get(name, "").split()))


def without(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment that names none."""
    return {name: value for name, value in environment.items() if name not in VARIABLES}


def locked(lists: Iterable[str], folder: Path) -> frozenset[str]:
    """Return what the lists hold to a hash, by normalized names; one that is no file here is passed over."""
    return frozenset(name for each in lists for name in _of_file(folder / each))


def _of_file(path: Path) -> Iterator[str]:
    if path.is_file() and path.stat().st_size <= LARGEST:
        text = path.read_text(encoding="utf-8", errors="replace")
        for line in re.sub(r"\\\r?\n", " ", text).splitlines():
            if found := _HASHED.match(line):
                yield canonicalize_name(found[1])
