"""Runs the command as a module."""

import sys

from sample_setuptools.cli import main

if __name__ == "__main__":
    sys.exit(main())
