"""Which tags are releases, and which float: `v4` beside `v4.2.1` moves along with the newest release of its series."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from packaging.version import Version

from release_tools.tags.grammar import Found, Grammar
from release_tools.tags.spelling import PAIR

Part = tuple[str, tuple[int, ...]]


def release_tags(
    names: Iterable[str], grammar: Grammar, commits: Mapping[str, str] | None = None
) -> dict[str, Version]:
    """Return the release tags of a project with their versions, without floating tags such as `v4` beside `v4.2.1`.

    With the commits of the tags, a short tag floats if it sits on the commit of a longer one of its series.
    """
    found = {name: split for name in names if (split := grammar.split(name))}
    lone = max((len(one.version.release) for one in found.values()), default=0) == 1
    kept = {
        name: one for name, one in found.items() if lone or len(one.version.release) > 1 or one.prefix == grammar.prefix
    }
    floats = _floating(kept, commits or {})
    return {name: one.version for name, one in kept.items() if name not in floats}


def of_several(grammar: Grammar, commits: Mapping[str, str]) -> bool:
    """Whether a commit holds releases of different versions under different prefixes: those of several projects."""
    held: dict[str, list[Found]] = {}
    for name, commit in commits.items():
        if split := grammar.split(name):
            held.setdefault(commit, []).append(split)
    return any(_apart(one, other) for each in held.values() for one, other in pairwise(each))


def _apart(one: Found, other: Found) -> bool:
    numbers = zip(one.version.release, other.version.release, strict=False)
    return one.prefix != other.prefix and any(mine != theirs for mine, theirs in numbers)


def _floating(found: Mapping[str, Found], commits: Mapping[str, str]) -> set[str]:
    """Return the tags that move along with the newest release of their series."""
    short = {
        # A lone number has no separator, so that its style is not that of its series.
        name: (one.prefix, one.version.release)
        for name, one in found.items()
        if len(one.version.release) <= PAIR and not one.version.is_prerelease
    }
    if not short:
        return set()
    longer: dict[Part, set[str]] = {part: set() for part in short.values()}
    finals = set()
    for name, one in found.items():
        prefix, release = one.prefix, one.version.release
        finals.add((prefix, release) if one.version.pre is None else ("", ()))
        for length in range(1, min(len(release), PAIR + 1)):
            if (prefix, release[:length]) in longer:
                longer[prefix, release[:length]].add(commits.get(name, ""))
    beside = {name: part for name, part in short.items() if longer[part]}
    history = History.of(finals if beside else ())
    return {name for name, part in beside.items() if history.floats(part, longer[part], commits.get(name, ""))}


@dataclass(frozen=True, slots=True)
class History:
    """The final releases, each with its prefix, and their series of two numbers in order."""

    finals: frozenset[Part]
    series: Sequence[Part]

    @classmethod
    def of(cls, finals: Iterable[Part]) -> History:
        """Gather the series of these releases."""
        known = frozenset(finals)
        return cls(known, sorted({(prefix, release[:PAIR]) for prefix, release in known if len(release) >= PAIR}))

    def floats(self, part: Part, theirs: set[str], commit: str) -> bool:
        """Whether a short tag, beside longer ones of its series, is no release of its own."""
        if commit and theirs - {""}:
            return commit in theirs
        prefix, release = part
        if len(release) == 1 or self._spelled_out(part) or (prefix, release[:1]) in self.finals:
            return True
        # Some projects release 4.2 and then 4.2.1: the series around this one show it.
        at = bisect_left(self.series, part)
        around = [one for one in (*self.series[max(at - 1, 0) : at], *self.series[at + 1 : at + 2]) if one[0] == prefix]
        return bool(around) and all(self._spelled_out(one) for one in around)

    def _spelled_out(self, part: Part) -> bool:
        prefix, release = part
        return bool({(prefix, (*release, 0)), (prefix, (*release, 0, 0))} & self.finals)
