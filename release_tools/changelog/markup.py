"""The two markups of changelogs, each behind the same questions; only the one that a file is in is imported."""

from __future__ import annotations

from release_tools.changelog.source import Format
from release_tools.changelog.titles import Scan, Title


def scan(text: str, written_in: Format) -> Scan:
    """Return the headings of a text, and what hides some."""
    if written_in == "markdown":
        from release_tools.changelog import markdown

        return markdown.scan(text)
    from release_tools.changelog import rst

    return rst.scan(text)


def confirm(text: str, written_in: Format, title: Title, above: int) -> bool:
    """Let the real parser judge whether a title is a heading; `above` is where the heading before it starts."""
    if written_in == "markdown":
        from release_tools.changelog import markdown

        return markdown.confirm(text, title, above)
    from release_tools.changelog import rst

    return rst.confirm(text, title, above)
