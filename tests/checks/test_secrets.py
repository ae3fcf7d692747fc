"""The check `no-secrets`: what is serious, what may be a fixture, and what says nothing."""

from __future__ import annotations

import pytest

from release_tools.checks import secrets as subject
from release_tools.secret_scan.report import Exposed, Searched
from release_tools.secret_scan.scan import Match
from tests.checks.facts_for import found, only


def exposed(file: str = "a.py", line: int | None = 3, kind: str = "npm token", **changes: object) -> Exposed:
    """Return a secret in a file."""
    own = {name: changes.pop(name) for name in ("offset", "sure", "declared") if name in changes}
    return Exposed(file=file, match=Match(kind=kind, line=line, **own), **changes)  # type: ignore[arg-type]


def test_nothing_is_said_where_nothing_was_found() -> None:
    """Nor of what its line declares to be no secret."""
    assert found(subject.no_secrets) == []
    assert found(subject.no_secrets, exposed=Searched(exposed=(exposed(declared=True),))) == []


@pytest.mark.parametrize(
    ("changes", "message", "line", "member"),
    [
        ({}, "holds a secret: npm token", 3, None),
        ({"line": None, "offset": 77}, "holds a secret at byte 77: npm token", None, None),
        ({"line": None}, "holds a secret: npm token", None, None),
        ({"member": "b/c.py"}, "holds a secret in line 3: npm token", None, "b/c.py"),
        ({"commit": "c" * 40}, f"holds a secret, since commit {'c' * 12}: npm token", 3, None),
    ],
)
def test_each_secret_is_an_error_at_its_place(
    changes: dict[str, object], message: str, line: int | None, member: str | None
) -> None:
    """With file, line or byte, member and commit, and what to do first."""
    finding = only(subject.no_secrets, exposed=Searched(exposed=(exposed(**changes),)))  # type: ignore[arg-type]
    assert (finding.severity, finding.file, finding.line, finding.member) == ("error", "a.py", line, member)
    assert finding.message == message
    assert "Revoke" in finding.fix
    assert "release-tools: no-secret" in finding.fix


def test_fixtures_are_one_warning_for_each_kind() -> None:
    """Thirty keys of a test suite are one thing to decide about, with how to declare them."""
    keys = [exposed(f"tests/{number:02}.pem", kind="private key", fixture=True) for number in range(13)]
    stores = [exposed("tests/a.p12", None, kind="key store", fixture=True)]
    first, second = found(subject.no_secrets, exposed=Searched(exposed=(*keys, *stores)))
    assert (first.severity, first.file, first.line) == ("warning", "tests/00.pem", 3)
    assert "tests/09.pem:3 and 3 more" in first.message
    assert (second.severity, second.message) == ("warning", "holds what may be a mere fixture: key store")
    assert "release-tools: no-secret" in first.fix


def test_fixtures_of_two_archives_are_two_warnings() -> None:
    """Each names its own file, so that nobody looks into the wrong one."""
    some = [exposed(f"{name}.tar.gz", member=f"{name}/tests/a.pem", fixture=True) for name in ("one", "two", "one")]
    findings = found(subject.no_secrets, exposed=Searched(exposed=tuple(some)))
    assert [(each.file, each.severity) for each in findings] == [("one.tar.gz", "warning"), ("two.tar.gz", "warning")]


def test_a_flood_is_cut_and_counted() -> None:
    """The first are told one by one."""
    many = Searched(exposed=tuple(exposed(line=line) for line in range(1, subject.MOST + 8)))
    findings = found(subject.no_secrets, exposed=many)
    assert len(findings) == subject.MOST + 1
    assert findings[-1].message == f"7 secrets more than the {subject.MOST} named above"


def test_what_was_not_searched_is_a_note() -> None:
    """It is told and stops nothing."""
    finding = only(subject.no_secrets, exposed=Searched(untold=tuple(f"{number}: why" for number in range(12))))
    assert finding.severity == "note"
    assert "9: why and 2 more" in finding.message
