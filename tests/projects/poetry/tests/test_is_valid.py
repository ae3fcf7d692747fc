"""What is_valid promises."""

import unittest

from sample_poetry import is_valid


class IsValid(unittest.TestCase):
    """Numbers with a check digit."""

    def test_the_check_digit_decides(self) -> None:
        """One digit changed makes a number invalid."""
        self.assertTrue(is_valid("4539 3195 0343 6467"))
        self.assertFalse(is_valid("4539 3195 0343 6468"))

    def test_zeros_are_no_number(self) -> None:
        """The formula alone would let zeros pass."""
        self.assertFalse(is_valid("0000"))


if __name__ == "__main__":
    unittest.main()
