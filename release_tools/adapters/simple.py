"""Reads a page of the simple index: JSON where the index offers it, else HTML."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename
from packaging.version import Version

JSON = "application/vnd.pypi.simple.v1+json"
ACCEPT = f"{JSON}, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One file as an index lists it; `sha256` is None where the index names none."""

    filename: str
    url: str
    sha256: str | None


def read(text: str, content_type: str, url: str) -> Iterator[Listed]:
    """Yield the files of a page; `url` is where the page came from. Raises ValueError for what is no such page."""
    if content_type.partition(";")[0].strip().lower() == JSON:
        return _of_json(json.loads(text), url)
    return _of_html(text, url)


def belongs(filename: str, version: Version) -> bool:
    """Whether a file is of this version; a name that follows no rule is judged by the text of the version."""
    try:
        if filename.endswith(".whl"):
            return parse_wheel_filename(filename)[1] == version
        return parse_sdist_filename(filename)[1] == version
    except (InvalidWheelFilename, InvalidSdistFilename):
        return f"-{version}" in filename


def _of_json(page: Any, url: str) -> Iterator[Listed]:  # noqa: ANN401 - foreign data
    try:
        for row in page["files"]:
            yield Listed(
                filename=str(row["filename"]),
                url=urljoin(url, row["url"]),
                sha256=_digest(row["hashes"].get("sha256")),
            )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"a file without name, address or hashes ({error})") from error


def _of_html(text: str, url: str) -> Iterator[Listed]:
    links = _Links()
    links.feed(text)
    links.close()
    base = urljoin(url, links.base)
    for href in links.found:
        address, fragment = urljoin(base, href), urlsplit(href).fragment
        name = unquote(urlsplit(address).path).rpartition("/")[2]
        yield Listed(
            filename=name,
            url=address.partition("#")[0],
            sha256=_digest(next(iter(parse_qs(fragment).get("sha256", ())), None)),
        )


def _digest(value: object) -> str | None:
    return value.lower() if isinstance(value, str) and value else None


class _Links(HTMLParser):
    """Collects the addresses of all links, and the base that they are relative to."""

    def __init__(self) -> None:
        super().__init__()
        self.base = ""
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take `href` of links and of the base."""
        href = dict(attrs).get("href")
        if href and tag == "a":
            self.found.append(href)
        elif href and tag == "base":
            self.base = self.base or href
