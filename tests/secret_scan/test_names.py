"""What a file is by its name."""

from __future__ import annotations

import pytest

from release_tools.secret_scan import names


@pytest.mark.parametrize(
    "path",
    [".pypirc", "a/.netrc", "_netrc", ".env", "deploy/.env.production", ".pgpass", ".docker/config.json", ".dockercfg",
     ".aws/credentials", ".git-credentials", ".htpasswd", "a/b.tfstate", "id_rsa", ".ssh/id_ed25519", "a.ppk", "a.p12",
     "KEYS.PFX", "a.jks", "secring.gpg", "a.kdbx"],
)  # fmt: skip
def test_files_of_credentials_are_known(path: str) -> None:
    """Wherever they lie, in whatever case."""
    assert names.judge(path)


@pytest.mark.parametrize(
    "path",
    ["pypirc.py", ".env.example", ".envrc.md", "netrc.py", "id_rsa.pub", "config.json", "credentials.py", "a.pem",
     "env", "src/env/core.py", "tests/.env.sample", "key.py", ".npmrc", "docs/credentials.md"],
)  # fmt: skip
def test_other_files_are_not(path: str) -> None:
    """Samples, public keys, sources, and what is to be judged by its content."""
    assert names.judge(path) is None


def test_only_what_cannot_be_read_is_opaque() -> None:
    """Of all others the content tells whether they hold anything."""
    assert names.opaque("a/b.P12")
    assert names.opaque(".env") is None


@pytest.mark.parametrize(
    "path",
    ["tests/a.pem", "test/a.key", "src/a/tests/b", "a/test_b.py", "t/unit/c.py", "conftest.py", "docs/a.rst", "doc/a",
     "examples/a.key", "demos/a.key", "benchmarks/a.py", "dummyserver/certs/a.key", "unit_tests/a", "a.whl!/tests/b",
     "Tests/a", "testing/a", "a/core_test.py", "test-data/a", "e2e/a", "sample_data/a"],
)  # fmt: skip
def test_places_of_fixtures_are_known(path: str) -> None:
    """Folders and files of tests, examples, benchmarks and documentation."""
    assert names.is_fixture(path)


@pytest.mark.parametrize(
    "path", ["src/a.py", "latest/a", "attestations/a", "contest.py", "a/b.key", "config/prod.pem", "protest/a"]
)
def test_other_places_are_not(path: str) -> None:
    """A word that only holds such a name is another one."""
    assert not names.is_fixture(path)
