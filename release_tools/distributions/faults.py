"""Gathers what is wrong with the structure of an archive: once per rule, however many members break it."""

from __future__ import annotations

from collections.abc import Sequence

from release_tools.distributions import Fault

# The ids of the checks that report them.
READABLE = "archive-readable"
FORMAT = "archive-format"
BOUNDED = "archive-bounded"
FRAMING = "archive-framing"
HEADERS = "archive-headers"
FEATURES = "archive-features"

MOST = 20
LONGEST = 120
NAMED = 5


class Broken(Exception):  # noqa: N818 - an archive, not an error
    """What ends the reading of a member, or of the archive: a rule and a sentence."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message


class Faults:
    """A collection that stays small: members are counted, and of differing messages only so many are kept."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, str], str | None] = {}
        self._count: dict[tuple[str, str], int] = {}
        self.ended = ""

    def add(self, rule: str, message: str, member: str | None = None) -> None:
        """Note that a rule is broken."""
        key = (rule, message)
        if key in self._count:
            self._count[key] += 1
        elif len(self._first) < MOST:
            self._first[key] = member
            self._count[key] = 1

    def end(self, broken: Broken, member: str | None = None) -> None:
        """Note what made a content, or all that follows, unreadable."""
        self.add(broken.rule, broken.message, member)
        self.ended = self.ended or broken.message

    def all(self) -> tuple[Fault, ...]:
        """Return each fault once."""
        return tuple(
            Fault(rule=rule, message=_counted(message, self._count[rule, message]), member=shown(member))
            for (rule, message), member in self._first.items()
        )


def _counted(message: str, count: int) -> str:
    return message if count == 1 else f"{message} (and of {count - 1} members more)"


def shown(name: str | None) -> str | None:
    """Return a name that is fit for a message: an endless one is cut."""
    return name if name is None or len(name) <= LONGEST else f"{name[:LONGEST]}..."


def listed(first: Sequence[str], count: int | None = None) -> str:
    """Return the first few of some names for a message, and how many there are beside them."""
    named = ", ".join(str(shown(name)) for name in first[:NAMED])
    more = (len(first) if count is None else count) - min(len(first), NAMED)
    return f"{named} and {more} more" if more else named
