"""What an index means by its answer to an upload, once it was read back that the file is not there.

The status decides. Words pick only among the reasons for a 403, because they have changed before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from packaging.utils import canonicalize_name

from release_tools.adapters.sending import TAKEN, Answer
from release_tools.errors import Conflict, NotYetVisible, Refused, ReleaseError, ServiceFailed

BAD, UNAUTHORIZED, FORBIDDEN, CONFLICT, QUOTA = 400, 401, 403, 409, 429
REDIRECTS, REFUSALS = range(300, 400), range(400, 500)
# Too slow, locked, too early: no verdict on a file, for all their number.
PASSING = frozenset({408, 423, 425})
MARKUP = re.compile(r"(?is)<(style|script|title)\b.*?</\1>|<[^>]*>")
UNTRUSTED = "CERTIFICATE_VERIFY_FAILED"
LONGEST, SHOWN = 4096, 400
FURTHEST = timedelta(days=365)

# By words in the answer: what is wrong with the credential, and what to do.
CREDENTIAL: tuple[tuple[str, str, str], ...] = (
    (r"username/password", "it takes tokens only", "make an API token, and leave `username` at its default"),
    (r"expired", "the token has expired", "make a new token, and remove the old one"),
    (
        r"scoped token is not valid",
        "the token is for another project",
        "make a token for this project, or correct the name of the project",
    ),
    (r"signatures do not match", "the token is damaged", "copy the token again, whole"),
    (r"isn't allowed|not allowed to upload", "this user or publisher has no role in the project, or it is archived",
     "ask an owner of the project for the role, or have it made active again"),
    (r"e-?mail|two.factor|2fa", "the account is not complete", "verify the e-mail address and set up two-factor login"),
    (r"non-existent authentication|invalid auth", "it does not know this credential",
     "check that the token is whole and belongs to this very index"),
)  # fmt: skip
NO_SUCH_PROJECT = re.compile(r"(?i)non-user identities cannot create")
THERE = re.compile(r"(?i)already exist|exists already|already been (taken|uploaded)|updating asset")
SWITCHED_OFF = re.compile(r"(?i)read-only|temporarily disabled|new uploads are|new project registration")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """The kind of error, what is wrong and what to type next.

    `again` says that the same bytes may be sent again, `there` that they are said to be there and may yet be shown,
    `credential` that it was the credential that was refused.
    """

    kind: type[ReleaseError]
    what: str
    fix: str
    again: bool = False
    there: bool = False
    credential: bool = False


def meaning(answer: Answer, target: str, now: datetime, *, live: bool, fix: Mapping[str, str]) -> Meaning:
    """Judge an answer; `live` says that some file of the version is there, `fix` holds the commands to name."""
    file, status = answer.filename, answer.status
    if not answer.sent:
        return _not_sent(answer, target, fix["build"])
    if status in TAKEN:
        what = f"{target} took {file} and does not list it yet"
        return Meaning(kind=NotYetVisible, what=what, fix=f"wait a few minutes, then: {fix['verify']}")
    if status == QUOTA:
        return _quota(answer, target, now, fix["again"])
    if status in REFUSALS and status not in PASSING:
        return _refused(answer, target, fix["again"], live=live)
    if status in REDIRECTS:
        what = f"{target} leads {file} elsewhere ({status}), where no credential is sent"
        return Meaning(kind=ServiceFailed, what=what, fix="correct upload-url; it is to end in a slash")
    what = f"{target} gave no usable answer to {file} ({status or 'silence'})"
    return Meaning(kind=ServiceFailed, what=what, fix=fix["again"], again=True)


def is_said_to_be_there(answer: Answer) -> bool:
    """Whether an index refuses a file because it has one of this name; whose bytes those are shows when it lists it."""
    return answer.status == CONFLICT or (answer.status == BAD and bool(THERE.search(said(answer))))


def _not_sent(answer: Answer, target: str, build: str) -> Meaning:
    if UNTRUSTED in answer.reason:
        what = f"{answer.filename} was not sent: {target} cannot prove who it is"
        return Meaning(kind=ServiceFailed, what=what, fix="look at the certificate of upload-url, and at SSL_CERT_FILE")
    return Meaning(kind=Refused, what=f"{answer.filename} was not sent", fix=build)


def _refused(answer: Answer, target: str, again: str, *, live: bool) -> Meaning:
    if answer.status in (UNAUTHORIZED, FORBIDDEN):
        return _not_let_in(answer, target, again)
    what = f"{target} refuses {answer.filename} ({answer.status})"
    if NO_SUCH_PROJECT.search(said(answer)):
        name = canonicalize_name(answer.filename.partition("-")[0])
        what = f"{target} has no project {name}, and no pending publisher is registered under this very name"
        fix = f"register a pending publisher with the project name {name}: your account, Publishing; then, {again}"
        return Meaning(kind=Refused, what=what, fix=fix)
    kind: type[ReleaseError] = Conflict if live else Refused
    if is_said_to_be_there(answer):
        fix = f"look at it there; once it is listed with the digest of the ledger, {again}; else make a new version"
        return Meaning(kind=kind, what=f"{what}, and does not list it", fix=fix, there=True)
    then = " and make a new version" if live else ", then build again: nox -s release"
    return Meaning(kind=kind, what=what, fix=f"mend what the index names{then}")


def said(answer: Answer) -> str:
    """Return the words of the index on one line, without the markup around them."""
    words = MARKUP.sub(" ", answer.body[:LONGEST]).split()
    body = " ".join(words)
    return (body if answer.reason and body.startswith(answer.reason) else f"{answer.reason} {body}".strip())[:SHOWN]


def _not_let_in(answer: Answer, target: str, again: str) -> Meaning:
    words = said(answer)
    if SWITCHED_OFF.search(words):
        what = f"{target} has switched uploads off for now ({answer.status})"
        return Meaning(kind=ServiceFailed, what=what, fix=f"nothing is wrong with the credential; later, {again}")
    for pattern, why, fix in CREDENTIAL:
        if re.search(pattern, words, re.IGNORECASE):
            what = f"{target} does not let us in ({answer.status}): {why}"
            return Meaning(kind=Refused, what=what, fix=fix, credential=True)
    what = f"{target} does not let us in ({answer.status}), for a reason that is not known here"
    return Meaning(kind=Refused, what=what, fix="check the credential of this target", credential=True)


def _quota(answer: Answer, target: str, now: datetime, again: str) -> Meaning:
    when = _when(answer.headers, now)
    until = f"after {when.isoformat(sep=' ', timespec='minutes')}" if when else "later; it does not say when"
    return Meaning(kind=ServiceFailed, what=f"a quota of {target} is used up", fix=f"{until}, {again}")


def _when(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Return when to come back, as the index says; None where it says nothing that can be believed."""
    found = re.search(r"\bt=(\d{1,9})\b", headers.get("ratelimit", "")) or re.fullmatch(
        r"\s*(\d{1,9})\s*", headers.get("retry-after", "")
    )
    if found:
        wait = timedelta(seconds=int(found[1]))
        return now + wait if wait <= FURTHEST else None
    try:
        named = parsedate_to_datetime(headers.get("retry-after", ""))
    except (ValueError, TypeError):
        return None
    return named if named.tzinfo and now <= named <= now + FURTHEST else None
