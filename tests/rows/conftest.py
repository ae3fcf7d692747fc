"""What the rows share."""

from __future__ import annotations

import pytest

from tests.rows import script


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> script.Made:
    """Give what makes a sample project in a folder."""
    return script.copies(tmp_path_factory.mktemp("samples"))
