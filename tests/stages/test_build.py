"""The stage `build`: what it makes of a commit, what it refuses, and what it leaves on disk."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from release_tools import ledger as ledgers
from release_tools.adapters import files
from release_tools.config import Config, Override
from release_tools.errors import Refused, ReleaseError, ServiceFailed, UsageError
from release_tools.ledger import Ledger, Record
from release_tools.model import Status
from release_tools.options import Options
from release_tools.stages import Outcome
from release_tools.stages.build import build
from release_tools.stages.checksums import checksums
from tests import fake_projects, loopback, samples, wheelhouse
from tests.fake_projects import SDIST, WHEEL, facts, make


def built(root: Path, **given: Any) -> Outcome:  # noqa: ANN401 - facts are of any type
    """Build a project by the facts of its repository."""
    return build(**facts(root, **given))


def refusal(root: Path, kind: type[ReleaseError] = Refused, **given: Any) -> ReleaseError:  # noqa: ANN401 - as above
    """Return the error by which a build ends, `dist/` being as it was."""
    dist = root / "dist"
    before = sorted(dist.iterdir()) if dist.is_dir() else None
    with pytest.raises(kind) as caught:
        built(root, **given)
    assert (sorted(dist.iterdir()) if dist.is_dir() else None) == before
    return caught.value


def ids(outcome: Outcome) -> list[tuple[str, str]]:
    """Return check and severity of each finding."""
    return [(finding.check, finding.severity) for finding in outcome.findings]


def calls(folder: Path) -> list[dict[str, Any]]:
    """Return what the hooks of a project of `RECORDER` wrote down, one each."""
    return [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]


RECORDER = """
    import json, os, pathlib, subprocess, sys, tempfile
    mask = os.umask(0)
    os.umask(mask)
    asked = ("tag", "--list"), ("status", "--porcelain"), ("branch", "--show-current"), ("rev-parse", "HEAD")
    git = {{words[0]: subprocess.run(["git", *words], capture_output=True, text=True).stdout for words in asked}}
    said = dict(hook=hook, environment=dict(os.environ), umask=mask, cwd=os.getcwd(), git=git, argv=sys.argv)
    file = tempfile.NamedTemporaryFile("w", dir={folder!r}, suffix=".json", delete=False)
    with file:
        json.dump(said, file)
"""


def test_wheel_and_sdist_come_into_dist(tmp_path: Path) -> None:
    """What was built twice and found equal stands in dist/, and the ledger lists it, the wheel first."""
    root = make(tmp_path / "project")
    outcome = built(root)
    assert outcome.findings == ()
    assert [each.filename for each in outcome.ledger.distributions] == [WHEEL, SDIST]
    assert sorted(path.name for path in (root / "dist").iterdir()) == sorted([WHEEL, SDIST, ledgers.FILENAME])
    for each in outcome.ledger.distributions:
        found = files.digests(root / "dist" / each.filename)
        assert found == (each.size, each.sha256, each.blake2b_256)
        assert outcome.ledger.files[each.filename] == each.sha256
        assert any(each.filename in line and each.sha256 in line for line in outcome.summary)
    assert "built twice: byte for byte equal" in outcome.summary
    assert outcome.evidence["equal"] is True
    assert samples.git(root, "status", "--porcelain", "--ignored") == "?? dist/"


def test_the_two_builds_differ_in_all_that_must_not_matter(tmp_path: Path) -> None:
    """Folders, their lengths, time zone, locale, hash seed and user differ; clone, commit time and umask do not."""
    notes = tmp_path / "notes"
    notes.mkdir()
    root = make(tmp_path / "project", RECORDER.format(folder=str(notes)))
    (root / "untracked.py").write_text("", encoding="utf-8")
    samples.git(root, "tag", "v9.9.9")
    samples.git(root, "tag", "other")
    built(root)
    sdists = [each for each in calls(notes) if each["hook"] == "build_sdist"]
    assert len(sdists) == 2
    one, other = sdists
    assert one["git"] == other["git"]
    assert one["git"] == {
        "tag": "v1.2.3\n", "status": "", "branch": "", "rev-parse": samples.git(root, "rev-parse", "HEAD") + "\n",
    }  # fmt: skip
    assert len(one["cwd"]) != len(other["cwd"])
    for name in ("TZ", "LC_ALL", "PYTHONHASHSEED", "TMPDIR", "USER", "LOGNAME", "HOSTNAME"):
        assert one["environment"][name] != other["environment"][name]
    epoch = samples.git(root, "show", "-s", "--format=%ct", "HEAD")
    for each in calls(notes):
        assert each["umask"] == 0o022
        assert each["environment"]["SOURCE_DATE_EPOCH"] == epoch
        assert not Path(each["environment"]["TMPDIR"]).exists()


@pytest.mark.parametrize("hook", ["build_sdist", "get_requires_for_build_wheel", "build_wheel"])
def test_each_hook_can_fail(hook: str, tmp_path: Path) -> None:
    """The hook that failed is named."""
    root = make(tmp_path / "project", f"if hook == {hook!r}:\n    raise SystemExit(7)\n")
    of = " on the sdist" if "wheel" in hook else ""
    assert f"{hook}{of}: exit code 7" in refusal(root, ServiceFailed).what


def test_a_limit_that_is_no_number_is_refused(tmp_path: Path) -> None:
    """RELEASE_BUILD_TIMEOUT is a number of seconds above nothing."""
    root = make(tmp_path / "project")
    for value in ("soon", "0", "-1", "nan", "inf"):
        error = refusal(root, UsageError, environment={"RELEASE_BUILD_TIMEOUT": value})
        assert value in error.what


def test_a_broken_build_system_table_is_the_users_to_mend(tmp_path: Path) -> None:
    """What build says of [build-system] is told as wrong configuration."""
    root = make(tmp_path / "project")
    (root / "pyproject.toml").write_text("[build-system]\nrequires = 1\n", encoding="utf-8")
    fake_projects.commit(root)
    error = refusal(root, UsageError)
    assert "`requires` must be an array" in error.what


def test_a_backend_that_writes_into_the_tree_is_refused(tmp_path: Path) -> None:
    """The paths are named, the files left where they are, and nothing comes into dist/."""
    root = tmp_path / "project"
    make(root, f"import pathlib\npathlib.Path({str(root)!r}, 'left.txt').write_text(hook)\n")
    error = refusal(root)
    assert "the working tree changed while the build ran: left.txt" in error.what
    assert (root / "left.txt").exists()
    error = refusal(root)
    assert "left.txt" in error.what, "a file that was dirty before is watched too"


def test_a_backend_that_writes_into_the_tree_and_fails_is_told_for_the_writing(tmp_path: Path) -> None:
    """A failure does not cover up what was changed."""
    root = tmp_path / "project"
    make(root, f"import pathlib\npathlib.Path({str(root)!r}, 'left.txt').touch()\nraise SystemExit(1)\n")
    assert "left.txt" in refusal(root).what


def test_an_sdist_that_nobody_can_build_from_is_refused(tmp_path: Path) -> None:
    """The wheel is built from the sdist alone: what that lacks is named."""
    root = make(tmp_path / "project")
    text = (root / "backend.py").read_text(encoding="utf-8")
    (root / "backend.py").unlink()
    (root / "hidden").mkdir()
    text = text.replace('path.name != "PKG-INFO"', '"hidden" not in path.parts')
    (root / "hidden/backend.py").write_text(text, encoding="utf-8")
    samples.edit(root, "pyproject.toml", 'backend-path = ["."]', 'backend-path = ["hidden"]', commit=False)
    fake_projects.commit(root)
    error = refusal(root)
    assert "nobody can build from the sdist" in error.what
    assert "'hidden' does not exist" in error.what


def test_a_build_that_differs_from_itself_is_refused(tmp_path: Path) -> None:
    """The member that differs is named with its field, and dist/ stays empty."""
    root = make(tmp_path / "project", "import os\nsource = {'seed.txt': os.urandom(8)}\n")
    outcome = built(root)
    assert ids(outcome) == [("reproducible", "error"), ("sdist-from-source", "error")]
    assert outcome.findings[0].file == SDIST
    assert "fake_project-1.2.3/seed.txt (content)" in outcome.findings[0].message
    assert outcome.summary == ("nothing was put into dist/",)
    assert outcome.evidence["differences"][0]["member"] == "fake_project-1.2.3/seed.txt"
    assert outcome.ledger.distributions == ()
    assert not (root / "dist").exists()


CLOCKED = "import time\ntime = int(time.time())\n"


def test_the_time_of_the_build_is_seen_although_both_builds_agree(tmp_path: Path) -> None:
    """Two builds within one second hide the clock in the gzip header from a comparison, not from us."""
    outcome = built(make(tmp_path / "project", CLOCKED))
    assert ids(outcome) == [("reproducible", "error")]
    assert "gzip time" in outcome.findings[0].message


@pytest.mark.parametrize(
    ("backend", "config", "expected", "normalised"),
    [
        ("setuptools.build_meta", Config(), [], [SDIST]),
        ("pdm.backend", Config(), [], [SDIST]),
        ("pbr.build", Config(), [], [SDIST]),
        ("setuptools.build_meta", Config(normalise=False), [("reproducible", "warning")], []),
        ("backend", Config(normalise=True), [], [SDIST]),
        ("backend", Config(normalise=False), [("reproducible", "error")], []),
    ],
)
def test_normalising_follows_backend_and_configuration(
    backend: str, config: Config, expected: list[tuple[str, str]], normalised: list[str], tmp_path: Path
) -> None:
    """It is on for setuptools and pdm-backend, can be switched either way, and is recorded and said."""
    outcome = built(make(tmp_path / "project", CLOCKED), backend=backend, config=config)
    assert ids(outcome) == expected
    assert outcome.evidence["normalised"] == normalised
    assert any(line.startswith("normalised") for line in outcome.summary) == bool(normalised)


def test_a_backend_in_the_tree_counts_as_what_it_wraps(tmp_path: Path) -> None:
    """The sdist of one that calls setuptools is normalised as setuptools' own is."""
    root = make(tmp_path / "project", CLOCKED)
    (root / "wrapper.py").write_text("from setuptools.build_meta import *\n", encoding="utf-8")
    fake_projects.commit(root)
    system = {"build-backend": "wrapper", "backend-path": ["."]}
    known = facts(root)
    project = dataclasses.replace(known["project"], backend="wrapper", pyproject={"build-system": system})
    outcome = build(**known | {"project": project})
    assert outcome.findings == ()
    assert outcome.evidence["normalised"] == [SDIST]


def test_normalising_does_not_hide_a_difference_of_content(tmp_path: Path) -> None:
    """What differs in content is an error, whatever may be done to headers."""
    root = make(tmp_path / "project", "import os\nsource = {'PKG-INFO': os.urandom(8)}\n")
    for config in (Config(), Config(normalise=False)):
        outcome = built(root, backend="setuptools.build_meta", config=config)
        assert ("reproducible", "error") in ids(outcome)


WRONG = {
    "another name": ("name = 'other'", ["name-consistent", "name-consistent"]),
    "another version": ("version = '1.2.4'", ["version-matches-tag", "version-matches-tag"]),
    "a description that does not render": ("description = 'Title\\n===\\n\\n:bad:`x`'", ["description-renders"]),
    "a field that no index takes": ("version = 'one'", ["metadata-valid"]),
    "a module from nowhere": ("members = {'fake_project/extra.py': b'x = 1'}", ["wheel-from-sdist"]),
    "a file that git does not have": ("source = {'tests/extra.bin': b'x = 1'}", ["sdist-from-source"]),
    "a file that was changed": ("source = {'fake_project/__init__.py': b'x = 1'}", ["sdist-from-source"]),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_the_inspection_finds_keeps_files_out_of_dist(case: str, tmp_path: Path) -> None:
    """Each fault is found in what was really built, and nothing comes into dist/."""
    behaviour, expected = WRONG[case]
    root = make(tmp_path / "project", behaviour)
    outcome = built(root)
    assert set(expected) <= {finding.check for finding in outcome.findings}
    assert not (root / "dist").exists()


@pytest.mark.parametrize(("mode", "severity"), [("rehearsal", "todo"), ("tag", "error")])
def test_a_linux_wheel_is_to_be_done_in_a_rehearsal(mode: str, severity: str, tmp_path: Path) -> None:
    """A plain Linux platform stops a release; a rehearsal names cibuildwheel and goes on."""
    root = make(tmp_path / "project", "tag = 'py3-none-linux_x86_64'")
    outcome = built(root, mode=mode)
    assert ids(outcome) == [("wheel-tag-accepted", severity)]
    assert "cibuildwheel" in outcome.findings[0].fix
    assert bool(outcome.ledger.distributions) == (mode == "rehearsal")


def test_a_check_switched_off_lets_the_files_in(tmp_path: Path) -> None:
    """The configuration decides on a finding; the evidence still says that the builds differ."""
    root = make(tmp_path / "project", CLOCKED)
    config = Config(checks={"reproducible": Override(severity="off", because="the backend cannot do better")})
    outcome = built(root, config=config)
    assert outcome.findings == ()
    assert outcome.evidence["equal"] is False
    assert "built twice: byte for byte equal" not in outcome.summary
    assert (root / "dist" / SDIST).exists()


def test_files_of_this_commit_are_kept(tmp_path: Path) -> None:
    """A second build keeps equal files of the same commit, version and tool, and says so; --rebuild does not."""
    notes = tmp_path / "notes"
    notes.mkdir()
    root = make(tmp_path / "project", RECORDER.format(folder=str(notes)))
    first = built(root)
    of = {"commit": first.ledger.commit, "version": "1.2.3", "tool": first.ledger.built["tool"]}
    assert first.ledger.built == of | first.evidence["inputs"]
    hooks = len(calls(notes))
    summed = checksums(first.ledger, root / "dist").ledger
    kept = built(root, ledger=summed)
    assert len(calls(notes)) == hooks
    assert kept.evidence["kept"] is True
    assert any(line.startswith("kept:") for line in kept.summary)
    assert kept.ledger == summed
    anew = built(root, ledger=summed, options=Options(command="build", rebuild=True))
    assert len(calls(notes)) == 2 * hooks
    assert anew.ledger.distributions == first.ledger.distributions
    assert not (root / "dist" / "SHA256SUMS.txt").exists()


@pytest.mark.parametrize("key", ["commit", "version", "tool"])
def test_files_of_anything_else_are_built_anew(key: str, tmp_path: Path) -> None:
    """Files built from another commit, for another version or by another tool are not kept."""
    root = make(tmp_path / "project")
    ledger = built(root).ledger
    assert built(root, ledger=ledger).evidence["kept"]
    ledger = dataclasses.replace(ledger, built={**ledger.built, key: "other"})
    assert not built(root, ledger=ledger).evidence["kept"]


def test_a_missing_file_is_built_anew(tmp_path: Path) -> None:
    """Where one of the distributions is gone, both are built again."""
    root = make(tmp_path / "project")
    ledger = built(root).ledger
    (root / "dist" / WHEEL).unlink()
    assert not built(root, ledger=ledger).evidence["kept"]
    assert (root / "dist" / WHEEL).exists()


def test_a_rebuild_drops_the_evidence_of_former_bytes(tmp_path: Path) -> None:
    """Records of what was done with the old files do not speak for the new ones; the credential's stays."""
    root = make(tmp_path / "project")
    record = Record(status="passed", start="", duration=0.0)
    ledger = built(root).ledger.with_record("checksums", record).with_record("tests", record)
    ledger = ledger.with_record("preflight", record, "pypi").with_record("publish", record, "rehearsal")
    anew = built(root, ledger=ledger, options=Options(command="build", rebuild=True)).ledger
    assert anew.stages.keys() == {"validate", "tests"}
    assert anew.targets["pypi"].keys() == {"preflight"}
    assert not anew.targets["rehearsal"]


@pytest.mark.parametrize(("status", "evidence"), [("passed", {}), ("failed", {"sending": [WHEEL]})])
def test_what_was_sent_to_a_real_index_is_not_built_anew(
    status: Status, evidence: dict[str, Any], tmp_path: Path
) -> None:
    """Only these very bytes can complete a half release; a publish that sent nothing forbids nothing."""
    root = make(tmp_path / "project")
    record = Record(status=status, start="", duration=0.0, evidence=evidence)
    first, again = built(root).ledger, Options(command="build", rebuild=True)
    error = refusal(root, ledger=first.with_record("publish", record, "pypi"), options=again)
    assert "were sent to pypi" in error.what
    assert error.fix.endswith("RELEASE_TARGET=pypi nox -s release")
    nothing = dataclasses.replace(record, status="failed", evidence={})
    assert not built(root, ledger=first.with_record("publish", nothing, "pypi"), options=again).evidence["kept"]


@pytest.mark.parametrize("offline", [True, False])
def test_offline_the_installers_ask_no_index(offline: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a case
    """The build requirements then come from what the installer has; where that is too little, it is said why."""
    root = make(tmp_path / "project")
    samples.edit(root, "pyproject.toml", "requires = []", 'requires = ["nobody-has-this"]')
    with loopback.serve(loopback.says(404)) as index:
        places = {"UV_DEFAULT_INDEX": index.url, "PIP_INDEX_URL": index.url, "UV_CACHE_DIR": str(tmp_path / "cache")}
        options = Options(command="build", offline=offline)
        error = refusal(root, ServiceFailed, environment={**samples.clean_env(), **places}, options=options)
    assert bool(index.seen) is not offline
    assert ("--offline" in error.fix) is offline


def test_old_files_give_way_to_those_of_a_new_version(tmp_path: Path) -> None:
    """What the old ledger lists with equal digests is removed; no file of another version stays behind."""
    root = make(tmp_path / "project")
    old = checksums(built(root).ledger, root / "dist").ledger
    (root / "behaviour.py").write_text("version = '1.3'\n", encoding="utf-8")
    fake_projects.commit(root)
    new = facts(root, version=Version("1.3"))
    new["ledger"] = dataclasses.replace(new["ledger"], files=old.files, distributions=old.distributions)
    outcome = build(**new)
    assert outcome.findings == ()
    names = {path.name for path in (root / "dist").iterdir()}
    assert names == {"fake_project-1.3-py3-none-any.whl", "fake_project-1.3.tar.gz", "release.json"}


def test_a_foreign_file_is_named_and_stays(tmp_path: Path) -> None:
    """Before anything is built, at most ten names are given, and no file is touched."""
    notes = tmp_path / "notes"
    notes.mkdir()
    root = make(tmp_path / "project", RECORDER.format(folder=str(notes)))
    (root / "dist").mkdir()
    for number in range(12):
        (root / f"dist/mine-{number:02}.whl").write_text("mine", encoding="utf-8")
    error = refusal(root)
    assert "mine-00.whl" in error.what
    assert "mine-09.whl and 2 more" in error.what
    assert calls(notes) == []


def test_a_changed_file_of_ours_is_no_longer_ours(tmp_path: Path) -> None:
    """A listed file with another digest is neither kept nor overwritten."""
    root = make(tmp_path / "project")
    ledger = built(root).ledger
    (root / "dist" / WHEEL).write_bytes(b"other bytes")
    error = refusal(root, ledger=ledger)
    assert WHEEL in error.what
    assert (root / "dist" / WHEEL).read_bytes() == b"other bytes"


def test_what_a_kill_leaves_is_known_to_be_ours(tmp_path: Path) -> None:
    """The ledger lists the files before they have their names, so that the next run takes over from any point."""
    root = make(tmp_path / "project")
    whole = built(root)
    killed = ledgers.read(root / "dist")
    assert killed is not None
    assert killed.files == whole.ledger.files
    assert killed.distributions == ()
    assert killed.record("build") is None
    (root / "dist" / SDIST).unlink()
    (root / f"dist/{files.TEMPORARY}999999999-{SDIST}").write_bytes(b"half")
    again = built(root, ledger=killed)
    assert again.evidence["kept"] is False
    assert again.ledger.distributions == whole.ledger.distributions
    assert not list((root / "dist").glob(f"{files.TEMPORARY}*"))


def test_a_project_in_a_sub_folder_is_built_there(tmp_path: Path) -> None:
    """The folder of the project is found in the clone as it is in the repository."""
    root = make(tmp_path / "project")
    (root / "packages").mkdir()
    for name in ("pyproject.toml", "backend.py", "fake_project"):
        samples.git(root, "mv", name, f"packages/{name}")
    fake_projects.commit(root)
    outcome = built(root / "packages")
    assert outcome.findings == ()
    assert (root / "packages/dist" / WHEEL).exists()


def test_a_submodule_is_taken_from_the_working_clone(tmp_path: Path) -> None:
    """Its files are in the sdist; where the clone does not have it, the build is refused and fetches nothing."""
    inner = make(tmp_path / "inner")
    root = make(tmp_path / "project")
    allowed = ("-c", "protocol.file.allow=always")
    samples.git(root, *allowed, "submodule", "--quiet", "add", "--name", "parts", str(inner), "vendor")
    fake_projects.commit(root)
    outcome = built(root)
    assert outcome.findings == ()
    with tarfile.open(root / "dist" / SDIST) as archive:
        assert "fake_project-1.2.3/vendor/pyproject.toml" in archive.getnames()
    samples.git(tmp_path, "clone", "--quiet", str(root), "fresh")
    error = refusal(tmp_path / "fresh")
    assert "the submodule vendor is not there" in error.what
    assert "git submodule update" in error.fix


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A dist/ below a file cannot be written: the path is named."""
    root = make(tmp_path / "project")
    error = refusal(root, ServiceFailed, dist=root / "pyproject.toml" / "dist")
    assert "cannot write" in error.what


def test_what_comes_into_dist_meanwhile_is_not_removed(tmp_path: Path) -> None:
    """A file that appears in dist/ while the backend runs is refused, named and left there."""
    root = tmp_path / "project"
    make(root, f"import pathlib\npathlib.Path({str(root)!r}, 'dist').mkdir(exist_ok=True)\n"
               f"pathlib.Path({str(root)!r}, 'dist/mine.txt').write_text('mine')\n")  # fmt: skip
    with pytest.raises(Refused, match=r"not ours: mine\.txt"):
        built(root)
    assert [path.name for path in (root / "dist").iterdir()] == ["mine.txt"]


def test_only_the_commit_is_built(tmp_path: Path) -> None:
    """What is changed, deleted, ignored or not yet added in the working tree has no part in the build."""
    root = make(tmp_path / "project")
    expected = built(root).ledger.distributions
    shutil.rmtree(root / "dist")
    (root / "fake_project/__init__.py").write_text("x = 1\n", encoding="utf-8")
    (root / "fake_project/secret.py").write_text("x = 1\n", encoding="utf-8")
    (root / "pyproject.toml").unlink()
    assert built(root).ledger.distributions == expected


@pytest.mark.parametrize("name", ["setuptools", "pdm", "hatch-vcs"])
def test_a_real_backend_builds_the_same_bytes_in_two_clones(name: str, tmp_path: Path) -> None:
    """Two builds of one commit, in two clones at two moments, give one wheel and one sdist."""
    first, second = (_of_sample(name, tmp_path / folder) for folder in ("one", "another"))
    assert first.distributions == second.distributions
    assert len(first.distributions) == 2


def _of_sample(name: str, folder: Path) -> Ledger:
    root = samples.make(name, folder)
    backends = {"setuptools": "setuptools.build_meta", "pdm": "pdm.backend", "hatch-vcs": "hatchling.build"}
    house = wheelhouse.offline() if (wheelhouse.HOUSE / "filled").exists() else {}
    environment = samples.clean_env() | house | {"PATH": os.environ["PATH"]}
    outcome = built(root, name=f"sample-{name}", backend=backends[name], environment=environment)
    assert outcome.findings == ()
    assert outcome.evidence["build_requirements"]
    with zipfile.ZipFile(root / "dist" / outcome.ledger.distributions[0].filename) as wheel:
        assert wheel.testzip() is None
    return outcome.ledger


def test_a_secret_of_this_machine_is_never_released(tmp_path: Path) -> None:
    """The value of a secret-named variable in a module refuses the build, whatever form it has; it is not repeated."""
    root = make(tmp_path / "project")
    value = "p4ss" + "-word-" + "of-this-machine"
    (root / "fake_project" / "settings.py").write_text(f"KEY = {value.encode().hex()!r}, {value!r}\n")
    fake_projects.commit(root)
    samples.git(root, "tag", "--force", "--annotate", "--message", "Release", "v1.2.3")
    outcome = built(root, environment=samples.clean_env() | {"MY_TOKEN": value})
    assert ids(outcome) == [("no-secrets", "error")] * 2
    assert [each.file for each in outcome.findings] == [WHEEL, SDIST]
    assert not any(value[:8] in f"{each}" for each in outcome.findings)
    assert not (root / "dist" / WHEEL).exists()
    assert built(root, environment=samples.clean_env() | {"MY_NAME": value}).findings == ()
