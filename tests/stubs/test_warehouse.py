"""The stub of the public index, held against the tables of how the real one behaves."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

import pytest
from packaging.version import Version

from tests import loopback
from tests.loopback import Stub
from tests.stubs.forms import CONTENT, WHEEL, send
from tests.stubs.warehouse import Stored, Token, Warehouse

NOW = datetime(2026, 11, 21, 12, tzinfo=timezone.utc)
GOOD = "good-" + "token"
SDIST = "tiny_sample-1.2.3.tar.gz"
ZEROS: dict[str, str | None] = {"sha256_digest": "0" * 64}


def now() -> datetime:
    """Return the time of the stub."""
    return NOW


@pytest.fixture
def index() -> Warehouse:
    """Give an index that knows the project and one token."""
    return Warehouse(tokens={GOOD: Token()}, projects={"tiny-sample"}, now=now)


@pytest.fixture
def stub(index: Warehouse) -> Iterator[Stub]:
    """Run it."""
    with loopback.serve(index) as running:
        yield running


def holding(name: str, content: bytes = b"others", age: timedelta = timedelta(0)) -> Callable[[Warehouse], object]:
    """Return what puts a file of this version into the index."""
    file = Stored(name=name, project="tiny-sample", version=Version("1.2.3"), content=content, uploaded=NOW - age)
    return lambda index: index.files.update({name: file})


def unwanted(index: Warehouse) -> None:
    """Let the project be one that nobody may make."""
    index.projects.clear()
    index.prohibited.add("tiny-sample")


def let(**token: Any) -> Callable[[Warehouse], object]:  # noqa: ANN401 - of the stub
    """Return what changes the token."""
    return lambda index: index.tokens.update({GOOD: Token(**token)})


@dataclass
class Fault:
    """One thing that is wrong with an upload, and how the real index answers to it."""

    status: int
    reason: str
    sent: dict[str, Any] = field(default_factory=dict)
    fields: dict[str, str | None] = field(default_factory=dict)
    there: Callable[[Warehouse], object] = lambda _index: None


# In the order of the real index: what stands higher is answered first.
ORDER = {
    "route": Fault(404, "Not Found", fields={":action": "submit"}),
    "user": Fault(403, "Username/Password authentication is no longer supported", sent={"user": "somebody"}),
    "switch": Fault(403, "Read-only mode", there=lambda index: setattr(index, "switch", "Read-only mode: Uploads")),
    "identity": Fault(403, "Invalid or non-existent authentication information", sent={"password": "unknown"}),
    "protocol": Fault(400, "Unknown protocol version", fields={"protocol_version": "2"}),
    "form": Fault(400, "is invalid for 'version'", fields={"version": "not a version"}),
    "content": Fault(400, "Upload payload does not have a file", sent={"content": None}),
    "project": Fault(400, "isn't allowed", there=unwanted),
    "signature": Fault(403, "signatures do not match", there=let(signed=False)),
    "digest": Fault(400, "The digest supplied does not match", fields=ZEROS),
    "duplicate": Fault(400, "File already exists", there=holding(WHEEL)),
    "once used": Fault(400, "previously used by a file", there=lambda index: index.deleted.add(WHEEL)),
    "closed": Fault(400, "older than 14 days", there=holding(SDIST, age=timedelta(days=14, minutes=1))),
    "name": Fault(400, "is invalid", sent={"filename": "other-1.2.3-py3-none-any.whl"}),
    "attestations": Fault(400, "Invalid attestations", fields={"attestations": "[]"}),
}  # fmt: skip


def answered(index: Warehouse, stub: Stub, *faults: Fault) -> tuple[int, str]:
    """Send an upload with some faults at once."""
    sent: dict[str, Any] = {"password": GOOD}
    fields: dict[str, str | None] = {}
    for fault in faults:
        fault.there(index)
        sent |= fault.sent
        fields |= fault.fields
    return send(stub, sent.pop("password"), fields, **sent)


@pytest.mark.parametrize("name", ORDER)
def test_each_fault_is_answered_as_the_index_does(index: Warehouse, stub: Stub, name: str) -> None:
    """By its status and in its words, and nothing is stored."""
    fault = ORDER[name]
    fault.there(index)
    before = dict(index.files)
    status, reason = answered(index, stub, fault)
    assert (status, fault.reason in reason) == (fault.status, True), reason
    assert index.files == before


@pytest.mark.parametrize(("first", "second"), list(zip(ORDER, list(ORDER)[1:], strict=False)))
def test_of_two_faults_the_first_in_the_order_is_answered(
    index: Warehouse, stub: Stub, first: str, second: str
) -> None:
    """Whoever sends both hears of one only, and it is the one that the real index looks at first."""
    status, reason = answered(index, stub, ORDER[first], ORDER[second])
    assert (status, ORDER[first].reason in reason) == (ORDER[first].status, True), reason


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"version": "1.0+local"}, "use of local versions"),
        ({"metadata_version": "9.9"}, "metadata"),
        ({"sha256_digest": None}, "at least one message digest"),
        ({"name": None}, "name"),
    ],
)
def test_the_form_is_judged(stub: Stub, fields: dict[str, str | None], reason: str) -> None:
    """Each field that the real index refuses."""
    status, said = send(stub, GOOD, fields)
    assert (status, reason in said) == (400, True), said


def test_what_is_good_is_stored(index: Warehouse, stub: Stub) -> None:
    """An upload without a fault, as the one above but for the fault: 200, and there."""
    assert send(stub, GOOD) == (200, "OK")
    assert index.files[WHEEL].content == CONTENT


@pytest.mark.parametrize(
    ("there", "filename", "content", "status", "reason"),
    [
        (holding(WHEEL, CONTENT), WHEEL, CONTENT, 200, "OK"),
        (holding(WHEEL, CONTENT, timedelta(days=20)), WHEEL, CONTENT, 200, "OK"),
        (holding(WHEEL), WHEEL, CONTENT, 400, "File already exists"),
        (holding(WHEEL, CONTENT), "tiny_sample-1.2.3-1-py3-none-any.whl", CONTENT, 400, "File already exists"),
        (lambda index: index.deleted.add(WHEEL), WHEEL, CONTENT, 400, "previously used"),
        (holding("tiny_sample-1.2.3.0.tar.gz"), SDIST, CONTENT, 400, "Only one sdist"),
        (holding(SDIST, age=timedelta(days=13, hours=23)), WHEEL, CONTENT, 200, "OK"),
    ],
)
def test_duplicates(
    index: Warehouse, stub: Stub, there: Callable[[Warehouse], object], filename: str, content: bytes, status: int,
    reason: str,
) -> None:  # fmt: skip
    """Name and bytes decide; equal ones are taken without being stored, also when the release is closed."""
    there(index)
    found = send(stub, GOOD, filename=filename, content=content)
    assert (found[0], reason in found[1]) == (status, True), found


def test_the_same_bytes_do_not_help_a_bad_credential(index: Warehouse, stub: Stub) -> None:
    """Permission comes before duplicates: the true reason is told."""
    holding(WHEEL, CONTENT)(index)
    let(expires=NOW)(index)
    assert send(stub, GOOD)[1] == "Invalid API Token: token is expired, token is expired"


CREDENTIALS: dict[str, tuple[str | None, dict[str, Any]]] = {
    "right": (GOOD, {}),
    "expired": (GOOD, {"expires": NOW}),
    "tampered": (GOOD, {"signed": False}),
    "wrong project": (GOOD, {"projects": frozenset({"other"})}),
    "garbage": ("garbage", {}),
    "none": (None, {}),
}
ONLY_ACTION = dict.fromkeys(
    ("protocol_version", "metadata_version", "name", "version", "filetype", "pyversion", "sha256_digest")
)


@pytest.mark.parametrize("credential", CREDENTIALS)
def test_probes(index: Warehouse, stub: Stub, credential: str) -> None:
    """Only the one with a wrong digest tells a good credential from one that is merely known; none stores anything."""
    password, token = CREDENTIALS[credential]
    let(**token)(index)
    unknown, right = password != GOOD, not token
    action = send(stub, password, ONLY_ACTION, content=None)
    no_file = send(stub, password, content=None)
    wrong_digest = send(stub, password, ZEROS, content=b"x")
    assert (action[0], no_file[0]) == ((403, 403) if unknown else (400, 400))
    assert wrong_digest[0] == (400 if right and not unknown else 403)
    assert ("digest supplied" in wrong_digest[1]) is (right and not unknown)
    assert not index.files


def test_of_many_at_once_one_is_stored(index: Warehouse, stub: Stub) -> None:
    """Equal files at the same moment: one 200, the others 500, and whoever comes back later has 200."""
    index.takes = 0.3
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(send(stub, GOOD)[0])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [200, 500, 500, 500]
    assert index.stored == [WHEEL]
    assert send(stub, GOOD)[0] == 200


def read(stub: Stub, path: str) -> tuple[int, Any]:
    """Return the status of an address, and what it holds: of JSON the value, of a move where to, else the bytes."""
    connection = http.client.HTTPConnection(urlsplit(stub.url).netloc, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        if location := answer.getheader("Location"):
            return answer.status, location
        kind = answer.getheader("Content-Type") or ""
        return answer.status, json.loads(body) if "json" in kind and body else body
    finally:
        connection.close()


def test_reading_back(index: Warehouse, stub: Stub) -> None:
    """Both pages list a file with its digest, size and time; its bytes are served; other spellings lead there."""
    send(stub, GOOD)
    file = index.files[WHEEL]
    _, page = read(stub, "/simple/tiny-sample/")
    assert page["meta"]["api-version"] == "1.4"
    (row,) = page["files"]
    assert (row["filename"], row["hashes"]["sha256"], row["size"]) == (WHEEL, file.sha256(), len(CONTENT))
    assert row["upload-time"] == "2026-11-21T12:00:00Z"
    for path in ("/pypi/tiny-sample/json", "/pypi/tiny-sample/1.2.3/json"):
        (row,) = read(stub, path)[1]["urls"]
        assert row["digests"] == {"sha256": file.sha256(), "blake2b_256": file.blake2b()}
    assert read(stub, row["url"]) == (200, CONTENT)
    assert read(stub, "/simple/Tiny_Sample/") == (301, "/simple/tiny-sample/")
    assert read(stub, "/simple/tiny-sample") == (301, "/simple/tiny-sample/")
    for path in ("/simple/other/", "/pypi/other/json", "/pypi/tiny-sample/9/json", "/files/other", "/integrity/x"):
        assert read(stub, path)[0] == 404


def test_states_of_a_project(index: Warehouse, stub: Stub) -> None:
    """Quarantined: taken, not listed, no JSON. Archived: refused, still listed. Yanked: told with the reason."""
    send(stub, GOOD)
    index.files[WHEEL].yanked = "broken"
    assert read(stub, "/simple/tiny-sample/")[1]["files"][0]["yanked"] == "broken"
    index.archived.add("tiny-sample")
    assert "isn't allowed to upload" in send(stub, GOOD)[1]
    assert len(read(stub, "/simple/tiny-sample/")[1]["files"]) == 1
    index.archived.clear()
    index.quarantined.add("tiny-sample")
    assert send(stub, GOOD)[0] == 200
    page = read(stub, "/simple/tiny-sample/")[1]
    assert (page["files"], page["project-status"]) == ([], {"status": "quarantined"})
    assert read(stub, "/pypi/tiny-sample/json")[0] == 404


def test_an_address_without_its_slash(stub: Stub) -> None:
    """It is told where to go; nobody else's address takes an upload."""
    assert send(stub, GOOD, path="/legacy")[0] == 308
    assert send(stub, GOOD, path="/")[0] == 404


def test_attestations_come_by_trusted_publishing_only(index: Warehouse, stub: Stub) -> None:
    """Malformed, an empty set or one that the index does not believe: refused; a good one is kept and shown."""
    given = {"attestations": json.dumps([{"predicate": "publish"}])}
    assert "only supported" in send(stub, GOOD, given)[1]
    let(trusted=True)(index)
    for bad in ("{", "[]", json.dumps([{}] * 3)):
        assert "Invalid attestations" in send(stub, GOOD, {"attestations": bad})[1]
    index.attests = lambda _upload, _attestation: "it is for other bytes"
    assert "for other bytes" in send(stub, GOOD, given)[1]
    index.attests = lambda _upload, _attestation: ""
    assert send(stub, GOOD, given)[0] == 200
    (row,) = read(stub, "/simple/tiny-sample/")[1]["files"]
    assert read(stub, row["provenance"])[1]["attestation_bundles"][0]["attestations"] == [{"predicate": "publish"}]
