"""The readme that becomes the project's page on the index: what the source names, and whether it will be shown."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from release_tools import index_page
from release_tools.versions.facts import Facts, text
from release_tools.versions.reading import UnreadableError

MARKDOWN, RST, PLAIN = "text/markdown", "text/x-rst", "text/plain"
SUFFIXES = {".md": MARKDOWN, ".rst": RST, ".txt": PLAIN}
POETRY_SUFFIXES = {".md": MARKDOWN, ".markdown": MARKDOWN, ".rst": RST}
# What takes the parser a few seconds at the worst.
LARGEST_MARKDOWN = 64 * 1024

# Up to so many characters, and with none of these directives but what `is_tame` excepts, a page is rendered at once.
TAME = 16 * 1024
CODE = ("code", "code-block", "sourcecode")
LEXERS = frozenset({"", "bash", "console", "none", "pycon", "python", "python3", "sh", "shell", "text"})
_GROWING = re.compile(
    rf"(?i)(?<!\w)(?P<name>replace|contents|target-notes|csv-table|role|{'|'.join(CODE)})\s?::(?P<argument>[^\n]*)"
)

# What decides with the renderer of the index whether a page is shown, in its spelling; a warning is enough to fail.
_SETTINGS = {
    "halt_level": 2,
    "report_level": 5,
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "strip_comments": True,
    "_disable_config": True,
}
_REPORT = re.compile(r"^<string>:(?P<line>\d+)?: \(\w+/\d\) (?P<message>.*)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_ADDRESS = re.compile(r"<(?:a|img)\b[^>]{0,500}?\s(?:href|src)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
# Whether it is worth parsing at all.
_MAYBE = re.compile(r"\]\((?!\s*<?(?:\w+:|#))|\]:(?!\s*<?(?:\w+:|#))|(?:src|href)\s*=(?!\s*[\"']?(?:\w+:|#))")


class FaultyError(Exception):
    """The readme cannot be had; the text is the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readme:
    """The text of the page, and its content type, None where the source states none; `files` hold it in this order."""

    files: tuple[str, ...]
    content_type: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What the renderer of the index objects to, and the line in the text of the page; a mild one refuses nothing."""

    message: str
    line: int | None = None
    mild: bool = False


def stated(facts: Facts) -> Readme | None:
    """Return the readme that the source names, None where there is none or the build backend alone knows it.

    Raises FaultyError for one that the backend will not find or the index not take.
    """
    try:
        return _standard(facts) if "readme" in facts.project else _of_tool(facts)
    except UnreadableError as reason:
        raise FaultyError(f"the readme cannot be read: {reason}") from reason


def _standard(facts: Facts) -> Readme | None:
    readme = facts.project["readme"]
    if isinstance(readme, str):
        content_type = SUFFIXES.get(_suffix(readme))
        if content_type is None:
            raise FaultyError(
                f"project.readme is {readme!r}, which tells no content type; known are {', '.join(SUFFIXES)}"
            )
        return _read(facts, (readme,), content_type)
    if not isinstance(readme, Mapping) or not text(readme, "content-type"):
        return None  # a form that pyproject.toml must not have
    content_type = _known(text(readme, "content-type"))
    if text(readme, "file"):
        return _read(facts, (text(readme, "file"),), content_type)
    return Readme(files=(), content_type=content_type, text=text(readme, "text"))


def _of_tool(facts: Facts) -> Readme | None:
    if facts.backend == "poetry":
        named = facts.table("tool", "poetry").get("readme")
        files = tuple(each for each in (named if isinstance(named, list) else [named]) if isinstance(each, str))
        return _read(facts, files, POETRY_SUFFIXES.get(_suffix(files[0]), PLAIN)) if files else None
    if facts.project:
        return None
    if facts.backend == "flit":
        file = text(facts.table("tool", "flit", "metadata"), "description-file")
        return _read(facts, (file,), SUFFIXES.get(_suffix(file))) if file else None
    return _of_setup_cfg(facts) if facts.backend in ("setuptools", "pbr") else None


def _of_setup_cfg(facts: Facts) -> Readme | None:
    handed = index_page.handed(facts)
    if handed is None or "readme" in handed:
        return None  # what setup.py says comes first
    kind, _, named = facts.setup_cfg.get("metadata", "long_description").partition(":")
    if facts.backend == "pbr":
        kind, named = "file", facts.setup_cfg.get("metadata", "description_file")
    files = tuple(name for name in re.split(r"[,\n]", named) if name.strip())
    if kind.strip() != "file" or not files:
        return None
    metadata = facts.setup_cfg.sections.get("metadata", {})
    content_type = metadata.get("long_description_content_type") or metadata.get("description_content_type")
    return _read(facts, tuple(name.strip() for name in files), _known(content_type) if content_type else None)


def _read(facts: Facts, files: tuple[str, ...], content_type: str | None) -> Readme:
    return Readme(files=files, content_type=content_type, text="\n".join(map(facts.tree.text, files)))


def _suffix(file: str) -> str:
    name = file.rpartition("/")[2].lower()
    return f".{name.rpartition('.')[2]}" if "." in name else ""


def _known(content_type: str) -> str:
    bare = content_type.partition(";")[0].strip().lower()
    if bare not in (MARKDOWN, RST, PLAIN):
        raise FaultyError(f"{content_type!r} is no content type that an index takes for a readme")
    return bare


def complaint(readme: Readme) -> Complaint | None:
    """Return why the index would refuse the page: reStructuredText can fail, which is also the default."""
    if readme.content_type in (MARKDOWN, PLAIN) or not readme.text.strip():
        return None
    from docutils.core import publish_doctree
    from docutils.utils import SystemMessage

    said = io.StringIO()
    try:
        shown = publish_doctree(readme.text, settings_overrides={**_SETTINGS, "warning_stream": said})
    except SystemMessage as error:
        return _complaint(said.getvalue() or str(error))
    except RecursionError:
        return Complaint(message="it nests too deeply to be rendered")
    return None if shown.children else Complaint(message="nothing of it is shown")


def is_tame(readme: Readme) -> bool:
    """Whether rendering a page takes a time and a memory that grow no faster than its text, which is short.

    Substitutions and tables of contents write other parts of the page once more wherever they stand, and so do the
    notes of all targets; what a table of CSV holds is read only once it is unpacked; roles and code call a lexer, of
    which only those of `LEXERS` are known to be quick. Nothing else that the index lets a page do grows, but with the
    square of its length at the most, which `TAME` keeps small.
    """
    if readme.content_type in (MARKDOWN, PLAIN):
        return True
    if len(readme.text) > TAME:
        return False
    found = [(each["name"].lower(), each["argument"]) for each in _GROWING.finditer(readme.text)]
    others = [name for name, argument in found if name not in CODE or argument.strip().lower() not in LEXERS]
    return others in ([], ["contents"])


def _complaint(said: str) -> Complaint:
    found = _REPORT.match(said)
    message = " ".join((found["message"] if found else said).split("\n\n")[0].split())
    return Complaint(message=message, line=int(found["line"]) if found and found["line"] else None)


def relative(readme: Readme) -> tuple[str, ...]:
    """Return the links and images of a Markdown page that lead nowhere from the index: addresses without a host."""
    if readme.content_type != MARKDOWN or len(readme.text) > LARGEST_MARKDOWN or not _MAYBE.search(readme.text):
        return ()
    found = (address.strip() for address in _addresses(readme.text))
    return tuple(dict.fromkeys(address for address in found if _is_relative(address)))


def _addresses(markdown: str) -> Iterator[str]:
    from markdown_it import MarkdownIt

    for token in MarkdownIt("commonmark").enable("table").parse(markdown):
        for each in (token, *(token.children or ())):
            if each.type in ("html_block", "html_inline"):
                yield from ("".join(groups) for groups in _ADDRESS.findall(_COMMENT.sub("", each.content)))
            else:
                yield from (str(each.attrs[name]) for name in ("href", "src") if name in each.attrs)


def _is_relative(address: str) -> bool:
    try:
        parts: Any = urlsplit(address)
    except ValueError:
        return False
    return bool(address) and not (parts.scheme or parts.netloc or address.startswith("#"))
