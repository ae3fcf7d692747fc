"""Which package index the user's installer asks."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from uv import find_uv_bin

from release_tools.adapters import users_index
from release_tools.errors import ServiceFailed
from tests import samples

INDEX, OTHER = "https://index.example.com/simple/", "https://other.example.com/simple/"


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Return the environment of a user whose installers have no setting but what a test puts into a folder."""
    kept = {name: value for name, value in samples.clean_env().items() if not name.startswith(("PIP_", "UV_"))}
    return {**kept, "PIP_CONFIG_FILE": os.devnull, "XDG_CONFIG_HOME": str(folder / "config"), **more}


@pytest.mark.parametrize(
    "variables",
    [
        {"UV_DEFAULT_INDEX": INDEX},
        {"UV_INDEX_URL": INDEX.rstrip("/")},
        {"PIP_INDEX_URL": INDEX},
        {"PIP_INDEX_URL": OTHER, "UV_DEFAULT_INDEX": INDEX},
        {"PIP_INDEX_URL": f"https://sam:secret@{INDEX.removeprefix('https://')}?x=1"},
    ],
)
def test_a_variable_names_it(variables: dict[str, str], tmp_path: Path) -> None:
    """Of uv or of pip; never with a user's password, and always so that a name can be appended."""
    assert users_index.address(environment(tmp_path, **variables), tmp_path) == INDEX


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("uv.toml", '[[index]]\nurl = "{other}"\n[[index]]\nurl = "{index}"\ndefault = true\n'),
        ("uv.toml", 'index-url = "{index}"\n'),
        ("pyproject.toml", '[tool.uv]\nindex-url = "{index}"\n'),
        ("config/uv/uv.toml", 'index-url = "{index}"\n'),
    ],
)
def test_a_file_of_uv_names_it(file: str, text: str, tmp_path: Path) -> None:
    """The project's own or the user's; only the index that stands for the public one counts."""
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.format(index=INDEX, other=OTHER))
    assert users_index.address(environment(tmp_path), tmp_path) == INDEX
    assert users_index.address(environment(tmp_path, UV_NO_CONFIG="1", PIP_INDEX_URL=OTHER), tmp_path) == OTHER
    config = tmp_path / "other.toml"
    config.write_text(f'index-url = "{OTHER}"\n')
    assert users_index.address(environment(tmp_path, UV_CONFIG_FILE=str(config)), tmp_path) == OTHER


@pytest.mark.parametrize("text", ["[", "tool = 1\n", "index = 1\n", "index = [1, {url = 1, default = true}]\n"])
def test_a_broken_file_of_uv_names_none(text: str, tmp_path: Path) -> None:
    """Uv itself will tell what is wrong with it."""
    (tmp_path / "uv.toml").write_text(text)
    assert users_index.address(environment(tmp_path, PIP_INDEX_URL=OTHER), tmp_path) == OTHER


@pytest.mark.parametrize("section", ["global", "install"])
def test_a_file_of_pip_names_it(section: str, tmp_path: Path) -> None:
    """Where pip installs, it is asked what it reads from its files; however narrow the terminal is."""
    config = tmp_path / "pip.conf"
    config.write_text(f"[{section}]\nindex-url = {INDEX}{'a-long-name/' * 30}\n")
    given = environment(tmp_path, PIP_CONFIG_FILE=str(config), COLUMNS="20")
    assert users_index.told(None, given, tmp_path) == f"{INDEX}{'a-long-name/' * 30}"


def test_without_any_setting_it_is_the_one_that_the_installer_knows(tmp_path: Path) -> None:
    """An address with a secure scheme, the same for both; none is written down here."""
    by_pip, by_uv = (users_index.told(uv, environment(tmp_path), tmp_path) for uv in (None, find_uv_bin()))
    assert by_pip == by_uv
    assert users_index.address(environment(tmp_path), tmp_path) == f"{by_pip}/"
    assert by_pip.startswith("https://")


def test_an_installer_that_does_not_tell_is_named(tmp_path: Path) -> None:
    """With the variables that help."""
    silent = tmp_path / "uv"
    silent.write_text("#!/bin/sh\n")
    silent.chmod(0o755)
    with pytest.raises(ServiceFailed, match="uv does not tell") as refused:
        users_index.told(str(silent), environment(tmp_path), tmp_path)
    assert "UV_DEFAULT_INDEX" in refused.value.fix


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({}, None),
        ({"PIP_NO_INDEX": "0", "UV_OFFLINE": ""}, None),
        ({"PIP_NO_INDEX": "1"}, "PIP_NO_INDEX"),
        ({"UV_OFFLINE": "True"}, "UV_OFFLINE"),
        ({"UV_NO_INDEX": "yes"}, "UV_NO_INDEX"),
    ],
)
def test_a_user_may_forbid_any_index(variables: dict[str, str], name: str | None) -> None:
    """The variable that does it is named."""
    assert users_index.forbidden(variables) == name
