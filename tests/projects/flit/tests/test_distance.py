"""What distance promises."""

import unittest

from sample_flit import distance


class Distance(unittest.TestCase):
    """How far apart words are."""

    def test_words_are_some_letters_apart(self) -> None:
        """Each added, removed or replaced letter counts one."""
        for one, other, expected in (("kitten", "sitting", 3), ("same", "same", 0), ("", "abc", 3), ("abc", "", 3)):
            with self.subTest(one=one, other=other):
                self.assertEqual(distance(one, other), expected)


if __name__ == "__main__":
    unittest.main()
