"""Writes wheels and sdists for the rules of the index, and asks `inspect` what it says of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from release_tools.model import Finding
from release_tools.options import Options
from release_tools.stages.inspect import inspect
from tests import archives
from tests.archives import INFO, MODULE, SDIST, TOP, WHEEL, WHEEL_FILE

LICENSE = b"Do as you like.\n"
File = tuple[str, bytes]


def inspected(folder: Path, file: File) -> list[Finding]:
    """Return what is found in one file."""
    name, content = file
    (folder / name).write_bytes(content)
    return list(inspect(Options(command="inspect", paths=(name,)), {}, folder).findings)


def files(metadata: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield a wheel and an sdist with this metadata, by their names."""
    yield WHEEL, archives.wheel_bytes({f"{INFO}/METADATA": metadata, f"{INFO}/licenses/LICENSE": LICENSE})
    yield SDIST, archives.sdist_bytes({f"{TOP}/PKG-INFO": metadata, f"{TOP}/LICENSE": LICENSE})


def wheel_in(info: str, **texts: bytes | None) -> bytes:
    """Return a wheel whose .dist-info folder has any name, with some of its files changed or taken out."""
    folder = {"METADATA": archives.METADATA, "WHEEL": WHEEL_FILE, **texts}
    every = {"sample_project/__init__.py": MODULE}
    every |= {f"{info}/{name.replace('__', '.')}": content for name, content in folder.items() if content is not None}
    rows = [f"{name},{archives.digest(content)},{len(content)}" for name, content in every.items()]
    every[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,", ""]).encode()
    return packed(every)


def packed(every: Mapping[str, bytes]) -> bytes:
    """Write a wheel of just these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in every.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return file.getvalue()


def tagged(name: str) -> bytes:
    """Return a wheel whose WHEEL says what its name does."""
    parts = name.removesuffix(".whl").split("-")
    build = f"Build: {parts[2]}\n" if len(parts) == 6 else ""
    python, abi, platform = (part.split(".") for part in parts[-3:])
    tags = "".join(f"Tag: {a}-{b}-{c}\n" for a in python for b in abi for c in platform)
    said = f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\n{tags}{build}"
    return wheel_in(INFO, WHEEL=said.encode())


def local(version: str) -> tuple[tuple[str, bytes], tuple[str, bytes]]:
    """Return wheel and sdist of a version, all of whose names say so."""
    top = f"sample_project-{version}"
    metadata = f"Metadata-Version: 2.4\nName: Sample.Project\nVersion: {version}\n".encode()
    healthy = {"PKG-INFO": metadata, "pyproject.toml": b"[project]\n", "sample_project/__init__.py": MODULE}
    members: dict[str, bytes | None] = {f"{top}/{name}": content for name, content in healthy.items()}
    members |= dict.fromkeys((f"{TOP}/{name}" for name in healthy), None) if top != TOP else {}
    return (
        (f"{top}-py3-none-any.whl", wheel_in(f"{top}.dist-info", METADATA=metadata)),
        (f"{top}.tar.gz", archives.sdist_bytes(members)),
    )


def with_(**texts: bytes | None) -> File:
    """Return a wheel with some files of its .dist-info folder changed, in whose names `__` stands for a dot."""
    return WHEEL, wheel_in(INFO, **texts)


def entry(text: str) -> File:
    """Return a wheel with these entry points."""
    return with_(entry_points__txt=text.encode("utf-8", "surrogateescape"))


def named(name: str) -> File:
    """Return a healthy wheel or sdist under any name."""
    return name, tagged(name) if name.endswith(".whl") else archives.sdist_bytes()


def said(text: str) -> File:
    """Return a wheel with this WHEEL."""
    return with_(WHEEL=text.encode())


def told(lines: str, version: str = "2.4") -> File:
    """Return a wheel with these lines in its metadata."""
    head = f"Metadata-Version: {version}\nName: Sample.Project\nVersion: 1.2.3\n"
    return next(files((head + lines).encode()))
