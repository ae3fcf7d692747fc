"""Makes git repositories with the fake backend, and the facts by which `build` is called on them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from textwrap import dedent
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import Version

from release_tools.adapters.git import Git
from release_tools.config import Config
from release_tools.ledger import Ledger, Record
from release_tools.model import Project, Source, Tag
from release_tools.options import Options
from tests import samples

NAME = "fake-project"
VERSION = "1.2.3"
WHEEL = "fake_project-1.2.3-py3-none-any.whl"
SDIST = "fake_project-1.2.3.tar.gz"
PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "fake-project"
version = "1.2.3"
"""


def make(folder: Path, behaviour: str = "") -> Path:
    """Commit and tag a project whose backend runs `behaviour` before each hook; return its root."""
    package = folder / "fake_project"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('"""Nothing."""\n', encoding="utf-8")
    (folder / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    shutil.copyfile(Path(__file__).with_name("fake_backend.py"), folder / "backend.py")
    if behaviour:
        (folder / "behaviour.py").write_text(dedent(behaviour), encoding="utf-8")
    samples.git(folder, "init", "--quiet", "--initial-branch=main", "--template=")
    commit(folder)
    samples.git(folder, "tag", "--annotate", "--message", "Release", f"v{VERSION}")
    return folder


def make_computed(folder: Path, behaviour: str = "", *, hook: bool = True) -> Path:
    """Make such a project whose version only its backend knows, there without the `hook` for metadata if told so."""
    root = make(folder, behaviour)
    if not hook:
        backend = root / "backend.py"
        backend.write_text(backend.read_text(encoding="utf-8").replace("def prepare_metadata", "def _prepare"))
    (root / "CHANGELOG.md").write_text(f"# Changelog\n\n## {VERSION} - 2026-01-10\n\n- The first.\n")
    samples.edit(root, "pyproject.toml", f'version = "{VERSION}"', 'dynamic = ["version"]', commit=False)
    commit(root)
    samples.git(root, "tag", "--force", "--annotate", "--message", "Release", f"v{VERSION}")
    return root


def commit(root: Path) -> None:
    """Commit everything that stands in a repository."""
    samples.git(root, "add", "--all")
    samples.git(root, "commit", "--quiet", "--message=Change the project")


def facts(root: Path, *, mode: str = "tag", backend: str = "backend", name: str = NAME, **given: Any) -> dict[str, Any]:  # noqa: ANN401 - facts are of any type
    """Return what `build` asks for, of a repository as it stands."""
    git = Git(root)
    commit = git.commit()
    tag = next((row for row in git.tags() if row[2] == commit), None)
    validated = Record(status="passed", start="", duration=0.0, evidence={"mode": mode})
    known: dict[str, Any] = {
        "project": Project(root=root, name=name, normalized=canonicalize_name(name), backend=backend),
        "source": Source(
            root=root, commit=commit, commit_time=_time(root), branch="main", default_branch="main",
            dirty=(), shallow=False, remote=None,
        ),
        "config": Config(),
        "version": Version(VERSION),
        "tag": Tag(
            name=f"v{VERSION}", version=Version(VERSION), commit=commit, object_id=tag[1] if tag else commit
        ),
        "ledger": Ledger(project=name, version=VERSION, commit=commit, stages={"validate": validated}),
        "dist": root / "dist",
        "replaced": (),
        "environment": samples.clean_env() | {"PATH": os.environ["PATH"]},
        "options": Options(command="build"),
        "say": lambda _line: None,
    }  # fmt: skip
    return known | given


def _time(root: Path) -> int:
    return int(samples.git(root, "show", "-s", "--format=%ct"))
