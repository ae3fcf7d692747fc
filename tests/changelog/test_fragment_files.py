"""Fragments of towncrier and scriv."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from release_tools.changelog import fragments


def _write(root: Path, *names: str, text: str = "- A change.\n") -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def _tool(**tools: Any) -> dict[str, Any]:  # noqa: ANN401 - as a TOML table is
    return {"tool": tools}


@pytest.mark.parametrize(
    ("settings", "folder"),
    [
        ({}, "newsfragments"),
        ({"directory": "docs/changes"}, "docs/changes"),
        ({"package": "demo", "package_dir": "src"}, "src/demo/newsfragments"),
        ({"package": "demo.core"}, "demo/core/newsfragments"),
    ],
)
def test_finds_the_folder_of_towncrier(tmp_path: Path, settings: dict[str, str], folder: str) -> None:
    """The folder is named by `directory`, follows from the package, or is the default."""
    _write(tmp_path, f"{folder}/123.feature.rst", f"{folder}/+orphan.bugfix.md", f"{folder}/124.misc")
    assert fragments(tmp_path, _tool(towncrier=settings)) == tuple(
        f"{folder}/{name}" for name in ("+orphan.bugfix.md", "123.feature.rst", "124.misc")
    )


def test_templates_and_explanations_are_no_fragments(tmp_path: Path) -> None:
    """README, .gitignore, templates, backups and files of no known type do not count."""
    names = (
        "README.rst",
        ".gitignore",
        "_template.md",
        "template.rst.jinja2",
        "123.feature.rst~",
        "123.gibberish.md",
        "notes.txt",
    )
    _write(
        tmp_path,
        *(f"newsfragments/{name}" for name in names),
        "newsfragments/own.feature.rst",
        "newsfragments/seen.feature.rst",
    )
    settings = {"template": "newsfragments/own.feature.rst", "ignore": ["SEEN.feature.rst"]}
    assert fragments(tmp_path, _tool(towncrier=settings)) == ()


@pytest.mark.parametrize(
    "settings",
    [
        {"type": [{"directory": "added", "name": "Added"}, {"name": "fixed"}, "odd"]},
        {"fragment": {"added": {}, "fixed": {}}},
    ],
)
def test_types_of_the_projects_own(tmp_path: Path, settings: dict[str, Any]) -> None:
    """A project that defines types has those and no others."""
    _write(tmp_path, "newsfragments/1.added.md", "newsfragments/2.fixed.1.md", "newsfragments/3.feature.md")
    found = fragments(tmp_path, _tool(towncrier=settings))
    assert found == ("newsfragments/1.added.md", "newsfragments/2.fixed.1.md")


def test_sections_have_folders_of_their_own(tmp_path: Path) -> None:
    """Fragments one level down count too, deeper ones do not."""
    _write(tmp_path, "newsfragments/web/1.feature.md", "newsfragments/web/old/2.feature.md")
    assert fragments(tmp_path, _tool(towncrier={})) == ("newsfragments/web/1.feature.md",)


def test_towncrier_toml_goes_before_pyproject(tmp_path: Path) -> None:
    """A towncrier.toml holds the settings if there is one."""
    _write(tmp_path, "towncrier.toml", text='[tool.towncrier]\ndirectory = "changes"\n')
    _write(tmp_path, "changes/1.feature.md", "newsfragments/2.feature.md")
    assert fragments(tmp_path, {}) == ("changes/1.feature.md",)
    assert fragments(tmp_path, _tool(towncrier={})) == ("changes/1.feature.md",)


@pytest.mark.parametrize("text", ["[tool.towncrier\n", "a = " + "[" * 5000, "tool = 1\n"])
def test_a_broken_towncrier_toml_counts_as_none(tmp_path: Path, text: str) -> None:
    """What cannot be read configures nothing; other checks report it."""
    _write(tmp_path, "towncrier.toml", text=text)
    _write(tmp_path, "newsfragments/1.feature.md")
    assert fragments(tmp_path, {}) == ()


@pytest.mark.parametrize("settings", [{}, {"fragment_directory": "notes.d"}])
def test_finds_the_fragments_of_scriv(tmp_path: Path, settings: dict[str, str]) -> None:
    """The folder is the configured one or changelog.d; a fragment of comments alone says nothing."""
    folder = settings.get("fragment_directory", "changelog.d")
    _write(
        tmp_path,
        f"{folder}/20240131_me_a_change.md",
        f"{folder}/README.md",
        f"{folder}/new_fragment.md.j2",
        f"{folder}/x.txt",
    )
    _write(tmp_path, f"{folder}/20240131_me_nothing.md", text="<!--\n### Added\n\n- A bullet.\n-->\n")
    assert fragments(tmp_path, _tool(scriv=settings)) == (f"{folder}/20240131_me_a_change.md",)


@pytest.mark.parametrize(
    ("file", "section"),
    [("scriv.ini", "scriv"), ("setup.cfg", "tool.scriv"), ("setup.cfg", "scriv"), ("tox.ini", "scriv")],
)
def test_scriv_is_set_up_in_ini_files_too(tmp_path: Path, file: str, section: str) -> None:
    """scriv.ini, setup.cfg and tox.ini are read."""
    _write(tmp_path, file, text=f"[{section}]\nfragment_directory = notes\n")
    _write(tmp_path, "notes/a.rst")
    assert fragments(tmp_path, {}) == ("notes/a.rst",)


def test_a_broken_ini_file_configures_nothing(tmp_path: Path) -> None:
    """What cannot be parsed is left to other checks."""
    _write(tmp_path, "setup.cfg", text="no section\n")
    _write(tmp_path, "changelog.d/a.md")
    assert fragments(tmp_path, {}) == ()


def test_without_either_tool_there_are_no_fragments(tmp_path: Path) -> None:
    """A folder of that name alone means nothing."""
    _write(tmp_path, "newsfragments/1.feature.md", "changelog.d/a.md")
    assert fragments(tmp_path, {}) == ()
    assert fragments(tmp_path, {"tool": "x"}) == ()


def test_nothing_out_of_the_tree_counts(tmp_path: Path) -> None:
    """A folder or a file that leads out of the tree is not looked into."""
    root = tmp_path / "tree"
    _write(tmp_path, "outside/1.feature.md")
    _write(root, "newsfragments/README.md")
    (root / "newsfragments" / "2.feature.md").symlink_to(tmp_path / "outside" / "1.feature.md")
    assert fragments(root, _tool(towncrier={})) == ()
    assert fragments(root, _tool(towncrier={"directory": "../outside"})) == ()
    assert fragments(root, _tool(towncrier={"directory": "."})) == ()
    assert fragments(root, _tool(scriv={"fragment_directory": "nul\0"})) == ()


@pytest.mark.parametrize(
    "tools",
    [
        {"towncrier": {"ignore": 5}},
        {"towncrier": {"ignore": True, "type": [5], "template": ["x"]}},
        {"towncrier": {"directory": "x" * 300}},
        {"towncrier": {"directory": "x/" * 3_000}},
        {"towncrier": {"directory": "a\0b"}},
        {"towncrier": {"package": 5, "package_dir": ["x" * 300]}},
        {"scriv": {"fragment_directory": "x" * 300}},
        {"scriv": {"fragment_directory": ["a\0b"]}},
    ],
)
def test_settings_that_cannot_be_meant_name_no_fragment(tmp_path: Path, tools: dict[str, Any]) -> None:
    """A value of another type, or a folder that no system could hold, is as if there were none."""
    _write(tmp_path, "other/123.feature.rst")
    assert fragments(tmp_path, _tool(**tools)) == ()


def test_one_name_to_ignore_may_stand_alone(tmp_path: Path) -> None:
    """Files to leave out are a list; one that is written as a mere text is that file."""
    _write(tmp_path, "newsfragments/123.feature.rst", "newsfragments/124.feature.rst")
    for ignored in ("123.feature.rst", ["123.feature.rst", 5]):
        assert fragments(tmp_path, _tool(towncrier={"ignore": ignored})) == ("newsfragments/124.feature.rst",)
