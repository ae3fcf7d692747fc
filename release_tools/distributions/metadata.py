"""Core metadata: what METADATA of a wheel and PKG-INFO of an sdist say, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from packaging import errors, metadata
from packaging.version import InvalidVersion, Version

LICENSE_FILES_SINCE = Version("2.4")


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreMetadata:
    """Name and version as written, every field as packaging names it, and each fault in a sentence."""

    name: str = ""
    version: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[str, ...] = ()


def read(content: bytes) -> CoreMetadata:
    """Read core metadata by the rules of the specification, as the uploader would."""
    raw, unparsed = metadata.parse_email(content)
    if _older_than_license_files(raw):
        # Older backends wrote the field all the same; the uploader drops it.
        raw.pop("license_files", None)
        unparsed.pop("license-file", None)
    return CoreMetadata(
        name=raw.get("name", ""),
        version=raw.get("version", ""),
        fields=raw,
        faults=(*(f"the field {name!r} is unknown or malformed" for name in unparsed), *_faults(raw)),
    )


def _older_than_license_files(raw: metadata.RawMetadata) -> bool:
    try:
        return Version(raw.get("metadata_version", "0")) < LICENSE_FILES_SINCE
    except InvalidVersion:
        return False


def _faults(raw: metadata.RawMetadata) -> Iterator[str]:
    try:
        metadata.Metadata.from_raw(raw)
    except errors.ExceptionGroup as group:
        yield from (str(each) for each in group.exceptions)
