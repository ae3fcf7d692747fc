"""Wheels with one thing wrong in their ZIP archive, each beside a healthy twin without it."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests import archives, zips
from tests.archives import INFO, MODULE, TOP, WHEEL
from tests.judged import judged
from tests.zips import ALL_16, ALL_32, DESCRIPTOR, MODULE_NAME, STORED, Part, changed, pack, parts, zip64_field

HEALTHY = pack(parts())
LARGE = b"0" * 5000
NAMED = "sample_project/ünï.txt"


@dataclass(frozen=True, slots=True)
class Case:
    """A broken wheel, the check that finds it, words of what it says, and the twin without the fault."""

    broken: bytes
    check: str
    words: str
    twin: bytes = HEALTHY


def one(**changes: Any) -> bytes:  # noqa: ANN401 - fields of a part
    """Return a healthy wheel whose one module is changed."""
    return pack(changed(MODULE_NAME, **changes))


def with_local(**fields: object) -> bytes:
    """Return a wheel whose module has another local header."""
    return one(local=fields)


def with_both(extra: bytes, **fields: object) -> bytes:
    """Return a wheel whose module says the same in both headers, with an extra field."""
    return one(local={"extra": extra, **fields}, central={"extra": extra, **fields})


def overlapping() -> bytes:
    """Return a wheel with two entries for one content."""
    every = parts({"sample_project/again.py": MODULE})
    file = bytearray(pack(every))
    start = file.rindex(b"PK\1\2", 0, file.rindex(b"sample_project/again.py"))
    struct.pack_into("<L", file, start + 42, 0)
    return bytes(file)


def swapped() -> bytes:
    """Return a wheel whose central directory lists the members in another order."""
    file = pack(parts())
    start = file.index(b"PK\1\2")
    end = file.rindex(b"PK\5\6")
    entries = [b"PK\1\2" + each for each in file[start:end].split(b"PK\1\2")[1:]]
    return file[:start] + b"".join(reversed(entries)) + file[end:]


def longer_last_name() -> bytes:
    """Return a wheel whose last entry says that its name is longer than the directory."""
    file = bytearray(HEALTHY)
    struct.pack_into("<H", file, file.rindex(b"PK\1\2") + 28, 500)
    return bytes(file)


SIZES = (len(MODULE), len(zips.deflated(MODULE)))
FULL = {"size": ALL_32, "packed": ALL_32}
LARGE_FIELDS = with_both(zip64_field(*SIZES), **FULL)
STORED_ONE = one(method=STORED)

CASES: dict[str, Case] = {
    # The frame: what stands before, between and behind.
    "data before": Case(pack(parts(), before=b"#!/bin/sh\n", shift=0), "archive-framing", "central directory is at"),
    "data before, told": Case(
        pack(parts(), before=b"#!/bin/sh\n"), "archive-framing", "of no member stand before its first"
    ),
    "data behind": Case(HEALTHY + b"x", "archive-framing", "1 bytes stand behind its end"),
    "a line behind": Case(HEALTHY + b"\n", "archive-framing", "behind its end"),
    "zeros behind": Case(HEALTHY + bytes(100), "archive-framing", "100 bytes stand behind"),
    "a tar behind": Case(HEALTHY + archives.sdist_bytes(), "archive-framing", "behind its end"),
    "two archives": Case(pack(parts({"evil.py": b""})) + HEALTHY, "archive-framing", "second end record"),
    "two end records": Case(HEALTHY + HEALTHY[-22:], "archive-framing", "second end record"),
    "an end record in the comment": Case(
        pack(parts(), comment=HEALTHY[-22:-2] + b"\0\1x"), "archive-framing", "second end record"
    ),
    "a comment of the archive": Case(pack(parts(), comment=b"hello"), "archive-features", "a comment of 5 bytes"),
    "a comment cut off": Case(pack(parts(), end={"comment": 9}), "archive-framing", "is to have 9 bytes and has 0"),
    "data between directory and end": Case(
        pack(parts(), between=b"PK\5\5\3\0abc"), "archive-framing", "between its central directory and its end"
    ),
    "data between members": Case(
        pack(changed(f"{INFO}/WHEEL", before=b"gap")), "archive-framing", "of no member stand between"
    ),
    "data before the directory": Case(
        pack([*parts(), Part(name=b"ghost.py", hidden=True)]), "archive-framing", "or behind them"
    ),
    "a member that the directory does not list": Case(
        pack([Part(name=b"ghost.py", content=b"x", hidden=True), *parts()]),
        "archive-framing",
        "of no member stand before its first",
    ),
    "overlapping members": Case(
        overlapping(), "archive-framing", "overlap", pack(parts({"sample_project/again.py": MODULE}))
    ),
    "bytes behind a compressed content": Case(
        one(packed=zips.deflated(MODULE) + b"evil"), "archive-framing", "behind the content"
    ),
    "too few counted": Case(pack(parts(), end={"count": 3, "here": 3}), "archive-framing", "counts 3 members"),
    "too many counted": Case(pack(parts(), end={"count": 5, "here": 5}), "archive-framing", "counts 5 members"),
    "counts that differ": Case(pack(parts(), end={"here": 3}), "archive-framing", "counts 3 members here and 4 in all"),
    "a directory too long": Case(
        pack(parts(), end={"size": 1 << 20}), "archive-readable", "central directory is not where"
    ),
    "a directory too short": Case(pack(parts(), end={"size": 40}), "archive-framing", "between its central directory"),
    "a directory elsewhere": Case(pack(parts(), end={"start": 7}), "archive-framing", "central directory is at"),
    "one volume of two": Case(pack(parts(), end={"disk": 1}), "archive-features", "one volume of several"),
    "a member of another volume": Case(one(central={"disk": 1}), "archive-features", "one volume of several"),
    # ZIP64.
    "zip64: another count": Case(
        pack(parts(), zip64={"count": 9, "here": 9}), "archive-framing", "contradicts", pack(parts(), zip64={})
    ),
    "zip64: another place": Case(
        pack(parts(), zip64={"start": 0}), "archive-framing", "contradicts", pack(parts(), zip64={})
    ),
    "zip64: a locator that leads elsewhere": Case(
        pack(parts(), zip64={"place": 0}), "archive-framing", "not of the usual form", pack(parts(), zip64={})
    ),
    "zip64: with data of its own": Case(
        pack(parts(), zip64={"length": 60}), "archive-framing", "not of the usual form", pack(parts(), zip64={})
    ),
    "zip64: two volumes": Case(
        pack(parts(), zip64={"volumes": 2}), "archive-features", "one volume of several", pack(parts(), zip64={})
    ),
    "zip64: no end record before the locator": Case(
        pack(parts(), zip64={}).replace(b"PK\6\6", b"PK\6\5"), "archive-framing", "not where it is to be"
    ),
    "zip64: sizes that differ": Case(
        one(local={"extra": zip64_field(1, 2)}), "archive-headers", "contradict those beside it", LARGE_FIELDS
    ),
    "zip64: no field for a full size": Case(
        one(local=FULL), "archive-headers", "a ZIP64 size or place is missing", LARGE_FIELDS
    ),
    "zip64: a field of odd length": Case(
        one(local={"extra": struct.pack("<2H", 1, 5) + b"abcde"}), "archive-headers", "malformed", LARGE_FIELDS
    ),
    "zip64: one size of a compressed member": Case(
        one(local={"extra": zip64_field(SIZES[0])}), "archive-headers", "malformed", LARGE_FIELDS
    ),
    "zip64: twice": Case(
        with_both(zip64_field(*SIZES) * 2, **FULL), "archive-headers", "an extra field twice", LARGE_FIELDS
    ),
    # Local headers against central ones.
    "another name": Case(with_local(name=b"sample_project/__exec__.py"), "archive-headers", "the name in a local"),
    "another method": Case(with_local(method=STORED), "archive-headers", "the method in a local"),
    "other flags": Case(with_local(flags=1 << 11), "archive-headers", "the flags in a local"),
    "another checksum": Case(with_local(crc=1), "archive-headers", "the checksum in a local"),
    "another size": Case(with_local(size=1), "archive-headers", "the size in a local"),
    "another packed size": Case(with_local(packed=1), "archive-headers", "the packed size in a local"),
    "no local header": Case(with_local(signature=b"PK\3\5"), "archive-readable", "no header where"),
    "a damaged extra field": Case(with_local(extra=b"\1\0\xff\0"), "archive-headers", "extra fields of a header are"),
    "a second name": Case(
        with_both(zips.unicode_path(MODULE_NAME.encode(), b"sample_project/evil.py")),
        "archive-headers",
        "a second name",
        with_both(zips.unicode_path(MODULE_NAME.encode(), MODULE_NAME.encode())),
    ),
    "a name in another code": Case(
        pack([replace(part, flags=0, local={"flags": 0}, central={"flags": 0}) for part in parts({NAMED: b"x"})]),
        "archive-headers",
        "neither ASCII nor marked as UTF-8",
        pack(parts({NAMED: b"x"})),
    ),
    "zip64: no field for a full place": Case(
        one(central={"place": ALL_32}), "archive-headers", "a ZIP64 size or place is missing"
    ),
    "much behind a compressed content": Case(
        one(packed=zips.deflated(MODULE) + bytes(300_000)), "archive-framing", "behind the content"
    ),
    "a name beyond the directory": Case(longer_last_name(), "archive-readable", "its central directory is cut off"),
    "a size too small": Case(
        one(local={"size": 1}, central={"size": 1}), "archive-headers", "another size than it says"
    ),
    "a size too large": Case(
        one(local={"size": 99}, central={"size": 99}), "archive-headers", "another size than it says"
    ),
    "a stored member with two sizes": Case(
        one(method=STORED, local={"size": 1}, central={"size": 1}), "archive-headers", "has two sizes", STORED_ONE
    ),
    "a folder with a content": Case(
        pack([*parts(), Part(name=b"sample_project/data/", content=b"evil", mode=0o40755)]),
        "archive-headers",
        "a folder has a content",
        pack([*parts(), Part(name=b"sample_project/data/", method=STORED, mode=0o40755)]),
    ),
    # Features that no index takes.
    "a comment of a member": Case(one(comment=b"hello"), "archive-features", "a member has a comment"),
    "a data descriptor": Case(one(descriptor=True), "archive-features", "data descriptor"),
    "a data descriptor without need": Case(one(flags=DESCRIPTOR), "archive-features", "data descriptor"),
    "encrypted": Case(one(flags=1), "archive-features", "encrypted"),
    "strongly encrypted": Case(one(flags=1 << 6 | 1), "archive-features", "encrypted"),
    "bzip2": Case(one(method=12, packed=b"BZh"), "archive-features", "by method 12"),
    "lzma": Case(one(method=14, packed=b"x"), "archive-features", "by method 14"),
    "zstandard": Case(one(method=93, packed=b"x"), "archive-features", "by method 93"),
    # Damage.
    "empty": Case(b"", "archive-format", "no ZIP archive"),
    "a text": Case(b"hello world\n" * 50, "archive-format", "no ZIP archive"),
    "an sdist": Case(archives.sdist_bytes(), "archive-format", "it is a gzipped tar"),
    "cut in the middle": Case(HEALTHY[: len(HEALTHY) // 2], "archive-readable", "cut off"),
    "the last byte missing": Case(HEALTHY[:-1], "archive-readable", "cut off"),
    "a content of another checksum": Case(
        one(local={"crc": 1}, central={"crc": 1}), "archive-readable", "another checksum"
    ),
    "a stored content changed": Case(
        one(method=STORED, packed=MODULE[::-1]), "archive-readable", "another checksum", STORED_ONE
    ),
    "not deflated at all": Case(one(packed=b"\xff" * 9), "archive-readable", "cannot be inflated"),
    "a content cut off": Case(one(packed=zips.deflated(MODULE)[:-3]), "archive-readable", "a member is cut off"),
    "a member beyond the directory": Case(
        one(local={"packed": 1 << 20}, central={"packed": 1 << 20}), "archive-readable", "leads beyond"
    ),
    "a damaged directory": Case(
        HEALTHY[::-1].replace(b"\2\1KP", b"\2\2KP", 1)[::-1], "archive-readable", "central directory is damaged"
    ),
    # Twice.
    "a name twice": Case(pack([*parts(), parts()[0]]), "member-names-unique", "a name stands twice"),
    "an empty folder twice": Case(
        pack([*parts(), *[Part(name=b"data/", method=STORED, mode=0o40755)] * 2]),
        "member-names-unique",
        "a name stands twice",
        pack([*parts(), Part(name=b"data/", method=STORED, mode=0o40755)]),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_broken_archive_is_refused_for_what_is_wrong(case: str) -> None:
    """One thing is wrong, one check says so and names it, and its healthy twin is accepted."""
    expected = CASES[case]
    found = judged(WHEEL, expected.broken)
    assert {each.check for each in found if each.severity == "error"} == {expected.check}
    assert any(expected.words in each.message for each in found), [each.message for each in found]
    assert judged(WHEEL, expected.twin) == []


def written(method: int = zipfile.ZIP_DEFLATED, *, folders: bool = False, mode: int = 0o644) -> bytes:
    """Return the healthy wheel as Python's own library writes it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        if folders:
            archive.writestr(zipfile.ZipInfo("sample_project/"), b"")
        for part in parts():
            info = zipfile.ZipInfo(part.name.decode())
            info.external_attr, info.compress_type = mode << 16, method
            archive.writestr(info, part.content)
    return file.getvalue()


def forced_zip64() -> bytes:
    """Return a wheel whose members announce sizes beyond 4 GiB and have none."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts():
            with archive.open(zipfile.ZipInfo(part.name.decode()), "w", force_zip64=True) as member:
                member.write(part.content)
    return file.getvalue()


ODD: dict[str, Callable[[], bytes]] = {
    "stored": lambda: written(zipfile.ZIP_STORED),
    "deflated": written,
    "with folders": lambda: written(folders=True),
    "no mode at all": lambda: written(mode=0),
    "programs": lambda: written(mode=0o755),
    "writable by the group": lambda: written(mode=0o664),
    "private": lambda: written(mode=0o600),
    "zip64 end records": lambda: pack(parts(), zip64={}),
    "zip64 end records alone": lambda: pack(
        parts(), zip64={}, end={"here": ALL_16, "count": ALL_16, "size": ALL_32, "start": ALL_32}
    ),
    "zip64 fields": forced_zip64,
    "an empty zip64 field": lambda: with_local(extra=zip64_field()),
    "another order in the directory": swapped,
    "an extra field of Unix": lambda: with_both(struct.pack("<2H", 0x5455, 5) + b"\3abcd"),
    "Unicode names": lambda: pack(parts({NAMED: b"x", "sample_project/日本語.py": b"", "sample_project/é.py": b""})),
    "a name with an emoji": lambda: pack(parts({"sample_project/👩‍💻.txt": b""})),
    "empty members": lambda: pack(parts({"sample_project/py.typed": b"", "sample_project/empty.py": b""})),
    "a long name": lambda: pack(parts({f"sample_project/{'long' * 50}/{'name' * 50}.py": b"x"})),
    "names with signs": lambda: pack(parts({"sample_project/a b (c) [d] {e} +~!@#$%^&=,;'`.txt": b"x"})),
    "hidden files": lambda: pack(parts({"sample_project/.hidden": b"", "sample_project/.d/...": b""})),
    "a large text": lambda: pack(parts({"sample_project/large.txt": LARGE * 200})),
    "a ZIP archive inside": lambda: pack(parts({"sample_project/test.zip": HEALTHY})),
    "a stored ZIP archive at the end": lambda: pack(
        [*(replace(each, method=STORED) for each in parts({"z.zip": HEALTHY}))]
    ),
    "data and scripts": lambda: pack(parts({f"{TOP}.data/scripts/run": b"#!python\n", f"{TOP}.data/data/x": b""})),
}


@pytest.mark.parametrize("case", ODD)
def test_an_unusual_archive_is_accepted(case: str) -> None:
    """What the index and installers take is healthy, however rare."""
    found = judged(WHEEL, ODD[case]())
    assert [(each.check, each.message) for each in found if each.check != "member-names-portable"] == []


KINDS = {
    "a link": (0o120777, b"__init__.py", "member-links", "a wheel has a link: sample_project/odd to __init__.py"),
    "a link to the root": (0o120777, b"/etc/passwd", "member-links", "odd to /etc/passwd"),
    "a device": (0o020666, b"", "member-kinds", "no file, folder or link"),
    "a pipe": (0o010644, b"", "member-kinds", "no file, folder or link"),
    "a socket": (0o140644, b"", "member-kinds", "no file, folder or link"),
    "a folder without a slash": (0o040755, b"", "member-kinds", "no file, folder or link"),
    "set-user-id": (0o104755, b"x", "member-modes", "rights of its owner"),
    "set-group-id": (0o102755, b"x", "member-modes", "rights of its owner"),
}


@pytest.mark.parametrize("case", KINDS)
def test_a_wheel_holds_plain_files_only(case: str) -> None:
    """By its mode a member is something else than a file: refused; the same content as a file is accepted."""
    mode, content, check, words = KINDS[case]
    name = "sample_project/odd"
    found = [each for each in judged(WHEEL, pack(changed(name, {name: content}, mode=mode))) if each.check == check]
    assert [words in each.message for each in found] == [True]
    assert judged(WHEEL, pack(changed(name, {name: content}))) == []


def test_what_everybody_may_write_to_is_a_warning() -> None:
    """Installers take such modes away, and much used wheels have them."""
    found = judged(WHEEL, one(mode=0o100666))
    assert [(each.check, each.severity) for each in found] == [("member-modes", "warning")]


def test_many_members_with_one_fault_are_one_finding() -> None:
    """A wheel written by a streaming program is told so once."""
    found = judged(WHEEL, pack([replace(part, descriptor=True) for part in parts()]))
    assert [each.message for each in found] == [
        "a member has its sizes behind it, in a data descriptor (and of 3 members more)"
    ]


@pytest.mark.parametrize("name", ["sample_project-1.2.3-py3-none-any.WHL"])
def test_the_ending_of_a_wheel_is_in_lower_case(name: str) -> None:
    """Another spelling is refused as that."""
    assert [each.check for each in judged(name, HEALTHY) if each.check == "archive-format"] == ["archive-format"]


def test_faults_of_many_kinds_are_told_in_part() -> None:
    """However many differing things are wrong, the answer stays short."""
    odd = [Part(name=b"odd/%d" % number, method=number, packed=b"x") for number in range(100, 200)]
    assert len(judged(WHEEL, pack([*parts(), *odd]))) == 20
