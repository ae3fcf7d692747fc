"""Whether anybody could read a secret in the files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from release_tools.checks import Problem, check, listed, short
from release_tools.model import Location
from release_tools.secret_scan.report import Exposed, Searched

MOST = 50
FIXTURE = (
    "If it was made to be seen, put `release-tools: no-secret` into a comment on its line or the line above; "
    "a PEM file takes text above its first line."
)
UNTOLD = "Look into it by hand."


@check()
def no_secrets(exposed: Searched) -> Iterator[Problem]:
    """Revoke the secret and take it out; if it is none, put `release-tools: no-secret` in a comment on its line."""
    serious: list[Exposed] = []
    fixtures: list[Exposed] = []
    for each in exposed.exposed:
        if not each.match.declared:
            (fixtures if each.fixture else serious).append(each)
    yield from map(_problem, serious[:MOST])
    if len(serious) > MOST:
        yield Problem(message=f"{len(serious) - MOST} secrets more than the {MOST} named above")
    for group in dict.fromkeys(map(_group, fixtures)):
        yield _grouped([each for each in fixtures if _group(each) == group])
    if exposed.untold:
        yield Problem(message=f"not searched for secrets: {listed(exposed.untold)}", severity="note", fix=UNTOLD)


def _problem(each: Exposed) -> Problem:
    line, member = each.match.line, each.member
    where = Location(file=each.file, line=line if member is None else None)
    place = (
        f" in line {line}"
        if member and line
        else ""
        if line or not each.match.offset
        else f" at byte {each.match.offset}"
    )
    since = f", since commit {short(each.commit)}" if each.commit else ""
    return Problem(message=f"holds a secret{place}{since}: {each.match.kind}", where=where, member=member)


def _group(each: Exposed) -> tuple[str, str]:
    """Return what is told in one problem: a kind of secret in one archive, or in all files of a tree."""
    return (each.file if each.member else "", each.match.kind)


def _grouped(some: Sequence[Exposed]) -> Problem:
    """Return one problem for what may have been made for tests, examples or documentation."""
    first = some[0]
    places = tuple(dict.fromkeys(_place(each) for each in some))
    return Problem(
        message=f"holds what may be a mere fixture: {first.match.kind}"
        + (f" ({listed(places)})" if len(places) > 1 else ""),
        where=Location(file=first.file, line=first.match.line if first.member is None else None),
        member=first.member,
        severity="warning",
        fix=FIXTURE,
    )


def _place(each: Exposed) -> str:
    return ":".join(str(part) for part in (each.file, each.member or each.match.line) if part is not None)
