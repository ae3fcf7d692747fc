"""A build backend without requirements; a fake project carries a copy of it as `backend.py`.

Before each hook it runs the project's own `behaviour.py`, where there is one, with `hook` and `folder` (where the
distribution goes) as names. What that leaves as `members` (path to bytes) goes into the wheel, what it leaves as
`source` into the sdist, and `name`, `version`, `description`, `tag` and `time` (of the gzip header) take its values;
`requires` is what the wheel needs, and `answer`, where it is left, what the metadata hook returns.
"""

import base64
import hashlib
import io
import os
import runpy
import tarfile
import zipfile
from gzip import GzipFile
from pathlib import Path
from typing import Any

DEFAULTS: dict[str, Any] = {
    "name": "fake-project",
    "version": "1.2.3",
    "description": "Says nothing.",
    "tag": "py3-none-any",
    "members": {},
    "source": {},
    "requires": [],
    "time": 0,
}
Settings = dict[str, Any] | None


def get_requires_for_build_sdist(config_settings: Settings = None) -> list[str]:
    """Ask for nothing."""
    del config_settings
    _behave("get_requires_for_build_sdist", "")
    return []


def get_requires_for_build_wheel(config_settings: Settings = None) -> list[str]:
    """Ask for what the project's behaviour names."""
    del config_settings
    requires: list[str] = _behave("get_requires_for_build_wheel", "")["requires"]
    return requires


def prepare_metadata_for_build_wheel(metadata_directory: str, config_settings: Settings = None) -> Any:  # noqa: ANN401
    """Write METADATA alone."""
    del config_settings
    said = _behave("prepare_metadata_for_build_wheel", metadata_directory)
    folder = f"{_escaped(said['name'])}-{said['version']}.dist-info"
    if "answer" in said:
        return said["answer"]
    Path(metadata_directory, folder).mkdir()
    Path(metadata_directory, folder, "METADATA").write_bytes(_metadata(said))
    return folder


def build_sdist(sdist_directory: str, config_settings: Settings = None) -> str:
    """Write every file of the tree."""
    del config_settings
    said = _behave("build_sdist", sdist_directory)
    top = f"{_escaped(said['name'])}-{said['version']}"
    tree = {path.as_posix(): path.read_bytes() for path in sorted(Path().rglob("*")) if _shipped(path)}
    tree |= {"PKG-INFO": _metadata(said)} | said["source"]
    with (
        Path(sdist_directory, f"{top}.tar.gz").open("wb") as file,
        GzipFile(filename="", mode="wb", fileobj=file, mtime=said["time"]) as packed,
        tarfile.open(fileobj=packed, mode="w") as archive,
    ):
        for name, content in tree.items():
            info = tarfile.TarInfo(f"{top}/{name}")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return f"{top}.tar.gz"


def build_wheel(wheel_directory: str, config_settings: Settings = None, metadata_directory: str | None = None) -> str:
    """Write the package and what belongs to a wheel."""
    del config_settings, metadata_directory
    said = _behave("build_wheel", wheel_directory)
    top = f"{_escaped(said['name'])}-{said['version']}"
    tree = {path.as_posix(): path.read_bytes() for path in sorted(Path().glob("fake_project/*.py"))}
    tree |= said["members"]
    tree[f"{top}.dist-info/METADATA"] = _metadata(said)
    tree[f"{top}.dist-info/WHEEL"] = f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {said['tag']}\n".encode()
    tree[f"{top}.dist-info/RECORD"] = _record(tree, f"{top}.dist-info/RECORD")
    filename = f"{top}-{said['tag']}.whl"
    with zipfile.ZipFile(Path(wheel_directory, filename), "w") as archive:
        for name, content in tree.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return filename


def _behave(hook: str, folder: str) -> dict[str, Any]:
    if not Path("behaviour.py").exists():
        return DEFAULTS
    return DEFAULTS | runpy.run_path("behaviour.py", init_globals={"hook": hook, "folder": folder})


def _shipped(path: Path) -> bool:
    return path.is_file() and not {".git", "__pycache__"}.intersection(path.parts) and path.name != "PKG-INFO"


def _metadata(said: dict[str, Any]) -> bytes:
    head = f"Metadata-Version: 2.1\nName: {said['name']}\nVersion: {said['version']}\n"
    return f"{head}Description-Content-Type: text/x-rst\n\n{said['description']}\n".encode()


def _record(tree: dict[str, bytes], own: str) -> bytes:
    rows = []
    for name, content in tree.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        rows.append(f"{name},sha256={digest},{len(content)}")
    return os.linesep.join([*rows, f"{own},,", ""]).encode()


def _escaped(name: str) -> str:
    return name.lower().replace("-", "_")
