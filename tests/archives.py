"""Writes wheels and sdists in memory: healthy ones, and ones with a single fault."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
import zipfile
from collections.abc import Mapping
from gzip import GzipFile

from release_tools.distributions import Sdist, Wheel, sdist, wheel

WHEEL = "sample_project-1.2.3-py3-none-any.whl"
SDIST = "sample_project-1.2.3.tar.gz"
TOP = "sample_project-1.2.3"
INFO = f"{TOP}.dist-info"
METADATA = b"Metadata-Version: 2.4\nName: Sample.Project\nVersion: 1.2.3\n"
WHEEL_FILE = b"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
MODULE = b"answer = 42\n"


def record(members: Mapping[str, bytes]) -> bytes:
    """Return a true RECORD of some members."""
    rows = [f"{_quoted(name)},{digest(content)},{len(content)}" for name, content in members.items()]
    return "\n".join([*rows, f"{INFO}/RECORD,,", ""]).encode("utf-8", "surrogateescape")


def _quoted(name: str) -> str:
    return f'"{name}"' if "," in name else name


def digest(content: bytes) -> str:
    """Return the SHA-256 of a member as RECORD writes it."""
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")


def wheel_bytes(
    members: Mapping[str, bytes | None] | None = None, time: tuple[int, ...] = (1980, 1, 1, 0, 0, 0)
) -> bytes:
    """Return a wheel; `members` are added to a healthy one, in place of its own, or taken out where they are None."""
    healthy = {
        "sample_project/__init__.py": MODULE,
        f"{INFO}/METADATA": METADATA,
        f"{INFO}/WHEEL": WHEEL_FILE,
    }
    given = members or {}
    every = {name: content for name, content in (healthy | dict(given)).items() if content is not None}
    if f"{INFO}/RECORD" not in given:
        every[f"{INFO}/RECORD"] = record(every)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in every.items():
            archive.writestr(zipfile.ZipInfo(name, time), content)  # type: ignore[arg-type]
    return file.getvalue()


def sdist_bytes(
    members: Mapping[str, bytes | None] | None = None,
    *,
    time: int = 0,
    mtime: int = 0,
    mode: int = 0o644,
    owner: str = "",
) -> bytes:
    """Return an sdist, in the same way; `time` is that of the gzip header, the others those of each member."""
    healthy = {
        f"{TOP}/PKG-INFO": METADATA,
        f"{TOP}/pyproject.toml": b"[project]\n",
        f"{TOP}/sample_project/__init__.py": MODULE,
    }
    every = {name: content for name, content in (healthy | dict(members or {})).items() if content is not None}
    file = io.BytesIO()
    with (
        GzipFile(filename="", mode="wb", fileobj=file, mtime=time) as packed,
        tarfile.open(fileobj=packed, mode="w") as archive,
    ):
        for name, content in every.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.mode, info.uname = len(content), mtime, mode, owner
            archive.addfile(info, io.BytesIO(content))
    return file.getvalue()


def read_wheel(members: Mapping[str, bytes | None] | None = None, name: str = WHEEL) -> Wheel:
    """Return a wheel as read."""
    return wheel.read(name, io.BytesIO(wheel_bytes(members)))


def read_sdist(members: Mapping[str, bytes | None] | None = None, name: str = SDIST) -> Sdist:
    """Return an sdist as read."""
    return sdist.read(name, io.BytesIO(sdist_bytes(members)))
