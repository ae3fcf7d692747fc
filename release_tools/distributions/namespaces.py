"""What setuptools writes for the namespace packages that a wheel declares: code that runs at each start of Python."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache

from release_tools.distributions import Archive, Member

DECLARED = "namespace_packages.txt"
LARGEST = 1024  # bytes of the declaration; each name is written many times
ENDING = "-nspkg.pth"

_PLACE = "p = os.path.join(sys._getframe(1).f_locals['sitedir'], *{parts!r})"
_FOUND = (
    "sys.modules.setdefault({name!r}, importlib.util.module_from_spec("
    "importlib.machinery.PathFinder.find_spec({name!r}, [os.path.dirname(p)])))"
)
_MADE = "sys.modules.setdefault({name!r}, types.ModuleType({name!r}))"
_PATH = ("mp = (m or []) and m.__dict__.setdefault('__path__',[])", "(p not in mp) and mp.append(p)")
_IN_PARENT = "m and setattr(sys.modules[{parent!r}], {child!r}, m)"
_FIRST = "import sys, types, os"
_OLDER = (
    _FIRST, "has_mfs = sys.version_info > (3, 5)", _PLACE, "importlib = has_mfs and __import__('importlib.util')",
    "has_mfs and __import__('importlib.machinery')", f"m = has_mfs and {_FOUND}",
)  # fmt: skip
# One for all that setuptools wrote since 2017.
TEMPLATES = (
    (
        _FIRST, _PLACE, "importlib = __import__('importlib.util')", "__import__('importlib.machinery')",
        f"m = {_FOUND}", f"m = m or {_MADE}", *_PATH,
    ),
    (*_OLDER, f"m = m or {_MADE}", *_PATH),
    (*_OLDER, f"m = m or not has_mfs and {_MADE}", *_PATH),
)  # fmt: skip


def is_of_setuptools(wheel: Archive, member: Member) -> bool:
    """Whether a member is exactly what setuptools writes for the namespaces of its wheel."""
    return member.name.endswith(ENDING) and member.sha256 in _digests(wheel.texts.get(DECLARED, b""))


@lru_cache(maxsize=8)
def _digests(declared: bytes) -> frozenset[str]:
    if len(declared) > LARGEST:
        return frozenset()
    every = sorted(part for name in declared.decode("utf-8", "replace").split() for part in _levels(name))
    # What two of them lie in was written twice at times.
    orders = (every, sorted(set(every)))
    texts = ("".join(f"{line(template, name)}\n" for name in names) for template in TEMPLATES for names in orders)
    return frozenset(
        hashlib.sha256(text.replace("\n", end).encode()).hexdigest() for text in texts for end in ("\n", "\r\n")
    )


def _levels(name: str) -> Iterator[str]:
    """Yield a namespace and those that it lies in."""
    while name:
        yield name
        name = name.rpartition(".")[0]


def line(template: Sequence[str], name: str) -> str:
    """Return the line of one namespace."""
    parent, _, child = name.rpartition(".")
    words = (*template, _IN_PARENT) if parent else template
    return ";".join(words).format(parts=tuple(name.split(".")), name=name, parent=parent, child=child)
