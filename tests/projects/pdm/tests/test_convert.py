"""What convert promises."""

import unittest

from sample_ns.pdm import convert


class Convert(unittest.TestCase):
    """Lengths in other units."""

    def test_lengths_are_converted(self) -> None:
        """The factors are those of the table."""
        self.assertEqual(convert(3, "mi", "km"), 4.828032)
        self.assertEqual(convert(1, "ft", "in"), 12)

    def test_an_unknown_unit_is_named(self) -> None:
        """The error says which unit is not in the table."""
        with self.assertRaisesRegex(ValueError, "parsec"):
            convert(1, "m", "parsec")


if __name__ == "__main__":
    unittest.main()
