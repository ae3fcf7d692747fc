"""A build backend of the standard library alone: it travels inside an sdist, so that a build needs no index."""

from __future__ import annotations

import base64
import hashlib
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path


def build_wheel(wheel_directory: str, config_settings: object = None, metadata_directory: object = None) -> str:
    """Build the wheel of the sdist in the working directory; a file named FAIL makes it fail."""
    del config_settings, metadata_directory
    if Path("FAIL").exists():
        raise RuntimeError(Path("FAIL").read_text(encoding="utf-8"))
    if Path("DUMP").exists():
        Path(Path("DUMP").read_text(encoding="utf-8")).write_text(repr(dict(os.environ)), encoding="utf-8")
    source = Path("src")
    files = {
        path.relative_to(source).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(source.rglob("*"))
        if path.is_file()
    }
    points = Path("entry_points.txt").read_text(encoding="utf-8")
    return write_wheel(Path(wheel_directory), Path("PKG-INFO").read_text(encoding="utf-8"), files, points).name


def write_wheel(folder: Path, metadata: str, files: Mapping[str, str], entry_points: str) -> Path:
    """Write a pure wheel of the given files."""
    fields = dict(line.split(": ", 1) for line in metadata.splitlines() if ": " in line)
    stem = f"{fields['Name'].replace('-', '_')}-{fields['Version']}"
    info = f"{stem}.dist-info"
    members = {
        **files,
        f"{info}/METADATA": metadata,
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tiny\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": entry_points,
    }
    record = "".join(f"{name},{_digest(text)},{len(text.encode())}\n" for name, text in members.items())
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, text in {**members, f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}.items():
            wheel.writestr(zipfile.ZipInfo(name), text)
    return path


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return "sha256=" + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
