"""Changelogs made for tests."""

from __future__ import annotations

from collections.abc import Callable

from release_tools.changelog import Changelog
from release_tools.changelog.source import Format
from release_tools.model import Location

FILES: dict[Format, str] = {"markdown": "CHANGELOG.md", "rst": "CHANGES.rst", "text": "CHANGES"}


def changelog(text: str, markup: Format = "markdown") -> Changelog:
    """Return a changelog of one file."""
    return Changelog(where=Location(file=FILES[markup]), format=markup, text=text)


def underlined(heading: str, mark: str = "-") -> str:
    """Return a heading with an underline as long as it."""
    return f"{heading}\n{mark * len(heading)}"


def overlined(heading: str, mark: str = "=") -> str:
    """Return a heading between two lines."""
    return f"{mark * len(heading)}\n{underlined(heading, mark)}"


# Every way in which a heading is marked: what it is called, the format, and how a heading is written.
MARKUPS: dict[str, tuple[Format, Callable[[str], str]]] = {
    **{f"atx {level}": ("markdown", lambda heading, level=level: "#" * level + " " + heading) for level in range(1, 7)},  # type: ignore[misc]
    "atx closed": ("markdown", lambda heading: f"## {heading} ##"),
    "atx indented": ("markdown", lambda heading: f"   ## {heading}"),
    "atx with a tab": ("markdown", lambda heading: f"##\t{heading}"),
    "setext =": ("markdown", lambda heading: underlined(heading, "=")),
    "setext -": ("markdown", lambda heading: underlined(heading, "-")),
    "html": ("markdown", lambda heading: f"<h2>{heading}</h2>"),
    "html with attributes": ("markdown", lambda heading: f'<h3 align="center" id="x">{heading}</h3>'),
    "bold in Markdown": ("markdown", lambda heading: f"**{heading}**"),
    **{f"rst {mark}": ("rst", lambda heading, mark=mark: underlined(heading, mark)) for mark in "=-~^\"'`*+#:._<>"},  # type: ignore[misc]
    "rst overlined": ("rst", overlined),
    "rst overlined and indented": (
        "rst",
        lambda heading: f"{'=' * (len(heading) + 2)}\n {heading}\n{'=' * (len(heading) + 2)}",
    ),
    "bold in rst": ("rst", lambda heading: f"**{heading}**"),
    "plain line": ("text", lambda heading: heading),
    "underlined text": ("text", underlined),
}
