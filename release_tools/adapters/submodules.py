"""Fills the submodules of a clone from those of the working clone; nothing is ever fetched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from release_tools.adapters.git import Git
from release_tools.errors import Refused

GITLINK = "160000"
DECLARED = ".gitmodules"
MODULES = "modules"


def fill(clone: Path, working: Path) -> None:
    """Check out each submodule of a clone, and theirs, at the recorded commit; raises Refused for an absent one."""
    _fill(clone, working, ())


def _fill(clone: Path, working: Path, holders: tuple[Path, ...]) -> None:
    """Do the same; `holders` are folders of repositories of submodules, beside those that the working clone knows."""
    if not (clone / DECLARED).is_file():
        return
    known = (*holders, *_holders(working))
    commits = dict(_commits(Git(clone)))
    for name, path in _declared(Git(clone)):
        if path in commits:
            source = _source(working, known, name, path)
            _check_out(source, commits[path], clone / path, path)
            _fill(clone / path, working / path, (source / MODULES,))


def _holders(working: Path) -> tuple[Path, ...]:
    """Return where a clone keeps the repositories of its submodules; one that is gone, or was taken out, nowhere."""
    if not (working / ".git").exists():
        return ()
    folder = (Git(working).ask("rev-parse", "--git-path", MODULES) or "").strip()
    return (working / folder,) if folder else ()


def _commits(git: Git) -> Iterator[tuple[str, str]]:
    for row in git.must("ls-tree", "-r", "-z", "HEAD").split("\0"):
        head, _, path = row.partition("\t")
        if head.startswith(GITLINK):
            yield path, head.split()[2]


def _declared(git: Git) -> Iterator[tuple[str, str]]:
    """Yield the name and the path of each submodule."""
    listing = git.ask("config", "--file", DECLARED, "-z", "--get-regexp", r"^submodule\..*\.path$") or ""
    for row in filter(None, listing.split("\0")):
        key, _, path = row.partition("\n")
        yield key.removeprefix("submodule.").removesuffix(".path"), path


def _source(working: Path, holders: tuple[Path, ...], name: str, path: str) -> Path:
    """Return the repository of a submodule as the working clone has it."""
    if ".." not in PurePosixPath(name).parts:
        for folder in holders:
            if (folder / name / "HEAD").is_file():
                return folder / name
    if (working / path / ".git").exists():
        return working / path
    raise _absent(path, "is not there")


def _check_out(source: Path, commit: str, folder: Path, path: str) -> None:
    git = Git(source)
    # Its own files may be gone, and git would look for them first.
    if git.ask("--work-tree=.", "cat-file", "-e", f"{commit}^{{commit}}") is None:
        raise _absent(path, f"has no commit {commit[:12]}")
    git.must("clone", "--quiet", "--shared", "--no-checkout", "--no-tags", "--template=", "--", ".", str(folder))
    Git(folder).must("checkout", "--quiet", "--detach", commit, "--")


def _absent(path: str, why: str) -> Refused:
    return Refused(
        f"the submodule {path} {why} in this clone, and a build fetches nothing",
        state="nothing was built; dist/ is as it was",
        fix="git submodule update --init --recursive, then run the same command again",
    )
