"""Credentials in addresses: which are told, and which are plainly made up."""

from __future__ import annotations

import pytest

from release_tools.secret_scan import scan
from tests.secret_scan.made_up import ALNUM, some

STRONG = some(ALNUM, 12)
REAL = (
    f"deploy:{STRONG}@git.sample.dev",
    f":{STRONG}@cache.sample.dev",
    f"deploy:{STRONG}@db.prod.sample.dev:5432",
    "deploy:" + "hunter2" + "@db.sample.dev",
    "deploy:" + "S3cr3t-Winter" + "@db.sample.dev",
    "deploy:" + "tr0ub4dor%263" + "@db.sample.dev",
    f"user:{STRONG}!@sample.dev",
)
MADE_UP = (
    *(
        f"deploy:{STRONG}@{host}"
        for host in ("example.org", "git.example.com", "localhost", "127.0.0.1", "db", "[::1]")
    ),
    *(
        f"deploy:{STRONG}@{host}"
        for host in ("a.test", "a.invalid", "db.local", "10.1.2.3", "host", "domain.tld", "{host}")
    ),
    *(
        f"user:{word}@sample.dev"
        for word in ("pass", "password", "secret", "user", "p", "xxx", "***", "12345", "changeme")
    ),
    *(f"user:{word}@sample.dev" for word in ("${PASSWORD}", "$PASSWORD", "{{password}}", "{password}", "%s", "%(pw)s")),
    *(
        f"user:{word}@sample.dev"
        for word in ("<password>", "[password]", "my-password", "test_token", "password123", "...")
    ),
    *(
        "user:443/@sample.dev",
        "user@sample.dev",
        "sample.dev:443",
        "postgres:postgres@sample.dev",
        "scott:tiger@sample.dev",
    ),
)


@pytest.mark.parametrize("scheme", ["https", "postgresql+psycopg2", "redis", "git+ssh"])
def test_a_password_for_a_real_host_is_told(scheme: str) -> None:
    """Whatever the scheme, with or without a user."""
    for rest in REAL:
        assert [match.kind for match in scan.content(f"a {scheme}://{rest}/b".encode())], rest


def test_what_is_made_up_is_not_told() -> None:
    """Reserved and bare hosts, variables, and the words that documentation writes for a password."""
    for rest in MADE_UP:
        assert list(scan.content(f"a https://{rest}/b".encode())) == [], rest
