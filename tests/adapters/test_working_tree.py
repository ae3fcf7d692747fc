"""What others' programs write into the working tree is found out; what we write there ourselves is none of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from release_tools.adapters.git import Git
from release_tools.adapters.working_tree import unchanged
from release_tools.errors import Refused
from tests.adapters.repositories import made

pytestmark = pytest.mark.usefixtures("fresh_machine")


@pytest.mark.parametrize("place", ["tmp", "[t]mp/deep", ".", "dist"])
@pytest.mark.parametrize("before", [(), ("note",)], ids=["empty", "with more"])
def test_temporary_files_may_lie_within_the_working_tree(tmp_path: Path, place: str, before: tuple[str, ...]) -> None:
    """Where TMPDIR names a folder of the project, our own folder in it is no change; anything beside it is."""
    root = made(tmp_path / "root")
    (root / place).mkdir(parents=True, exist_ok=True)
    for name in before:
        (root / place / name).touch()
    folder = root / place / "ours"
    folder.mkdir()
    with unchanged(Git(root), root / "dist", folder):
        (folder / "one").write_text("x")
        (folder / "more").mkdir()
        (folder / "more/two").write_text("x")
    with pytest.raises(Refused, match="the working tree changed"), unchanged(Git(root), root / "dist", folder):
        (root / "stray").write_text("x")


def test_what_changes_beside_our_folder_is_told(tmp_path: Path) -> None:
    """Also within the very folder in which ours lies."""
    root = made(tmp_path / "root")
    ours = root / "tmp/ours"
    ours.mkdir(parents=True)
    (ours / "one").touch()
    with pytest.raises(Refused, match="tmp/"), unchanged(Git(root), root / "dist", ours):
        (root / "tmp/stray").write_text("x")
