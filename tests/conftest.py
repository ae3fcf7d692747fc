"""What many tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import running, servers

# In CI hypothesis takes its own profile `ci`: the same examples each time. This one is for a long night.
settings.register_profile("thorough", max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="session")
def envdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder in which nox keeps its environments from test to test, as it does from run to run."""
    return tmp_path_factory.mktemp("environments")


@pytest.fixture
def nox(envdir: Path) -> running.Nox:
    """Give a function that runs nox in a project, with environments that earlier tests have made."""
    return running.Nox(envdir)


@pytest.fixture(scope="session")
def devpi(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Devpi]:
    """Give a running devpi-server; a test makes an index of its own there."""
    with servers.devpi(tmp_path_factory.mktemp("devpi")) as running_server:
        yield running_server
