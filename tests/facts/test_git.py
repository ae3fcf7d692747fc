"""The facts that git knows, asked of real repositories."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
from packaging.version import Version

from release_tools.adapters.git import Git
from release_tools.config import Config
from release_tools.errors import ServiceFailed, UsageError
from release_tools.facts import git as facts_git
from release_tools.facts.git import RemoteTag
from release_tools.options import Options
from release_tools.supply import Supply, parameters
from tests import samples
from tests.samples import git

MODULES = tuple(f"release_tools.facts.{part}" for part in ("project", "release", "git", "changelog"))
MODULE = "sample_flit.py"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Give the flit sample: one commit on main, tagged v1.2.3, no remote."""
    return samples.make("flit", tmp_path / "project")


def cloned(project: Path, *options: str) -> Path:
    """Return a clone beside a project, made over a file address so that depth counts."""
    clone = project.with_name("clone")
    git(project.parent, "clone", "--quiet", *options, project.as_uri(), str(clone))
    return clone


def supply(root: Path, environment: dict[str, str] | None = None, **options: Any) -> Supply:  # noqa: ANN401 - options vary
    """Return the facts of a repository as validate gets them."""
    asked = Options(**{"command": "validate", "mode": "branch"} | options)
    return Supply(MODULES, options=asked, environment=environment or {}, folder=root, config=Config())


def head(root: Path, name: str = "HEAD") -> str:
    """Return the id of a commit."""
    return git(root, "rev-parse", f"{name}^{{commit}}")


def change(root: Path, file: str, *, old: str = "", new: str = "# changed\n") -> None:
    """Change a file, at its end or in place, and commit it."""
    path = root / file
    text = path.read_text() if path.exists() else ""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.replace(old, new) if old else text + new)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=Change it")


def test_history_holds_the_tags_before_head_and_on_it(project: Path) -> None:
    """A tag on another line is none of them."""
    git(project, "switch", "--quiet", "--create", "side")
    change(project, MODULE)
    git(project, "tag", "v2.0.0")
    git(project, "switch", "--quiet", "main")
    change(project, MODULE, new="# other\n")
    git(project, "tag", "v1.2.4")
    facts = supply(project, mode="tag")
    assert [tag.name for tag in facts.get("history")] == ["v1.2.3", "v1.2.4"]
    assert [tag.name for tag in facts.get("earlier")] == ["v1.2.3"]


def test_a_tag_below_which_later_ones_went_is_not_the_highest(project: Path) -> None:
    """What counts is the highest one that no later, lower release has in its history."""
    git(project, "tag", "v99.99.99")
    change(project, MODULE)
    assert supply(project, mode="tag", tag="v1.3.0").get("highest").name == "v99.99.99"
    git(project, "tag", "v1.2.4")
    change(project, MODULE)
    for name in ("v1.3.0", "v1.2.0"):
        assert supply(project, mode="tag", tag=name).get("highest").name == "v1.2.4"


def test_a_pretended_tag_leaves_the_real_one_of_its_name_among_the_earlier(project: Path) -> None:
    """A version that is released already is seen."""
    change(project, MODULE)
    assert [tag.name for tag in supply(project).get("earlier")] == ["v1.2.3"]
    assert supply(project, mode="tag", tag="v1.2.3").get("earlier") == ()


def test_the_base_is_where_the_branch_left_the_default_branch(project: Path) -> None:
    """A branch of a clone is compared with origin/HEAD, or with what is named."""
    clone = cloned(project)
    start = head(clone)
    change(clone, MODULE)
    first = head(clone)
    change(clone, MODULE)
    assert supply(clone).get("comparison").base == start
    assert supply(clone, base="HEAD~1").get("comparison").base == first
    assert supply(clone, base=first).get("comparison").base == first


def test_ci_names_the_branch_that_a_pull_request_goes_to(project: Path) -> None:
    """A maintenance branch is the base of its backports; a name that is not there is passed over."""
    git(project, "branch", "1.x")
    change(project, MODULE)
    clone = cloned(project)
    assert supply(clone, {"GITHUB_BASE_REF": "1.x"}).get("comparison").base == head(clone, "origin/1.x")
    assert supply(clone, {"GITHUB_BASE_REF": "gone"}).get("comparison").base == head(clone)


@pytest.mark.parametrize("base", ["gone", "--all", "-x", "HEAD..", ""])
def test_a_base_that_is_unknown_is_wrong_usage(project: Path, base: str) -> None:
    """Its name is quoted and never taken for an option; an empty one is none."""
    facts = supply(project, base=base)
    if not base:
        assert facts.get("comparison").base is None
        return
    with pytest.raises(UsageError, match="the base") as error:
        facts.get("comparison")
    assert "--base" in error.value.fix


def test_without_a_remote_changes_count_from_the_newest_release(project: Path) -> None:
    """Nothing else is there to compare with."""
    change(project, MODULE)
    comparison = supply(project).get("comparison")
    assert (comparison.base, comparison.since) == (None, head(project, "v1.2.3"))


def test_changes_count_from_a_release_that_was_made_on_the_branch(project: Path) -> None:
    """What is released needs no notes any more."""
    clone = cloned(project)
    change(clone, MODULE)
    git(clone, "tag", "v1.2.4")
    comparison = supply(clone).get("comparison")
    assert comparison.since == head(clone)
    assert comparison.released == {Version("1.2.4")}


def test_a_tag_is_compared_with_nothing(project: Path) -> None:
    """Base, state and changes are facts of a branch."""
    facts = supply(project, mode="tag")
    assert facts.get("comparison") is None
    assert facts.get("state") is None
    assert facts.get("shipped_changes") == ()
    assert facts.get("upcoming") == ()


def moved(root: Path) -> None:
    """Declare the next version."""
    change(root, MODULE, old='__version__ = "1.2.3"', new='__version__ = "1.3.0"')


def test_a_branch_that_moves_the_version_is_a_candidate(project: Path) -> None:
    """Against its base, and without a base against the last release."""
    clone = cloned(project)
    assert supply(clone).get("state") == "in-progress"
    moved(clone)
    change(clone, "README.md")
    assert supply(clone).get("state") == "candidate"
    assert supply(clone, base="HEAD~1").get("state") == "in-progress"
    assert supply(project).get("state") == "in-progress"
    moved(project)
    change(project, "README.md")
    assert supply(project).get("state") == "candidate"


def test_the_default_branch_is_a_candidate_right_after_the_move(project: Path) -> None:
    """One commit later it is work in progress again: nobody knows whether the project always looks ahead."""
    moved(project)
    assert supply(cloned(project)).get("state") == "candidate"
    change(project, "README.md")
    git(project, "clone", "--quiet", ".", "../later")
    assert supply(project.with_name("later")).get("state") == "in-progress"


def test_a_release_that_came_with_the_branch_is_no_candidate(project: Path) -> None:
    """A hotfix is merged back after it was released."""
    clone = cloned(project)
    moved(clone)
    git(clone, "tag", "v1.3.0")
    change(clone, "README.md")
    assert supply(clone).get("state") == "in-progress"


def test_where_the_base_lacks_the_file_the_newest_release_tells(project: Path) -> None:
    """A project may move its declaration to another file."""
    clone = cloned(project)
    text = (clone / MODULE).read_text()
    git(clone, "rm", "--quiet", MODULE)
    git(clone, "commit", "--quiet", "--message=Away")
    change(clone, MODULE, new=text)
    assert supply(clone, base="HEAD~1").get("state") == "in-progress"
    moved(clone)
    assert supply(clone, base="HEAD~2").get("state") == "candidate"


def test_where_the_tag_is_the_version_the_changelog_tells(tmp_path: Path) -> None:
    """A dated entry above the last release makes a candidate; without one the version is not decided yet."""
    project = samples.make("hatch-vcs", tmp_path / "project")
    change(project, "README.md")
    assert supply(project).get("state") == "in-progress"
    change(project, "CHANGELOG.md", old="# Changelog\n", new="# Changelog\n\n## 1.3.0 (unreleased)\n\n- New.\n")
    assert supply(project).get("state") == "in-progress"
    assert [entry.version for entry in supply(project).get("upcoming")] == [Version("1.3.0")]
    change(project, "CHANGELOG.md", old="(unreleased)", new="(2026-01-10)")
    assert supply(project).get("state") == "candidate"


def test_a_project_that_was_never_released_has_nothing_to_compare_with(tmp_path: Path) -> None:
    """Its first release is a candidate once the entry is there."""
    project = samples.make("flit", tmp_path / "project", tag=None)
    facts = supply(project)
    assert facts.get("comparison").since is None
    assert facts.get("shipped_changes") == ()
    assert facts.get("earlier") == ()
    assert facts.get("state") == "candidate"
    change(project, "CHANGELOG.md", old="v1.2.3 - 2026-01-10", new="v1.2.3 - unreleased")
    assert supply(project).get("state") == "in-progress"


def test_a_shallow_clone_does_not_tell_the_state(project: Path) -> None:
    """What cannot be seen is not guessed."""
    change(project, MODULE)
    assert supply(cloned(project, "--depth=1")).get("state") is None


def test_shipped_changes_are_those_of_the_package(project: Path) -> None:
    """Documentation and tests are not shipped; a file that was there and is gone counts."""
    clone = cloned(project)
    for file in ("docs/index.md", "tests/test_more.py", MODULE):
        change(clone, file)
    assert supply(clone).get("shipped_changes") == (MODULE,)


def test_branches_are_known_here_and_on_remotes(project: Path) -> None:
    """Those that hold HEAD are told apart; HEAD of a remote is no branch."""
    git(project, "branch", "1.x")
    change(project, MODULE)
    git(project, "switch", "--quiet", "--create", "topic/one")
    change(project, MODULE)
    branches = supply(cloned(project), mode="tag").get("branches")
    assert set(branches.known) == {"1.x", "main", "topic/one"}
    assert branches.holding == ("topic/one",)


def test_the_remote_is_asked_for_the_tag(project: Path) -> None:
    """Its object and its commit are told; an address may be a relative path."""
    clone = cloned(project)
    expected = RemoteTag(object_id=git(project, "rev-parse", "refs/tags/v1.2.3"), commit=head(project))
    assert supply(clone, mode="tag").get("remote_tag") == expected
    git(clone, "remote", "set-url", "origin", "../project")
    assert supply(clone, mode="tag").get("remote_tag") == expected


def test_a_moved_tag_is_seen_and_nothing_is_changed(project: Path) -> None:
    """Asking moves no ref here."""
    clone = cloned(project)
    here = git(clone, "rev-parse", "refs/tags/v1.2.3")
    change(project, MODULE)
    git(project, "tag", "--force", "v1.2.3")
    assert supply(clone, mode="tag").get("remote_tag") == RemoteTag(object_id=head(project), commit=head(project))
    assert git(clone, "rev-parse", "refs/tags/v1.2.3") == here


def test_a_remote_is_not_always_asked(project: Path) -> None:
    """Not offline, not for a branch, not where there is none; one that is gone has no tag."""
    clone = cloned(project)
    assert supply(clone, mode="tag", offline=True).get("remote_tag") is None
    assert supply(clone).get("remote_tag") is None
    assert supply(project, mode="tag").get("remote_tag") is None
    git(clone, "remote", "set-url", "origin", str(project.with_name("gone")))
    assert supply(clone, mode="tag").get("remote_tag") is None


class Silent(Git):
    """A repository whose remote never answers."""

    def remote_tag(self, address: str, name: str) -> tuple[str, str] | None:
        """Give up, as after a timeout."""
        raise ServiceFailed(f"{address} did not tell {name}", state="", fix="")


def test_a_remote_that_does_not_answer_is_as_one_that_was_not_asked(project: Path) -> None:
    """A slow network refuses no release here; what needs the answer asks again."""
    facts = supply(cloned(project), mode="tag")
    asked = {name: facts.get(name) for name in ("release", "mode", "options", "source")}
    assert facts_git.remote_tag(**asked, git=Silent(project)) is None


@pytest.mark.parametrize(
    "setting", ["core.sshCommand", "remote.origin.uploadpack", "core.gitProxy", "credential.helper"]
)
def test_asking_a_remote_runs_no_program_of_the_repository(project: Path, setting: str) -> None:
    """The configuration of a repository may come from a stranger."""
    clone = cloned(project)
    canary = project.with_name("canary")
    git(clone, "config", setting, f"!touch {canary}" if setting == "credential.helper" else f"touch {canary};")
    for address in (project.as_uri(), "ssh://localhost:1/x", "git://localhost:1/x"):
        git(clone, "remote", "set-url", "origin", address)
        supply(clone, mode="tag").get("remote_tag")
    assert not canary.exists()


def test_ignored_modules_of_the_package_are_overlooked(tmp_path: Path) -> None:
    """Those that a tool wrote, compiled ones and those outside the package are not."""
    project = samples.make("setuptools", tmp_path / "project")
    package = project / "src" / "sample_setuptools"
    with (project / ".gitignore").open("a") as file:
        file.write("local.py\n_version.py\n*.so\n")
    git(project, "commit", "--quiet", "--all", "--message=Ignore")
    (package / "local.py").write_text("SETTING = 1\n")
    (package / "_version.py").write_text("# file generated by a tool\nversion = '1'\n")
    (package / "fast.so").write_bytes(b"\0")
    (project / "local.py").write_text("SETTING = 1\n")
    assert supply(project, mode="tag").get("overlooked") == ("src/sample_setuptools/local.py",)
    assert supply(project).get("overlooked") == ()


def test_fragments_are_found(project: Path) -> None:
    """Where a tool for them is configured."""
    with (project / "pyproject.toml").open("a") as file:
        file.write('\n[tool.towncrier]\ndirectory = "news"\n')
    change(project, "news/12.bugfix", new="Faster.\n")
    assert supply(project).get("fragments") == ("news/12.bugfix",)


def test_near_misses_are_looked_for_only_where_the_entry_is_due_and_missing(project: Path) -> None:
    """They cost time, and say nothing where all is well or nothing is released."""
    assert supply(project, mode="tag").get("near_misses") == ()
    change(project, "CHANGELOG.md", old="## v1.2.3", new="##v1.2.3")
    assert supply(project, mode="tag", tag="v1.2.3").get("near_misses") == ()
    git(project, "tag", "--force", "v1.2.3")
    assert [miss.kind for miss in supply(project, mode="tag").get("near_misses")] == ["malformed-heading"]


def test_settled_says_whether_it_is_clear_what_is_judged(project: Path) -> None:
    """Two versions on HEAD, or a tag that is elsewhere, are not clear; a branch always is."""
    assert supply(project, mode="tag").get("settled")
    git(project, "tag", "v1.2.4")
    assert not supply(project, mode="tag").get("settled")
    assert supply(project, mode="tag", tag="v1.2.3").get("settled")
    assert supply(project).get("settled")
    change(project, MODULE)
    assert not supply(project, mode="tag", tag="v1.2.3").get("settled")


def test_a_tag_that_contradicts_the_declaration_leaves_open_what_is_released(project: Path) -> None:
    """Then the tag is the one thing to talk about."""
    assert supply(project, mode="tag").get("releasing")
    assert not supply(project, mode="tag", tag="v1.2.4").get("releasing")
    assert not supply(project).get("releasing")


def test_an_entry_is_due_where_the_version_can_stay(project: Path) -> None:
    """A version that is released already has to become another one first."""
    assert supply(project, mode="tag").get("entry_due")
    change(project, MODULE, old='"1.2.3"', new='"1.2.0"')
    facts = supply(project)
    assert facts.get("releasing")
    assert not facts.get("entry_due")


def test_every_parameter_names_a_fact() -> None:
    """A misspelt name would show only when its fact is asked for."""
    given = {"options", "environment", "folder", "today", "clock"}
    functions = [
        (name, value)
        for module in MODULES
        for name, value in vars(import_module(module)).items()
        if isinstance(value, FunctionType) and value.__module__ == module
    ]
    names = given | {name for name, _ in functions}
    for name, function in functions:
        if function.__module__ in MODULES[2:] and not name.startswith("_"):
            assert set(parameters(function)) <= names, name
