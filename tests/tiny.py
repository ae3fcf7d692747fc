"""Makes complete little releases, wheel and sdist, that install without any index but their own."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import Version

from release_tools.adapters import files
from release_tools.ledger import Ledger, Record
from release_tools.model import Distribution, GoAhead, Manifest, Project, Target
from tests import tiny_backend

NAME = "tiny-sample"
VERSION = Version("1.2.3")
LEDGER = "ab" * 32
REHEARSAL = Target(name="rehearsal", upload_url="", simple_url="")
GO_AHEAD = GoAhead(target="rehearsal", ledger_sha256=LEDGER)
SOURCES = {"tiny_sample.py": "def main():\n    print('tiny 1.2.3')\n"}
SCRIPTS = {"tiny": "tiny_sample:main"}
BACKEND = '[build-system]\nrequires = []\nbuild-backend = "tiny_backend"\nbackend-path = ["backend"]\n'


def release(
    folder: Path,
    sources: Mapping[str, str] = SOURCES,
    scripts: Mapping[str, str] = SCRIPTS,
    requires: Sequence[str] = (),
    extra: Mapping[str, str] | None = None,
) -> Manifest:
    """Make wheel and sdist of one version in a folder; `extra` are more files of the sdist."""
    folder.mkdir(parents=True, exist_ok=True)
    metadata = f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {VERSION}\n"
    metadata += "".join(f"Requires-Dist: {each}\n" for each in requires)
    points = "[console_scripts]\n" + "".join(f"{name} = {target}\n" for name, target in scripts.items())
    wheel = tiny_backend.write_wheel(folder, metadata, sources, points)
    backend = Path(tiny_backend.__file__).read_text(encoding="utf-8")
    members = {
        "PKG-INFO": metadata,
        "pyproject.toml": BACKEND,
        "backend/tiny_backend.py": backend,
        "entry_points.txt": points,
        **{f"src/{name}": text for name, text in sources.items()},
        **(extra or {}),
    }
    sdist = write_sdist(folder / f"tiny_sample-{VERSION}.tar.gz", members)
    return manifest(wheel, sdist)


def write_sdist(path: Path, members: Mapping[str, str]) -> Path:
    """Write an sdist of the given files."""
    top = path.name.removesuffix(".tar.gz")
    with tarfile.open(path, "w:gz") as sdist:
        for name, text in members.items():
            member = tarfile.TarInfo(f"{top}/{name}")
            member.size = len(text.encode())
            sdist.addfile(member, io.BytesIO(text.encode()))
    return path


def manifest(*paths: Path) -> Manifest:
    """Return the manifest of some files of one folder."""
    return Manifest(folder=paths[0].parent, distributions=tuple(map(distribution, paths)), ledger_sha256=LEDGER)


def distribution(path: Path) -> Distribution:
    """Return what a ledger says of a file."""
    size, sha256, blake2b = files.digests(path)
    kind = "wheel" if path.suffix == ".whl" else "sdist"
    return Distribution(filename=path.name, kind=kind, size=size, sha256=sha256, blake2b_256=blake2b)  # type: ignore[arg-type]


def project(root: Path) -> Project:
    """Return the project that the release is of."""
    return Project(root=root, name=NAME, normalized=canonicalize_name(NAME), backend="tiny_backend")


def ledger(*, published: bool = False) -> Ledger:
    """Return a ledger, with or without the proof of a publication to the rehearsal."""
    empty = Ledger(project=NAME, version=str(VERSION), commit="c" * 40)
    record = Record(status="passed", start="", duration=0.0)
    return empty.with_record("publish", record, "rehearsal") if published else empty
