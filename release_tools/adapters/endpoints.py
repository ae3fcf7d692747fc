"""The addresses of the two public indexes, as twine knows them; they are written nowhere in this package.

twine's modules are read, not imported: that takes half a second, and only an upload needs it.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

UPLOAD = {"pypi": "DEFAULT_REPOSITORY", "testpypi": "TEST_REPOSITORY"}
SITE = {"pypi": "WAREHOUSE_WEB", "testpypi": "TEST_WAREHOUSE"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """Where one index takes files, and the root of everything else that it serves; both end in a slash."""

    upload_url: str
    site: str


def of(name: str, folder: Path | None = None) -> Endpoints | None:
    """Return the addresses of `pypi` or `testpypi`; None where no twine is installed that tells them."""
    twine = folder or _twine()
    if twine is None or name not in UPLOAD:
        return None
    upload = _constants(twine / "utils.py").get(UPLOAD[name])
    site = _constants(twine / "repository.py").get(SITE[name])
    return Endpoints(upload_url=upload, site=site) if upload and site else None


def at(upload_url: str) -> str | None:
    """Return which public index takes files at an address, with or without the slash at its end; None for none."""
    return next((name for name in UPLOAD if (known := of(name)) and _same(known.upload_url, upload_url)), None)


def _same(address: str, other: str) -> bool:
    return address.rstrip("/") == other.rstrip("/")


def _twine() -> Path | None:
    spec = importlib.util.find_spec("twine")
    return Path(spec.origin).parent if spec and spec.origin else None


def _constants(module: Path) -> Mapping[str, str]:
    """Return the texts that stand at the top of a module under a name."""
    try:
        tree = ast.parse(module.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return {}
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
