"""Row V18 in the build: the commit decides on the time of the files, whatever the environment and the year say."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import pytest

from tests import running, samples
from tests.rows.script import NOWHERE, WHEN, WHO, Made


@pytest.mark.parametrize(
    ("sample", "epoch", "seconds", "year"),
    [
        ("flit", "yesterday", 0, 1980),
        ("setuptools", "-1", 0, 1980),
        ("flit", "99999999999999999999", 1 << 31, 2038),
        ("flit", "", 4_102_444_800, 2100),
    ],
)
def test_time_of_a_build(sample: str, epoch: str, seconds: int, year: int, made: Made, tmp_path: Path) -> None:
    """A negative, absurd or wordy SOURCE_DATE_EPOCH is not passed on; a wheel is of 1980 at the earliest."""
    root = made(sample, tmp_path / "project")
    when = {"GIT_COMMITTER_DATE": f"@{seconds} +0000"}
    for command in (["commit", "--amend", "--no-edit"], ["tag", "--force", "--annotate", "--message=x", "v1.2.3"]):
        environment = samples.clean_env() | WHO | WHEN | when
        subprocess.run(["git", *command], cwd=root, env=environment, capture_output=True, timeout=60, check=True)
    offline = {"RELEASE_OFFLINE": "1", "PYPI_REPOSITORY_URL": NOWHERE}
    running.chain(root, "build", {"SOURCE_DATE_EPOCH": epoch, **offline})
    (wheel,) = (root / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert {member.date_time[0] for member in archive.infolist()} == {year}
