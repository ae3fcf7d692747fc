"""Archives are looked into, within bounds; what is not looked into is told."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release_tools.secret_scan import bounds, nested
from release_tools.secret_scan.bounds import Budget
from release_tools.secret_scan.nested import Leak
from tests.secret_scan.made_up import ALNUM, some

TOKEN = b"a\n" + b"ghp" + b"_" + some(ALNUM, 36).encode()
Members = Mapping[str, bytes]


def zipped(members: Members, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def tarred(members: Members) -> bytes:
    """Return a tar archive."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return file.getvalue()


def looked_into(content: bytes, budget: Budget | None = None) -> tuple[list[Leak], list[str]]:
    """Return what is found, and what was left out."""
    budget = budget or bounds.allowed(len(content), [])
    return list(nested.search(io.BytesIO(content), budget, name="a")), budget.untold


PACKERS: Mapping[str, Callable[[Members], bytes]] = {
    "zip": zipped,
    "stored zip": lambda members: zipped(members, zipfile.ZIP_STORED),
    "bzip2 zip": lambda members: zipped(members, zipfile.ZIP_BZIP2),
    "tar": tarred,
    "tar.gz": lambda members: gzip.compress(tarred(members)),
    "tar.bz2": lambda members: bz2.compress(tarred(members)),
    "tar.xz": lambda members: lzma.compress(tarred(members)),
}


@pytest.mark.parametrize("inner", PACKERS)
@pytest.mark.parametrize("outer", PACKERS)
def test_archives_in_archives_are_looked_into(outer: str, inner: str) -> None:
    """Of each kind in each other; member and line are told."""
    content = PACKERS[outer]({"b/one": b"x", "b/two": PACKERS[inner]({"three.py": TOKEN})})
    (leak,), untold = looked_into(content)
    assert (leak.member, leak.match.kind, leak.match.line) == ("a!/b/two!/three.py", "GitHub token", 2)
    assert untold == []


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_what_is_only_compressed_is_looked_into(pack: Callable[[bytes], bytes]) -> None:
    """Such as a log that was rotated."""
    (leak,), untold = looked_into(pack(TOKEN))
    assert (leak.member, untold) == ("a", [])


def test_a_member_is_judged_by_its_name_too() -> None:
    """A file of credentials counts even where nothing in it is recognised; one finding where something is."""
    password = some(ALNUM, 14).encode()
    leaks, _ = looked_into(
        zipped({"a/.htpasswd": b"me:x", "b/.pypirc": b"[a]\npassword = " + password, "c.p12": b"\1"})
    )
    assert [(leak.member, leak.match.kind) for leak in leaks] == [
        ("a!/a/.htpasswd", "credentials for a web site"),
        ("a!/b/.pypirc", "password"),
        ("a!/c.p12", "key store"),
    ]


def test_the_third_level_is_the_last() -> None:
    """What lies deeper is searched as it is, and told."""
    content = {"leaf": TOKEN}
    for _ in range(3):
        content = {"x": gzip.compress(tarred(content))}
    (leak,), untold = looked_into(content["x"])
    assert (leak.match.kind, untold) == ("GitHub token", [])
    leaks, untold = looked_into(gzip.compress(tarred(content)))
    assert (leaks, untold) == ([], ["a!/x!/x!/x: it lies too deep in other archives"])


def bomb(size: int) -> bytes:
    """Return a ZIP archive that unpacks to so many zeros."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("zeros", "w", force_zip64=True) as member,
    ):
        for _ in range(size >> 20):
            member.write(bytes(1 << 20))
    return file.getvalue()


def long_directory() -> bytes:
    """Return a ZIP archive whose directory alone is too much."""
    return zipped({f"{number}/{'n' * 200}": b"" for number in range(10_000)}, zipfile.ZIP_STORED)


def nested_bomb() -> bytes:
    """Return an archive of an archive that is too large to be held."""
    return zipped({"in.zip": zipped({"big": b"\1" * (bounds.FREE + 1)}, zipfile.ZIP_STORED)})


CASES: Mapping[str, tuple[Callable[[], bytes], str]] = {
    "ratio": (lambda: bomb(400 << 20), "a: it unpacks to more than is looked at"),
    "gzip": (lambda: gzip.compress(bytes(200 << 20)), "a: it unpacks to more than is looked at"),
    "members": (
        lambda: gzip.compress(tarred({str(at): b"" for at in range(6_000)})),
        "a: it has more members",
    ),
    "directory": (long_directory, "a: it cannot be read to its end (BadZipFile)"),
    "too large within": (nested_bomb, "a!/in.zip: it cannot be read (ValueError)"),
    "cut": (lambda: gzip.compress(some(ALNUM, 4000).encode())[:-200], "a: it cannot be read (EOFError)"),
    "cut xz": (lambda: lzma.compress(some(ALNUM, 4000).encode())[:-200], "a: it cannot be read (EOFError)"),
    "no tar": (lambda: tarred({"a": b"x" * 9000})[:3000], "a!/a: it cannot be read (ReadError)"),
    "no zip": (lambda: b"PK\3\4" + b"x" * 600, "a: it cannot be read to its end (BadZipFile)"),
}


@pytest.mark.parametrize("case", CASES)
def test_no_archive_takes_more_than_is_due(case: str) -> None:
    """Bombs, endless directories and broken files end soon, in bounded memory, and are told."""
    make, said = CASES[case]
    content = make()
    tracemalloc.start()
    since = time.process_time()
    _, untold = looked_into(content)
    took, (_, peak) = time.process_time() - since, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [line for line in untold if line.startswith(said)], untold
    assert took < 20  # traced, and beside others
    assert peak < 150 << 20


def test_a_member_that_cannot_be_read_hides_no_other() -> None:
    """Those before and after it are searched."""
    content = bytearray(zipped({"a": TOKEN, "b": b"middle" * 50, "c": TOKEN}, zipfile.ZIP_STORED))
    at = content.index(b"middlemiddle")
    content[at : at + 3] = b"XXX"
    leaks, untold = looked_into(bytes(content))
    assert [leak.member for leak in leaks] == ["a!/a", "a!/c"]
    assert untold == ["a!/b: it cannot be read (BadZipFile)"]


def test_one_budget_serves_many_archives() -> None:
    """Where it is used up, the next archive is told as not looked into."""
    budget = Budget(left=1000)
    assert len(looked_into(gzip.compress(TOKEN), budget)[0]) == 1
    assert looked_into(gzip.compress(bytes(1000) + TOKEN), budget)[1] == ["a: it unpacks to more than is looked at"]


WHOLE = [pack({"x": TOKEN, "y": pack({"z": b"1"})}) for pack in PACKERS.values()]


@given(st.sampled_from(WHOLE), st.integers(0, 4000), st.binary(max_size=40), st.booleans())
def test_no_damage_breaks_the_search(content: bytes, at: int, other: bytes, cut: bool) -> None:  # noqa: FBT001 - a case
    """Whatever was overwritten or cut, the search ends without an error."""
    at %= len(content)
    looked_into(content[:at] + other + (b"" if cut else content[at + len(other) :]))
