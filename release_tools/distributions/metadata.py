"""Core metadata: what METADATA of a wheel and PKG-INFO of an sdist say, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, get_type_hints

from packaging import errors, metadata
from packaging.version import InvalidVersion, Version

LICENSE_FILES_SINCE = Version("2.4")
UNKNOWN = "UNKNOWN"  # how distutils writes that there is nothing; the index passes over it
# What the index takes; packaging knows later ones.
ACCEPTED = ("1.0", "1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5")
VERSION = "metadata-version"

# The parser looks at every line again for each name that differs; no honest metadata comes near.
WORK = 1_000_000
CONTENT_TYPE = 1_000  # characters; the parser takes quadratic time
DEEPEST = 100  # of parentheses that stand in each other
NESTING = ("requires_dist", "description_content_type")
MOST = 20
SHOWN = 120
LONGEST = 400

# How a line begins that the parser takes for part of the fields.
_OF_FIELDS = re.compile(rb"From |[!-9;-~]*:|[ \t]")
# Lists whose fields are not named in the singular.
_PLURAL = frozenset({"keywords", "requires", "provides", "obsoletes"})
_IDENTITY = ("name", "version")


Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreMetadata:
    """Name and version as written, every other sound field as packaging names it, and each fault in a sentence.

    `ended_by` is the line that ended the fields though it is neither empty nor a field: what follows is lost in the
    description.
    """

    name: str = ""
    version: str = ""
    fields: Fields = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    ended_by: str = ""


def read(content: bytes) -> CoreMetadata:
    """Read core metadata by the rules of the specification and of the index, as the uploader would."""
    lines, ended_by = _head(content)
    names = [line.partition(b":")[0] for line in lines if line[:1] not in (b" ", b"\t")]
    if len(names) * len(set(names)) > WORK:
        return CoreMetadata(faults=(f"it has {len(names)} fields of {len(set(names))} names: more than is ever read",))
    raw, unparsed = metadata.parse_email(content)
    if _older_than_license_files(raw):
        # Older backends wrote the field all the same; the uploader drops it.
        raw.pop("license_files", None)
        unparsed.pop("license-file", None)
    fields: dict[str, Any] = dict(raw)
    found = [*_unreadable(unparsed), *_too_deep(fields), *_of_version(fields, unparsed), *_faults(fields, unparsed)]
    return CoreMetadata(
        name=fields.get("name", ""),
        version=fields.get("version", ""),
        fields=fields,
        faults=_bounded(found),
        ended_by=ended_by,
    )


def shown(value: object) -> str:
    """Return a value in quotes, as messages show it."""
    text = str(value)
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}...")


def stated(fields: Fields, name: str) -> str:
    """Return a field of a single value; a word that stands for nothing is nothing."""
    text = str(fields.get(name) or "")
    return "" if text.strip() == UNKNOWN else text


def _head(content: bytes) -> tuple[list[bytes], str]:
    """Return the lines of the fields, and the one that ended them if it is not empty."""
    lines = re.split(rb"\r\n|\r|\n", content)
    for number, line in enumerate(lines):
        if not _OF_FIELDS.match(line):
            return lines[:number], line.decode("utf-8", "replace")
    return lines, ""


def _older_than_license_files(raw: metadata.RawMetadata) -> bool:
    try:
        return Version(raw.get("metadata_version", "0")) < LICENSE_FILES_SINCE
    except InvalidVersion:
        return False


def _unreadable(unparsed: Mapping[str, list[str]]) -> Iterator[str]:
    """Yield a sentence for each field that is unknown, stands too often or is no text."""
    for name, values in sorted(unparsed.items()):
        known = _known().get(name)
        if known is None:
            yield f"the field {shown(name)} is unknown: {shown(values[0])}"
        elif not known[1] and len(values) > 1:
            yield f"the field {name!r} may stand once, and stands {len(values)} times: {_listed(values)}"
        elif name == "project-url":
            yield f"the field {name!r} has a label twice, or is no UTF-8: {_listed(values)}"
        else:
            yield f"the field {name!r} is no text in UTF-8: {_listed(values)}"


@cache
def _known() -> Mapping[str, tuple[str, bool]]:
    """Return the fields of the specification by name: packaging's name for each, and whether it may be repeated."""
    found = {}
    for raw_name, kind in get_type_hints(metadata.RawMetadata).items():
        is_plural = kind is not str and raw_name not in _PLURAL
        name = raw_name.removesuffix("s") if is_plural else raw_name
        found[name.replace("_", "-")] = (raw_name, kind is not str and raw_name != "keywords")
    return found


def _listed(values: Iterable[object]) -> str:
    some = list(values)
    return ", ".join(map(shown, some[:3])) + (", ..." if len(some) > 3 else "")  # noqa: PLR2004 - enough to tell


def _too_deep(fields: dict[str, Any]) -> Iterator[str]:
    """Take out what would lead a parser too deep, or take it too long, with a sentence for each."""
    for name in NESTING:
        values = fields.get(name, [])
        for value in [values] if isinstance(values, str) else values:
            if value.count("(") > DEEPEST or (isinstance(values, str) and len(value) > CONTENT_TYPE):
                yield f"{name.replace('_', '-')!r} is longer or deeper than is ever read: {shown(value)}"
                fields.pop(name, None)


def _of_version(fields: Fields, unparsed: Mapping[str, list[str]]) -> Iterator[str]:
    version = fields.get("metadata_version")
    if version is None and VERSION not in unparsed:
        yield f"{VERSION!r} is a required field"
    elif version is not None and version not in ACCEPTED:
        yield f"{shown(version)} is no metadata version that the index takes: {', '.join(ACCEPTED)}"


def _faults(fields: dict[str, Any], unparsed: Mapping[str, list[str]]) -> Iterator[str]:
    """Yield what packaging finds, but for what is told already; take those fields out, so that no other check asks."""
    told = {*unparsed, VERSION}
    try:
        metadata.Metadata.from_raw(dict(fields))  # type: ignore[arg-type]
    except errors.ExceptionGroup as group:
        found = [each for each in group.exceptions if getattr(each, "field", "") not in told]
        yield from sorted(map(str, found))
        names = {_known()[field][0] for each in found if (field := getattr(each, "field", "")) in _known()}
        for name in names.difference(_IDENTITY):
            fields.pop(name, None)


def _bounded(found: list[str]) -> tuple[str, ...]:
    some = (fault if len(fault) <= LONGEST else f"{fault[:LONGEST]}..." for fault in found[:MOST])
    return (*some, *([f"and {len(found) - MOST} faults more"] if len(found) > MOST else []))
