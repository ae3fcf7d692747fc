"""What real backends make of a commit: their own files are known by their habits, and all else is named."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from release_tools import toml
from release_tools.stages import Outcome
from release_tools.stages.build import build
from tests import fake_projects, samples, wheelhouse
from tests.fake_projects import commit

Edits = tuple[tuple[str, str, str], ...]
VERSION_FILE = "named by the configuration"
SETTLED = "configuration, written anew"
METADATA = {"core metadata": ["PKG-INFO"]}
EGG_FILES = ("PKG-INFO", "SOURCES.txt", "dependency_links.txt", "entry_points.txt", "top_level.txt")
EGG_INFO = "src/sample_setuptools.egg-info"
EGG = {"egg-info": [f"{EGG_INFO}/{name}" for name in EGG_FILES]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A sample with edits, and what its backend makes, by habit."""

    sample: str
    edits: Edits = ()
    sdist: dict[str, list[str]]
    wheel: dict[str, list[str]]


def appended(text: str) -> Edits:
    """Return the edit that adds to pyproject.toml."""
    return (("pyproject.toml", "", text),)


OF_HATCH = '[tool.hatch.build.hooks.vcs]\nversion-file = "src/sample_hatch_vcs/_version.py"\n'
OF_SCM = '[tool.setuptools_scm]\nversion_file = "src/sample_setuptools/_version.py"\n'
OF_PDM = '[tool.pdm.version]\nsource = "scm"\nwrite_to = "sample_ns/pdm/_version.py"\n'
SCM_EDITS: Edits = (
    ("pyproject.toml", 'requires = ["setuptools>=77.0.3"]', 'requires = ["setuptools>=77.0.3", "setuptools-scm>=8"]'),
    ("pyproject.toml", 'version = { attr = "sample_setuptools.__version__" }', OF_SCM),
    ("setup.cfg", "", "# kept for old tools\n[aliases]\nrelease = sdist\n"),
)
PDM_EDITS: Edits = (("pyproject.toml", 'version = "1.2.3"', 'dynamic = ["version"]'), *appended(OF_PDM))
CASES = {
    "hatchling": Case(sample="hatchling", sdist=METADATA, wheel={}),
    "flit": Case(sample="flit", sdist=METADATA, wheel={}),
    "poetry": Case(sample="poetry", sdist=METADATA, wheel={}),
    "pdm": Case(sample="pdm", sdist=METADATA | {SETTLED: ["pyproject.toml"]}, wheel={}),
    "pdm with a version file": Case(
        sample="pdm", edits=PDM_EDITS, wheel={},
        sdist=METADATA | {SETTLED: ["pyproject.toml"], VERSION_FILE: ["src/sample_ns/pdm/_version.py"]},
    ),
    "setuptools": Case(sample="setuptools", sdist=METADATA | EGG | {SETTLED: ["setup.cfg"]}, wheel={}),
    "setuptools-scm with a version file": Case(
        sample="setuptools", edits=SCM_EDITS, wheel={VERSION_FILE: ["sample_setuptools/_version.py"]},
        sdist=METADATA | {
            "egg-info": [*EGG["egg-info"], *(f"{EGG_INFO}/scm_{name}.json" for name in ("file_list", "version"))],
            SETTLED: ["setup.cfg"], VERSION_FILE: ["src/sample_setuptools/_version.py"],
        },
    ),
    "hatch-vcs": Case(sample="hatch-vcs", sdist=METADATA, wheel={}),
    "hatch-vcs with a version file": Case(
        sample="hatch-vcs", edits=appended(OF_HATCH), wheel={},
        sdist=METADATA | {VERSION_FILE: ["src/sample_hatch_vcs/_version.py"]},
    ),
}  # fmt: skip


def outcome_of(sample: str, edits: Edits, folder: Path) -> Outcome:
    """Build a sample with edits, tagged as its version 1.2.3."""
    root = samples.make(sample, folder, tag=None)
    for name, old, new in edits:
        path = root / name
        text = path.read_text() if path.exists() else ""
        assert not old or text.count(old) == 1
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace(old, new) if old else f"{text}\n{new}")
    if edits:
        commit(root)
    samples.git(root, "tag", "--annotate", "--message=Release", "v1.2.3")
    pyproject = toml.parse((root / "pyproject.toml").read_text())
    house = wheelhouse.offline() if (wheelhouse.HOUSE / "filled").exists() else {}
    environment = samples.clean_env() | house | {"PATH": os.environ["PATH"]}
    backend = pyproject["build-system"]["build-backend"]
    return build(**fake_projects.facts(root, name=f"sample-{sample}", backend=backend, environment=environment))


def rows(made: dict[str, Any]) -> dict[str, list[str]]:
    """Return what was made as the ledger keeps it, in order."""
    return {habit: sorted(paths) for habit, paths in made.items()}


@pytest.mark.parametrize("name", CASES)
def test_what_a_real_backend_makes_is_known(name: str, tmp_path: Path) -> None:
    """Nothing is found, and the ledger says by which habit each file came about that the commit does not have."""
    case = CASES[name]
    outcome = outcome_of(case.sample, case.edits, tmp_path / "project")
    assert outcome.findings == ()
    assert rows(outcome.evidence["made"]["sdist"]) == {habit: sorted(paths) for habit, paths in case.sdist.items()}
    assert rows(outcome.evidence["made"]["wheel"]) == case.wheel
    assert outcome.evidence["from_commit"] > 5


HOOK = """
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

class CustomBuildHook(BuildHookInterface):
    def initialize(self, version, build_data):
        if self.target_name == "sdist":
            with open("payload.txt", "w") as file:
                file.write("import os")
            build_data["force_include"]["payload.txt"] = "sample_hatchling/" + "tele" + "metry.py"
"""
FOUND = '[tool.setuptools.packages.find]\nwhere = ["src"]'
ONE_PACKAGE = '[tool.setuptools]\npackages = ["sample_setuptools"]\npackage-dir = {"" = "src"}'
FAULTS: dict[str, tuple[str, Edits, str, str]] = {
    "hatchling leaves a module out": (
        "hatchling", (
            ("sample_hatchling/words.py", "", "x = 1\n"),
            *appended('[tool.hatch.build.targets.wheel]\nexclude = ["sample_hatchling/words.py"]\n'),
        ),
        "package-complete", "sample_hatchling/words.py",
    ),
    "a hook adds a module": (
        "hatchling", (("hatch_build.py", "", HOOK), *appended("[tool.hatch.build.hooks.custom]\n")),
        "sdist-from-source", "sample_hatchling/telemetry.py",
    ),
    "setuptools is told of one package only": (
        "setuptools", (
            ("src/sample_setuptools/sub/__init__.py", "", ""), ("src/sample_setuptools/sub/core.py", "", "x = 1\n"),
            ("pyproject.toml", FOUND, ONE_PACKAGE),
        ),
        "package-complete", "src/sample_setuptools/sub/__init__.py, src/sample_setuptools/sub/core.py",
    ),
    "setuptools is not told of the data": (
        "setuptools", (
            ("src/sample_setuptools/table.json", "", "{}"), ("MANIFEST.in", "", "recursive-include src *.json\n"),
            ("pyproject.toml", FOUND, f"[tool.setuptools]\ninclude-package-data = false\n{FOUND}"),
        ),
        "package-data-complete", "src/sample_setuptools/table.json",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_what_a_real_backend_does_wrong_is_named(name: str, tmp_path: Path) -> None:
    """One finding of the right check names the file."""
    sample, edits, check, words = FAULTS[name]
    outcome = outcome_of(sample, edits, tmp_path / "project")
    assert [each.check for each in outcome.findings if each.check == check] == [check]
    assert words in next(each.message for each in outcome.findings if each.check == check)


def test_what_was_kept_is_judged_and_told_again(tmp_path: Path) -> None:
    """A second build that keeps the files compares them with the commit anew, and keeps what they were made with."""
    root = fake_projects.make(tmp_path / "project")
    first = build(**fake_projects.facts(root))
    inputs = first.evidence["inputs"]
    assert inputs.keys() == {
        "python", "platform", "zlib", "installer", "requirements", "requirements-locked", "source-date-epoch", "umask",
        "normalised",
    }  # fmt: skip
    assert inputs["source-date-epoch"] == samples.git(root, "show", "-s", "--format=%ct")
    kept = build(**fake_projects.facts(root, ledger=first.ledger))
    assert kept.evidence["kept"] is True
    assert inputs.items() <= kept.evidence["built"].items()
    assert kept.evidence["made"] == first.evidence["made"]
    (root / "fake_project/__init__.py").write_text("x = 1\n")
    assert build(**fake_projects.facts(root, ledger=first.ledger)).findings == ()


def test_what_is_not_in_the_sdist_is_listed(tmp_path: Path) -> None:
    """The ledger says what the commit has beside; that is no finding."""
    behaviour = "import shutil\nif hook == 'build_sdist':\n    shutil.rmtree('docs')\n"
    root = fake_projects.make(tmp_path / "project", behaviour)
    (root / "docs").mkdir()
    (root / "docs/conf.py").write_text("")
    commit(root)
    outcome = build(**fake_projects.facts(root))
    assert outcome.findings == ()
    assert outcome.evidence["left_out"] == ["docs/conf.py"]
    shutil.rmtree(root / "dist")
