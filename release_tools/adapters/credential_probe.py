"""The door to a credential check: asks an index what it thinks of a password, without leaving anything there.

How much an index tells depends on its software. The exact probe offers one byte under a digest that cannot be its
own: the public index refuses the digest, and nothing is stored, but only after it has looked at the credential in
full. Light servers judge no digest and would store that byte, so the probe is for an index that has shown what it is.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass

from packaging.utils import NormalizedName
from packaging.version import Version

from release_tools.adapters import oidc, web
from release_tools.adapters.sending import Answer
from release_tools.adapters.simple import ACCEPT
from release_tools.adapters.uploader import WHEN
from release_tools.adapters.web import Request
from release_tools.errors import ServiceFailed
from release_tools.model import Target

SILENCE, TOTAL = 30.0, 60.0
LARGEST = 1 << 16
SERIAL = "X-PyPI-Last-Serial"
NO_DIGEST = "0" * 64
ACTION = {":action": "file_upload", "protocol_version": "1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What an index showed of itself.

    `audience` is for whom it takes identities, None where it has no trusted publishing; `exists` says whether it
    knows the project; `exact` whether the exact probe is safe there.
    """

    audience: str | None
    exists: bool
    exact: bool


def capabilities(target: Target, project: NormalizedName, *, by_token: bool) -> Capabilities:
    """Ask an index what it can; raises ServiceFailed when it does not answer.

    Who comes with a token needs no trusted publishing: without an answer to that question there is none.
    """
    audience = None
    with suppress(ServiceFailed) if by_token else nullcontext():
        audience = oidc.audience(target.site)
    with web.get(f"{target.simple_url}{project}/", accept=ACCEPT, silence=SILENCE, total=TOTAL) as page:
        exists = page.status == web.OK
        serial = page.header(SERIAL).isdecimal()
        if not exists and page.status != web.NOT_FOUND:
            raise web.unusable(page)
    return Capabilities(audience=audience, exists=exists, exact=audience is not None and exists and serial)


def exact(target: Target, project: NormalizedName, version: Version, password: str) -> Answer:
    """Offer one byte under a wrong digest: 400 proves the credential good for this project, 403 says why it is not."""
    name = f"{project.replace('-', '_')}-{version}.tar.gz"
    fields = {
        **ACTION,
        "metadata_version": "2.1",
        "name": project,
        "version": str(version),
        "filetype": "sdist",
        "pyversion": "source",
        "sha256_digest": NO_DIGEST,
    }
    return _posted(target, name, fields, {"content": (name, b"0")}, password)


def known(target: Target, password: str) -> Answer:
    """Offer no file at all: 400 proves that the index knows the credential, and no more."""
    return _posted(target, "a question without a file", ACTION, {}, password)


def _posted(
    target: Target, name: str, fields: Mapping[str, str], files: Mapping[str, tuple[str, bytes]], password: str
) -> Answer:
    boundary = secrets.token_hex(16)
    userinfo = base64.b64encode(f"{target.username}:{password}".encode()).decode()
    headers = {"Authorization": f"Basic {userinfo}", "Content-Type": f"multipart/form-data; boundary={boundary}"}
    request = Request(method="POST", headers=headers, body=_form(boundary, fields, files))
    with web.ask(target.upload_url, request, silence=SILENCE, total=TOTAL) as page:
        body = b"".join(page.chunks(LARGEST))[:LARGEST].decode("utf-8", "replace")
        headers = {name: value for name in WHEN if (value := page.header(name))}
        return Answer(filename=name, status=page.status, reason=page.reason, body=body, headers=headers)


def _form(boundary: str, fields: Mapping[str, str], files: Mapping[str, tuple[str, bytes]]) -> bytes:
    """Return a form as browsers send it."""
    parts = [(f'name="{name}"', value.encode()) for name, value in fields.items()]
    parts += [(f'name="{name}"; filename="{file}"', content) for name, (file, content) in files.items()]
    rows = [
        f"--{boundary}\r\nContent-Disposition: form-data; {what}\r\n\r\n".encode() + value + b"\r\n"
        for what, value in parts
    ]
    return b"".join(rows) + f"--{boundary}--\r\n".encode()
