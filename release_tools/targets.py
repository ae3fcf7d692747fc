"""Where a release can go: the rehearsal, the public indexes and those that the project configured."""

from __future__ import annotations

import difflib
from urllib.parse import urljoin

from release_tools.config import KNOWN_TARGETS, Config, TargetTable
from release_tools.errors import UsageError
from release_tools.model import Target

REHEARSAL = "rehearsal"


def resolve(name: str, config: Config) -> Target:
    """Return a target by name; raises UsageError for an unknown one.

    The rehearsal has no addresses until its server runs.
    """
    known = (REHEARSAL, *KNOWN_TARGETS, *config.targets)
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
        raise UsageError(
            f"unknown target {name!r}",
            state="nothing was done",
            fix=f"did you mean {near[0]!r}?" if near else f"choose one of {', '.join(dict.fromkeys(known))}",
        )
    table = config.targets.get(name, TargetTable())
    upload = table.upload_url or ""
    return Target(
        name=name,
        upload_url=upload,
        simple_url=_folder(table.simple_url or (urljoin(upload.rstrip("/"), "simple/") if upload else "")),
        json_url=_folder(table.json_url) if table.json_url else None,
        token_variable=table.token_variable or _variable(name),
        username=table.username or "__token__",
    )


def _folder(address: str) -> str:
    """Return an address to which names can be appended."""
    return address if address.endswith("/") or not address else f"{address}/"


def _variable(name: str) -> str:
    known = {"testpypi": "TEST_PYPI_API_TOKEN"}
    return known.get(name, f"{name.upper().replace('-', '_')}_API_TOKEN")
