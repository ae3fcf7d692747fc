"""The stage `announce`: why a release gets no page on GitHub."""

from __future__ import annotations

from pathlib import Path

import pytest

from release_tools.config import Config, TargetTable
from release_tools.model import Source, Target
from release_tools.stages.announce import announce
from tests import tiny


@pytest.mark.parametrize(
    ("target", "wanted", "remote", "environment", "reason"),
    [
        ("rehearsal", None, None, {}, "a rehearsal makes no release"),
        ("pypi", None, None, {}, "the project has no remote on GitHub"),
        ("pypi", None, "https://github.com/owner/project", {}, "made by hand"),
        ("pypi", None, None, {"GITHUB_REPOSITORY": "owner/project"}, "made by hand"),
        ("pypi", False, "https://github.com/owner/project", {}, "no release on GitHub belongs to pypi"),
        ("testpypi", None, "https://github.com/owner/project", {}, "no release on GitHub belongs to testpypi"),
        ("house", True, "https://github.com/owner/project", {}, "made by hand"),
    ],
)
def test_each_reason(
    target: str,
    wanted: bool | None,  # noqa: FBT001 - a case
    remote: str | None,
    environment: dict[str, str],
    reason: str,
) -> None:
    """The configuration decides, then the remote; by hand it is made until this is done here."""
    source = Source(
        root=Path(), commit="c" * 40, commit_time=1, branch="main", default_branch="main", dirty=(), shallow=False,
        remote=remote,
    )  # fmt: skip
    config = Config(targets={target: TargetTable(github=wanted)})
    place = Target(name=target, upload_url="", simple_url="")
    outcome = announce(target=place, config=config, source=source, ledger=tiny.ledger(), environment=environment)
    assert outcome.status == "nothing-to-do"
    assert reason in outcome.reason
