"""What the function and the command promise."""

import contextlib
import io
import unittest

from sample_setuptools import roman
from sample_setuptools.cli import main


class Roman(unittest.TestCase):
    """Numbers as Roman numerals."""

    def test_numbers_become_numerals(self) -> None:
        """Subtractive forms are used."""
        for number, expected in ((1, "I"), (4, "IV"), (2026, "MMXXVI"), (3999, "MMMCMXCIX")):
            with self.subTest(number=number):
                self.assertEqual(roman(number), expected)

    def test_what_has_no_numeral_is_refused(self) -> None:
        """Zero and 4000 have none."""
        for number in (0, 4000):
            with self.subTest(number=number), self.assertRaises(ValueError):
                roman(number)

    def test_the_command_prints_one_a_line(self) -> None:
        """Each number gets a line."""
        with contextlib.redirect_stdout(io.StringIO()) as out:
            self.assertEqual(main(["4", "9"]), 0)
        self.assertEqual(out.getvalue(), "IV\nIX\n")


if __name__ == "__main__":
    unittest.main()
