"""Tells valid card and account numbers by their check digit."""

from __future__ import annotations

__all__ = ["is_valid"]


def is_valid(number: str) -> bool:
    """Return whether the digits of a number, spaces and hyphens aside, end with the right check digit."""
    digits = [int(digit) for digit in number.replace(" ", "").replace("-", "")]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return any(digits) and (sum(digits[::-2]) + sum(doubled)) % 10 == 0
