"""The grammar of a project's release tags, learnt from the tags that it has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from heapq import nlargest
from itertools import islice

from release_tools.tags.grammar import PREFIX, RECENT, Found, Grammar, version_of
from release_tools.tags.spelling import spelling_of

NEWEST = 5
TRIED = 5

# Most tags are: no need to look closer, which takes three times as long.
_USUAL = re.compile(r"(v?)([0-9]+(?:\.[0-9]+)+)")
_NUMBER = re.compile(r"(?<![0-9])(?<![0-9]\.)[0-9]")
_TAIL = re.compile(r"(?i)(?:^|[-_/@=.]+)(?:v|ver|version|r|rel|releases?)?[-_./@=]*$")
_COMMON = re.compile(r"(?i)(?:(?:v|ver|version|r|rel|releases?)[-_./]?){0,2}")
_NO_RELEASE = frozenset(
    {"after", "archive", "backup", "before", "branch", "build", "checkpoint", "ci", "debian", "demo", "deploy", "dev"}
    | {"docs", "draft", "em", "eol", "experimental", "internal", "latest", "nightly", "old", "parked", "post", "pre"}
    | {"snapshot", "stable", "staging", "temp", "test", "testing", "tests", "tmp", "wip"}
)


def learn(
    names: Iterable[str], *, package: str | None, project_name: str, commits: Mapping[str, str] | None = None
) -> Grammar:
    """Return the grammar of a project, or of one package of a monorepo, from all tags of the repository.

    The style of most of the newest tags wins; without any tag it is `v{version}`, of a package `NAME-v{version}`.
    With the commits of the tags, plain tags are a package's if its own ones have such a twin each.
    """
    known = [found for name in names if (found := _take_apart(name))]
    usable = _usable(known, _names_of(package, project_name), whole=package is None)
    if package is not None:
        usable += _twins(usable, known, commits or {})
    # A lone number is a build number or a floating tag wherever there are real versions.
    dotted = [found for found in usable if len(found.version.release) > 1] or usable
    dotted.sort(key=lambda one: one.order, reverse=True)
    start = "" if package is None else f"{project_name}-"
    style, prefix = _most_common(dotted[:NEWEST]) or ("", f"{start}v")
    of_style = islice((one for one in dotted if one.prefix == prefix and one.style == style), RECENT)
    others = dict.fromkeys((*(one.prefix for one in dotted), f"{start}v", start))
    rest = tuple(other for other in others if other != prefix)
    return Grammar(prefix=prefix, spelling=spelling_of([one.text for one in of_style]), others=rest)


def _take_apart(name: str) -> Found | None:
    """Split a tag where its version begins: at the first number from which the rest is a version."""
    usual = _USUAL.fullmatch(name)
    version = version_of(usual[2]) if usual else None
    if usual and version is not None:
        return Found(usual[1], usual[2], version)
    for found in islice(_NUMBER.finditer(name), TRIED):
        at = found.start()
        version = version_of(name[at:]) if _is_prefix(name[:at]) else None
        if version is not None:
            return Found(name[:at], name[at:], version)
    return None


@lru_cache
def _is_prefix(prefix: str) -> bool:
    return _TAIL.search(prefix) is not None and PREFIX.fullmatch(prefix) is not None


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


def _twins(own: Sequence[Found], known: Sequence[Found], commits: Mapping[str, str]) -> list[Found]:
    """Return the plain tags of a repository, if each of the newest of these tags has one on its commit."""
    mine = {one.prefix for one in own}
    plain = [one for one in known if _COMMON.fullmatch(one.prefix) and one.prefix not in mine] if commits else []
    places = {(one.version, commits.get(one.prefix + one.text)) for one in plain}
    newest = nlargest(NEWEST, own, key=lambda one: one.order)
    twice = len(newest) == NEWEST and all((one.version, commits.get(one.prefix + one.text)) in places for one in newest)
    return plain if twice else []


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
    return bool(shorter) and (longer.endswith(f"-{shorter}") or name.startswith(f"{part}-"))


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
