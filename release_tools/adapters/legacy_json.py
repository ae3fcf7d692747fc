"""Reads what an index tells of one version in its own JSON, which it shows sooner than its pages for installers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from release_tools.adapters.listing import Listed, digest, moment


def read(text: str, url: str) -> tuple[Listed, ...]:
    """Return the files of one version; `url` is where the answer came from. Raises ValueError for anything else."""
    return tuple(_files(json.loads(text), url))


def _files(page: Any, url: str) -> Iterator[Listed]:  # noqa: ANN401 - foreign data
    try:
        for row in page["urls"]:
            yield Listed(
                filename=str(row["filename"]),
                url=urljoin(url, row["url"]),
                sha256=digest(row["digests"].get("sha256")),
                uploaded=moment(row.get("upload_time_iso_8601")),
                yanked=str(row.get("yanked_reason") or "") if row.get("yanked") else None,
            )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"a file without name, address or digests ({error})") from error
