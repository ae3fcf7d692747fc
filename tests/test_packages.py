"""Several packages in one repository: each is rehearsed by itself, and none gets in the way of another."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests import running, samples


def repository(folder: Path) -> Path:
    """Make a repository of two packages, each of them the flit sample, one under another name."""
    for place in ("packages/one", "packages/two"):
        samples.make("flit", folder / place, tag=None)
        shutil.rmtree(folder / place / ".git")
    for path in [path for path in (folder / "packages/two").rglob("*") if path.is_file()]:
        path.write_text(path.read_text().replace("sample_flit", "other_flit").replace("sample-flit", "other-flit"))
    (folder / "packages/two/sample_flit.py").rename(folder / "packages/two/other_flit.py")
    samples.git(folder, "init", "--quiet", "--initial-branch=main", "--template=")
    samples.git(folder, "add", "--all")
    samples.git(folder, "commit", "--quiet", "--message=Two packages")
    return folder


def test_each_package_has_its_own_folder_ledger_and_index(tmp_path: Path) -> None:
    """Published one after the other, verified in either order, by folder or by name; the tree stays clean."""
    root = repository(tmp_path / "repository")
    for package in ("packages/one", "packages/two"):
        running.chain(root, "publish", {"RELEASE_PACKAGE": package, "RELEASE_OFFLINE": "1"})
    for package in ("sample-flit", "other-flit"):
        wheels = [path.name for path in (root / "dist" / package).glob("*.whl")]
        assert wheels == [f"{package.replace('-', '_')}-1.2.3-py3-none-any.whl"]
        done = running.stage(root, "verify", env={"RELEASE_PACKAGE": package, "_RELEASE_TOOLS_CHAIN": "1"})
        assert done.returncode == 0, done.stderr
    assert samples.git(root, "status", "--porcelain", "--untracked-files=all", "--", "packages") == ""
