"""Plants defects in a repository: its tags, branches, remote, depth and working tree."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from tests.wild.clones import Repository

# Takes the repository with the planted commit, tagged, and returns the folder that is judged.
History: TypeAlias = Callable[[Repository], Path]
MODULE = "planted_settings.py"


def tag_beside(version: str) -> History:
    """Return the history with one more tag on HEAD."""

    def plant(repository: Repository) -> Path:
        repository.tag(repository.subject.tag_of(version.format(**repository.subject.names())))
        return repository.root

    return plant


def floating(repository: Repository) -> Path:
    """Put the tags of the series on HEAD, as some projects move them along."""
    repository.tag(repository.subject.tag_of(repository.subject.version.split(".")[0]))
    if len(repository.subject.version.split(".")) > len("v."):
        repository.tag(repository.subject.tag_of("{series}".format(**repository.subject.names())))
    return repository.root


def tag_before(version: str) -> History:
    """Return the history with a tag on the commit before HEAD."""

    def plant(repository: Repository) -> Path:
        name = repository.subject.tag_of(version.format(**repository.subject.names()))
        repository.tag(name, commit="HEAD^")
        return repository.root

    return plant


def head_moved_on(repository: Repository) -> Path:
    """Commit once more after the tag."""
    repository.commit()
    return repository.root


def on_side_branch(repository: Repository) -> Path:
    """Leave the tagged commit on a branch that nobody releases from."""
    repository.git("checkout", "--quiet", "-B", "topic")
    repository.git("branch", "--quiet", "--force", repository.default, "HEAD^")
    return repository.root


def on_older_line(repository: Repository) -> Path:
    """Leave the tagged commit on a maintenance branch, with a higher release on the default branch."""
    subject = repository.subject
    repository.git("checkout", "--quiet", "-B", "{series}.x".format(**subject.names()))
    repository.git("checkout", "--quiet", "-B", repository.default, "HEAD^")
    repository.commit()
    repository.tag(subject.tag_of(subject.bumped(0)))
    repository.git("checkout", "--quiet", "-")
    return repository.root


def moved_on_remote(repository: Repository) -> Path:
    """Give the repository a remote whose tag is on the commit before."""
    remote = repository.root.with_name("remote.git")
    repository.git("clone", "--quiet", "--shared", "--bare", ".", str(remote))
    repository.git("--git-dir", str(remote), "update-ref", f"refs/tags/{repository.subject.tag}", "HEAD^")
    if "origin" in repository.git("remote").split():
        repository.git("remote", "set-url", "origin", str(remote))
    else:
        repository.git("remote", "add", "origin", str(remote))
    return repository.root


def shallow(*options: str) -> History:
    """Return the history cut off below HEAD."""

    def plant(repository: Repository) -> Path:
        target = repository.root.with_name("shallow")
        branch = ("--branch", repository.subject.tag) if not options else ()
        address = repository.root.resolve().as_uri()
        repository.git("clone", "--quiet", "--depth=1", *branch, *options, address, str(target))
        return target

    return plant


def dirty(repository: Repository) -> Path:
    """Change a file that git tracks."""
    with (repository.root / repository.settings).open("a", encoding="utf-8") as file:
        file.write("\n# not committed\n")
    return repository.root


def untracked(repository: Repository) -> Path:
    """Put a new module into the package."""
    (repository.root / repository.subject.package / MODULE).write_text("DEBUG = True\n", encoding="utf-8")
    return repository.root


def ignored(repository: Repository) -> Path:
    """Put a new module into the package, which git ignores."""
    exclude = repository.root / ".git" / "info" / "exclude"
    exclude.parent.mkdir(exist_ok=True)
    with exclude.open("a", encoding="utf-8") as file:
        file.write(f"\n{MODULE}\n")
    return untracked(repository)
