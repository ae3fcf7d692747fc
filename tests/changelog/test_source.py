"""Reading changelogs: what is decoded, what is refused."""

from __future__ import annotations

import codecs
import os
from pathlib import Path

import pytest
from packaging.version import Version

from release_tools.changelog import Changelog, entry, read
from release_tools.changelog.source import LARGEST, name_version
from release_tools.errors import Refused
from release_tools.model import Location


def _read(root: Path, content: bytes, name: str = "CHANGELOG.md") -> Changelog:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return read(path, root)


def test_reads_a_file_with_its_place_and_format(tmp_path: Path) -> None:
    """The place is relative to the root, in POSIX form."""
    log = _read(tmp_path, b"# 1.0\n", "docs/changes/CHANGELOG.md")
    assert log == Changelog(where=Location(file="docs/changes/CHANGELOG.md"), format="markdown", text="# 1.0\n")


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_line_ends_and_byte_order_mark_are_taken_off(tmp_path: Path, ends: str, mark: bytes) -> None:
    """CRLF, CR and a BOM change neither what is found nor the numbers of lines."""
    text = "# Changelog\n\n## 1.2.3\n\n- A chänge.\n"
    log = _read(tmp_path, mark + text.replace("\n", ends).encode())
    assert log.text == text
    (found,) = entry(log, Version("1.2.3"))
    assert found.where == Location(file="CHANGELOG.md", line=3)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_other_unicode_encodings_are_named(tmp_path: Path, encoding: str) -> None:
    """UTF-16 and UTF-32 are refused by name."""
    mark = getattr(codecs, f"BOM_{encoding.upper().replace('-', '_').replace('UTF_', 'UTF')}")
    with pytest.raises(Refused, match=f"written in {encoding[:6].upper()}") as caught:
        _read(tmp_path, mark + "# 1.0\n".encode(encoding))
    assert "UTF-8" in caught.value.fix


@pytest.mark.parametrize(
    ("content", "what"),
    [(b"a\nb\xff\n", "CHANGELOG.md:2 is not valid UTF-8"), (b"a\nb\n\0", "CHANGELOG.md:3 holds a NUL")],
)
def test_a_broken_line_is_named(tmp_path: Path, content: bytes, what: str) -> None:
    """Invalid UTF-8 and NUL are refused with the number of their line."""
    with pytest.raises(Refused, match=what) as caught:
        _read(tmp_path, content)
    assert caught.value.state == "nothing was changed"
    assert caught.value.fix


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    """Over 16 MB the size alone decides."""
    path = tmp_path / "CHANGELOG.md"
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(Refused, match="larger than 16 MB"):
        read(path, tmp_path)


def test_a_folder_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    """The files of a folder share one limit."""
    for name in ("1.0.md", "1.1.md"):
        with (tmp_path / name).open("wb") as file:
            file.truncate(LARGEST // 2 + 1)
    with pytest.raises(Refused, match=r"larger than 16 MB|NUL"):
        read(tmp_path, tmp_path.parent)


@pytest.mark.parametrize("kind", ["fifo", "absent", "dangling", "loop"])
def test_what_is_no_regular_file_is_refused(tmp_path: Path, kind: str) -> None:
    """A FIFO, a link to nothing and a link to itself are refused at once, without waiting."""
    path = tmp_path / "CHANGELOG.md"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "dangling":
        path.symlink_to("nowhere")
    elif kind == "loop":
        path.symlink_to(path)
    with pytest.raises(Refused, match="not a file that can be read"):
        read(path, tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "markup"),
    [
        ("CHANGELOG.md", "x\n===\n", "markdown"),
        ("CHANGELOG.MARKDOWN", "", "markdown"),
        ("CHANGES.rst", "# x\n", "rst"),
        ("CHANGES", "1.0\n---\n", "rst"),
        ("CHANGES.txt", "# 1.0\n", "markdown"),
        ("CHANGES.txt", "1.0:\n  - x\n", "text"),
        ("NEWS", "# a\n\n1.0\n---\n\n1.1\n---\n", "rst"),
    ],
)
def test_the_format_is_the_suffix_or_what_most_headings_look_like(
    tmp_path: Path, name: str, text: str, markup: str
) -> None:
    """A suffix that promises a markup is believed; else the headings are counted."""
    assert _read(tmp_path, text.encode(), name).format == markup


def test_a_folder_holds_its_files_newest_first(tmp_path: Path) -> None:
    """Files named after versions come highest first, then the others; what cannot be a part is left out."""
    for name in ("1.2.rst", "1.10.rst", "v1.9.md", "notes.md", "index.rst", "README.md", "logo.png"):
        (tmp_path / "changes" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "changes" / name).write_text("x\n")
    (tmp_path / "changes" / "1.11.rst").symlink_to("/etc/hostname")
    (tmp_path / "changes" / "1.12").mkdir()
    log = read(tmp_path / "changes", tmp_path)
    assert (log.format, log.where.file) == ("folder", "changes")
    assert [part.where.file for part in log.parts] == [
        f"changes/{name}" for name in ("1.10.rst", "v1.9.md", "1.2.rst", "notes.md")
    ]


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("1.2.3.rst", "1.2.3"),
        ("v1.2.3.md", "1.2.3"),
        ("1.2.txt", "1.2"),
        ("1.2.3", "1.2.3"),
        ("docs/release-notes/1.2.3.rst", "1.2.3"),
        ("2.0.0-notes.rst", "2.0.0"),
        ("release-1.2.3.md", "1.2.3"),
        ("release_notes_1.2.md", "1.2"),
        ("changelog-5.3.rst", "5.3"),
        ("whats-new-3.9.0.rst", "3.9.0"),
        ("version8.rst", "8"),
        ("v4.md", "4"),
        ("2024.1.rst", "2024.1"),
        ("1.0rc1.md", "1.0rc1"),
    ],
)
def test_a_file_name_can_be_a_version(name: str, version: str) -> None:
    """The usual ways to name a file after a version are known."""
    assert name_version(name) == Version(version)


@pytest.mark.parametrize(
    "name",
    ["1234.md", "1234.bugfix.rst", "1234.dev.md", "index.rst", "changelog_20.rst", "2024-news.rst", "+abc.misc", ""],
)
def test_other_file_names_are_none(name: str) -> None:
    """A fragment's number and a year are no versions."""
    assert name_version(name) is None
