"""The line on which a part of a TOML file stands."""

from __future__ import annotations

import time

import pytest

from release_tools.toml_lines import line_of

TEXT = """\
# [project]
top = 1
[project] # the metadata
name = "sample"
urls."Source Code" = "https://example.com/code"
classifiers = [
  "One",
  "Two",
]
authors = [{ name = "Sam" }, { email = "no" }]
[ tool . "some.tool" ]
key = { inner = 1 }
[[tool.rows]]
a = 1
"""


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        (("top",), 1, 2),
        (("project",), None, 3),
        (("project", "name"), "sample", 4),
        (("project", "name"), None, 4),
        (("project", "urls", "Source Code"), "https://example.com/code", 5),
        (("project", "classifiers"), None, 6),
        (("project", "classifiers", 1), "Two", 8),
        (("project", "classifiers", 1), "elsewhere", 6),
        (("project", "authors", 1, "email"), "no", 10),
        (("project", "missing"), None, 3),
        (("tool", "some.tool", "key", "inner"), 1, 12),
        (("tool", "rows", 0, "a"), 1, 14),
        (("nothing",), None, None),
        ((), None, None),
    ],
)
def test_the_nearest_line_is_found(path: tuple[str | int, ...], value: object, line: int | None) -> None:
    """It is the line of the key, or of the table around it; of an item of a list its own."""
    assert line_of(TEXT, path, value) == line


@pytest.mark.parametrize("line", ["[" + " " * 200_000, "a" * 200_000, '"' * 200_000, "a . " * 50_000])
def test_a_long_line_takes_no_time(line: str) -> None:
    """Whatever stands in a text of many lines: the search is done in well under a second."""
    started = time.monotonic()
    assert line_of(f'[project]\ntext = """\n{line}\n"""\nname = "a"\n', ("project", "name"), "a") == 5
    assert time.monotonic() - started < 5
