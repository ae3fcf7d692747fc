"""`__version__` of the package beside a declaration elsewhere: read from its one plain line, else evaluated."""

from __future__ import annotations

from pathlib import Path

import pytest

from release_tools import versions

PYPROJECT = {"project": {"name": "demo", "version": "1.2.3"}, "build-system": {"build-backend": "uv_build"}}

# The source, and what it states with its line; None for what states nothing.
SOURCES = [
    ('__version__ = "1.2.4"\n', ("1.2.4", 1)),
    ("'''Doc.'''\n\n__version__ = '1.2.4'  # said here\n", ("1.2.4", 3)),
    ('"""Set it thus:\n\n__version__ = "9.9"\n"""\n', None),
    ('__version__ = "1.2.4"\n__version__ = "1.2.5"\n', ("1.2.5", 2)),
    ('__version__ = "1.2.4"\nfrom demo.other import *\n', ("1.2.6", 2)),
    ('if True:\n    __version__ = "1.2.4"\n', ("1.2.4", 2)),
    ('__version__ = "1." "2.4"\n', ("1.2.4", 1)),
    ('__version__ = "no version"\n', None),
    ("version = '1.2.4'\n", None),
]


@pytest.mark.parametrize(("source", "stated"), SOURCES)
def test_what_a_module_states(source: str, stated: tuple[str, int] | None, tmp_path: Path) -> None:
    """A plain assignment that stands alone counts as written; anything else is evaluated."""
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo/__init__.py").write_text(source)
    (tmp_path / "demo/other.py").write_text('__all__ = ["__version__"]\n__version__ = "1.2.6"\n')
    reading = versions.read(tmp_path, PYPROJECT)
    found = [(each.raw, each.where.line) for each in reading.declarations if each.kind == "module"]
    assert found == ([] if stated is None else [stated])
