"""What a file is by its name: one that holds credentials, or one that belongs to tests, examples or documentation."""

from __future__ import annotations

import re
from collections.abc import Mapping

# Each kind with the ends of its paths, which begin at the name of a folder or file, or at a suffix.
CREDENTIALS: Mapping[str, tuple[str, ...]] = {
    "credentials for package indexes": ("/.pypirc",),
    "credentials for hosts": ("/.netrc", "/_netrc", "/.git-credentials", "/.authinfo"),
    "environment of a deployment": ("/.env", "/.env.local", "/.env.prod", "/.env.production", "/.env.staging"),
    "credentials for databases": ("/.pgpass", "/pgpass.conf", "/.my.cnf", "/.mylogin.cnf"),
    "credentials for containers": ("/.dockercfg", "/.dockerconfigjson", "/.docker/config.json"),
    "credentials for a cloud": ("/.aws/credentials", "/.s3cfg", "/.boto", "/application_default_credentials.json"),
    "credentials for a web site": ("/.htpasswd",),
    "state of Terraform": (".tfstate", ".tfstate.backup"),
    "private key of SSH": ("/id_rsa", "/id_dsa", "/id_ecdsa", "/id_ecdsa_sk", "/id_ed25519", "/id_ed25519_sk", ".ppk"),
}
# What they hold cannot be read, so the name must do.
OPAQUE: Mapping[str, tuple[str, ...]] = {
    "key store": (".p12", ".pfx", ".jks", ".keystore", ".bcfks"),
    "secret key ring of GnuPG": ("/secring.gpg",),
    "password store": (".kdbx", ".kdb", ".keychain-db", ".agilekeychain", "/login.keyring", "/key4.db"),
}
_OPAQUE = tuple(end for ends in OPAQUE.values() for end in ends)
_NAMED = (*_OPAQUE, *(end for ends in CREDENTIALS.values() for end in ends))
_FIXTURE = (
    r"(?i)(?:^|[/!])(?:t|e2e|conftest\.py|dummy[^/]*|testing|testdata|testsuite|"
    r"(?:[^/]*[._-])?(?:tests?|fixtures?|examples?|demos?|samples?|docs?|bench(?:marks?)?|mocks?|specs?)(?:[._-][^/]*)?)"
    r"(?:/|$)"
)


def judge(path: str) -> str | None:
    """Return what credentials a file of this path is for; None for all others."""
    return _kind(path, CREDENTIALS) or opaque(path) if f"/{path.lower()}".endswith(_NAMED) else None


def opaque(path: str) -> str | None:
    """Return what credentials a file of this path is for, if no look inside could tell."""
    return _kind(path, OPAQUE) if f"/{path.lower()}".endswith(_OPAQUE) else None


def is_fixture(path: str) -> bool:
    """Whether a file is part of tests, examples or documentation, where keys are made to be seen."""
    return re.search(_FIXTURE, path) is not None


def is_fixture_in(filename: str, member: str) -> bool:
    """Whether a member of a distribution is a fixture; neither its top folder nor the project's own name makes it one.

    A project may be named `demo`, and then its package is none.
    """
    own = _normal(filename.partition("-")[0])
    return is_fixture("/".join(part for part in member.split("/")[1:] if _normal(part) != own))


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _kind(path: str, table: Mapping[str, tuple[str, ...]]) -> str | None:
    end = f"/{path.lower()}"
    return next((kind for kind, ends in table.items() if end.endswith(ends)), None)
