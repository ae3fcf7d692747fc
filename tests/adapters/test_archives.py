"""The door to archives on disk: nothing is written outside, and what is broken is told."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from release_tools.adapters import archives as door
from release_tools.adapters import files
from release_tools.errors import Refused
from tests import archives, deep
from tests.archives import SDIST, TOP

# A newer Python warns of what only an older one does, which has no filters.
UNFILTERED = pytest.mark.filterwarnings("ignore:Python 3.14 will:DeprecationWarning")


def written(tmp_path: Path, content: bytes) -> Path:
    """Write an sdist and make the folder to unpack it into."""
    (tmp_path / "out").mkdir()
    path = tmp_path / SDIST
    path.write_bytes(content)
    return path


def with_member(name: str, kind: bytes, link: str) -> bytes:
    """Return an sdist with one member more."""
    file = io.BytesIO(archives.sdist_bytes())
    target = io.BytesIO()
    with tarfile.open(fileobj=file) as old, tarfile.open(fileobj=target, mode="w:gz") as new:
        for member in old:
            new.addfile(member, old.extractfile(member))
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, link
        new.addfile(info)
    return target.getvalue()


def test_the_one_folder_is_returned(tmp_path: Path) -> None:
    """A healthy sdist is unpacked as it is."""
    sdist = written(tmp_path, archives.sdist_bytes())
    folder = door.unpack(sdist, tmp_path / "out")
    assert folder == tmp_path / "out" / TOP
    assert (folder / "sample_project/__init__.py").read_bytes() == archives.MODULE


@UNFILTERED
@pytest.mark.parametrize("filters", [door.FILTERS, False])
def test_a_link_within_is_kept(filters: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a case
    """A link that stays inside the folder is healthy, with the filters of Python and with our own judgement."""
    sdist = written(tmp_path, with_member(f"{TOP}/sub/link", tarfile.SYMTYPE, "../sample_project/__init__.py"))
    folder = door.unpack(sdist, tmp_path / "out", filters=filters)
    assert (folder / "sub/link").read_bytes() == archives.MODULE


def level_of(depth: int) -> bytes:
    """Return an sdist with a file in so many folders."""
    return archives.sdist_bytes({f"{TOP}/{'a/' * depth}file": b"x"})


def timed(time: float) -> bytes:
    """Return an sdist with a member of some time."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as packed:
        info = tarfile.TarInfo(f"{TOP}/file")
        info.mtime = time
        packed.addfile(info)
    return file.getvalue()


@UNFILTERED
@pytest.mark.parametrize("filters", [door.FILTERS, False])
@pytest.mark.parametrize("case", ["a hard link to nothing", "too deep", "a time in ages to come"])
def test_what_nobody_made_with_care_is_told(case: str, filters: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a case
    """Whatever Python raises of it, the sdist is named, and that nothing was built."""
    contents = {
        "a hard link to nothing": with_member(f"{TOP}/link", tarfile.LNKTYPE, f"{TOP}/none"),
        "too deep": level_of(1100),
        "a time in ages to come": timed(1e30),
    }
    with pytest.raises(Refused, match=SDIST) as refused:
        door.unpack(written(tmp_path, contents[case]), tmp_path / "out", filters=filters)
    assert refused.value.state.startswith("nothing was built")


@pytest.mark.parametrize("time", [-5, 1 << 32, 1 << 63])
def test_a_time_that_no_sdist_can_have_is_told(time: int, tmp_path: Path) -> None:
    """It is the commit's, and the sdist stays as it was."""
    path = written(tmp_path, archives.sdist_bytes())
    with pytest.raises(Refused, match=f"the time of the commit, {time} seconds"):
        door.settle(path, time)
    assert path.read_bytes() == archives.sdist_bytes()


def test_a_time_that_no_file_can_have_is_told(tmp_path: Path) -> None:
    """It is the commit's."""
    with pytest.raises(Refused, match="the time of the commit"):
        door.level(tmp_path, 1 << 63)


def test_a_name_of_any_length_is_settled(tmp_path: Path) -> None:
    """As long as names can be."""
    path = tmp_path / ("x" * 248 + ".tar.gz")
    path.write_bytes(archives.sdist_bytes(mtime=7))
    door.settle(path, 9)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_tree_is_levelled_however_deep(tmp_path: Path) -> None:
    """Deeper than Python recurses; git's own folder is left as it is."""
    folder = deep.below(tmp_path / "tree")
    (tmp_path / "tree/.git").mkdir(mode=0o700)
    door.level(tmp_path / "tree", 1000)
    assert folder.stat().st_mtime == 1000
    assert (tmp_path / "tree/.git").stat().st_mtime != 1000
    files.remove_tree(tmp_path / "tree")


HOSTILE = {
    "up": (f"{TOP}/../../evil", tarfile.REGTYPE, ""),
    "link out": (f"{TOP}/link", tarfile.SYMTYPE, "../../../evil"),
    "absolute link": (f"{TOP}/link", tarfile.SYMTYPE, "/etc/passwd"),
    "hard link out": (f"{TOP}/link", tarfile.LNKTYPE, "../evil"),
    "device": (f"{TOP}/null", tarfile.CHRTYPE, ""),
    "pipe": (f"{TOP}/pipe", tarfile.FIFOTYPE, ""),
}


@UNFILTERED
@pytest.mark.parametrize("filters", [door.FILTERS, False])
@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_member_is_refused(case: str, filters: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a case
    """Nothing leads out of the folder, and nothing but files, folders and links is made."""
    sdist = written(tmp_path, with_member(*HOSTILE[case]))
    with pytest.raises(Refused, match="cannot be used"):
        door.unpack(sdist, tmp_path / "out", filters=filters)
    assert not (tmp_path / "evil").exists()


BROKEN = {
    "no archive": b"text",
    "cut off": archives.sdist_bytes()[:100],
    "two folders": archives.sdist_bytes({"other/file": b""}),
    "a file at the top": archives.sdist_bytes({f"{TOP}/{name}": None for name in ("PKG-INFO", "pyproject.toml")}
                                              | {f"{TOP}/sample_project/__init__.py": None, "file": b""}),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_an_sdist_that_cannot_be_used_is_told(case: str, tmp_path: Path) -> None:
    """The file is named, and that nothing was built."""
    sdist = written(tmp_path, BROKEN[case])
    with pytest.raises(Refused, match=f"the sdist {SDIST} that the backend built cannot be used"):
        door.unpack(sdist, tmp_path / "out")


def test_settling_replaces_the_file(tmp_path: Path) -> None:
    """The settled sdist has the name of the former, and nothing else is left; a broken one is told."""
    sdist = written(tmp_path, archives.sdist_bytes(time=5, mtime=6))
    door.settle(sdist, 7)
    assert sdist.read_bytes()[4:8] == b"\7\0\0\0"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", SDIST]
    sdist.write_bytes(b"text")
    with pytest.raises(Refused, match="cannot be used"):
        door.settle(sdist, 7)


def test_levelling_gives_one_time_and_two_modes(tmp_path: Path) -> None:
    """Files and folders get one time and the mode that git means; git's own folder and links are left alone."""
    for name in (".git", "sub"):
        (tmp_path / name).mkdir(mode=0o700)
        (tmp_path / name / "file").write_text("x")
    (tmp_path / "sub/run").write_text("x")
    (tmp_path / "sub/run").chmod(0o700)
    (tmp_path / "link").symlink_to("nowhere")
    door.level(tmp_path, 1000)
    states = {path.relative_to(tmp_path).as_posix(): path.lstat() for path in tmp_path.rglob("*")}
    modes = {name: state.st_mode & 0o777 for name, state in states.items() if state.st_mtime == 1000}
    assert modes == {"sub": 0o755, "sub/file": 0o644, "sub/run": 0o755}
    assert tmp_path.stat().st_mtime == 1000
