"""Bad input: three lines, the right exit code, and nothing lost."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import running, samples

LIMITED = """
import resource, runpy, signal, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
sys.argv = ["release-tools", "validate"]
runpy.run_module("release_tools", run_name="__main__")
"""
CHAIN = {"_RELEASE_TOOLS_CHAIN": "1"}
Prepared = Callable[[str, Path], Path]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Give a function that runs the chain up to a stage once, and then copies what it left."""
    done: dict[str, Path] = {}

    def copied(until: str, folder: Path) -> Path:
        if until not in done:
            done[until] = samples.make("flit", tmp_path_factory.mktemp(until) / "project")
            running.chain(done[until], until)
        return Path(shutil.copytree(done[until], folder, symlinks=True))

    return copied


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give a tagged repository of the flit sample: its backend needs the least."""
    return samples.make("flit", tmp_path / "project")


def refusal(root: Path, *arguments: str, code: int, env: dict[str, str] | None = None) -> tuple[str, str, str]:
    """Run a stage that must end with this exit code, and return its three lines."""
    done = running.stage(root, *arguments, env=env)
    assert done.returncode == code, done.stdout + done.stderr
    return running.three_lines(done)


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("[project\n", "pyproject.toml cannot be read"),
        ("[tool.release-tools]\ntag-patern = 'v{version}'\n", "unknown key 'tag-patern'"),
        ("[tool.release-tools]\nrelease-branches = 'main'\n", "expected a list, found a string"),
        ("[tool]\nrelease-tools = 3\n", "expected a table, found a number"),
        ("[tool.release-tools.checks]\ntree-clena = {severity='off', because='x'}\n", "unknown key 'tree-clena'"),
        ("[tool.release-tools.checks]\ntree-clean = {severity='off'}\n", "because is missing"),
    ],
)
def test_broken_settings(root: Path, line: str, named: str) -> None:
    """A broken pyproject.toml, a bad key and a bad type are usage errors that name the spot."""
    path = root / "pyproject.toml"
    path.write_text(path.read_text() + "\n" + line)
    what, state, _ = refusal(root, "validate", code=2)
    assert named in what
    assert state == "nothing was done"
    assert not (root / "dist").exists()


def test_a_dirty_tree_is_a_to_do_in_a_rehearsal_and_refused_otherwise(root: Path) -> None:
    """At most ten paths are listed, and nothing of theirs is changed."""
    for number in range(12):
        (root / f"new{number:02}.txt").write_text("mine")
    rehearsed = running.stage(root, "validate", env=CHAIN)
    assert rehearsed.returncode == 0, rehearsed.stderr
    assert running.ledger(root)["stages"]["validate"]["mode"] == "rehearsal"
    what, _, _ = refusal(root, "validate", "--mode", "tag", code=3)
    assert "new09.txt" in what
    assert "new11.txt" not in what
    assert all((root / f"new{number:02}.txt").read_text() == "mine" for number in range(12))


@pytest.mark.parametrize("env", [CHAIN, {}])
def test_version_and_changelog_disagree(root: Path, env: dict[str, str]) -> None:
    """An entry under another number fails a rehearsal too."""
    samples.edit(root, "CHANGELOG.md", "1.2.3", "1.2.4")
    samples.git(root, "tag", "--force", "--annotate", "--message", "x", "v1.2.3")
    done = running.stage(root, "validate", env=env)
    assert done.returncode == 3, done.stderr
    assert "[changelog-has-entry]" in done.stderr
    running.three_lines(done)


def with_module(root: Path, old: str, new: str) -> Path:
    """Change the module of the sample and tag it again."""
    samples.edit(root, "sample_flit.py", old, new)
    samples.git(root, "tag", "--force", "--annotate", "--message", "x", "v1.2.3")
    running.chain(root, "publish")
    return root


def test_a_wheel_that_does_not_import(root: Path) -> None:
    """The module and its error are named."""
    with_module(root, '__version__ = "1.2.3"', '__version__ = "1.2.3"\nimport not_there_at_all')
    what, _, _ = refusal(root, "verify", code=3)
    assert "sample_flit" in what
    assert "not_there_at_all" in what


def test_a_console_script_that_exits_with_1(root: Path) -> None:
    """The script is named."""
    path = root / "pyproject.toml"
    path.write_text(path.read_text() + '\n[project.scripts]\nbroken = "sample_flit:fail"\n')
    with_module(root, '__version__ = "1.2.3"', '__version__ = "1.2.3"\n\n\ndef fail():\n    return 1\n')
    samples.git(root, "commit", "--quiet", "--all", "--message", "A script")
    samples.git(root, "tag", "--force", "--annotate", "--message", "x", "v1.2.3")
    running.chain(root, "publish")
    what, _, _ = refusal(root, "verify", code=3)
    assert "broken" in what


@pytest.mark.parametrize("stage", ["build", "checksums", "draft", "publish", "verify"])
def test_a_foreign_file_in_dist_is_refused_and_kept(prepared: Prepared, tmp_path: Path, stage: str) -> None:
    """Whatever stage meets it, the file is named and never deleted."""
    root = prepared(running.STAGES[running.STAGES.index(stage) - 1], tmp_path / "project")
    (root / "dist/mine.whl").write_text("mine")
    what, _, _ = refusal(root, stage, code=3)
    assert "mine.whl" in what
    assert (root / "dist/mine.whl").read_text() == "mine"


@pytest.mark.parametrize(("stage", "before"), [("checksums", "build"), ("draft", "checksums"), ("publish", "attest"),
                                              ("verify", "announce")])  # fmt: skip
@pytest.mark.parametrize("pattern", ["*.whl", "*.tar.gz", "SHA256SUMS.txt", "RELEASE_NOTES.md"])
def test_one_bit_is_enough(prepared: Prepared, tmp_path: Path, stage: str, before: str, pattern: str) -> None:
    """A file changed by one bit between two stages is refused by name."""
    root = prepared(before, tmp_path / "project")
    found = sorted((root / "dist").glob(pattern))
    if not found:
        # This file is written by a later stage.
        return
    content = bytearray(found[0].read_bytes())
    content[len(content) // 2] ^= 1
    found[0].write_bytes(content)
    what, _, _ = refusal(root, stage, code=3)
    assert found[0].name in what


@pytest.mark.parametrize("stage", [name for name in running.STAGES if name != "validate"])
def test_a_ledger_of_another_commit(prepared: Prepared, tmp_path: Path, stage: str) -> None:
    """No stage works with the evidence of another commit."""
    root = prepared("announce", tmp_path / "project")
    samples.git(root, "commit", "--quiet", "--allow-empty", "--message", "More work")
    what, _, following = refusal(root, stage, code=3)
    assert "is of commit" in what
    assert "nox -s release" in following


@pytest.mark.parametrize("stage", running.STAGES)
@pytest.mark.parametrize("content", ['{"schema": 99}', '{"schema": 1, "pro', "", "[]", '{"schema": 1}'])
def test_a_ledger_that_cannot_be_believed(root: Path, stage: str, content: str) -> None:
    """Unknown schema, cut off, empty or of another shape: refused in one line and left as it is."""
    (root / "dist").mkdir()
    (root / "dist/release.json").write_text(content)
    what, _, following = refusal(root, stage, code=3)
    assert "release.json cannot be used" in what
    assert "remove" in following
    assert (root / "dist/release.json").read_text() == content


@pytest.mark.parametrize(("stage", "before", "module"), [("build", "preflight", "twine"),
                                                        ("publish", "attest", "pypiserver")])  # fmt: skip
def test_a_stage_without_its_extra(prepared: Prepared, tmp_path: Path, stage: str, before: str, module: str) -> None:
    """After an installation without extras a stage names what it lacks, and the ledger has it as failed."""
    root = prepared(before, tmp_path / "project")
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / f"{module}.py").write_text(f"raise ModuleNotFoundError('none', name={module!r})\n")
    env = {"PYTHONPATH": os.pathsep.join((str(tmp_path / "library"), str(running.ROOT)))}
    what, _, following = refusal(root, stage, code=2, env=env)
    assert f"{stage} needs the module {module}" in what
    assert "nox-release-tools[all]" in following
    ledger = running.ledger(root)
    assert (ledger["stages"] | ledger["targets"].get("rehearsal", {}))[stage]["exit_code"] == 2


def test_no_space_left(root: Path) -> None:
    """A file that cannot be written is named, and nothing half-written stands under its name."""
    running.chain(root, "preflight")
    before = (root / "dist/release.json").read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", LIMITED], cwd=root, env=running.environment(), capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 5, done.stderr
    what, _, _ = running.three_lines(done)
    assert "cannot write" in what
    assert (root / "dist/release.json").read_bytes() == before
    assert running.names(root / "dist") == ["release.json"]


def test_dist_as_a_link_is_refused_and_untouched(root: Path, tmp_path: Path) -> None:
    """A `dist` that leads elsewhere is not followed."""
    (tmp_path / "elsewhere").mkdir()
    (root / "dist").symlink_to(tmp_path / "elsewhere")
    what, _, _ = refusal(root, "validate", code=3)
    assert "symbolic link" in what
    assert not list((tmp_path / "elsewhere").iterdir())


@pytest.mark.parametrize("stage", running.STAGES)
def test_an_unknown_target(prepared: Prepared, tmp_path: Path, stage: str) -> None:
    """A target that nobody configured is a usage error with the nearest name."""
    root = prepared("validate", tmp_path / "project")
    what, _, following = refusal(root, stage, "--target", "pipy", code=2)
    assert "unknown target 'pipy'" in what
    assert "'pypi'" in following


def test_pypi_is_refused_with_what_is_missing(root: Path) -> None:
    """A real target sends nothing and lists what it lacks, before anything is built."""
    env = {"RELEASE_TARGET": "pypi"}
    assert running.stage(root, "validate", env=CHAIN | env).returncode == 0
    what, state, _ = refusal(root, "preflight", code=3, env=env)
    assert "PYPI_API_TOKEN" in what
    assert "nothing was sent" in state
    assert running.names(root / "dist") == ["release.json"]


def test_publishing_for_real_is_refused_even_with_all_evidence_of_a_rehearsal(root: Path) -> None:
    """Going round preflight does not help: publish itself refuses."""
    running.chain(root, "attest")
    refusal(root, "publish", code=3, env={"RELEASE_TARGET": "pypi"})
    assert "pypi" not in running.ledger(root)["targets"] or "sent" not in json.dumps(
        running.ledger(root)["targets"]["pypi"]
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("stage", ["validate", "build", "checksums", "draft", "publish", "verify"])
def test_a_signal_in_a_stage(
    prepared: Prepared, root: Path, tmp_path: Path, stage: str, number: signal.Signals
) -> None:
    """Its exit code is 130 or 143, no temporary file stays in dist/, and the same command works afterwards."""
    at = running.STAGES.index(stage)
    if at:
        root = prepared(running.STAGES[at - 1], tmp_path / "at")
    before = running.names(root / "dist") if at else []
    process = subprocess.Popen(
        [sys.executable, "-m", "release_tools", stage], cwd=root, env=running.environment(), text=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr
    assert process.stderr.readline().startswith(f"{stage}:")
    process.send_signal(number)
    said = process.communicate(timeout=30)[1]
    if process.returncode != 0:
        # It may have been faster than the signal.
        assert process.returncode == {signal.SIGINT: 130, signal.SIGTERM: 143}[number], said
        assert "error: interrupted by" in said
        assert running.names(root / "dist") == before if at else True
    assert running.stage(root, stage).returncode == 0


def test_a_version_that_cannot_be_read_stops_nothing_later(tmp_path: Path) -> None:
    """It is told each time, in the mode that was judged; once it is mended the same folder goes on."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "setup.py").write_text(
        "import os\nfrom setuptools import setup\nsetup(name='a', version=os.environ['V'])\n"
    )
    samples.git(root, "init", "--quiet", "--initial-branch=main", "--template=")
    samples.git(root, "add", "--all")
    samples.git(root, "commit", "--quiet", "--message=One")
    for _ in range(2):
        done = running.stage(root, "validate", "--no-build", "--offline", "--json")
        document = json.loads(done.stdout)
        assert (done.returncode, document["mode"], document["version"]) == (3, "branch", None)
        assert "version-readable" in {each["check"] for each in document["findings"]}
    samples.edit(root, "setup.py", "os.environ['V']", "'1.0'")
    document = json.loads(running.stage(root, "validate", "--no-build", "--offline", "--json").stdout)
    assert document["version"] == "1.0"
    assert running.stage(root, "status", "--offline").returncode == 3


def test_a_folder_below_another_takes_the_release(root: Path) -> None:
    """RELEASE_DIST may lie as deep as it likes: what is handed over there is no dirt of the tree."""
    env = {"RELEASE_DIST": "out/handed/over", "RELEASE_OFFLINE": "1", **CHAIN}
    for _ in range(2):
        done = running.stage(root, "validate", env=env)
        assert done.returncode == 0, done.stderr
    assert json.loads((root / "out/handed/over/release.json").read_text())["stages"]["validate"]["mode"] == "tag"
    assert "tree-clean" not in done.stderr


def test_a_ledger_of_another_commit_names_both_ways_on(root: Path) -> None:
    """Back to the release that it is of, or begin again; both as they are to be typed for this target."""
    assert running.stage(root, "validate", "--offline").returncode == 0
    samples.git(root, "commit", "--quiet", "--allow-empty", "--message=Later")
    _, state, following = refusal(root, "publish", "--target", "testpypi", code=3)
    assert "not touched" in state
    back = "git checkout v1.2.3 && RELEASE_TARGET=testpypi nox -s publish"
    assert (
        following
        == f"go back to v1.2.3: {back}; or begin again for this commit: RELEASE_TARGET=testpypi nox -s release"
    )


@pytest.mark.parametrize(("name", "stage"), [("RELEASE_NOTES.md", "draft"), ("SHA256SUMS.txt", "checksums")])
def test_what_was_removed_is_written_again_by_its_stage(
    name: str, stage: str, prepared: Prepared, tmp_path: Path
) -> None:
    """A file of the release that is gone is named with the stage that writes it, and that one does."""
    root = prepared("draft", tmp_path / "project")
    (root / "dist" / name).unlink()
    what, _, following = refusal(root, "publish", code=3, env=CHAIN)
    assert name in what
    assert following.startswith(f"have it written again: nox -s {stage}")
    assert running.stage(root, stage, env=CHAIN).returncode == 0
    assert (root / "dist" / name).is_file()
    if stage == "draft":
        assert running.stage(root, "publish", env=CHAIN).returncode == 0
