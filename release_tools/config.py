"""The table `[tool.release-tools]` as one typed, frozen object; a bad key or value is refused by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, cast
from urllib.parse import urlsplit

from release_tools.errors import UsageError
from release_tools.model import Severity
from release_tools.text import is_secret_name

TABLE = "tool.release-tools"
RELEASE_BRANCHES = ("N.x", "N.N", "N.N.x", "vN.x", "stable/*", "release/*", "maint*")
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
KNOWN_TARGETS = ("pypi", "testpypi")
EVERY_KEY = "https://github.com/nox-release-tools/nox-release-tools/blob/main/docs/configuration.md"

Credentials = Literal["auto", "trusted", "token"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """What the project decided about one check, and why."""

    severity: Literal["off", "warning", "error"]
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """The trusted publisher as registered on the index."""

    repository: str
    workflow: str
    environment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetTable:
    """One `[tool.release-tools.targets.NAME]`, as written; what is absent is None."""

    upload_url: str | None = None
    simple_url: str | None = None
    json_url: str | None = None
    token_variable: str | None = None
    username: str | None = None
    credentials: Credentials = "auto"
    publisher: Publisher | None = None
    token_expires: str | None = None
    token_rotated: str | None = None
    requires: tuple[str, ...] = ()
    github: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings; every one has a default, so that no table is needed."""

    changelog: str | Literal[False] | None = None
    because: str | None = None
    tag_pattern: str | None = None
    release_branches: tuple[str, ...] | None = None
    version_file: str | None = None
    required_ci: tuple[str, ...] = ()
    notes_template: str | None = None
    normalise: bool | None = None
    bots: tuple[str, ...] = ()
    merge_subjects: tuple[str, ...] = ()
    checks: Mapping[str, Override] = field(default_factory=dict)
    targets: Mapping[str, TargetTable] = field(default_factory=dict)

    def severity(self, check: str, default: Severity) -> Severity | Literal["off"]:
        """Return how serious a finding of this check is here."""
        override = self.checks.get(check)
        return override.severity if override else default


Reader = Callable[[str, object], Any]


def read(pyproject: Mapping[str, Any], check_ids: frozenset[str] | None = None) -> Config:
    """Read the table of a parsed pyproject.toml; `check_ids` are the checks that exist, None leaves them unchecked."""
    tool = pyproject.get("tool", {})
    table = tool.get("release-tools", {}) if isinstance(tool, Mapping) else {}
    values = _fields(TABLE, table, _TOP)
    checks: Mapping[str, Override] = values.get("checks", {})
    for check in checks if check_ids is not None else ():
        _known(f"{TABLE}.checks", check, cast("frozenset[str]", check_ids))
    config = Config(**values)
    if config.changelog is False and not config.because:
        raise _bad(TABLE, "changelog = false needs a reason", 'add because = "..."')
    return config


def _fields(where: str, table: object, readers: Mapping[str, Reader]) -> dict[str, Any]:
    values = {}
    for key, value in _mapping(where, table).items():
        _known(where, key, readers)
        values[key.replace("-", "_")] = readers[key](f"{where}.{key}", value)
    return values


def _known(where: str, key: str, known: Mapping[str, Any] | frozenset[str]) -> None:
    if key in known:
        return
    import difflib

    near = difflib.get_close_matches(key, list(known), n=1, cutoff=0.4)
    hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(sorted(known))}"
    raise _bad(where, f"unknown key {key!r}", hint)


def _bad(where: str, what: str, fix: str) -> UsageError:
    return UsageError(
        f"[{where}] in pyproject.toml: {what}",
        state="nothing was done",
        fix=f"{fix} ({EVERY_KEY} lists every key)",
    )


def _mapping(where: str, value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise _bad(where, f"expected a table, found {_kind(value)}", f"write it as [{where}]")
    return value


def _kind(value: object) -> str:
    kinds: dict[type, str] = {str: "a string", bool: "true or false", int: "a number", float: "a number"}
    return kinds.get(type(value), "a list" if isinstance(value, list) else "a value of another type")


def _text(where: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _bad(where, f"expected a text, found {_kind(value)}", 'write it as "..."')
    return value


def _secret_name(where: str, value: object) -> str:
    name = _text(where, value)
    if not is_secret_name(name):
        raise _bad(where, f"{name!r} would not be treated as a secret", "name the variable ..._TOKEN or ..._PASSWORD")
    return name


def _flag(where: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise _bad(where, f"expected true or false, found {_kind(value)}", "write true or false")
    return value


def _texts(where: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _bad(where, f"expected a list, found {_kind(value)}", 'write it as ["..."]')
    return tuple(_text(where, item) for item in value)


def _indexes(where: str, value: object) -> tuple[str, ...]:
    names = _texts(where, value)
    if "rehearsal" in names:
        raise _bad(
            where, "the index of the rehearsal ends with its session and can hold nothing", "name another target"
        )
    return names


def _changelog(where: str, value: object) -> str | Literal[False]:
    return False if value is False else _text(where, value)


def _pattern(where: str, value: object) -> str:
    from release_tools.tags import from_pattern

    text = _text(where, value)
    try:
        from_pattern(text)
    except ValueError as error:
        raise _bad(where, str(error), 'for example "v{version}"') from error
    return text


def _expressions(where: str, value: object) -> tuple[str, ...]:
    return tuple(_expression(where, text) for text in _texts(where, value))


def _expression(where: str, text: str) -> str:
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise _bad(where, f"{text!r} is no regular expression", 'for example "^Merge "') from error
    return text


def _date(where: str, value: object) -> str:
    try:
        day = value.date() if isinstance(value, datetime) else value
        found = day if isinstance(day, date) else date.fromisoformat(_text(where, day))
    except ValueError as error:
        raise _bad(where, f"{value!r} is no date", "write it as YYYY-MM-DD") from error
    return found.isoformat()


def _url(where: str, value: object) -> str:
    text = _text(where, value)
    if wrong := unsafe(text):
        raise _bad(where, *wrong)
    return text


def unsafe(address: str) -> tuple[str, str] | None:
    """Return why a credential must not go to an address, and what to do; None where it may. No part of it is told."""
    whole = "write the whole address of the index"
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "this is no address", whole
    if not host or any(character.isspace() for character in address):
        return f"it {'has a blank in it' if host else 'names no host'}", whole
    if parts.username or parts.password:
        return "an address holds no credentials", "put the token into the target's token-variable"
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK):
        return "an address begins with https:// (http only on loopback)", "use the https address"
    return None


def _one_of(*allowed: str) -> Reader:
    def read_choice(where: str, value: object) -> str:
        if value not in allowed:
            raise _bad(where, f"{value!r} is none of {', '.join(allowed)}", f"choose one of {', '.join(allowed)}")
        return str(value)

    return read_choice


def _override(where: str, value: object) -> Override:
    values = _fields(where, value, {"severity": _one_of("off", "warning", "error"), "because": _text})
    for key in ("severity", "because"):
        if key not in values:
            raise _bad(where, f"{key} is missing", 'write { severity = "off", because = "..." }')
    return Override(**values)


def _overrides(where: str, value: object) -> Mapping[str, Override]:
    return {name: _override(f"{where}.{name}", row) for name, row in _mapping(where, value).items()}


def _publisher(where: str, value: object) -> Publisher:
    values = _fields(where, value, {"repository": _text, "workflow": _text, "environment": _text})
    for key in ("repository", "workflow", "environment"):
        if key not in values:
            raise _bad(where, f"{key} is missing", f'add {key} = "..."')
    return Publisher(**values)


def _targets(where: str, value: object) -> Mapping[str, TargetTable]:
    return {name: _target(f"{where}.{name}", name, row) for name, row in _mapping(where, value).items()}


def _target(where: str, name: str, row: object) -> TargetTable:
    if name == "rehearsal":
        raise _bad(where, "the rehearsal needs no settings", "choose another name")
    table = TargetTable(**_fields(where, row, _TARGET))
    if table.upload_url is None and name not in KNOWN_TARGETS:
        raise _bad(where, "upload-url is missing", 'add upload-url = "https://..."')
    return table


_TARGET: Mapping[str, Reader] = {
    "upload-url": _url,
    "simple-url": _url,
    "json-url": _url,
    "token-variable": _secret_name,
    "username": _text,
    "credentials": _one_of("auto", "trusted", "token"),
    "publisher": _publisher,
    "token-expires": _date,
    "token-rotated": _date,
    "requires": _indexes,
    "github": _flag,
}
_TOP: Mapping[str, Reader] = {
    "changelog": _changelog,
    "because": _text,
    "tag-pattern": _pattern,
    "release-branches": _texts,
    "version-file": _text,
    "required-ci": _texts,
    "notes-template": _text,
    "normalise": _flag,
    "bots": _texts,
    "merge-subjects": _expressions,
    "checks": _overrides,
    "targets": _targets,
}
