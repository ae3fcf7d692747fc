"""What slugify promises."""

from sample_hatchling import slugify


def test_a_title_becomes_a_slug() -> None:
    """Letters keep their base, everything else separates."""
    assert slugify("Crème brûlée, twice!") == "creme-brulee-twice"


def test_the_separator_can_be_chosen() -> None:
    """Words are joined by the separator that was asked for."""
    assert slugify("One  two", separator="_") == "one_two"


if __name__ == "__main__":
    test_a_title_becomes_a_slug()
    test_the_separator_can_be_chosen()
