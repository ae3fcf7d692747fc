"""Which files of a project its users get."""

from __future__ import annotations

import pytest

from release_tools.shipped import is_shipped


@pytest.mark.parametrize(
    ("path", "folders"),
    [
        ("src/sample/core.py", ["src/sample"]),
        ("src/sample/data/units.json", ["src/sample"]),
        ("sample/core.py", ["sample"]),
        ("src/other/core.py", ["src/sample"]),
        ("sample.py", ["src/sample"]),
        ("sample.py", []),
        ("lib/thing/core.pyx", []),
        ("src/anything.txt", []),
    ],
)
def test_what_stands_in_the_package_is_shipped(path: str, folders: list[str]) -> None:
    """Code and data; where the package is not known, whatever looks like its source."""
    assert is_shipped(path, folders, "sample")


@pytest.mark.parametrize(
    ("path", "folders"),
    [
        ("tests/test_core.py", ["sample"]),
        ("sample/tests/test_core.py", ["sample"]),
        ("docs/conf.py", []),
        ("noxfile.py", []),
        ("setup.py", []),
        (".github/workflows/ci.yml", ["sample"]),
        ("sample/.hidden/x.py", ["sample"]),
        ("README.md", []),
        ("pyproject.toml", ["sample"]),
        ("scripts/tool.py", []),
        ("sample_extra/core.py", ["sample"]),
    ],
)
def test_what_stands_beside_it_is_not(path: str, folders: list[str]) -> None:
    """Tests, documentation, tools and settings need no notes for users."""
    assert not is_shipped(path, folders, "sample")
