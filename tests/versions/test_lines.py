"""Lines: the parsers of TOML and INI files do not tell them, so they are found by other means."""

from __future__ import annotations

import pytest

from release_tools.versions.ini import parse_ini
from release_tools.versions.lines import LARGE, toml_line

KEYS = ("project", "version")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[project]\nversion = "1.2"', 2),
        ('[a]\nversion = "1.2"\n[b]\nversion = "1.2"\n[project]\nversion = "1.2"', 6),
        ('project.version = "1.2"', 1),
        ('project = {version = "1.2"}', 1),
        ("[ project ]\n\"version\" = '1.2'", 2),
        ('x = """\n[project]\nversion = "1.2"\n"""\n[project]\nversion = "1.2"', 6),
        ("x = [\n['project'],\n['version = 1.2'],\n]\n[project]\nversion = '1.2'", 6),
        ('[project]\n# version = "1.2"\nversion = "1.2" # version = "1.2"', 3),
        ('[project]\nversion = """\\\n  1.2"""', None),
        ('[project]\n"ver\\u0073ion" = "1.2"', None),
        ('[project]\nversion = "1.\\u0032"', None),
        ("", None),
        ("[project\nversion = '1.2'", None),
    ],
)
def test_line_of_a_toml_value(text: str, line: int | None) -> None:
    """The line is the one that states the value, or none where that cannot be told."""
    assert toml_line(text, KEYS, "1.2") == line


def test_line_in_a_huge_file_is_not_searched_for_long() -> None:
    """Only the likeliest line of a huge file is tried; each trial parses it once more."""
    decoys = 'version = "1.2"\n' + "# version 1.2\n" * (LARGE // 10)
    assert toml_line(f"[other]\n{decoys}[project]\nversion = '1.2'", KEYS, "1.2") is not None
    assert toml_line(f"[other]\n{decoys}\nproject.version = '1.2'", KEYS, "1.2") is None


INI = """\
[metadata]
name: demo
Version = 0.1
version=1.2
long-description = a
    version = 9
[options]
version = 3
"""


def test_lines_of_an_ini_file() -> None:
    """Each option is found in its section; a continuation is no option."""
    ini = parse_ini(INI)
    assert ini.get("metadata", "version") == "1.2"
    assert ini.lines["metadata", "version"] == 4
    assert ini.lines["metadata", "name"] == 2
    assert ini.lines["options", "version"] == 8
    assert ini.get("metadata", "long_description") == "a\nversion = 9"
    assert ini.get("none", "none") == ""


def test_pairs_of_an_ini_value() -> None:
    """`package_dir` is written in lines or with commas."""
    ini = parse_ini("[options]\npackage_dir =\n    = src\n    a.b=code\nother = x=1, y = 2, z\n")
    assert ini.pairs("options", "package_dir") == {"": "src", "a.b": "code"}
    assert ini.pairs("options", "other") == {"x": "1", "y": "2"}


@pytest.mark.parametrize(
    "text",
    ["version = 1", "[a]\n[a]", "[a]\nx=1\nx=2", "[a\n", "[a]\n x", "[a]\nversion" + " " * 900_000 + "x", "[a]\n= 1"],
)
def test_broken_ini_has_no_sections(text: str) -> None:
    """What is no INI file is told in one line, at once."""
    ini = parse_ini(text)
    assert ini.sections == {}
    assert ini.broken
    assert "\n" not in ini.broken
