"""The uploader's own judgement: silent on what it would pass, told where it would not, printed never."""

from __future__ import annotations

from pathlib import Path

import pytest

from release_tools.adapters import twine_check
from tests import archives
from tests.archives import METADATA, TOP

HEALTHY = METADATA + b"Description-Content-Type: text/markdown\n\n# Fine\n"
CASES = {
    "healthy": (HEALTHY, {}),
    "no description": (METADATA, {"`long_description` missing": True, "`long_description_content_type` missing": True}),
    "no content type": (METADATA + b"\nFine\n", {"`long_description_content_type` missing": True}),
    "does not render": (
        METADATA + b"Description-Content-Type: text/x-rst\n\n.. bad::\n\nTitle\n=\n",
        {"would not be rendered": False},
    ),
    "invalid metadata": (HEALTHY.replace(b"1.2.3", b"one"), {"Invalid distribution metadata": False}),
}


@pytest.mark.parametrize("case", CASES)
def test_twine_is_asked_as_strictly_as_its_command(
    case: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Its warnings are told too, as mild ones, for the index takes the file; and nothing is printed."""
    content, expected = CASES[case]
    path = tmp_path / archives.SDIST
    path.write_bytes(archives.sdist_bytes({f"{TOP}/PKG-INFO": content}))
    twine_check.load()
    said = twine_check.complaints([path]).get(path.name, ())
    told = {words: each.mild for each in said for words in expected if words in each.message}
    assert (told, len(said)) == (expected, len(expected))
    assert capfd.readouterr() == ("", "")


def test_what_twine_cannot_read_is_a_complaint(tmp_path: Path) -> None:
    """An archive without metadata, or none at all, is told and does not raise."""
    paths = [tmp_path / archives.SDIST, tmp_path / archives.WHEEL]
    paths[0].write_bytes(archives.sdist_bytes({f"{TOP}/PKG-INFO": None}))
    paths[1].write_bytes(b"text")
    assert set(twine_check.complaints(paths)) == {path.name for path in paths}
