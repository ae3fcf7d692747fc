"""What the index would refuse in metadata, in real files as `inspect` reads them, each with its healthy twin."""

from __future__ import annotations

from pathlib import Path

import pytest

from release_tools.options import Options
from release_tools.stages.inspect import inspect
from tests import archives
from tests.archives import SDIST, WHEEL
from tests.checks.index_files import files, inspected
from tests.checks.index_rules import FIELDS, metadata_of


@pytest.mark.parametrize("case", FIELDS)
def test_a_field_that_the_index_refuses(case: str, tmp_path: Path) -> None:
    """In a wheel and in an sdist, the fault is one error, of the right check and with the value; the twin has none."""
    pair = FIELDS[case]
    for good, bad in zip(files(metadata_of(pair, pair.good)), files(metadata_of(pair, pair.bad)), strict=True):
        assert inspected(tmp_path, good) == []
        found = [each for each in inspected(tmp_path, bad) if each.severity == "error"]
        assert [each.check for each in found] == [pair.check]
        assert pair.words in found[0].message
        assert len(found[0].message) < 500


def test_a_field_of_both_files_is_told_once(tmp_path: Path) -> None:
    """What wheel and sdist of one release say alike is one finding."""
    for name, content in files(archives.METADATA + b"Home-page: example.org\n"):
        (tmp_path / name).write_bytes(content)
    report = inspect(Options(command="inspect", paths=(WHEEL, SDIST)), {}, tmp_path)
    assert [each.check for each in report.findings] == ["urls-valid"]
    assert SDIST in report.findings[0].message
