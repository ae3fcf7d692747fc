"""The addresses of the public indexes come from twine, read and not imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from release_tools.adapters import endpoints


@pytest.mark.parametrize("name", ["pypi", "testpypi"])
def test_the_installed_twine_tells_them(name: str) -> None:
    """Both by https and ending in a slash; the upload's is the one that twine itself takes."""
    import twine.utils

    found = endpoints.of(name)
    assert found
    assert found.upload_url == getattr(twine.utils, endpoints.UPLOAD[name])
    for address in (found.upload_url, found.site):
        assert urlsplit(address).scheme == "https"
        assert address.endswith("/")
    assert urlsplit(found.site).path == "/"


def test_the_two_indexes_are_not_one() -> None:
    """What is for trying out goes nowhere else."""
    hosts = [
        {urlsplit(address).netloc for address in (found.upload_url, found.site)}
        for name in ("pypi", "testpypi")
        if (found := endpoints.of(name))
    ]
    assert len(hosts) == 2
    assert not hosts[0] & hosts[1]


def test_another_name_has_no_known_address() -> None:
    """Only the public indexes are known to twine."""
    assert endpoints.of("house") is None


UTILS = 'DEFAULT_REPOSITORY = "https://up.example/"\nTEST_REPOSITORY: str = "https://test.example/"\n'
SITE = 'WAREHOUSE_WEB = "https://site.example/"\n'


@pytest.mark.parametrize(
    ("utils", "repository", "known"),
    [
        (UTILS, SITE, True),
        (UTILS, "", False),
        ("", SITE, False),
        ("DEFAULT_REPOSITORY = address()", SITE, False),
        ("def broken(", SITE, False),
        (None, SITE, False),
    ],
)
def test_a_twine_that_does_not_tell_is_none(tmp_path: Path, utils: str | None, repository: str, *, known: bool) -> None:
    """A constant that is gone, worked out or in a file that cannot be read: no address, and no guess."""
    if utils is not None:
        (tmp_path / "utils.py").write_text(utils)
    (tmp_path / "repository.py").write_text(repository)
    expected = endpoints.Endpoints(upload_url="https://up.example/", site="https://site.example/") if known else None
    assert endpoints.of("pypi", tmp_path) == expected


def test_twine_is_not_imported() -> None:
    """That takes half a second, and only an upload needs it."""
    ask = "print(endpoints.of('pypi') is not None, 'twine.utils' in sys.modules)"
    program = f"import sys; from release_tools.adapters import endpoints; {ask}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["True", "False"]
