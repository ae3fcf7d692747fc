"""TOML text to plain data; whatever is wrong with the text is one kind of error."""

from __future__ import annotations

import sys
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


class TOMLDecodeError(ValueError):
    """The text is no TOML, or nests deeper than can be read."""


def parse(text: str) -> dict[str, Any]:
    """Return the data of a TOML document."""
    try:
        return tomllib.loads(text)
    except ValueError as error:  # also a number with too many digits
        raise TOMLDecodeError(str(error)) from error
    except (RecursionError, MemoryError) as error:
        raise TOMLDecodeError("nested too deeply to be read") from error
