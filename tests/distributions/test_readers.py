"""The readers of wheels and sdists: what they tell, and that nothing broken makes them raise."""

from __future__ import annotations

import hashlib
import io
import tarfile
import zipfile

import pytest

from release_tools.distributions import Archive, limits, metadata, sdist, wheel
from tests import archives, tars
from tests.archives import INFO, MODULE, TOP


def test_a_wheel_tells_its_members_and_texts() -> None:
    """Names, sizes, digests and the files of .dist-info are read."""
    read = archives.read_wheel()
    assert (read.fault, read.dist_info) == ("", INFO)
    assert set(read.texts) == {"METADATA", "WHEEL", "RECORD"}
    module = read.files()["sample_project/__init__.py"]
    assert (module.size, module.sha256) == (len(MODULE), hashlib.sha256(MODULE).hexdigest())
    assert (module.time, module.packing) == (315532800, "stored")
    assert read.metadata is not None
    assert (read.metadata.name, read.metadata.version, read.metadata.faults) == ("Sample.Project", "1.2.3", ())


def test_an_sdist_tells_its_members_and_metadata() -> None:
    """Members, the one folder at the top, the gzip time and PKG-INFO are read; a deeper PKG-INFO is not it."""
    content = archives.sdist_bytes({f"{TOP}/a.egg-info/PKG-INFO": b"Name: other\n"}, time=7, mtime=9, owner="sam")
    read = sdist.read(archives.SDIST, io.BytesIO(content))
    assert (read.fault, read.tops, read.gzip_time) == ("", (TOP,), 7)
    member = read.files()[f"{TOP}/sample_project/__init__.py"]
    assert (member.sha256, member.time, member.owner) == (hashlib.sha256(MODULE).hexdigest(), 9, "0:0:sam:")
    assert read.metadata is not None
    assert read.metadata.name == "Sample.Project"


def test_links_and_folders_are_no_files() -> None:
    """What is no regular file is told as what it is."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for kind, name in ((tarfile.SYMTYPE, "link"), (tarfile.DIRTYPE, "folder"), (tarfile.FIFOTYPE, "other")):
            info = tarfile.TarInfo(f"{TOP}/{name}")
            info.type = kind
            info.linkname = "target" if kind == tarfile.SYMTYPE else ""
            archive.addfile(info)
    read = sdist.read(archives.SDIST, io.BytesIO(file.getvalue()))
    assert [member.kind for member in read.members] == ["link", "folder", "other"]
    assert read.members[0].link == "target"
    assert not read.files()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        linked = zipfile.ZipInfo("a/link")
        linked.external_attr = 0o120777 << 16
        zipped.writestr(linked, "target")
        zipped.writestr("folder/", "")
    assert [member.kind for member in wheel.read(archives.WHEEL, io.BytesIO(file.getvalue())).members] == [
        "link",
        "folder",
    ]


def test_a_hard_link_has_the_content_of_its_file() -> None:
    """Size, digest and beginning are those of the file that it names; what is too long for a head is cut."""
    content = b"content " * 10
    every = [tars.at("file", content=content), tars.at("same", type=b"1", link=f"{TOP}/file".encode())]
    file, same = sdist.read(archives.SDIST, io.BytesIO(tars.with_entries(*every))).members[-2:]
    assert (same.kind, same.size, same.sha256, same.head) == ("hardlink", 80, file.sha256, content[: limits.HEAD])
    assert (file.raw, file.head) == (f"{TOP}/file".encode(), content[: limits.HEAD])


def test_an_sdist_keeps_what_builds_it() -> None:
    """The files at its top that a check reads are kept by their names there, no others, and of two the first."""
    more = {f"{TOP}/setup.cfg": b"[metadata]\n", f"{TOP}/README": b"text", "other/PKG-INFO": b"Name: other\n"}
    read = sdist.read(archives.SDIST, io.BytesIO(archives.sdist_bytes({**more, f"{TOP}/sub/setup.py": b""})))
    assert set(read.texts) == {"PKG-INFO", "pyproject.toml", "setup.cfg"}
    assert read.texts["PKG-INFO"] == archives.METADATA
    assert read.packed == len(archives.sdist_bytes({**more, f"{TOP}/sub/setup.py": b""}))


@pytest.mark.parametrize("kind", [archives.WHEEL, archives.SDIST])
def test_a_listener_is_told_of_every_content(kind: str) -> None:
    """Whoever looks for something in all contents gets them in the one pass that is made."""
    heard: dict[str, bytes] = {}

    def listen(name: str, piece: bytes) -> None:
        heard[name] = heard.get(name, b"") + piece

    large = bytes(range(256)) * 4096
    if kind == archives.WHEEL:
        read: Archive = wheel.read(kind, io.BytesIO(archives.wheel_bytes({"large": large})), listen)
    else:
        read = sdist.read(kind, io.BytesIO(archives.sdist_bytes({"large": large})), listen)
    assert heard["large"] == large
    assert {name: hashlib.sha256(content).hexdigest() for name, content in heard.items()} == {
        name: member.sha256 for name, member in read.files().items()
    }


BROKEN = {
    "empty": b"",
    "text": b"no archive at all",
    "half a wheel": archives.wheel_bytes()[:200],
    "half an sdist": archives.sdist_bytes()[:150],
    "a wheel with a changed byte": archives.wheel_bytes().replace(b"answer", b"ANSWER"),
    "an sdist with a changed tail": archives.sdist_bytes()[:-8] + b"\0" * 8,
    "a tar without gzip": b"\0" * 10240,
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_archive_is_a_fault_and_no_exception(case: str) -> None:
    """Cut off, damaged or of another kind: the reader says why and gives what it could read."""
    if "wheel" not in case:
        assert sdist.read(archives.SDIST, io.BytesIO(BROKEN[case])).fault
    if "sdist" not in case:
        assert wheel.read(archives.WHEEL, io.BytesIO(BROKEN[case])).fault


def test_two_dist_info_folders_are_none() -> None:
    """Where it is not clear which folder is meant, there is no metadata."""
    read = archives.read_wheel({"other-1.0.dist-info/METADATA": archives.METADATA})
    assert (read.dist_info, read.metadata) == ("", None)


def test_every_fault_of_metadata_is_told() -> None:
    """All faults come at once, each in a sentence."""
    read = metadata.read(b"Metadata-Version: 2.1\nName: a b\nVersion: one\nRequires-Dist: >>\nColour: red\n")
    assert len(read.faults) == 4
    assert any("colour" in fault for fault in read.faults)
    assert (read.name, read.version) == ("a b", "one")


@pytest.mark.parametrize("version", ["1.0", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5"])
def test_every_metadata_version_of_the_index_is_read(version: str) -> None:
    """Old and new metadata are healthy; below 2.4 the licence files that older backends wrote are let pass."""
    content = f"Metadata-Version: {version}\nName: a\nVersion: 1\nLicense-File: LICENSE\n"
    assert metadata.read(content.encode()).faults == ()


def test_a_metadata_version_that_is_none_is_a_fault() -> None:
    """Not even the version of the metadata needs to be one."""
    assert metadata.read(b"Metadata-Version: x\nName: a\nVersion: 1\n").faults
    assert metadata.read(b"").faults
