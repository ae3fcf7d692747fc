"""An authority of a test's own, and servers that prove by it who they are."""

from __future__ import annotations

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


@dataclass(frozen=True)
class Authority:
    """A certificate that signs others, and its key."""

    certificate: Path
    key: Path

    @classmethod
    def make(cls, folder: Path) -> Authority:
        """Make an authority in a folder."""
        made = cls(folder / "authority.pem", folder / "authority.key")
        # Python 3.13 is strict on what a certificate tells of its use and of its keys.
        signs = ("-addext", "keyUsage=critical,keyCertSign,cRLSign")
        self_signed = ("req", "-x509", *NEW_KEY, "-keyout", made.key, "-out", made.certificate, *signs)
        _openssl(*self_signed, "-subj", "/CN=authority")
        return made

    def server(self, folder: Path, name: str = "IP:127.0.0.1") -> ssl.SSLContext:
        """Return how a server proves that it is one of this name."""
        key, request, signed, more = (folder / f"server.{each}" for each in ("key", "csr", "pem", "txt"))
        more.write_text(f"subjectAltName={name}\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n")
        _openssl("req", *NEW_KEY, "-keyout", key, "-out", request, "-subj", "/CN=server")
        ours = ("-CA", self.certificate, "-CAkey", self.key, "-CAcreateserial", "-extfile", more)
        _openssl("x509", "-req", "-in", request, *ours, "-out", signed)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(signed, key)
        return context


def _openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *map(str, arguments)], capture_output=True, timeout=60, check=True)
