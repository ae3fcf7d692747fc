"""How a project spells its release tags: read from a pattern, or learnt from the tags that it has."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from heapq import nlargest
from itertools import islice
from typing import NamedTuple

from packaging.version import Version

PLACEHOLDER = "{version}"
NEWEST = 5
RECENT = 50
TRIED = 5
PAIR = 2

# PEP 440 would take 2026-07 for the 7th post-release of 2026.
_VERSION = re.compile(r"(?![0-9]+-[0-9]+$)[0-9][A-Za-z0-9._+!-]{0,99}")
_NUMBER = re.compile(r"(?<![0-9])(?<![0-9]\.)[0-9]")
_TAIL = re.compile(r"(?i)(?:^|[-_/@=.]+)(?:v|ver|version|r|rel|releases?)?[-_./@=]*$")
_PREFIX = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9._/@=+-]*)?")
_SUFFIX = re.compile(r"[A-Za-z0-9._+-]*")
_COMMON = re.compile(r"(?i)(?:(?:v|ver|version|r|rel|releases?)[-_./]?){0,2}")
_PRE = re.compile(r"(?i)[0-9](?P<lead>[-.]?)(?P<word>alpha|beta|a|b|rc|c|pre|preview)(?P<dot>[-.]?)[0-9]*")
_LONG = {"a": "alpha", "b": "beta"}
_NO_RELEASE = frozenset(
    {"after", "archive", "backup", "before", "branch", "build", "checkpoint", "ci", "debian", "demo", "deploy", "dev"}
    | {"docs", "draft", "em", "eol", "experimental", "internal", "latest", "nightly", "old", "parked", "post", "pre"}
    | {"snapshot", "stable", "staging", "temp", "test", "testing", "tests", "tmp", "wip"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """How versions are written inside tags.

    `widths` are the least digits of each number, as in 2026.08.17; `lead`, `long` and `dot` are those of `-beta.1`.
    """

    separator: str = "."
    widths: tuple[int, ...] = ()
    lead: str = ""
    long: bool = False
    dot: str = ""

    def write(self, version: Version) -> str:
        """Return the text of a version."""
        widths = self.widths + (1,) * len(version.release)
        numbers = [str(number).zfill(width) for number, width in zip(version.release, widths, strict=False)]
        text = (f"{version.epoch}!" if version.epoch else "") + ".".join(numbers)
        if version.pre:
            word = _LONG.get(version.pre[0], version.pre[0]) if self.long else version.pre[0]
            text += f"{self.lead}{word}{self.dot}{version.pre[1]}"
        text += "" if version.post is None else f".post{version.post}"
        text += "" if version.dev is None else f".dev{version.dev}"
        text += f"+{version.local}" if version.local else ""
        return text.replace(".", self.separator)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """The spelling of a project's release tags; `others` are prefixes that some of its tags have instead."""

    prefix: str = "v"
    suffix: str = ""
    spelling: Spelling = field(default_factory=Spelling)
    others: tuple[str, ...] = ()

    def parse(self, tag: str) -> Version | None:
        """Return the version that a tag names; None for what is none of this project's release tags."""
        found = self.split(tag)
        return found.version if found else None

    def format(self, version: Version) -> str:
        """Return the tag of a version."""
        return f"{self.prefix}{self.spelling.write(version)}{self.suffix}"

    def style(self, tag: str) -> str | None:
        """Return the pattern of a tag, to tell tags apart: `v{version}`; `rel_{version} (_)` where dots are missing."""
        found = self.split(tag)
        return found.style + self.suffix if found else None

    def split(self, tag: str) -> Found | None:
        """Take a tag apart."""
        for prefix in (self.prefix, *self.others):
            if tag.startswith(prefix) and tag.endswith(self.suffix):
                text = tag[len(prefix) : len(tag) - len(self.suffix)]
                version = version_of(text)
                if version is not None:
                    return Found(prefix, text, version)
        return None


class Found(NamedTuple):
    """A tag taken apart."""

    prefix: str
    text: str
    version: Version

    @property
    def style(self) -> str:
        """The pattern of the tag; a mark where dots are missing."""
        return f"{self.prefix}{PLACEHOLDER}{' (_)' if separator_of(self.text) == '_' else ''}"

    @property
    def order(self) -> tuple[tuple[int, ...], bool, int]:
        """What puts tags in order well enough; comparing versions themselves takes ten times as long."""
        return self.version.release, self.version.pre is None, self.version.epoch


@lru_cache(maxsize=1 << 15)
def version_of(text: str) -> Version | None:
    """Return the version that the last part of a tag spells, if it spells nothing else."""
    if not _VERSION.fullmatch(text):
        return None
    try:
        return Version(text if "." in text else text.replace("_", "."))
    except ValueError:
        return None


def separator_of(text: str) -> str:
    """Return what stands between the numbers of a version in a tag."""
    return "_" if "_" in text and "." not in text else "."


def from_pattern(pattern: str, names: Iterable[str] = ()) -> Grammar:
    """Return the grammar of a configured pattern such as `v{version}`.

    Names of tags, if given, show how versions are written. A pattern that cannot be one is a ValueError.
    """
    prefix, found, suffix = pattern.partition(PLACEHOLDER)
    if not found or re.search(r"[{}]", prefix + suffix):
        raise ValueError(f"the pattern {pattern!r} must contain {PLACEHOLDER} exactly once, and no other braces")
    if not _PREFIX.fullmatch(prefix) or not _SUFFIX.fullmatch(suffix):
        raise ValueError(f"the pattern {pattern!r} holds more than letters, digits and . _ / @ = + -, or starts with -")
    plain = Grammar(prefix=prefix, suffix=suffix)
    known = [split for name in names if (split := plain.split(name))]
    return replace(plain, spelling=_spelling(nlargest(RECENT, known, key=lambda one: one.order)))


def learn(names: Iterable[str], *, package: str | None, project_name: str) -> Grammar:
    """Return the grammar of a project, or of one package of a monorepo, from all tags of the repository.

    The style of most of the newest tags wins; without any tag it is `v{version}`, of a package `NAME-v{version}`.
    """
    known = [found for name in names if (found := _take_apart(name))]
    usable = _usable(known, _names_of(package, project_name), whole=package is None)
    # A lone number is a build number or a floating tag wherever there are real versions.
    dotted = [found for found in usable if len(found.version.release) > 1] or usable
    dotted.sort(key=lambda one: one.order, reverse=True)
    start = "" if package is None else f"{project_name}-"
    style, prefix = _most_common(dotted[:NEWEST]) or ("", f"{start}v")
    of_style = islice((one for one in dotted if one.prefix == prefix and one.style == style), RECENT)
    others = dict.fromkeys((*(one.prefix for one in dotted), f"{start}v", start))
    rest = tuple(other for other in others if other != prefix)
    return Grammar(prefix=prefix, spelling=_spelling([*of_style]), others=rest)


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


def _take_apart(name: str) -> Found | None:
    """Split a tag where its version begins: at the first number from which the rest is a version."""
    for found in islice(_NUMBER.finditer(name), TRIED):
        at = found.start()
        version = version_of(name[at:]) if _is_prefix(name[:at]) else None
        if version is not None:
            return Found(name[:at], name[at:], version)
    return None


@lru_cache
def _is_prefix(prefix: str) -> bool:
    return _TAIL.search(prefix) is not None and _PREFIX.fullmatch(prefix) is not None


def _usable(known: Sequence[Found], names: frozenset[str], *, whole: bool) -> list[Found]:
    """Return the tags of this project: under its name or a common prefix, else under the one that is there."""
    kinds = {prefix: _kind(prefix, names) for prefix in {found.prefix for found in known}}
    for wanted in [{"own", "common"}] if whole else [{"own"}, {"kin"}, {"common"}]:
        usable = [found for found in known if kinds[found.prefix] in wanted]
        if usable:
            return usable
    strange = [one for one in known if kinds[one.prefix] in {"kin", "strange"} and len(one.version.release) > 1]
    most = Counter(one.prefix for one in strange).most_common(1) if whole else []
    return [one for one in strange if one.prefix == most[0][0] and most[0][1] > 1] if most else []


def _kind(prefix: str, names: frozenset[str]) -> str:
    """Return how a prefix relates to a project of these names."""
    if _COMMON.fullmatch(prefix):
        return "common"
    core = re.sub(r"(?i)^(?:release|rel)[-_/]", "", _TAIL.sub("", prefix))
    parts = {_normalized(part) for part in re.split(r"[/@=]+", core)} | {_normalized(core)}
    if names & parts:
        return "own"
    words = set(re.split(r"[^a-z0-9]+", prefix.lower())) - {word for name in names for word in name.split("-")}
    if _NO_RELEASE & words:
        return "none"
    return "kin" if any(_related(part, name) for part in parts for name in names) else "strange"


def _related(part: str, name: str) -> bool:
    """Whether one of two names extends the other."""
    shorter, longer = sorted((part, name), key=len)
    return bool(shorter) and (longer.endswith(f"-{shorter}") or longer.startswith(f"{shorter}-"))


def _names_of(package: str | None, project_name: str) -> frozenset[str]:
    """Return the names under which a project's tags may stand."""
    given = {project_name, package or "", (package or "").rstrip("/").rpartition("/")[2]}
    plain = {_normalized(name) for name in given if name}
    bare = {re.sub(r"^python-|-python$", "", name) for name in plain}
    forms = ("{}", "python-{}", "{}-python", "py{}")
    return frozenset(plain | {form.format(name) for name in bare for form in forms})


def _normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _most_common(found: Sequence[Found]) -> tuple[str, str] | None:
    """Return style and prefix of most of these tags; of equally many, of the newer ones."""
    counted = Counter((one.style, one.prefix) for one in found).most_common(1)
    return counted[0][0] if counted else None


def _spelling(found: Sequence[Found]) -> Spelling:
    """Return how tags of one style, the newest first, write a version."""
    separator = separator_of(found[0].text) if found else "."
    dotted = [one.text.replace("_", ".") if separator == "_" else one.text for one in found]
    marked = next((mark for text in dotted if (mark := _PRE.search(text))), None)
    return Spelling(
        separator=separator,
        widths=_widths(dotted),
        lead=marked["lead"] if marked else "",
        long=marked is not None and marked["word"].lower() in _LONG.values(),
        dot=marked["dot"] if marked else "",
    )


def _widths(texts: Sequence[str]) -> tuple[int, ...]:
    """Return the least digits of each number, by the newest text that shows them: 08 has two, 8 has one."""
    shown: dict[int, int] = {}
    seen: dict[int, int] = {}
    for text in texts:
        for column, number in enumerate(re.findall(r"[0-9]+", re.split(r"[^0-9.]", text)[0])):
            seen[column] = min(seen.get(column, len(number)), len(number))
            if len(number) == 1 or number.startswith("0"):
                shown.setdefault(column, len(number))
    if max(shown.values(), default=1) == 1:
        return ()
    # 2026.08.17 alone does not show it, but who writes 08 for a month writes 03 for a day.
    return tuple(shown.get(column, min(least, PAIR)) for column, least in seen.items())


Part = tuple[str, tuple[int, ...]]


def _floating(found: Mapping[str, Found], commits: Mapping[str, str]) -> set[str]:
    """Return the tags that move along with the newest release of their series."""
    short = {
        name: (one.style, one.version.release)
        for name, one in found.items()
        if len(one.version.release) <= PAIR and not one.version.is_prerelease
    }
    if not short:
        return set()
    longer: dict[Part, set[str]] = {part: set() for part in short.values()}
    finals = set()
    for name, one in found.items():
        style, release = one.style, one.version.release
        finals.add((style, release) if one.version.pre is None else ("", ()))
        for length in range(1, min(len(release), PAIR + 1)):
            if (style, release[:length]) in longer:
                longer[style, release[:length]].add(commits.get(name, ""))
    beside = {name: part for name, part in short.items() if longer[part]}
    history = History.of(finals if beside else ())
    return {name for name, part in beside.items() if history.floats(part, longer[part], commits.get(name, ""))}


@dataclass(frozen=True, slots=True)
class History:
    """The final releases, each with its style, and their series of two numbers in order."""

    finals: frozenset[Part]
    series: Sequence[Part]

    @classmethod
    def of(cls, finals: Iterable[Part]) -> History:
        """Gather the series of these releases."""
        known = frozenset(finals)
        return cls(known, sorted({(style, release[:PAIR]) for style, release in known if len(release) >= PAIR}))

    def floats(self, part: Part, theirs: set[str], commit: str) -> bool:
        """Whether a short tag, beside longer ones of its series, is no release of its own."""
        if commit and theirs - {""}:
            return commit in theirs
        style, release = part
        if len(release) == 1 or self._spelled_out(part) or (style, release[:1]) in self.finals:
            return True
        # Some projects release 4.2 and then 4.2.1: the series around this one show it.
        at = bisect_left(self.series, part)
        around = [one for one in (*self.series[max(at - 1, 0) : at], *self.series[at + 1 : at + 2]) if one[0] == style]
        return bool(around) and all(self._spelled_out(one) for one in around)

    def _spelled_out(self, part: Part) -> bool:
        style, release = part
        return bool({(style, (*release, 0)), (style, (*release, 0, 0))} & self.finals)
