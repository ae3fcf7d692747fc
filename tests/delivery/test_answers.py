"""What an index means by its answers: a table of what it says, and what we make of that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone

import pytest

from release_tools.adapters.sending import Answer
from release_tools.delivery import answers
from release_tools.delivery.answers import Meaning
from release_tools.errors import Conflict, NotYetVisible, Refused, ReleaseError, ServiceFailed

NOW = datetime(2026, 11, 21, 12, tzinfo=timezone.utc)
FIX = {"again": "AGAIN", "verify": "VERIFY", "build": "BUILD"}
FILE = "tiny-1.whl"


def meaning(
    status: int,
    reason: str = "",
    headers: Mapping[str, str] | None = None,
    *,
    body: str = "",
    live: bool = False,
    sent: bool = True,
) -> Meaning:
    """Judge one answer of the index `pypi`."""
    answer = Answer(filename=FILE, status=status, reason=reason, body=body, sent=sent, headers=headers or {})
    return answers.meaning(answer, "pypi", NOW, live=live, fix=FIX)


@pytest.mark.parametrize(
    ("status", "kind", "again"),
    [
        (200, NotYetVisible, False),
        (201, NotYetVisible, False),
        (204, NotYetVisible, False),
        (408, ServiceFailed, True),
        (423, ServiceFailed, True),
        (425, ServiceFailed, True),
        (0, ServiceFailed, True),
        (500, ServiceFailed, True),
        (502, ServiceFailed, True),
        (503, ServiceFailed, True),
        (599, ServiceFailed, True),
        (429, ServiceFailed, False),
        (301, ServiceFailed, False),
        (307, ServiceFailed, False),
        (400, Refused, False),
        (401, Refused, False),
        (403, Refused, False),
        (404, Refused, False),
        (409, Refused, False),
    ],
)
def test_each_status_has_one_meaning(status: int, kind: type[ReleaseError], *, again: bool) -> None:
    """Only what may pass by itself is sent again, and only a refusal is held against the file."""
    found = meaning(status)
    assert (found.kind, found.again) == (kind, again)
    assert found.fix


@pytest.mark.parametrize("status", [400, 404, 409])
def test_a_refusal_is_final_once_a_file_is_live(status: int) -> None:
    """What is there cannot be replaced, so the way out is another version."""
    found = meaning(status, live=True)
    assert found.kind is Conflict
    assert "new version" in found.fix


@pytest.mark.parametrize(
    ("status", "words", "there"),
    [
        (409, "", True),
        (400, "File already exists ('tiny-1.whl', with blake2_256 hash 'x').", True),
        (400, "Validation failed: File name has already been taken", True),
        (400, "Repository does not allow updating assets: house", True),
        (400, "This filename was previously used by a file that has since been deleted.", False),
        (400, "Only one sdist may be uploaded per release.", False),
        (403, "File already exists", False),
        (503, "File already exists", False),
    ],
)
def test_a_file_that_is_said_to_be_there_may_yet_be_shown(status: int, words: str, *, there: bool) -> None:
    """Before it is held against us its digest is waited for; a file that was deleted comes back no more."""
    assert meaning(status, body=f"<p>{words}</p>").there is there


def test_what_was_not_sent_is_no_answer() -> None:
    """A file that the uploader would not touch is to be built again."""
    assert meaning(0, sent=False) == Meaning(kind=Refused, what=f"{FILE} was not sent", fix="BUILD")


@pytest.mark.parametrize(
    ("reason", "kind", "words"),
    [
        ("Read-only mode: Uploads are temporarily disabled.", ServiceFailed, "switched uploads off"),
        ("New uploads are temporarily disabled. See status.", ServiceFailed, "switched uploads off"),
        ("New project registration temporarily disabled.", ServiceFailed, "switched uploads off"),
        ("Username/Password authentication is no longer supported.", Refused, "takes tokens only"),
        ("Invalid or non-existent authentication information.", Refused, "does not know this credential"),
        ("Invalid API Token: token is expired, token is expired", Refused, "has expired"),
        ("Invalid API Token: signatures do not match, signatures do not match", Refused, "damaged"),
        ("Invalid API Token: project-scoped token is not valid for project: 'x'", Refused, "for another project"),
        ("Invalid API Token: OIDC scoped token is not valid for project 'x'", Refused, "for another project"),
        ("The user 'a' isn't allowed to upload to project 'x'.", Refused, "no role"),
        ("User 'a' does not have a verified primary email address.", Refused, "not complete"),
        ("Two factor authentication is required", Refused, "not complete"),
        ("Forbidden", Refused, "not known here"),
    ],
)
def test_each_family_of_403_has_its_own_sentence(reason: str, kind: type[ReleaseError], words: str) -> None:
    """A credential that is wrong, one that is for something else, and an index that is switched off are told apart."""
    found = meaning(403, reason)
    assert found.kind is kind
    assert words in found.what


@pytest.mark.parametrize("status", [400, 401, 403, 429, 503])
def test_a_refused_credential_is_told_apart(status: int) -> None:
    """It may be exchanged for a fresh one; an index that is switched off refuses nobody's."""
    assert meaning(status, "no").credential is (status in (401, 403))
    assert not meaning(status, "Read-only mode: Uploads are temporarily disabled.").credential


def test_a_project_that_cannot_be_made_names_what_to_register() -> None:
    """By the name of the project, as the file has it, in its normalized form."""
    found = answers.meaning(
        Answer(filename="our_thing-1.0.tar.gz", status=400, reason="Non-user identities cannot create new projects."),
        "pypi",
        NOW,
        live=False,
        fix=FIX,
    )
    assert found.kind is Refused
    assert "no project our-thing" in found.what
    assert "the project name our-thing" in found.fix


def test_a_server_that_is_not_the_index_gets_nothing() -> None:
    """A certificate that proves nothing is no fault of the file, and waiting does not mend it."""
    found = meaning(0, "SSLError: [SSL: CERTIFICATE_VERIFY_FAILED] no", sent=False)
    assert (found.kind, found.again) == (ServiceFailed, False)
    assert "cannot prove who it is" in found.what


@pytest.mark.parametrize(
    ("headers", "when"),
    [
        ({}, "does not say when"),
        ({"retry-after": "3600"}, "2026-11-21 13:00"),
        ({"retry-after": "Sat, 21 Nov 2026 14:30:00 GMT"}, "2026-11-21 14:30"),
        ({"ratelimit": '"project.create.user";r=0;t=55569', "retry-after": "1"}, "2026-11-22 03:26"),
        ({"retry-after": "-5"}, "does not say when"),
        ({"retry-after": "soon"}, "does not say when"),
        ({"retry-after": "999999999"}, "does not say when"),
        ({"retry-after": "9" * 5000}, "does not say when"),
        ({"retry-after": "Sat, 21 Nov 1998 14:30:00 GMT"}, "does not say when"),
    ],
)
def test_a_quota_tells_when_to_come_back(headers: Mapping[str, str], when: str) -> None:
    """As far as the index says so, and as far as that can be believed; it is never waited for."""
    found = meaning(429, "Too Many Requests", headers)
    assert when in found.fix
    assert not found.again


@pytest.mark.parametrize(
    ("reason", "body", "words"),
    [
        ("Bad Request", "<html><title>400</title><h1>no &lt;</h1>", "Bad Request no &lt;"),
        ("no such thing", "<p>no such thing", "no such thing"),
        ("", "", ""),
        ("r" * 500, "b" * 5000, "r" * 400),
    ],
)
def test_its_words_are_one_short_line(reason: str, body: str, words: str) -> None:
    """Without markup, without saying the same twice, and bounded."""
    assert answers.said(Answer(filename=FILE, status=400, reason=reason, body=body)) == words
