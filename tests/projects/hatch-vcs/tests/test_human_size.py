"""What human_size promises."""

import unittest

from sample_hatch_vcs import human_size


class HumanSize(unittest.TestCase):
    """Numbers of bytes in words."""

    def test_sizes_get_the_largest_fitting_unit(self) -> None:
        """A size is at least one of its unit."""
        for count, expected in ((1, "1 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (3_500_000, "3.3 MiB")):
            with self.subTest(count=count):
                self.assertEqual(human_size(count), expected)

    def test_rounding_reaches_the_next_unit(self) -> None:
        """What rounds to 1024 of a unit is written as one of the next."""
        self.assertEqual(human_size(1024**2 - 1), "1.0 MiB")


if __name__ == "__main__":
    unittest.main()
