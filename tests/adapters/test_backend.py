"""The door to a build backend: what it is told, what it may answer, and how its failures are told."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from release_tools.adapters import backend
from release_tools.adapters.backend import Backend
from release_tools.adapters.isolation import Isolated
from release_tools.errors import Refused, ServiceFailed, UsageError
from tests import fake_projects, samples
from tests.fake_projects import SDIST, WHEEL


def prepared(
    tmp_path: Path, behaviour: str = "", limit: float = 30.0, more: Mapping[str, str] | None = None
) -> Backend:
    """Return the backend of a fake project in an empty environment."""
    root = fake_projects.make(tmp_path / "project", behaviour)
    environment = backend.environment({**samples.clean_env(), **(more or {})}, 1_700_000_000)
    isolated = Isolated(
        folder=tmp_path / "environment", environment=environment, cwd=root, limit=limit, uv=None, pip=True
    )
    isolated.create()
    return Backend(root, isolated, environment, limit)


def test_a_backend_builds_both_kinds(tmp_path: Path) -> None:
    """The file that the backend names is returned, from the folder that it was given."""
    built = prepared(tmp_path)
    assert built.system_requires() == set()
    assert built.requires("sdist") == built.requires("wheel") == set()
    out = tmp_path / "out"
    assert built.build("sdist", out) == out / SDIST
    assert built.build("wheel", out) == out / WHEEL


def test_an_answer_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    """A backend may name only a file in the folder that it was given."""
    built = prepared(tmp_path, "name = '../up'\n")
    with pytest.raises(Refused, match="not in the folder it was given"):
        built.build("sdist", tmp_path / "out")


def test_a_link_as_a_distribution_is_refused(tmp_path: Path) -> None:
    """The file must be a regular one."""
    text = (Path(__file__).parents[1] / "fake_backend.py").read_text(encoding="utf-8")
    built = prepared(tmp_path)
    lying = f'    Path(sdist_directory, "{SDIST}").symlink_to(__file__)\n    return "{SDIST}"\n'
    text = text.replace('    """Write every file of the tree."""\n', f'    """Lie."""\n{lying}')
    (tmp_path / "project/backend.py").write_text(text, encoding="utf-8")
    with pytest.raises(Refused, match="symbolic link"):
        built.build("sdist", tmp_path / "out")


def test_a_backend_that_is_not_there_is_told(tmp_path: Path) -> None:
    """The name of the backend that cannot be imported is in the message."""
    built = prepared(tmp_path)
    (tmp_path / "project/backend.py").unlink()
    with pytest.raises(ServiceFailed, match="Cannot find module 'backend'"):
        built.requires("sdist")


def test_an_interpreter_that_is_not_there_is_told_as_such(tmp_path: Path) -> None:
    """What is no fault of the backend keeps its own words."""
    built = prepared(tmp_path)
    shutil.rmtree(tmp_path / "environment")
    with pytest.raises(UsageError, match="cannot be started"):
        built.requires("sdist")


def test_a_table_that_is_wrong_is_the_users_to_mend(tmp_path: Path) -> None:
    """What build says of [build-system] becomes a usage error."""
    built = prepared(tmp_path)
    (tmp_path / "project/pyproject.toml").write_text("[build-system]\n", encoding="utf-8")
    with pytest.raises(UsageError, match="`requires` is a required property"):
        built.system_requires()


def test_the_environment_keeps_what_installers_need() -> None:
    """The user's index stays; secrets, our settings, and what leads elsewhere go."""
    word = "x" * 12
    kept = {"PIP_FIND_LINKS": "a", "UV_INDEX": "b", "PATH": "c", "HOME": "d", "GIT_CONFIG_GLOBAL": "e", "CI": ""}
    dropped = (
        "UV_INDEX_PASSWORD",
        "RELEASE_TAG",
        "GIT_DIR",
        "PYTHONPATH",
        "VIRTUAL_ENV",
        "PWD",
        "LC_TIME",
        "GITHUB_ENV",
    )
    told = backend.environment({**kept, **dict.fromkeys(dropped, word), "SOURCE_DATE_EPOCH": "1"}, 7)
    assert told == {**kept, "SOURCE_DATE_EPOCH": "7", "PYTHONDONTWRITEBYTECODE": "1"}


def test_hooks_see_nothing_of_what_is_said_to_installers(tmp_path: Path) -> None:
    """The address of an index may hold a password; that installers stay offline is kept, and they see it all."""
    index = "https://user:word@index.example.com/simple"
    said = {"PIP_INDEX_URL": index, "UV_DEFAULT_INDEX": index, "PIP_NO_INDEX": "1", "UV_OFFLINE": "1", "UV": "uv"}
    names = "[each for each in os.environ if each.startswith(('PIP_', 'UV_'))]"
    seen = f"import os\nassert sorted({names}) == ['PIP_NO_INDEX', 'UV_OFFLINE']\nassert os.environ['UV'] == 'uv'\n"
    built = prepared(tmp_path, seen, more=said)
    assert built.build("wheel", tmp_path / "out").name == WHEEL
    assert backend.environment(said, 7).items() >= said.items()


def test_the_limit_of_time_has_a_default() -> None:
    """Half an hour, unless the variable says otherwise; an empty one is unset."""
    assert backend.limit({}) == backend.limit({backend.LIMIT_VARIABLE: ""}) == 1800
    assert backend.limit({backend.LIMIT_VARIABLE: "2.5"}) == 2.5
