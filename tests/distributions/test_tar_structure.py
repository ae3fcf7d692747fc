"""Sdists with one thing wrong in their tar archive, each beside a healthy twin without it."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests import zips
from tests.archives import METADATA, MODULE, SDIST, TOP
from tests.judged import judged
from tests.tars import BLOCK, END, Entry, at, entries, extended, long_name, packed, tar, with_entries

HEALTHY = packed(entries())
PLAIN = tar(entries())
LONG = f"{TOP}/{'long/' * 30}name.py"
GNU = b"ustar  \0"
FOLDER = at("data/", type=b"5", mode=0o755)
FILE = at("data.txt", content=b"data")


@dataclass(frozen=True, slots=True)
class Case:
    """A broken sdist, the check that finds it, words of what it says, the twin without the fault, and its name."""

    broken: bytes
    check: str
    words: str
    twin: bytes = HEALTHY
    name: str = SDIST


def renamed(name: str, other: str) -> bytes:
    """Return a sdist with a file of two names: one in its header, another before it."""
    return with_entries(extended(path=f"{TOP}/{other}"), at(name, content=b"data"))


def as_zip(top: str = TOP) -> bytes:
    """Return the same sdist as a ZIP archive."""
    return zips.pack(
        [zips.Part(name=entry.name.replace(TOP.encode(), top.encode()), content=entry.content) for entry in entries()]
    )


def polyglot() -> bytes:
    """Return an sdist that is a ZIP archive too, in a part that gzip does not look at."""
    inner = zips.pack(zips.parts())
    return HEALTHY + inner


def with_trailer(crc: int, size: int) -> bytes:
    """Return an sdist with another checksum and size at its end."""
    return HEALTHY[:-8] + crc.to_bytes(4, "little") + size.to_bytes(4, "little")


CASES: dict[str, Case] = {
    # The container.
    "bzip2 named gz": Case(bz2.compress(PLAIN), "archive-format", "a tar compressed by bzip2"),
    "xz named gz": Case(lzma.compress(PLAIN), "archive-format", "a tar compressed by xz"),
    "not compressed": Case(PLAIN, "archive-format", "a tar that is not compressed"),
    "a ZIP archive named gz": Case(as_zip(), "archive-format", "it is a ZIP archive"),
    "a text": Case(b"hello world\n" * 100, "archive-format", "it is no archive"),
    "empty": Case(b"", "archive-format", "it is no archive"),
    "named tgz": Case(HEALTHY, "file-name-canonical", f"named {SDIST}", name=f"{TOP}.tgz"),
    "cut off": Case(HEALTHY[:-20], "archive-readable", "cut off"),
    "cut in the middle": Case(HEALTHY[: len(HEALTHY) // 2], "archive-readable", "cut off"),
    "another checksum": Case(with_trailer(1, len(PLAIN)), "archive-readable", "incorrect data check"),
    "another size": Case(with_trailer(zlib.crc32(PLAIN), 5), "archive-readable", "incorrect length check"),
    "a second gzip member": Case(HEALTHY + gzip.compress(b"evil"), "archive-framing", "a second gzip member"),
    "data behind": Case(HEALTHY + b"evil", "archive-framing", "something stands behind the compressed"),
    "zeros behind": Case(HEALTHY + bytes(512), "archive-framing", "something stands behind the compressed"),
    "no tar inside": Case(gzip.compress(b"hello world\n" * 100), "archive-readable", "tar header at 0 is damaged"),
    "nothing inside": Case(gzip.compress(b""), "archive-readable", "cut off"),
    # The end.
    "data behind the end": Case(packed(entries(), END + b"evil"), "archive-framing", "behind the end of the tar"),
    "a member behind the end": Case(
        packed(entries(), END + FILE.blocks() + END), "archive-framing", "behind the end of the tar", with_entries(FILE)
    ),
    "a second tar behind the end": Case(packed(entries(), END + PLAIN), "archive-framing", "behind the end"),
    "no end": Case(packed(entries(), b""), "archive-readable", "cut off"),
    "half a block": Case(packed(entries(), bytes(100)), "archive-readable", "cut off"),
    "endless zeros": Case(
        packed(entries(), bytes(3 << 20)), "archive-bounded", "behind the end", packed(entries(), bytes(10240))
    ),
    # Headers.
    "a damaged header": Case(with_entries(at("x", sum=1)), "archive-readable", "is damaged", with_entries(at("x"))),
    "a size that is none": Case(
        with_entries(at("x", size=b"hello world\0")),
        "archive-readable",
        "a number in the tar header",
        with_entries(at("x")),
    ),
    "a negative size": Case(
        with_entries(at("x", size=b"\xff" * 12)),
        "archive-readable",
        "a number in the tar header",
        with_entries(at("x")),
    ),
    "a size beyond the end": Case(
        with_entries(at("x", size=1 << 20)), "archive-readable", "cut off", with_entries(at("x", size=0))
    ),
    "a size beyond all": Case(
        with_entries(at("x", size=b"\x80" + b"\xff" * 11)),
        "archive-readable",
        "cut off",
        with_entries(at("x", size=b"\x80" + bytes(11))),
    ),
    "a size too small": Case(
        with_entries(at("x", content=b"evil" * 200, size=4)),
        "archive-readable",
        "is damaged",
        with_entries(at("x", content=b"evil" * 200)),
    ),
    "a folder with a content": Case(
        with_entries(at("data/", type=b"5", size=9)), "archive-headers", "no file has a content", with_entries(FOLDER)
    ),
    "a link with a content": Case(
        with_entries(at("link", type=b"2", link=b"PKG-INFO", size=9)),
        "archive-headers",
        "no file has a content",
        with_entries(at("link", type=b"2", link=b"PKG-INFO")),
    ),
    "a prefix in a GNU header": Case(
        with_entries(at("x", magic=GNU, prefix=TOP.encode())),
        "archive-headers",
        "of GNU form has a prefix",
        with_entries(at("x", magic=GNU)),
    ),
    # Extended headers.
    "pax: another name": Case(
        renamed("safe.py", "evil.py"), "archive-headers", "one name in its header", renamed("safe.py", "safe.py")
    ),
    "pax: another size": Case(
        with_entries(extended(size="4"), at("x", content=b"evil" * 9)),
        "archive-headers",
        "one size in its header",
        with_entries(extended(size="36"), at("x", content=b"evil" * 9)),
    ),
    "pax: another link": Case(
        with_entries(extended(linkpath="pyproject.toml"), at("link", type=b"2", link=b"PKG-INFO")),
        "archive-headers",
        "one link in its header",
        with_entries(extended(linkpath="PKG-INFO"), at("link", type=b"2", link=b"PKG-INFO")),
    ),
    "pax: a size that is none": Case(
        with_entries(extended(size="many"), at("x")),
        "archive-readable",
        "is no number",
        with_entries(extended(size="0"), at("x")),
    ),
    "pax: a time that is none": Case(
        with_entries(extended(mtime="nan"), at("x")),
        "archive-headers",
        "time is no number",
        with_entries(extended(mtime="1.5"), at("x")),
    ),
    "pax: a time in words": Case(
        with_entries(extended(mtime="soon"), at("x")),
        "archive-headers",
        "time is no number",
        with_entries(extended(mtime="-1.5"), at("x")),
    ),
    "pax: a malformed record": Case(
        with_entries(Entry(name=b"pax", type=b"x", content=b"99 path=x\n"), at("x")),
        "archive-readable",
        "extended header is malformed",
        with_entries(extended(comment="x"), at("x")),
    ),
    "pax: a number without end": Case(
        with_entries(Entry(name=b"pax", type=b"x", content=b"9" * 5000), at("x")), "archive-readable", "malformed"
    ),
    "pax: two headers": Case(
        with_entries(extended(comment="x"), extended(comment="y"), at("x")),
        "archive-headers",
        "two extended headers",
        with_entries(extended(comment="x"), at("x")),
    ),
    "pax: no member": Case(with_entries(extended(comment="x")), "archive-headers", "has no member"),
    "pax: one name for all": Case(
        packed([extended(b"g", path=f"{TOP}/PKG-INFO"), *entries()]),
        "archive-headers",
        "a global header",
        packed([extended(b"g", comment="0" * 40), *entries()]),
    ),
    "gnu: a long name without a member": Case(with_entries(long_name(LONG)), "archive-headers", "has no member"),
    "gnu: a short name twice": Case(
        with_entries(long_name(f"{TOP}/evil.py"), at("safe.py")), "archive-headers", "one name in its header"
    ),
    "gnu and pax: two long names": Case(
        with_entries(long_name(LONG), extended(path=LONG + "c"), at("x")),
        "archive-headers",
        "two long names",
        with_entries(long_name(LONG), at("x")),
    ),
    # Kinds and features.
    "sparse, of GNU": Case(
        with_entries(at("x", type=b"S", magic=GNU)), "archive-features", "sparse", with_entries(at("x", magic=GNU))
    ),
    "sparse, of pax": Case(
        with_entries(extended(GNU_sparse_major="1", GNU_sparse_minor="0"), at("x", content=b"0\n")),
        "archive-features",
        "sparse",
    ),
    "sparse, for all": Case(
        packed([extended(b"g", GNU_sparse_major="1"), *entries()]), "archive-headers", "global header"
    ),
    "a volume": Case(with_entries(at("x", type=b"M", magic=GNU)), "archive-features", "one volume"),
    "a character device": Case(
        with_entries(at("null", type=b"3")), "member-kinds", "no file, folder or link", with_entries(at("null"))
    ),
    "a block device": Case(
        with_entries(at("disk", type=b"4")), "member-kinds", "no file, folder or link", with_entries(at("disk"))
    ),
    "a pipe": Case(
        with_entries(at("pipe", type=b"6")), "member-kinds", "no file, folder or link", with_entries(at("pipe"))
    ),
    "an unknown kind": Case(
        with_entries(at("odd", type=b"Z")), "member-kinds", "no file, folder or link", with_entries(at("odd"))
    ),
    # Links.
    "a link to the root": Case(with_entries(at("link", type=b"2", link=b"/etc/passwd")), "member-links", "leads out"),
    "a link upwards": Case(with_entries(at("a/link", type=b"2", link=b"../../other")), "member-links", "leads out"),
    "a link of Windows": Case(with_entries(at("link", type=b"2", link=b"..\\..\\x")), "member-links", "leads out"),
    "a link to a drive": Case(with_entries(at("link", type=b"2", link=b"C:/x")), "member-links", "leads out"),
    "a link through a link": Case(
        with_entries(at("a/up", type=b"2", link=b".."), at("link", type=b"2", link=b"a/up/../x")),
        "member-links",
        "leads out",
        with_entries(at("a/up", type=b"2", link=b".."), at("link", type=b"2", link=b"a/up/x")),
    ),
    "a link in a circle": Case(with_entries(at("link", type=b"2", link=b"link")), "member-links", "or nowhere"),
    "a link to nothing": Case(with_entries(at("link", type=b"2")), "member-links", "or nowhere"),
    "a file below a link": Case(
        with_entries(at("a", type=b"2", link=b"sample_project"), at("a/evil.py")), "member-links", "below a link"
    ),
    "a hard link out": Case(
        with_entries(at("link", type=b"1", link=b"/etc/passwd")), "member-links", "no file before it"
    ),
    "a hard link upwards": Case(with_entries(at("link", type=b"1", link=b"../x")), "member-links", "no file before it"),
    "a hard link to what follows": Case(
        with_entries(at("link", type=b"1", link=FILE.name), FILE),
        "member-links",
        "no file before it",
        with_entries(FILE, at("link", type=b"1", link=FILE.name)),
    ),
    # Modes.
    "set-user-id": Case(
        with_entries(at("run", mode=0o4755)), "member-modes", "rights of its owner", with_entries(at("run", mode=0o755))
    ),
    "set-group-id": Case(
        with_entries(at("run", mode=0o2755)), "member-modes", "rights of its owner", with_entries(at("run", mode=0o755))
    ),
    # Twice, and beside.
    "a name twice": Case(with_entries(FILE, FILE), "member-names-unique", "stands twice", with_entries(FILE)),
    "PKG-INFO twice": Case(with_entries(at("PKG-INFO", content=METADATA)), "member-names-unique", "stands twice"),
    "a file and a folder of a name": Case(
        with_entries(at("data"), at("data/x")),
        "member-names-unique",
        "of a file and of a folder",
        with_entries(at("data")),
    ),
    "two folders at the top": Case(with_entries(Entry(name=b"other/x")), "sdist-one-folder", "at its top is other"),
    "a file at the top": Case(with_entries(Entry(name=b"x")), "sdist-one-folder", "at its top is"),
    "another folder at the top": Case(
        packed([Entry(name=b"other/" + each.name.partition(b"/")[2], content=each.content) for each in entries()]),
        "sdist-one-folder",
        "at its top is other",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_broken_archive_is_refused_for_what_is_wrong(case: str) -> None:
    """One thing is wrong, one check says so and names it, and its healthy twin is accepted."""
    expected = CASES[case]
    found = judged(expected.name, expected.broken)
    assert {each.check for each in found if each.severity == "error"} == {expected.check}
    assert any(expected.words in each.message for each in found), [each.message for each in found]
    assert judged(SDIST, expected.twin) == []


@pytest.mark.parametrize(("ending", "pack"), [(".tar.bz2", bz2.compress), (".tar.xz", lzma.compress), (".zip", None)])
def test_other_forms_of_old_are_read_and_refused(ending: str, pack: Callable[[bytes], bytes] | None) -> None:
    """Their contents are judged as those of an sdist, and that they are none is told."""
    found = judged(f"{TOP}{ending}", pack(PLAIN) if pack else as_zip())
    assert {each.check for each in found} == {"archive-format", "file-name-canonical"}


def test_a_tar_that_is_a_zip_archive_too_is_told_as_both() -> None:
    """The index refuses a file that two readers take for two things."""
    found = judged(SDIST, polyglot())
    assert [each.check for each in found] == ["archive-format", "archive-framing"]
    assert "ZIP archive by its end" in found[0].message


def written(form: int, **fields: int) -> bytes:
    """Return the healthy sdist and some odd members as Python's own library writes them."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz", format=form) as archive:
        folder = tarfile.TarInfo(TOP)
        folder.type, folder.mode = tarfile.DIRTYPE, 0o755
        archive.addfile(folder)
        for entry in [*entries(), Entry(name=LONG.encode(), content=MODULE)]:
            info = tarfile.TarInfo(entry.name.decode())
            info.size = len(entry.content)
            for key, value in fields.items():
                setattr(info, key, value)
            archive.addfile(info, io.BytesIO(entry.content))
    return file.getvalue()


ODD: dict[str, Callable[[], bytes]] = {
    "ustar": lambda: written(tarfile.USTAR_FORMAT),
    "gnu": lambda: written(tarfile.GNU_FORMAT),
    "pax": lambda: written(tarfile.PAX_FORMAT),
    "pax with fractions of a second": lambda: written(tarfile.PAX_FORMAT, mtime=1.5),  # type: ignore[arg-type]
    "a large owner": lambda: written(tarfile.GNU_FORMAT, uid=1 << 30),
    "a large owner, pax": lambda: written(tarfile.PAX_FORMAT, uid=1 << 30),
    "before 1970": lambda: written(tarfile.GNU_FORMAT, mtime=-1),
    "programs": lambda: written(tarfile.GNU_FORMAT, mode=0o755),
    "writable by the group": lambda: written(tarfile.GNU_FORMAT, mode=0o664),
    "private": lambda: written(tarfile.GNU_FORMAT, mode=0o600),
    "no magic": lambda: packed([Entry(name=each.name, content=each.content, magic=b"") for each in entries()]),
    "a file of old": lambda: with_entries(at("x", type=b"\0"), at("data/", type=b"\0")),
    "a contiguous file": lambda: with_entries(at("x", type=b"7")),
    "folders": lambda: with_entries(FOLDER, at("data/x")),
    "a folder twice": lambda: with_entries(FOLDER, FOLDER),
    "a folder of a group": lambda: with_entries(at("data/", type=b"5", mode=0o2775)),
    "one block of zeros": lambda: packed(entries(), bytes(BLOCK)),
    "a large last record": lambda: packed(entries(), bytes(1 << 19)),
    "git's own header": lambda: packed([extended(b"g", comment="0" * 40), *entries()]),
    "a long name": lambda: with_entries(long_name(LONG), at("x")),
    "a long name, pax": lambda: with_entries(extended(path=LONG), at("x")),
    "a long link": lambda: with_entries(long_name("a/" * 80, b"K"), at("link", type=b"2", link=b"a")),
    "a Unicode name": lambda: with_entries(at("ünï/日本語.py")),
    "a Unicode name, pax": lambda: with_entries(extended(path=f"{TOP}/ü.py"), at("?.py")),
    "a link inside": lambda: with_entries(at("docs/a", type=b"2", link=b"../PKG-INFO")),
    "a link to a folder": lambda: with_entries(at("docs/top", type=b"2", link=b"..")),
    "a link to what is not there": lambda: with_entries(at("docs/a", type=b"2", link=b"gone")),
    "a hard link": lambda: with_entries(FILE, at("link", type=b"1", link=FILE.name)),
    "an empty file": lambda: with_entries(at("py.typed")),
    "a name of its file": lambda: gzip.compress(PLAIN, 1),
    "an archive inside": lambda: with_entries(at("tests/a.tar.gz", content=HEALTHY)),
}


@pytest.mark.parametrize("case", ODD)
def test_an_unusual_archive_is_accepted(case: str) -> None:
    """What the index and installers take is healthy, however rare."""
    assert [(each.check, each.message) for each in judged(SDIST, ODD[case]())] == []
