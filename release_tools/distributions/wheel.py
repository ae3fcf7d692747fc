"""Reads wheels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import IO

from release_tools.distributions import Member, Wheel, container, core, zip_archive
from release_tools.distributions.content import Keeper, Listener
from release_tools.distributions.faults import FORMAT, Broken, Faults

ENDING = ".whl"
DIST_INFO = ".dist-info"
DATA = ".data"
# The schemes that are one folder, that of all packages, nearly everywhere.
BESIDE = ("purelib", "platlib")


def read(filename: str, file: IO[bytes], listener: Listener | None = None) -> Wheel:
    """Read a wheel from an open file, whatever it holds; the listener is given every piece of every content."""
    faults, keeper = Faults(), Keeper(_is_wanted)
    members: tuple[Member, ...] = ()
    size = container.size(file)
    try:
        _require_wheel(filename, file, faults)
        members = zip_archive.read(file, size, faults, keeper, listener)
    except Broken as broken:
        faults.end(broken)
    dist_info = _dist_info(members)
    texts = _texts(keeper.texts, dist_info)
    told = core.read(texts.get("METADATA"), keeper, faults)
    return Wheel(
        filename=filename,
        members=members,
        metadata=told,
        fault=faults.ended,
        faults=faults.all(),
        texts=texts,
        packed=size,
        dist_info=dist_info,
    )


def installed_at(name: str) -> str:
    """Return where a member is installed: beside other packages, or in the folder of a scheme as .data names it."""
    top, _, rest = name.partition("/")
    if not top.endswith(DATA):
        return name
    scheme, _, path = rest.partition("/")
    return path if scheme in BESIDE else f"{DATA}/{rest}"


def _require_wheel(filename: str, file: IO[bytes], faults: Faults) -> None:
    found = container.kind(file)
    if found not in (container.ZIP, ""):
        raise Broken(FORMAT, f"it is {found}: a wheel is {container.ZIP}")
    if not filename.endswith(ENDING):
        faults.add(FORMAT, f"a wheel's name ends in {ENDING}, in lower case")


def _is_wanted(name: str) -> bool:
    folder, slash, rest = name.partition("/")
    return bool(slash and rest) and folder.endswith(DIST_INFO) and "/" not in rest


def _dist_info(members: Iterable[Member]) -> str:
    tops = {member.name.partition("/")[0] for member in members}
    folders = [top for top in tops if top.endswith(DIST_INFO)]
    return folders[0] if len(folders) == 1 else ""


def _texts(kept: Mapping[str, bytes], dist_info: str) -> dict[str, bytes]:
    """Return the files of the one folder by their names there."""
    return {name.removeprefix(f"{dist_info}/"): content for name, content in kept.items() if dist_info}
