"""The command `sample-setuptools`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from sample_setuptools import __version__, roman


def main(arguments: Sequence[str] | None = None) -> int:
    """Print each number as a Roman numeral, one a line."""
    parser = argparse.ArgumentParser(prog="sample-setuptools", description="Write numbers as Roman numerals.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    parser.add_argument("numbers", metavar="NUMBER", type=int, nargs="+", help="a number from 1 to 3999")
    try:
        print("\n".join(map(roman, parser.parse_args(arguments).numbers)))
    except ValueError as error:
        parser.error(str(error))
    return 0
