"""Uploads as plain forms, so that a test can get every field wrong."""

from __future__ import annotations

import base64
import hashlib
import http.client
from collections.abc import Mapping
from urllib.parse import urlsplit

from tests.loopback import Stub

BOUNDARY = "the-line-between"
WHEEL = "tiny_sample-1.2.3-py3-none-any.whl"
CONTENT = b"PK\x03\x04 some bytes"
FIELDS = {
    ":action": "file_upload",
    "protocol_version": "1",
    "metadata_version": "2.1",
    "name": "tiny-sample",
    "version": "1.2.3",
    "filetype": "bdist_wheel",
    "pyversion": "py3",
}


def send(
    stub: Stub,
    password: str | None,
    fields: Mapping[str, str | None] | None = None,
    *,
    filename: str = WHEEL,
    content: bytes | None = CONTENT,
    user: str = "__token__",
    path: str = "/legacy/",
) -> tuple[int, str]:
    """Send a form; return status and reason. A field of None is left out, one given stands for the usual one."""
    digests = {"sha256_digest": hashlib.sha256(content or b"").hexdigest()}
    given = {name: value for name, value in {**FIELDS, **digests, **(fields or {})}.items() if value is not None}
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    if password is not None:
        headers["Authorization"] = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    connection = http.client.HTTPConnection(urlsplit(stub.url).netloc, timeout=10)
    try:
        connection.request("POST", path, body=_body(given, filename, content), headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.reason
    finally:
        connection.close()


def _body(fields: Mapping[str, str], filename: str, content: bytes | None) -> bytes:
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    if content is not None:
        head = f'Content-Disposition: form-data; name="content"; filename="{filename}"\r\n\r\n'
        parts.append(head.encode() + content)
    line = f"--{BOUNDARY}\r\n".encode()
    return b"".join(line + part + b"\r\n" for part in parts) + f"--{BOUNDARY}--\r\n".encode()
