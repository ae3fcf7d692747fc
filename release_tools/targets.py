"""Where a release can go: the rehearsal, the public indexes and those that the project configured."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urljoin

from release_tools.adapters import endpoints
from release_tools.config import KNOWN_TARGETS, Config, TargetTable, unsafe
from release_tools.errors import UsageError
from release_tools.model import Target
from release_tools.pipeline import REHEARSAL

OVERRIDE = "PYPI_REPOSITORY_URL"


def resolve(name: str, config: Config, environment: Mapping[str, str] | None = None) -> Target:
    """Return a target by name; raises UsageError for an unknown one.

    The rehearsal has no addresses until its server runs. Those of the public indexes come from twine, where it is
    installed; `PYPI_REPOSITORY_URL` stands for the upload address of `pypi`, and the others then follow from it.
    """
    known = (REHEARSAL, *KNOWN_TARGETS, *config.targets)
    if name not in known:
        import difflib

        near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
        raise UsageError(
            f"unknown target {name!r}",
            state="nothing was done",
            fix=f"did you mean {near[0]!r}?" if near else f"choose one of {', '.join(dict.fromkeys(known))}",
        )
    table = config.targets.get(name, TargetTable())
    override = _override(environment or {}) if name == "pypi" else ""
    upload = override or table.upload_url or ""
    # Whoever writes the address of a public index out means that index.
    known_places = endpoints.of(endpoints.at(upload) or "" if upload else name)
    beside = urljoin(upload.rstrip("/"), "simple/") if upload and not known_places else ""
    simple, json = (beside, None) if override else (table.simple_url or beside, table.json_url)
    if known_places:
        upload = known_places.upload_url
        simple, json = simple or f"{known_places.site}simple/", json or f"{known_places.site}pypi/"
    return Target(
        name=name,
        upload_url=upload,
        simple_url=_folder(simple),
        json_url=_folder(json) if json else None,
        site=known_places.site if known_places else urljoin(upload, "/"),
        token_variable=table.token_variable or _variable(name),
        username=table.username or "__token__",
    )


def without_address(target: Target) -> UsageError:
    """Return the error for a target of which nobody here knows where it is."""
    return UsageError(
        f"the address of {target.name} is not known here",
        state="nothing was asked and nothing was sent",
        fix="install twine, which knows the public ones, or give upload-url in [tool.release-tools.targets]",
    )


def _override(environment: Mapping[str, str]) -> str:
    """Return the address that a variable gives, empty where none does; raises UsageError for an unsafe one."""
    address = environment.get(OVERRIDE, "").strip()
    if address and (wrong := unsafe(address)):
        raise UsageError(f"{OVERRIDE}: {wrong[0]}", state="nothing was done", fix=wrong[1])
    return address


def _folder(address: str) -> str:
    """Return an address to which names can be appended."""
    return address if address.endswith("/") or not address else f"{address}/"


def _variable(name: str) -> str:
    known = {"testpypi": "TEST_PYPI_API_TOKEN"}
    return known.get(name, f"{name.upper().replace('-', '_')}_API_TOKEN")
