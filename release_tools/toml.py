"""TOML text to plain data; whatever is wrong with the text is one kind of error."""

from __future__ import annotations

import re
import sys
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

# The time that a dotted key takes grows with the square of its parts.
MOST_PARTS = 50
_DOTTED = re.compile(r"""(?<!["'\w-])(?:["'\w-]+[ \t]*\.[ \t]*)+""")
# A number of so many digits is read, but cannot be printed.
_HUGE = re.compile(r"0[xob][0-9A-Fa-f_]{1000}")


class TOMLDecodeError(ValueError):
    """The text is no TOML, or holds more than can be read."""


def parse(text: str) -> dict[str, Any]:
    """Return the data of a TOML document."""
    if any(found[0].count(".") > MOST_PARTS for found in _DOTTED.finditer(text)):
        raise TOMLDecodeError("a key has too many parts")
    if _HUGE.search(text):
        raise TOMLDecodeError("a number has too many digits")
    try:
        return tomllib.loads(text)
    except ValueError as error:  # also a number with too many digits
        raise TOMLDecodeError(str(error)) from error
    except (RecursionError, MemoryError) as error:
        raise TOMLDecodeError("nested too deeply to be read") from error
