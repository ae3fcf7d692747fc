"""Whatever bytes a file holds, reading and judging it raises nothing; and no change of a content stays unseen.

With `--hypothesis-profile=thorough` it looks for hours.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from release_tools import dist_folder
from release_tools.distributions import Archive
from release_tools.errors import Refused
from release_tools.ledger import Ledger
from release_tools.options import Options
from release_tools.stages.inspect import inspect
from tests import archives, tars, tiny, zips
from tests.archives import SDIST, TOP, WHEEL
from tests.judged import findings, read
from tests.tars import at, extended, long_name

MORE = {"sample_project/data.bin": bytes(range(256)) * 20, "sample_project/ünï.txt": b"text\n" * 50}
WHEELS = [zips.pack(zips.parts(MORE)), zips.pack(zips.parts(MORE), zip64={}), archives.wheel_bytes(MORE)]
ODD = [
    extended(path=f"{TOP}/{'long/' * 30}name"),
    at("x", content=b"x"),
    long_name(f"{TOP}/{'other/' * 30}name"),
    at("y", content=b"y"),
    at("link", type=b"2", link=b"PKG-INFO"),
    at("hard", type=b"1", link=f"{TOP}/PKG-INFO".encode()),
]
TARS = [tars.tar([*tars.entries(MORE), *ODD])]
SDISTS = [
    tars.packed([*tars.entries(MORE), *ODD]),
    archives.sdist_bytes({f"{TOP}/{name}": content for name, content in MORE.items()}),
]
MANY = settings(deadline=None, suppress_health_check=list(HealthCheck))

Change = Callable[[bytes], bytes]


def flipped(at: float, bits: int) -> Change:
    """Return a change of one byte."""
    return lambda content: _spliced(content, int(at * len(content)), 1, bytes([content[int(at * len(content))] ^ bits]))


def cut(at: float, size: int) -> Change:
    """Return a change that takes some bytes out."""
    return lambda content: _spliced(content, int(at * len(content)), size, b"")


def doubled(at: float, size: int) -> Change:
    """Return a change that says some bytes twice."""
    return lambda content: _spliced(content, int(at * len(content)), 0, content[int(at * len(content)) :][:size])


def put(at: float, more: bytes) -> Change:
    """Return a change that puts other bytes in the place of some."""
    return lambda content: _spliced(content, int(at * len(content)), len(more), more)


def _spliced(content: bytes, at: int, size: int, more: bytes) -> bytes:
    return content[:at] + more + content[at + size :]


PLACES = st.floats(min_value=0, max_value=1, exclude_max=True)
CHANGES = st.lists(
    st.one_of(
        st.builds(flipped, PLACES, st.integers(1, 255)),
        st.builds(cut, PLACES, st.integers(1, 600)),
        st.builds(doubled, PLACES, st.integers(1, 600)),
        st.builds(put, PLACES, st.one_of(st.binary(min_size=1, max_size=30), st.just(b"PK\5\6"), st.just(b"\xff" * 8))),
    ),
    min_size=1,
    max_size=3,
)


def changed(content: bytes, changes: list[Change]) -> bytes:
    """Return a content with all changes made."""
    for change in changes:
        content = change(content) if content else content
    return content


def contents(archive: Archive) -> dict[str, str]:
    """Return the digest of each file."""
    return {name: member.sha256 for name, member in archive.files().items()}


def errors(archive: Archive) -> list[str]:
    """Return what makes a file refused."""
    return [each.message for each in findings(archive) if each.severity == "error"]


@pytest.mark.parametrize("healthy", WHEELS, ids=["deflated", "zip64", "stored"])
@given(changes=CHANGES)
@MANY
def test_a_changed_wheel_is_refused_or_holds_the_same(healthy: bytes, changes: list[Change]) -> None:
    """RECORD, checksums and headers leave no way to change a content, a name or the number of files unseen."""
    before, after = read(WHEEL, healthy), read(WHEEL, changed(healthy, changes))
    assert errors(before) == []
    assert errors(after) or contents(after) == contents(before)


@pytest.mark.parametrize("healthy", SDISTS, ids=["odd", "plain"])
@given(changes=CHANGES)
@MANY
def test_a_changed_sdist_is_refused_or_holds_the_same(healthy: bytes, changes: list[Change]) -> None:
    """What gzip's own checksum does not see changes no content."""
    before, after = read(SDIST, healthy), read(SDIST, changed(healthy, changes))
    assert errors(before) == []
    assert errors(after) or contents(after) == contents(before)


@given(changes=CHANGES)
@MANY
def test_a_changed_tar_raises_nothing_and_its_digests_are_true(changes: list[Change]) -> None:
    """Below gzip nothing guards a content: it is read as it is, as the tar library of Python reads it."""
    content = changed(TARS[0], changes)
    archive = read(SDIST, gzip.compress(content, 1))
    if errors(archive):
        return
    with tarfile.open(fileobj=io.BytesIO(content)) as other:
        expected = {
            info.name: hashlib.sha256(opened.read()).hexdigest()
            for info in other
            if info.isreg() and (opened := other.extractfile(info))
        }
    assert contents(archive) == expected


@given(content=st.one_of(st.binary(max_size=2000), st.binary(max_size=600).map(lambda rest: b"\x1f\x8b\x08" + rest)))
@MANY
def test_any_bytes_are_refused(content: bytes) -> None:
    """No bytes at all make an exception."""
    for name in (WHEEL, SDIST):
        assert errors(read(name, content))


@given(order=st.permutations(range(6)), rest=st.binary(max_size=20))
@MANY
def test_swapped_members_change_nothing(order: list[int], rest: bytes) -> None:
    """The order of members says nothing; what Python's own library reads is what was judged."""
    every = zips.parts({**MORE, "sample_project/rest": rest})
    content = zips.pack([every[place] for place in order] + every[6:])
    archive = read(WHEEL, content)
    assert errors(archive) == []
    with zipfile.ZipFile(io.BytesIO(content)) as other:
        assert contents(archive) == {name: hashlib.sha256(other.read(name)).hexdigest() for name in other.namelist()}


@given(order=st.permutations(range(5)), rest=st.binary(max_size=20))
@MANY
def test_swapped_members_of_an_sdist_change_nothing(order: list[int], rest: bytes) -> None:
    """The order says nothing there either."""
    every = tars.entries({**MORE, "rest": rest})
    archive = read(SDIST, tars.packed([every[place] for place in order] + every[5:]))
    assert errors(archive) == []
    assert contents(archive) == contents(read(SDIST, tars.packed(every)))


@given(place=st.integers(0, 4), changes=CHANGES)
@MANY
def test_a_content_that_was_changed_is_seen_against_record(place: int, changes: list[Change]) -> None:
    """Sizes and checksums of the archive may be made to agree; RECORD does not."""
    every = zips.parts(MORE)
    content = changed(every[place].content, changes)
    archive = read(WHEEL, zips.pack([*every[:place], replace(every[place], content=content), *every[place + 1 :]]))
    assert bool(errors(archive)) == (content != every[place].content)


@given(places=st.permutations(range(5)))
@MANY
def test_swapped_contents_are_seen_against_record(places: list[int]) -> None:
    """Two members that have changed their contents are both named."""
    every = zips.parts(MORE)
    one, other = places[:2]
    swapped = list(every)
    swapped[one] = replace(every[one], content=every[other].content)
    swapped[other] = replace(every[other], content=every[one].content)
    told = " ".join(each.member or "" for each in findings(read(WHEEL, zips.pack(swapped))))
    assert every[one].name.decode() in told
    assert every[other].name.decode() in told


@pytest.mark.parametrize(("name", "healthy"), [(WHEEL, WHEELS[0]), (SDIST, SDISTS[0])])
@given(changes=CHANGES)
@MANY
def test_the_command_judges_whatever_is_left_of_a_file(
    tmp_path: Path, name: str, healthy: bytes, changes: list[Change]
) -> None:
    """The whole of it, secrets and all: it is accepted or refused, and nothing is raised."""
    (tmp_path / name).write_bytes(changed(healthy, changes))
    report = inspect(Options(command="inspect", paths=(name,)), {}, tmp_path)
    refused = any(each.severity == "error" for each in report.findings)
    assert report.summary == (f"{'refused' if refused else 'accepted'}: {name}",)


@pytest.mark.parametrize(("name", "healthy"), [(WHEEL, WHEELS[0]), (SDIST, SDISTS[0])])
@given(changes=CHANGES)
@MANY
def test_any_change_is_seen_against_the_ledger(
    tmp_path: Path, name: str, healthy: bytes, changes: list[Change]
) -> None:
    """Whatever an archive hides from its own checksums, the digest of the file does not."""
    path = tmp_path / name
    path.write_bytes(healthy)
    listed = tiny.distribution(path)
    ledger = Ledger(project="sample", version="1.2.3", commit="0" * 40, distributions=(listed,))
    after = changed(healthy, changes)
    path.write_bytes(after)
    if after == healthy:
        dist_folder.verify_exact(tmp_path, ledger)
    else:
        with pytest.raises(Refused, match=name):
            dist_folder.verify_exact(tmp_path, ledger)
