"""Reads what a distribution needs: to run, from the metadata of a wheel; to be built, from the sdist."""

from __future__ import annotations

import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from packaging.metadata import parse_email
from packaging.requirements import InvalidRequirement, Requirement

from release_tools import toml
from release_tools.errors import Refused

LARGEST = 1 << 24
# What becomes of an archive that nobody made with care.
BROKEN = (
    AttributeError, EOFError, KeyError, NotImplementedError, RuntimeError, TypeError, ValueError, OSError,
    tarfile.TarError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
# What a project without [build-system] is built with.
SETUPTOOLS = ("setuptools>=40.8.0",)


def of_wheel(path: Path) -> tuple[str, ...]:
    """Return what the wheel needs on this Python, extras left out."""
    with _readable(path), zipfile.ZipFile(path) as wheel:
        name = next(filter(_is_metadata, wheel.namelist()), "METADATA")
        with wheel.open(name) as file:
            return tuple(_needed(file.read(LARGEST), path))


def of_sdist(path: Path) -> tuple[str, ...]:
    """Return what the sdist says its wheel will need on this Python, extras left out."""
    with _readable(path):
        return tuple(_needed(_member(path, "PKG-INFO") or b"", path))


def to_build(path: Path) -> tuple[str, ...]:
    """Return the build requirements that the sdist names."""
    with _readable(path):
        table = toml.parse((_member(path, "pyproject.toml") or b"").decode("utf-8-sig")).get("build-system", {})
        return tuple(map(str, table.get("requires", SETUPTOOLS)))


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Refuse an archive that cannot be read."""
    try:
        yield
    except BROKEN as error:
        raise Refused(
            f"{path.name} cannot be read: {str(error) or type(error).__name__}",
            state="it was not installed",
            fix="nobody can install it: mend what made it, then rehearse again: nox -s release",
        ) from error


def _needed(metadata: bytes, path: Path) -> Iterator[str]:
    for text in parse_email(metadata)[0].get("requires_dist", []):
        try:
            requirement = Requirement(text)
        except InvalidRequirement as error:
            raise Refused(
                f"{path.name} needs something that is no requirement: {text}",
                state="it was not installed",
                fix="correct the dependencies in pyproject.toml, then rehearse again: nox -s release",
            ) from error
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield str(requirement)


def _is_metadata(name: str) -> bool:
    folder, _, file = name.partition("/")
    return folder.endswith(".dist-info") and file == "METADATA"


def _member(path: Path, name: str) -> bytes | None:
    """Return a file at the top of an sdist, None when it has no such file."""
    with tarfile.open(path, "r:gz") as sdist:
        for member in sdist:
            if member.isreg() and member.name.removeprefix("./").partition("/")[2] == name:
                file = sdist.extractfile(member)
                return file.read(LARGEST) if file else None
    return None
