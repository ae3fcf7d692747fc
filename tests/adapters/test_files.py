"""The door to the file system: whole files or none, no link followed, nothing of others touched."""

from __future__ import annotations

import errno
import hashlib
import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import pytest

from release_tools.adapters import files
from release_tools.errors import Refused, ServiceFailed
from tests import deep
from tests.samples import clean_env

ROOT = Path(__file__).parents[2]
NOBODY = 65534


@contextmanager
def unprivileged() -> Iterator[Path]:
    """Act as a user to whom permissions apply, in a folder of that user."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    folder = Path(mkdtemp())
    try:
        yield folder
    finally:
        os.seteuid(before)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def umask(mask: int) -> Iterator[None]:
    """Set the umask for a while."""
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def mode(path: Path) -> int:
    """Return the permissions of a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_is_put_in_place_with_its_folders(tmp_path: Path) -> None:
    """The content stands under the final name, in folders that are made, and nothing else is left."""
    path = tmp_path / "one/two/file"
    files.write_atomically(path, b"content")
    assert path.read_bytes() == b"content"
    files.write_atomically(path, b"other")
    assert path.read_bytes() == b"other"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(("mask", "expected"), [(0o000, 0o644), (0o022, 0o644), (0o077, 0o600)])
def test_nobody_else_may_write_to_our_files(tmp_path: Path, mask: int, expected: int) -> None:
    """Whatever the umask, files and their folder are writable by their owner alone."""
    source = tmp_path / "source"
    source.write_bytes(b"x")
    with umask(mask):
        files.write_atomically(tmp_path / "dist/written", b"x")
        files.move(source, tmp_path / "dist/moved")
    assert [mode(tmp_path / "dist" / name) for name in ("written", "moved")] == [expected, expected]
    assert not mode(tmp_path / "dist") & 0o022


def write(path: Path) -> None:
    """Write a file as a stage writes its record."""
    files.write_atomically(path, b"new")


def move(path: Path) -> None:
    """Write a file as the build hands over what it made."""
    source = path.parent.parent / "source"
    source.write_bytes(b"new")
    files.move(source, path)
    assert source.read_bytes() == b"new"


PUT = pytest.mark.parametrize("put", [write, move])


@PUT
def test_links_are_replaced_not_followed(tmp_path: Path, put: Callable[[Path], None]) -> None:
    """A link or a second name in place of the file is replaced; what it led to keeps its bytes."""
    dist, other = tmp_path / "dist", tmp_path / "other"
    dist.mkdir()
    other.write_bytes(b"mine")
    (dist / "link").symlink_to(other)
    (dist / "hard").hardlink_to(other)
    files.temporary(dist / "plain").symlink_to(other)
    for name in ("link", "hard", "plain"):
        put(dist / name)
        assert (dist / name).read_bytes() == b"new"
        assert not (dist / name).is_symlink()
    assert other.read_bytes() == b"mine"
    assert sorted(path.name for path in dist.iterdir()) == ["hard", "link", "plain"]


@PUT
def test_a_name_may_be_as_long_as_names_can_be(tmp_path: Path, put: Callable[[Path], None]) -> None:
    """The temporary one is short, tells who writes it, and is another one for another file."""
    path = tmp_path / ("x" * 251 + ".whl")
    put(path)
    assert path.read_bytes() == b"new"
    one, other = (files.temporary(tmp_path / name).name for name in ("one", "other"))
    assert one != other
    assert files.writer(one) == os.getpid()
    assert len(one) < 40


@pytest.mark.parametrize("name", ["plain", f"{files.TEMPORARY}a-b", f"{files.TEMPORARY}12", f"{files.TEMPORARY}0-b"])
def test_a_name_that_tells_no_writer_has_none(name: str) -> None:
    """Only a name of ours with the id of a process does."""
    assert files.writer(name) is None


def test_a_tree_is_removed_however_deep(tmp_path: Path) -> None:
    """Deeper than Python recurses, and though parts of it are read-only."""
    folder = deep.below(tmp_path / "tree")
    (folder / "file").write_bytes(b"x")
    folder.parent.chmod(0o500)
    found = [entry.name for entry in files.below(tmp_path / "tree", "file")]
    assert found == ["a"] * deep.DEPTH
    files.remove_tree(tmp_path / "tree")
    assert not (tmp_path / "tree").exists()


@PUT
def test_a_file_that_cannot_be_written_is_named(tmp_path: Path, put: Callable[[Path], None]) -> None:
    """A folder in the way or a name too long is a failure that names the path, and leaves nothing behind."""
    dist = tmp_path / "dist"
    (dist / "folder").mkdir(parents=True)
    for path in (dist / "folder", dist / ("x" * 256), dist / "folder/file/below"):
        if path.parent.name == "file":
            path.parent.write_bytes(b"in the way")
        with pytest.raises(ServiceFailed, match="cannot write") as failed:
            put(path)
        assert str(path) in failed.value.what
    assert [path.name for path in dist.iterdir()] == ["folder"]


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let no file grow beyond a size; Python ignores the signal that comes with this limit."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_write_cut_short_leaves_the_old_file(tmp_path: Path) -> None:
    """When the system stops a write in the middle, the former content stays and no half file with it."""
    path, source = tmp_path / "dist/file", tmp_path / "source"
    files.write_atomically(path, b"old")
    source.write_bytes(b"x" * 10)
    with largest_file(3), pytest.raises(ServiceFailed, match="File too large"):
        files.write_atomically(path, b"x" * 10)
    with largest_file(3), pytest.raises(ServiceFailed, match="File too large"):
        files.move(source, path)
    assert path.read_bytes() == b"old"
    assert list(path.parent.iterdir()) == [path]


FULL = """
import sys
from pathlib import Path
from release_tools.adapters import files
from release_tools.errors import ServiceFailed
dist = Path(sys.argv[1])
files.write_atomically(dist / "file", b"old")
try:
    files.write_atomically(dist / "file", b"x" * 1_000_000)
except ServiceFailed as error:
    print(error.what)
print((dist / "file").read_bytes(), [path.name for path in dist.iterdir()])
"""


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    """On a disk without room the failure says so, and the former content stays."""
    unshare = ("unshare", "--mount", "--map-root-user")
    if not shutil.which("unshare") or subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no disk of our own can be made here")
    command = 'mount -t tmpfs -o size=64k none "$1" && exec "$2" -c "$3" "$1"'
    done = subprocess.run(
        [*unshare, "sh", "-c", command, "sh", str(tmp_path), sys.executable, FULL],
        env=clean_env() | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.splitlines() == [f"cannot write {tmp_path / 'file'}: no space left", "b'old' ['file']"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_no_space_is_named() -> None:
    """Whatever we write, an end of the space is told as such; all other writes pass silently."""
    with pytest.raises(ServiceFailed, match="no space left"), files.no_space_named(Path("file")):
        Path("/dev/full").write_bytes(b"x")
    with files.no_space_named(Path("file")):
        Path(os.devnull).write_bytes(b"x")


def test_an_error_without_words_is_named_by_its_kind() -> None:
    """A failure of which the system says nothing is told by its name."""
    with pytest.raises(ServiceFailed, match="cannot write file: OSError"), files.no_space_named(Path("file")):
        raise OSError
    with pytest.raises(ServiceFailed, match="Permission denied"), files.no_space_named(Path("file")):
        raise OSError(errno.EACCES, os.strerror(errno.EACCES))


WRITER = """
import sys
from pathlib import Path
from release_tools.adapters import files
print("ready", flush=True)
while True:
    for letter in (b"a", b"b"):
        files.write_atomically(Path(sys.argv[1]), letter * 3_000_000)
"""


def test_a_kill_leaves_a_whole_file(tmp_path: Path) -> None:
    """Killed at any moment, a writer leaves the old content or the new, and what it left behind disturbs nobody."""
    path = tmp_path / "file"
    for delay in (0.0, 0.01, 0.02, 0.03):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)],
            env=clean_env() | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
        )
        with writer:
            assert writer.stdout
            writer.stdout.readline()
            while not path.exists():
                time.sleep(0.001)
            time.sleep(delay)
            writer.send_signal(signal.SIGKILL)
        content = path.read_bytes()
        assert len(content) == 3_000_000
        assert len(set(content)) == 1
        assert all(each == path or each.name.startswith(files.TEMPORARY) for each in tmp_path.iterdir())
    files.write_atomically(path, b"end")
    assert path.read_bytes() == b"end"


def test_a_missing_source_is_the_callers_mistake(tmp_path: Path) -> None:
    """Moving what is not there fails without touching the target."""
    files.write_atomically(tmp_path / "target", b"old")
    with pytest.raises(FileNotFoundError):
        files.move(tmp_path / "absent", tmp_path / "target")
    assert (tmp_path / "target").read_bytes() == b"old"


def test_a_private_folder_is_for_this_user_and_goes_away() -> None:
    """The folder is closed to others and removed at the end, whatever happens in it."""
    with umask(0), files.private_folder("test") as folder:
        assert mode(folder) == 0o700
        (folder / "sub").mkdir()
        (folder / "sub/file").write_bytes(b"x")
    assert not folder.exists()
    with pytest.raises(ZeroDivisionError), files.private_folder("test") as folder:
        raise ZeroDivisionError
    assert not folder.exists()


@pytest.mark.parametrize(("number", "told"), [(errno.ENOSPC, "no space left"), (errno.EFBIG, "File too large")])
def test_a_private_folder_without_room_is_named(number: int, told: str) -> None:
    """A full disk is no defect of ours: the folder is named, and gone all the same."""
    with pytest.raises(ServiceFailed, match=f"release-tools-test-.*: {told}"), files.private_folder("test") as folder:
        raise OSError(number, os.strerror(number))
    assert not folder.exists()


def test_another_error_in_a_private_folder_is_told_as_it_is() -> None:
    """Only a disk without room is taken for one."""
    with pytest.raises(FileNotFoundError), files.private_folder("test"):
        raise FileNotFoundError(errno.ENOENT, "gone")


def test_parts_that_nobody_may_change_are_removed_too() -> None:
    """Read-only and closed folders of ours are no obstacle."""
    with unprivileged() as folder:
        top = folder / "top"
        for part in ("closed/deep/er", "readonly"):
            (top / part).mkdir(parents=True)
            (top / part / "file").write_bytes(b"x")
        (top / "readonly/file").chmod(0o400)
        for part, permissions in (("closed/deep/er", 0), ("closed", 0), ("readonly", 0o500), ("", 0o500)):
            (top / part).chmod(permissions)
        files.remove_tree(top)
        assert not top.exists()
        assert folder.exists()


def test_a_link_in_a_folder_leads_nowhere() -> None:
    """Removing a folder neither empties nor opens what its links lead to."""
    with unprivileged() as folder:
        outside, top = folder / "outside", folder / "top"
        outside.mkdir()
        (outside / "file").write_bytes(b"mine")
        outside.chmod(0o500)
        top.mkdir()
        (top / "link").symlink_to(outside)
        (top / "file").write_bytes(b"x")
        top.chmod(0o500)
        files.remove_tree(top)
        assert not top.exists()
        assert mode(outside) == 0o500
        assert (outside / "file").read_bytes() == b"mine"
        (folder / "alias").symlink_to(outside)
        files.remove_tree(folder / "alias")
        assert (folder / "alias/file").read_bytes() == b"mine"
        outside.chmod(0o700)


def test_a_folder_that_is_not_there_changes_nothing(tmp_path: Path) -> None:
    """Removing what is gone leaves the folder around it as it is."""
    tmp_path.chmod(0o755)
    files.remove_tree(tmp_path / "absent")
    assert mode(tmp_path) == 0o755


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make what belongs to somebody else")
def test_what_belongs_to_others_stays_and_is_no_error() -> None:
    """A folder that we may not remove does not cover up the end of the work in it."""
    foreign = Path(mkdtemp())
    (foreign / "file").write_bytes(b"x")
    with unprivileged():
        files.remove_tree(foreign)
    assert (foreign / "file").exists()
    files.remove_tree(foreign)
    assert not foreign.exists()


@pytest.mark.parametrize("size", [0, 1, files.CHUNK - 1, files.CHUNK, 2 * files.CHUNK + 1])
def test_digests_are_those_of_the_standard_library(tmp_path: Path, size: int) -> None:
    """Size and digests are right for any size, also through a second name of the file."""
    content = (b"0123456789abcdef" * (size // 16 + 1))[:size]
    path = tmp_path / "file"
    path.write_bytes(content)
    (tmp_path / "hard").hardlink_to(path)
    sha256, blake2b = hashlib.sha256(content).hexdigest(), hashlib.blake2b(content, digest_size=32).hexdigest()
    assert files.digests(path) == (size, sha256, blake2b)
    assert files.sha256(tmp_path / "hard") == sha256


@pytest.mark.timeout(20)
@pytest.mark.parametrize("read", [files.require_regular, files.digests, files.sha256])
@pytest.mark.parametrize(
    ("make", "kind"),
    [
        pytest.param(lambda path: path.symlink_to(__file__), "a symbolic link", id="link"),
        pytest.param(lambda path: path.symlink_to("nowhere"), "a symbolic link", id="dangling link"),
        pytest.param(Path.mkdir, "a folder", id="folder"),
        pytest.param(os.mkfifo, "no regular file", id="pipe"),
    ],
)
def test_only_regular_files_are_opened(
    tmp_path: Path, make: Callable[[Path], None], kind: str, read: Callable[[Path], object]
) -> None:
    """A link, a folder or a pipe is refused by name; a pipe without a writer does not hang us."""
    path = tmp_path / "file"
    make(path)
    with pytest.raises(Refused, match=kind) as refused:
        read(path)
    assert str(path) in refused.value.what
    assert refused.value.state == "it was neither followed nor changed"


def test_a_regular_file_is_let_through(tmp_path: Path) -> None:
    """The guard is silent for a file."""
    (tmp_path / "file").write_bytes(b"")
    files.require_regular(tmp_path / "file")
