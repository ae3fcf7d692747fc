"""The command `python -m sample_poetry NUMBER`."""

import sys

from sample_poetry import is_valid


def main() -> int:
    """Say whether the number is valid; the exit code says it too."""
    valid = is_valid("".join(sys.argv[1:]))
    print("valid" if valid else "not valid")
    return 0 if valid else 1


if __name__ == "__main__":
    sys.exit(main())
