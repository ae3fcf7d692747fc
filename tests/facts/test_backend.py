"""What `validate` does where only the build backend knows the version: it asks, apart from all that is the user's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from release_tools.errors import UsageError
from release_tools.options import Options
from release_tools.supply import Supply
from release_tools.text import Redactor
from release_tools.versions import Reading
from tests import fake_projects, running, samples, wheelhouse
from tests.fake_projects import make_computed
from tests.processes import gone, pid_in

FACTS = ("project", "release", "git", "changelog", "backend")
MODULES = tuple(f"release_tools.facts.{name}" for name in FACTS)
LINUX = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="only Linux shows a process's environment")
CANARY = "correct-horse-battery-staple"
COMPUTED = """
from setuptools import setup

parts = ("a", "bb", "ccc")
setup(name="computed", version=".".join(str(len(part)) for part in parts), py_modules=["computed"])
"""
CHANGELOG = "# Changelog\n\n## 1.2.3 - 2026-01-10\n\n- The first.\n"


def reading(root: Path, environment: dict[str, str] | None = None, **options: Any) -> Reading:  # noqa: ANN401 - options vary
    """Return what `validate` learns of the version of a project."""
    facts = Supply(
        MODULES,
        options=Options(**{"command": "validate"} | options),
        environment=samples.clean_env() | (environment or {}),
        folder=root,
        say=lambda _line: None,
        redact=Redactor([CANARY]),
    )
    found: Reading = facts.get("reading")
    return found


def why_not(root: Path, environment: dict[str, str] | None = None, **options: Any) -> str:  # noqa: ANN401 - options vary
    """Return why the version is not known."""
    found = reading(root, environment, **options)
    assert not found.declarations
    assert found.unreadable
    return found.unreadable


@pytest.fixture
def computed(tmp_path: Path) -> Path:
    """Give a tagged project of setuptools whose setup.py computes its version."""
    root = tmp_path / "project"
    root.mkdir()
    for name, text in (("setup.py", COMPUTED), ("computed.py", "x = 1\n"), ("CHANGELOG.md", CHANGELOG)):
        (root / name).write_text(text, encoding="utf-8")
    samples.git(root, "init", "--quiet", "--initial-branch=main", "--template=")
    fake_projects.commit(root)
    samples.git(root, "tag", "v1.2.3")
    return root


def validated(root: Path, *arguments: str, **env: str) -> tuple[int, dict[str, Any]]:
    """Run `validate --json` and return exit code and document."""
    done = running.stage(root, "validate", "--json", *arguments, env=env)
    assert "Traceback" not in done.stderr
    return done.returncode, json.loads(done.stdout)


def errors(document: dict[str, Any]) -> list[str]:
    """Return the checks that found an error."""
    return [each["check"] for each in document["findings"] if each["severity"] == "error"]


@pytest.mark.parametrize("arguments", [[], ["--offline"]])
def test_a_version_that_setup_py_computes_is_asked_of_the_backend(
    arguments: list[str], computed: Path, tmp_path: Path
) -> None:
    """The verdict is that of any other project, from find-links also offline; nothing is left in tree or elsewhere."""
    if "--offline" in arguments and not (wheelhouse.HOUSE / "filled").exists():
        pytest.skip("there is no wheelhouse")
    (tmp_path / "temporary").mkdir()
    code, document = validated(computed, *arguments, TMPDIR=str(tmp_path / "temporary"))
    assert (code, document["verdict"], document["version"]) == (0, "aligned", "1.2.3")
    assert list((tmp_path / "temporary").iterdir()) == []
    assert samples.git(computed, "status", "--porcelain", "--ignored") == "?? dist/"


def test_a_tag_that_the_backend_contradicts_is_misaligned(computed: Path) -> None:
    """What the backend tells is judged like a declaration that was read; it stands in setup.py, without a line."""
    samples.git(computed, "tag", "--delete", "v1.2.3")
    samples.edit(computed, "CHANGELOG.md", "1.2.3", "1.2.4")
    samples.git(computed, "tag", "v1.2.4")
    code, document = validated(computed)
    assert (code, document["verdict"], errors(document)) == (3, "misaligned", ["tag-matches-version"])
    found = next(each for each in document["findings"] if each["check"] == "tag-matches-version")
    assert (found["file"], found["line"]) == ("setup.py", None)
    assert "1.2.3" in found["message"]


@pytest.mark.parametrize("env", [{}, {"RELEASE_NO_BUILD": "1"}])
def test_with_no_build_the_backend_is_not_run(env: dict[str, str], tmp_path: Path) -> None:
    """By option or variable: undetermined, with what would help; no hook of the backend ran."""
    sign = tmp_path / "sign"
    root = make_computed(tmp_path / "project", f"import pathlib\npathlib.Path({str(sign)!r}).touch()\n")
    code, document = validated(root, *([] if env else ["--no-build"]), **env)
    assert (code, document["verdict"], errors(document)) == (3, "undetermined", ["version-readable"])
    assert "without --no-build" in document["findings"][0]["fix"]
    assert not sign.exists()


def test_offline_what_cannot_be_installed_is_said(computed: Path, tmp_path: Path) -> None:
    """Where neither find-links nor cache hold the backend: undetermined, and that no index was asked."""
    (tmp_path / "none").mkdir()
    nothing = {"UV_FIND_LINKS": "", "PIP_FIND_LINKS": "", "UV_CACHE_DIR": str(tmp_path / "none"), "UV_NO_INDEX": ""}
    code, document = validated(computed, "--offline", **nothing, PIP_NO_INDEX="")
    assert (code, document["verdict"], errors(document)) == (3, "undetermined", ["version-readable"])
    message = document["findings"][0]["message"]
    assert "the installer without an index (--offline): " in message
    assert "could not install the build requirements setuptools" in message
    assert "without --offline" in document["findings"][0]["fix"]


AT = "if hook == 'prepare_metadata_for_build_wheel':\n    "
LINKED = f"""
import os
{AT}os.mkdir(folder + '/a')
    os.symlink(os.path.abspath(__file__), folder + '/a/METADATA')
answer = 'a'
"""
FAILING = {
    "exits": (f"{AT}raise SystemExit(7)", "failed in prepare_metadata_for_build_wheel: exit code 7"),
    "raises": (f"{AT}raise RuntimeError('no: such luck')", "build_wheel: RuntimeError: no: such luck"),
    "talks": (f"{AT}raise SystemExit('x' * 10_000_000 + '\\nlast words')", "build_wheel: last words"),
    "talks in one line": (f"{AT}raise SystemExit('x' * 10_000_000 + ' last words')", "xxx last words"),
    "hangs": ("import time\ntime.sleep(600)", "get_requires_for_build_wheel: it did not end within 3 s"),
    "is not there": ("raise ImportError('no parts')", "ImportError: no parts"),
    "needs what is no requirement": ("requires = [1]", "get_requires_for_build_wheel: TypeError"),
    "answers nothing": ("answer = None", "build_wheel: TypeError"),
    "leads elsewhere": ("answer = '../up'", "it left no METADATA in the folder"),
    "leads through a link": (LINKED, "METADATA is a symbolic link"),
    "states no version": ("version = ''", "its metadata state no version"),
}


@pytest.mark.parametrize("case", FAILING)
def test_a_backend_that_does_not_tell_is_quoted_in_its_last_line(case: str, tmp_path: Path) -> None:
    """Whatever it does instead: the reason names both why the version was not read and why it was not told."""
    behaviour, words = FAILING[case]
    root = make_computed(tmp_path / "project", behaviour)
    why = why_not(root, {"RELEASE_BUILD_TIMEOUT": "3"} if case == "hangs" else None)
    assert why.startswith("no version is stated where the build backend")
    assert "; the build backend was asked: " in why
    assert words in why
    assert "\n" not in why
    assert len(why) < 1500


def test_a_version_that_is_none_is_judged_as_such(tmp_path: Path) -> None:
    """The backend's text is quoted, not taken for unreadable; an endless one is cut."""
    endless = "Metadata-Version: 2.1\\nName: fake-project\\nVersion: " + "one" * 100_000
    behaviour = f"""
        import os
        if hook.startswith("prepare"):
            os.mkdir(folder + "/a")
            open(folder + "/a/METADATA", "w").write("{endless}")
        answer = "a"
    """
    root = make_computed(tmp_path / "project", behaviour)
    (declared,) = reading(root).declarations
    assert declared.version is None
    assert declared.raw.startswith("oneone")
    assert len(declared.raw) < 300


def test_without_the_hook_for_metadata_a_wheel_is_built(tmp_path: Path) -> None:
    """As installers do; a wheel that cannot be read is the reason."""
    (declared,) = reading(make_computed(tmp_path / "project", hook=False)).declarations
    assert (declared.raw, declared.kind, str(declared.where)) == ("1.2.3", "backend", "pyproject.toml")
    root = make_computed(tmp_path / "other", "tag = '../up'", hook=False)
    assert "build_wheel" in why_not(root)
    broken = tmp_path / "broken"
    make_computed(broken, "members = {'two-1.dist-info/METADATA': b''}", hook=False)
    assert "it holds no METADATA" in why_not(broken)


@LINUX
def test_no_secret_reaches_the_backend_or_what_is_said_of_it(tmp_path: Path) -> None:
    """Its own environment holds none; what it takes from ours by force is hidden on screen and in the ledger."""
    own, ours = "dict(os.environ)", "pathlib.Path(f'/proc/{os.getppid()}/environ').read_bytes()"
    for number, place in enumerate((own, ours)):
        where = tmp_path / f"seen-{number}"
        behaviour = f"""
            import os, pathlib
            said = str({place})
            pathlib.Path({str(where)!r}).write_text(said)
            raise SystemExit(said[said.find("ZZ_API_TOKEN"):][:100])
        """
        root = make_computed(tmp_path / str(number), behaviour)
        done = running.stage(root, "validate", "--json", env={"ZZ_API_TOKEN": CANARY})
        assert done.returncode == 3
        assert (CANARY in where.read_text()) is (place == ours)
        assert CANARY not in done.stdout + done.stderr + (root / "dist/release.json").read_text()


def test_a_backend_that_writes_into_its_source_leaves_the_users_tree_alone(tmp_path: Path) -> None:
    """What lies around it is a clone: the commit, without what is changed or untracked in the tree."""
    behaviour = """
        import pathlib
        assert not pathlib.Path("untracked.txt").exists()
        pathlib.Path("left.txt").write_text(hook)
        pathlib.Path("CHANGELOG.md").write_text("")
    """
    root = make_computed(tmp_path / "project", behaviour)
    (root / "untracked.txt").write_text("mine")
    assert [each.raw for each in reading(root).declarations] == ["1.2.3"]
    assert samples.git(root, "status", "--porcelain") == "?? untracked.txt"


def test_a_backend_that_finds_the_users_tree_all_the_same_is_not_believed(tmp_path: Path) -> None:
    """Whoever writes there is named with the files."""
    root = tmp_path / "project"
    make_computed(root, f"import pathlib\npathlib.Path({str(root)!r}, 'left.txt').write_text(hook)\n")
    assert "the working tree changed while the build ran: left.txt" in why_not(root)


@LINUX
def test_nothing_that_the_backend_started_is_left(tmp_path: Path) -> None:
    """Neither what stayed in its process group nor what left it outlives the question."""
    behaviour = f"""
        import pathlib, subprocess
        quiet = dict(stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for name in ("in", "out"):
            child = subprocess.Popen(["sleep", "300"], start_new_session=name == "out", **quiet)
            pathlib.Path({str(tmp_path)!r}, name).write_text(str(child.pid) + "\\n")
    """
    reading(make_computed(tmp_path / "project", behaviour))
    assert gone(pid_in(tmp_path / "in"))
    assert gone(pid_in(tmp_path / "out"))


FROM_TAGS = """
    import subprocess
    tags = subprocess.run(["git", "tag", "--list"], capture_output=True, text=True, check=True).stdout.split()
    on_head = subprocess.run(["git", "tag", "--points-at"], capture_output=True, text=True, check=True).stdout
    version = "+".join(tag.strip("v") for tag in tags) + ("" if on_head else "+5.gabc")
"""


@pytest.mark.parametrize(
    ("tags", "moved", "options", "expected"),
    [
        ((), False, {}, "1.2.3"),
        (("v1.2.2", "other"), False, {}, "1.2.3"),
        (("v1.2.2", "other"), False, {"tag": "v1.2.2"}, "1.2.2"),
        ((), True, {"tag": "v2.0.0"}, "2.0.0"),
        ((), True, {}, None),
        (("v9.9.9",), True, {"mode": "branch", "tag": "v2.0.0"}, None),
    ],
    ids=["on HEAD", "among others", "the one asked for", "not made yet", "an earlier one", "a branch"],
)
def test_the_backend_sees_one_tag(
    tags: tuple[str, ...],
    moved: bool,  # noqa: FBT001 - a case
    options: dict[str, Any],
    expected: str | None,
    tmp_path: Path,
) -> None:
    """The one in question, else the newest before HEAD; what it counts on from there is the tag's, not declared."""
    root = make_computed(tmp_path / "project", FROM_TAGS)
    for tag in tags:
        samples.git(root, "tag", tag)
    if moved:
        (root / "more.txt").write_text("x")
        fake_projects.commit(root)
    found = reading(root, **options)
    assert found.unreadable is None
    assert [each.version for each in found.declarations] == ([Version(expected)] if expected else [])
    assert found.from_tag == (None if expected else "backend")


def test_a_limit_that_is_no_number_is_wrong_usage(tmp_path: Path) -> None:
    """It is not taken for a backend that does not answer."""
    with pytest.raises(UsageError, match="RELEASE_BUILD_TIMEOUT=soon"):
        reading(make_computed(tmp_path / "project"), {"RELEASE_BUILD_TIMEOUT": "soon"})


def test_a_rehearsal_builds_what_only_the_backend_can_name(tmp_path: Path) -> None:
    """Without any tag the version that was asked for is the one that is planned and built."""
    root = make_computed(tmp_path / "project")
    samples.git(root, "tag", "--delete", "v1.2.3")
    running.chain(root, "build")
    assert running.ledger(root)["tag"] == "v1.2.3"
    assert fake_projects.WHEEL in running.names(root / "dist")


def test_a_version_that_can_be_read_costs_nothing_of_this(tmp_path: Path) -> None:
    """Neither the adapters behind these facts nor their library are imported then."""
    root = samples.make("flit", tmp_path / "project")
    done = running.stage(root, "validate", env={"PYTHONPROFILEIMPORTTIME": "1"})
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert done.returncode == 0
    assert "release_tools.changelog" in loaded
    assert not {"release_tools.adapters.asked_version", "release_tools.adapters.backend", "build"} & loaded
