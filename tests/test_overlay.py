"""The trial version of a commit without a tag, and where it is put."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from packaging.version import Version

from release_tools import overlay
from release_tools.adapters import checked_out
from release_tools.errors import Refused
from release_tools.model import Declaration, Location, Source, Target
from release_tools.overlay import Replacement

TESTPYPI, PYPI = (Target(name=name, upload_url="", simple_url="") for name in ("testpypi", "pypi"))
SOURCE = Source(
    root=Path(), commit="c" * 40, commit_time=77, branch="main", default_branch="main", dirty=(), shallow=False,
    remote=None,
)  # fmt: skip


@pytest.mark.parametrize(
    ("planned", "released", "expected"),
    [
        ("1.2.3", [], "1.2.3.dev77"),
        ("1.2.3", ["1.2.2"], "1.2.3.dev77"),
        ("1.2.3", ["1.2.3"], "1.2.4.dev77"),
        ("1.3.0.dev0", ["1.2.3"], "1.3.0.dev77"),
        ("1.3.0rc1", [], "1.3.0rc1.dev77"),
        ("1.3.0rc1", ["1.3.0rc1"], "1.3.0rc2.dev77"),
        ("1!2.0", [], "1!2.0.dev77"),
        ("2026.11", ["2026.11"], "2026.12.dev77"),
        ("1.0+local", [], "1.0.dev77"),
    ],
)
def test_a_trial_is_a_version_before_the_next(planned: str, released: list[str], expected: str) -> None:
    """It is lower than what comes and higher than what was, and two trials of one commit are the same."""
    found = overlay.version(Version(planned), {Version(each) for each in released}, 77)
    assert str(found) == expected
    assert all(found > Version(each) for each in released)


def declaration(raw: str, file: str = "pkg/__init__.py", line: int | None = 2) -> Declaration:
    """Return a place that declares a version."""
    return Declaration(raw=raw, version=Version(raw), kind="module", where=Location(file=file, line=line))


def test_the_version_is_replaced_where_it_is_declared_and_nowhere_else() -> None:
    """The line of the declaration alone changes, line ends and all else stay."""
    (found,) = overlay.replacements([declaration("1.2.3"), declaration("1.2.3")], Version("1.2.4.dev77"))
    text = 'other = "1.2.3"\r\n__version__ = "1.2.3"  # 1.2.3\r\nlast = "1.2.3"'
    assert found.applied(text) == 'other = "1.2.3"\r\n__version__ = "1.2.4.dev77"  # 1.2.3\r\nlast = "1.2.3"'


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("setup(name='pkg-2', version='2')", "setup(name='pkg-2', version='NEW')"),
        ("python_requires='>=2', version='2'", "python_requires='>=2', version='NEW'"),
        ("version2 = 2", "version2 = NEW"),
        ("project(x2 VERSION 2)", "project(x2 VERSION NEW)"),
        ("tag = release-v2", "tag = release-vNEW"),
    ],
)
def test_the_version_is_found_in_its_line(line: str, expected: str) -> None:
    """It may be a part of other words there: what stands in quotes goes first, then what stands alone."""
    assert Replacement(file="setup.py", line=1, old="2", new="NEW").applied(line) == expected


def test_lines_are_counted_as_python_counts_them() -> None:
    """A form feed, which old files have between their parts, ends no line."""
    found = Replacement(file="a.py", line=2, old="1.0", new="1.1").applied('"""Doc."""\x0c\n__version__ = "1.0"\n')
    assert found == '"""Doc."""\x0c\n__version__ = "1.1"\n'


@pytest.mark.parametrize("line", [1, 9])
def test_a_version_that_does_not_stand_there_is_refused(line: int) -> None:
    """Nothing is guessed: the place is named."""
    with pytest.raises(Refused, match=f"pkg.py:{line}: no version stands there"):
        Replacement(file="pkg.py", line=line, old="1.2.3", new="1.2.4.dev77").applied("a\nb\n")
    with pytest.raises(Refused, match=r"setup\.py: no version stands there"):
        overlay.replacements([declaration("1.2.3", "setup.py", None)], Version("1.2.4.dev77"))


def test_only_the_trial_index_takes_what_has_no_tag() -> None:
    """A tagged commit is a release there too, and no other target takes a trial."""
    assert overlay.is_trial(TESTPYPI, tagged=False)
    assert not overlay.is_trial(TESTPYPI, tagged=True)
    assert not overlay.is_trial(PYPI, tagged=False)


@pytest.mark.parametrize(
    ("branch", "default", "ref", "expected"),
    [
        ("main", "main", None, True),
        ("topic", "main", None, False),
        (None, "main", "refs/heads/main", True),
        (None, "main", "refs/heads/topic", False),
        (None, "main", "refs/tags/main", False),
        (None, "main", None, False),
        ("trunk", "trunk", None, True),
        ("master", None, None, True),
        ("topic", None, None, False),
    ],
)
def test_a_trial_is_of_the_default_branch(
    branch: str | None, default: str | None, ref: str | None, *, expected: bool
) -> None:
    """As git knows it, else as the CI service names it; where nobody says which it is, by its usual names."""
    source = replace(SOURCE, branch=branch, default_branch=default)
    assert overlay.is_on_default_branch(source, {"GITHUB_REF": ref} if ref else {}) is expected


def test_a_file_of_the_clone_is_rewritten_and_a_link_is_not_followed(tmp_path: Path) -> None:
    """Line ends stay as they are; what lies elsewhere is not touched."""
    (tmp_path / "a.py").write_bytes(b"one\r\ntwo\n")
    checked_out.rewrite(tmp_path / "a.py", lambda text: text.replace("two", "three"))
    assert (tmp_path / "a.py").read_bytes() == b"one\r\nthree\n"
    (tmp_path / "b.py").symlink_to("a.py")
    with pytest.raises(Refused, match=r"b\.py is a link"):
        checked_out.rewrite(tmp_path / "b.py", str.upper)
    assert (tmp_path / "a.py").read_bytes() == b"one\r\nthree\n"
