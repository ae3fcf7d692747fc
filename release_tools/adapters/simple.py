"""Reads a page of the simple index: JSON where the index offers it, else HTML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

from release_tools.adapters.listing import ACTIVE, Listed, digest, moment

JSON = "application/vnd.pypi.simple.v1+json"
ACCEPT = f"{JSON}, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
# By what index servers head a page without files, and what else there is on pages that are none of theirs.
HEADINGS = re.compile(r"(?i)\blinks for\b|\bindex of\b|\b(simple|package) index\b|\bdirectory listing\b")
OTHERS = frozenset({"form", "frame", "iframe", "input", "script"})


def read(text: str, content_type: str, url: str) -> tuple[tuple[Listed, ...], str]:
    """Return the files of a page and the status of the project; `url` is where the page came from.

    Raises ValueError for what is no such page.
    """
    if content_type.partition(";")[0].strip().lower() == JSON:
        page = json.loads(text)
        return tuple(_of_json(page, url)), _status(page)
    links = _Links()
    try:
        links.feed(text)
        links.close()
    except AssertionError as error:
        raise ValueError(str(error)) from error
    if links.strange and not links.found and not links.index:
        raise ValueError("it has no link, and nothing says that it is one")
    return tuple(_of_html(links, url)), links.status


def _of_json(page: Any, url: str) -> Iterator[Listed]:  # noqa: ANN401 - foreign data
    try:
        for row in page["files"]:
            provenance = row.get("provenance")
            yield Listed(
                filename=str(row["filename"]),
                url=urljoin(url, row["url"]),
                sha256=digest(row["hashes"].get("sha256")),
                uploaded=moment(row.get("upload-time")),
                yanked=_reason(row.get("yanked")),
                provenance=urljoin(url, provenance) if isinstance(provenance, str) else None,
            )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"a file without name, address or hashes ({error})") from error


def _status(page: Any) -> str:  # noqa: ANN401 - foreign data
    found = page.get("project-status")
    status = found.get("status") if isinstance(found, dict) else None
    return status if isinstance(status, str) else ACTIVE


def _reason(yanked: object) -> str | None:
    return yanked if isinstance(yanked, str) else "" if yanked else None


def _of_html(links: _Links, url: str) -> Iterator[Listed]:
    base = urljoin(url, links.base)
    for attributes in links.found:
        address = urljoin(base, attributes["href"])
        provenance = attributes.get("data-provenance")
        yield Listed(
            filename=unquote(urlsplit(address).path).rpartition("/")[2],
            url=address.partition("#")[0],
            sha256=digest(next(iter(parse_qs(urlsplit(address).fragment).get("sha256", ())), None)),
            yanked=attributes.get("data-yanked"),
            provenance=urljoin(base, provenance) if provenance else None,
        )


class _Links(HTMLParser):
    """Collects all links with their attributes, the base that they are relative to, and the project's status.

    `index` is whether the page says of itself that it is one of an index, `strange` whether it holds more than links.
    """

    def __init__(self) -> None:
        super().__init__()
        self.base = ""
        self.status = ACTIVE
        self.found: list[dict[str, str]] = []
        self.index = False
        self.strange = False
        self._tag = ""

    def handle_data(self, data: str) -> None:
        """Look at what is said, and at the headings."""
        self.strange = self.strange or bool(data.strip())
        self.index = self.index or (self._tag in ("title", "h1") and bool(HEADINGS.search(data)))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take `href` of links and of the base, and the status of the project."""
        self._tag = tag
        self.strange = self.strange or tag in OTHERS
        given = {name: value or "" for name, value in attrs}
        self.index = self.index or (tag == "meta" and given.get("name", "").startswith(("pypi:", "api-version")))
        if tag == "a" and given.get("href"):
            self.found.append(given)
        elif tag == "base":
            self.base = self.base or given.get("href", "")
        elif tag == "meta" and given.get("name") == "pypi:project-status":
            self.status = given.get("content") or ACTIVE
