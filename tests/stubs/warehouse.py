"""A stub of the public index: it judges an upload in the order of the real one, and shows what it holds.

What it says follows tables of the real software's behaviour; what it has in common with two real index servers is
held against them by one shared test.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from email.message import Message
from typing import Any, ClassVar

from packaging.metadata import ExceptionGroup, Metadata
from packaging.utils import canonicalize_name, parse_sdist_filename, parse_wheel_filename
from packaging.version import InvalidVersion, Version
from requests_toolbelt.multipart.decoder import MultipartDecoder

from release_tools.adapters.simple import JSON
from release_tools.model import Target
from tests.loopback import Handler, Stub

CLOSES = timedelta(days=14)
MOST, MOST_ATTESTATIONS = 100 << 20, 2
PLAIN = {"metadata_version", "name", "version", "summary", "keywords", "requires_python", "license"}


class Refusal(Exception):  # noqa: N818 - the answer, not an error of the stub
    """What an upload is answered with: a status, a reason and more headers."""

    def __init__(self, status: int, reason: str, **headers: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.headers = headers


@dataclass
class Token:
    """A credential as the index knows it; `projects` is None for all of a user's."""

    projects: frozenset[str] | None = None
    expires: datetime | None = None
    signed: bool = True
    trusted: bool = False


@dataclass
class Stored:
    """One file that the index holds."""

    name: str
    project: str
    version: Version
    content: bytes
    uploaded: datetime
    yanked: str | None = None
    attestations: list[dict[str, Any]] = field(default_factory=list)

    def sha256(self) -> str:
        """Return the digest of the content."""
        return hashlib.sha256(self.content).hexdigest()

    def blake2b(self) -> str:
        """Return the digest by which duplicates are found."""
        return hashlib.blake2b(self.content, digest_size=32).hexdigest()


@dataclass
class Upload:
    """A request to store a file: its fields, its content and the token that came with it."""

    fields: dict[str, list[str]]
    filename: str
    content: bytes | None
    user: str
    token: Token | None

    def field(self, name: str) -> str:
        """Return the first value of a field."""
        return next(iter(self.fields.get(name, ())), "")

    @property
    def project(self) -> str:
        """The normalized name of the project."""
        return canonicalize_name(self.field("name"))


@dataclass
class Warehouse:
    """The state of the index; a test sets it up, changes it and looks at it."""

    tokens: dict[str, Token] = field(default_factory=dict)
    projects: set[str] = field(default_factory=set)
    files: dict[str, Stored] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    switch: str = ""
    archived: set[str] = field(default_factory=set)
    deprecated: set[str] = field(default_factory=set)
    quarantined: set[str] = field(default_factory=set)
    quota: int | None = None
    attests: Callable[[Upload, dict[str, Any]], str] = lambda _upload, _attestation: ""
    now: Callable[[], datetime] = lambda: datetime.now(timezone.utc)
    publisher: dict[str, str] = field(default_factory=dict)
    prohibited: set[str] = field(default_factory=set)
    takes: float = 0.0
    posts: list[str] = field(default_factory=list)
    stored: list[str] = field(default_factory=list)
    lies: dict[str, str] = field(default_factory=dict)
    _busy: set[str] = field(default_factory=set)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def forget(self) -> None:
        """Hold nothing any more, and have been asked nothing."""
        for each in (self.projects, self.files, self.deleted, self.posts, self.stored):
            each.clear()

    def target(self, stub: Stub, name: str = "pypi") -> Target:
        """Return how the index is reached."""
        return Target(
            name=name,
            upload_url=f"{stub.url}legacy/",
            simple_url=f"{stub.url}simple/",
            json_url=f"{stub.url}pypi/",
            token_variable="PYPI_API_TOKEN",  # noqa: S106 - the name of a variable
        )

    def __call__(self, handler: Handler, stub: Stub) -> None:
        """Answer one request."""
        method, path, _, body = stub.seen[-1]
        if method == "POST":
            self._post(handler, path, body)
        else:
            self._get(handler, path.partition("?")[0])

    def _post(self, handler: Handler, path: str, body: bytes) -> None:
        if not path.startswith("/legacy"):
            handler.say(404)
            return
        if path == "/legacy":
            handler.say(308, Location="/legacy/")
            return
        upload = self.read(handler.headers, body)
        self.posts.append(upload.filename)
        try:
            _action(self, upload)
            with self._alone(upload):
                for step in STEPS:
                    step(self, upload)
                time.sleep(self.takes)
                self._store(upload)
        except Refusal as refusal:
            said(handler, refusal.status, refusal.reason, **refusal.headers)
            return
        said(handler, 200, "OK")

    @contextmanager
    def _alone(self, upload: Upload) -> Iterator[None]:
        """Let one upload of a project in; one that comes meanwhile loses, as in a conflict of the database."""
        with self._turn:
            if upload.project in self._busy:
                raise Refusal(500, "Internal Server Error")
            self._busy.add(upload.project)
        try:
            yield
        finally:
            self._busy.discard(upload.project)

    def read(self, headers: Message, body: bytes) -> Upload:
        """Read the form of an upload."""
        fields: dict[str, list[str]] = {}
        filename, content = "", None
        for part in MultipartDecoder(body, headers["Content-Type"]).parts:
            disposition = part.headers[b"Content-Disposition"].decode()
            name = _found(r' name="([^"]*)"', disposition)
            if name == "content":
                filename, content = _found(r'filename="([^"]*)"', disposition), part.content
            else:
                fields.setdefault(name, []).append(part.text)
        user, token = self._credential(headers.get("Authorization") or "")
        return Upload(fields=fields, filename=filename, content=content, user=user, token=token)

    def _credential(self, header: str) -> tuple[str, Token | None]:
        kind, _, value = header.partition(" ")
        if kind == "Bearer":
            return "__token__", self.tokens.get(value.strip())
        try:
            user, _, password = base64.b64decode(value).decode().partition(":")
        except ValueError:
            return "__token__", None
        return user, self.tokens.get(password.strip())

    def _store(self, upload: Upload) -> None:
        self.projects.add(upload.project)
        self.stored.append(upload.filename)
        self.files[upload.filename] = Stored(
            name=upload.filename,
            project=upload.project,
            version=Version(upload.field("version")),
            content=upload.content or b"",
            uploaded=self.now(),
            attestations=json.loads(upload.field("attestations") or "[]"),
        )

    def of_project(self, project: str) -> list[Stored]:
        """Return the files of a project."""
        return [file for file in self.files.values() if file.project == project]

    def _get(self, handler: Handler, path: str) -> None:
        for pattern, answer in self.PAGES.items():
            if found := re.fullmatch(pattern, path):
                answer(self, handler, *found.groups())
                return
        handler.say(404)

    def _elsewhere(self, handler: Handler, project: str) -> None:
        handler.say(301, Location=f"/simple/{canonicalize_name(project)}/")

    def _simple(self, handler: Handler, project: str) -> None:
        if project not in self.projects:
            handler.say(404)
            return
        held = [] if project in self.quarantined else self.of_project(project)
        marks = {"quarantined": self.quarantined, "archived": self.archived, "deprecated": self.deprecated}
        status = next((mark for mark, projects in marks.items() if project in projects), "active")
        rows = [self._row(file) for file in held]
        page = {"meta": {"api-version": "1.4"}, "name": project, "files": rows, "project-status": {"status": status}}
        handler.say(200, json.dumps(page).encode(), Content_Type=JSON, X_PyPI_Last_Serial="1")

    def _row(self, file: Stored) -> dict[str, Any]:
        return {
            "filename": file.name,
            "url": f"/files/{file.name}",
            "hashes": {"sha256": file.sha256()},
            "size": len(file.content),
            "upload-time": file.uploaded.isoformat().replace("+00:00", "Z"),
            "yanked": file.yanked or False,
            "provenance": f"/integrity/{file.project}/{file.version}/{file.name}/provenance"
            if file.attestations
            else None,
        }

    def _json(self, handler: Handler, project: str, version: str = "") -> None:
        held = [each for each in self.of_project(project) if not version or each.version == Version(version)]
        if not held or project in self.quarantined:
            handler.say(404)
            return
        urls = [
            {
                "filename": file.name,
                "url": f"/files/{file.name}",
                "digests": {"sha256": self.lies.get(file.name, file.sha256()), "blake2b_256": file.blake2b()},
                "size": len(file.content),
                "upload_time_iso_8601": file.uploaded.isoformat().replace("+00:00", "Z"),
                "yanked": file.yanked is not None,
                "yanked_reason": file.yanked,
            }
            for file in held
        ]
        page = {"info": {"name": project, "version": str(held[-1].version)}, "urls": urls}
        handler.say(200, json.dumps(page).encode(), Content_Type="application/json")

    def _file(self, handler: Handler, name: str) -> None:
        if name in self.files:
            handler.say(200, self.files[name].content)
        else:
            handler.say(404)

    def _provenance(self, handler: Handler, name: str) -> None:
        found = self.files[name].attestations if name in self.files else []
        bundles = {"version": 1, "attestation_bundles": [{"publisher": self.publisher, "attestations": found}]}
        handler.say(200 if found else 404, json.dumps(bundles).encode(), Content_Type="application/json")

    PAGES: ClassVar[dict[str, Callable[..., None]]] = {
        r"/simple/([a-z0-9]+(?:-[a-z0-9]+)*)/": _simple,
        r"/simple/([^/]+)/?": _elsewhere,
        r"/pypi/([^/]+)/json": _json,
        r"/pypi/([^/]+)/([^/]+)/json": _json,
        r"/files/([^/]+)": _file,
        r"/integrity/[^/]+/[^/]+/([^/]+)/provenance": _provenance,
    }


def said(handler: Handler, status: int, reason: str, **headers: str) -> None:
    """Answer as the index does: the words in the reason, and in a page."""
    handler.send_response(status, reason)
    for name, value in {"Content_Type": "text/html", **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(f"<html><title>{status} {reason}</title><h1>{status} {reason}</h1></html>".encode())


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    return found[1] if found else ""


def _action(_index: Warehouse, upload: Upload) -> None:
    if upload.field(":action") != "file_upload":
        raise Refusal(404, "Not Found")


def _user(_index: Warehouse, upload: Upload) -> None:
    if upload.user != "__token__":
        raise Refusal(403, "Username/Password authentication is no longer supported.")


def _switched_off(index: Warehouse, _upload: Upload) -> None:
    if index.switch:
        raise Refusal(403, index.switch)


def _identity(_index: Warehouse, upload: Upload) -> None:
    if upload.token is None:
        raise Refusal(403, "Invalid or non-existent authentication information.")


def _form(_index: Warehouse, upload: Upload) -> None:
    if upload.field("protocol_version") not in ("", "1"):
        raise Refusal(400, "Unknown protocol version.")
    try:
        version = Version(upload.field("version"))
    except InvalidVersion:
        raise Refusal(400, f"{upload.field('version')!r} is invalid for 'version'.") from None
    if version.local:
        raise Refusal(400, f"The use of local versions in <Version('{version}')> is not allowed.")
    raw = {name: value[0] for name, value in upload.fields.items() if name in PLAIN and value[0]}
    try:
        Metadata.from_raw({**raw}, validate=True)  # type: ignore[typeddict-item]
    except ExceptionGroup as errors:  # of packaging where Python has none
        raise Refusal(400, str(errors.exceptions[0])) from None
    if not upload.field("sha256_digest") and not upload.field("blake2_256_digest"):
        raise Refusal(400, "Error: Include at least one message digest.")


def _content(_index: Warehouse, upload: Upload) -> None:
    if upload.content is None:
        raise Refusal(400, "Upload payload does not have a file.")


def _project(index: Warehouse, upload: Upload) -> None:
    if upload.project in index.projects:
        return
    if upload.token and upload.token.trusted and upload.project not in (upload.token.projects or ()):
        raise Refusal(400, "Non-user identities cannot create new projects.")
    if index.quota is not None and index.quota <= 0:
        raise Refusal(429, "Too many new projects created", RateLimit='"project.create.user";r=0;t=55569')
    if upload.project in index.prohibited:
        raise Refusal(400, f"The name {upload.project!r} isn't allowed.")


def _permission(index: Warehouse, upload: Upload) -> None:
    token = upload.token
    assert token
    if not token.signed:
        raise Refusal(403, "Invalid API Token: signatures do not match, signatures do not match")
    if token.expires and token.expires <= index.now():
        raise Refusal(403, "Invalid API Token: token is expired, token is expired")
    if token.projects is not None and upload.project not in token.projects:
        kind = "OIDC scoped token" if token.trusted else "project-scoped token"
        raise Refusal(403, f"Invalid API Token: {kind} is not valid for project: {upload.project!r}")
    if upload.project in index.archived:
        raise Refusal(403, f"The user 'someone' isn't allowed to upload to project {upload.project!r}.")


def _size(_index: Warehouse, upload: Upload) -> None:
    if len(upload.content or b"") > MOST:
        raise Refusal(400, f"File too large. Limit for project {upload.project!r} is 100 MB.")


def _digest(_index: Warehouse, upload: Upload) -> None:
    sha256 = hashlib.sha256(upload.content or b"").hexdigest()
    if upload.field("sha256_digest") not in ("", sha256):
        raise Refusal(400, "The digest supplied does not match a digest calculated from the uploaded file.")


class Identical(Refusal):
    """The very file is there already: accepted, and nothing stored."""


def _duplicate(index: Warehouse, upload: Upload) -> None:
    content = upload.content or b""
    blake2b = hashlib.blake2b(content, digest_size=32).hexdigest()
    held = index.files.get(upload.filename)
    if held and held.content == content:
        raise Identical(200, "OK")
    if held or any(each.blake2b() == blake2b for each in index.files.values()):
        raise Refusal(400, f"File already exists ('{upload.filename}', with blake2_256 hash '{blake2b}').")


def _name_once_used(index: Warehouse, upload: Upload) -> None:
    if upload.filename in index.deleted:
        raise Refusal(400, "This filename was previously used by a file that has since been deleted.")


def _closed(index: Warehouse, upload: Upload) -> None:
    version = Version(upload.field("version"))
    times = [file.uploaded for file in index.of_project(upload.project) if file.version == version]
    if times and min(times) + CLOSES < index.now():
        raise Refusal(400, "Uploading new files to releases older than 14 days is not allowed.")


def _one_sdist(index: Warehouse, upload: Upload) -> None:
    version = Version(upload.field("version"))
    others = (file.name for file in index.of_project(upload.project) if file.version == version)
    if upload.filename.endswith(".tar.gz") and any(name.endswith(".tar.gz") for name in others):
        raise Refusal(400, "Only one sdist may be uploaded per release.")


def _name(_index: Warehouse, upload: Upload) -> None:
    wheel = upload.filename.endswith(".whl")
    try:
        name, version = (parse_wheel_filename if wheel else parse_sdist_filename)(upload.filename)[:2]
    except ValueError as error:
        raise Refusal(400, f"Invalid distribution file. {error}") from None
    if (name, version) != (upload.project, Version(upload.field("version"))):
        raise Refusal(400, f"Filename {upload.filename!r} is invalid.")


def _attestations(index: Warehouse, upload: Upload) -> None:
    if not (raw := upload.field("attestations")):
        return
    if not (upload.token and upload.token.trusted):
        raise Refusal(400, "Invalid attestations supplied during upload: Attestations are only supported with OIDC.")
    for why in _refused(index, upload, raw):
        raise Refusal(400, f"Invalid attestations supplied during upload: {why}")


def _refused(index: Warehouse, upload: Upload, raw: str) -> Iterator[str]:
    try:
        attestations = json.loads(raw)
    except ValueError:
        yield "malformed"
        return
    if not attestations:
        yield "an empty attestation set is not permitted"
    if len(attestations) > MOST_ATTESTATIONS:
        yield "a maximum of two attestations is supported"
    yield from (why for each in attestations if (why := index.attests(upload, each)))


# In the order of the real index.
STEPS: tuple[Callable[[Warehouse, Upload], None], ...] = (
    _user,
    _switched_off,
    _identity,
    _form,
    _content,
    _project,
    _permission,
    _size,
    _digest,
    _duplicate,
    _name_once_used,
    _closed,
    _one_sdist,
    _name,
    _attestations,
)
