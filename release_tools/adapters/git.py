"""The door to git: facts are read with hooks, monitors, pagers and prompts switched off."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from release_tools.adapters import process
from release_tools.errors import ServiceFailed, UsageError
from release_tools.text import without_secrets

SAFE = (
    "--no-pager",
    "-c",
    f"core.hooksPath={os.devnull}",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.untrackedCache=false",
    "-c",
    "core.quotePath=false",
    "-c",
    "diff.external=",
    "-c",
    "gc.auto=0",
    "-c",
    "maintenance.auto=false",
    "-c",
    "advice.detachedHead=false",
    "-c",
    "log.showSignature=false",
)
LIMIT = 60.0
LONG = 900.0  # a checkout of a huge repository
REMOTE_LIMIT = 20.0
WHOLE = 1 << 28
_QUIET = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_PAGER": "cat",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
# Mostly set by git for its hooks; git would look at another repository than the one asked about, or read our
# arguments in another way.
_REDIRECTING = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_EXTERNAL_DIFF",
        "GIT_GLOB_PATHSPECS",
        "GIT_ICASE_PATHSPECS",
        "GIT_INDEX_FILE",
        "GIT_LITERAL_PATHSPECS",
        "GIT_NAMESPACE",
        "GIT_NOGLOB_PATHSPECS",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    }
)


def environment() -> dict[str, str]:
    """Return the environment for git: no secret, prompt or download, no lock for a mere look, English messages."""
    inherited = {name: value for name, value in without_secrets(os.environ).items() if name not in _REDIRECTING}
    return inherited | _QUIET


class Git:
    """One repository, seen through git."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def ask(self, *arguments: str, timeout: float = LIMIT) -> str | None:
        """Return what git prints, or None when it says no."""
        done = process.run(("git", *SAFE, *arguments), cwd=self.root, env=environment(), timeout=timeout, keep=WHOLE)
        return done.text if done.code == 0 else None

    def must(self, *arguments: str, timeout: float = LIMIT) -> str:
        """Return what git prints; raises ServiceFailed when it says no."""
        done = process.run(("git", *SAFE, *arguments), cwd=self.root, env=environment(), timeout=timeout, keep=WHOLE)
        if done.code:
            raise ServiceFailed(
                f"git {arguments[0]} failed: {done.tail or f'exit code {done.code}'}",
                state="nothing was changed",
                fix="mend what git complains about, then run the same command again",
            )
        return done.text

    def commit(self) -> str:
        """Return the full id of the commit that HEAD names."""
        return self.must("rev-parse", "--verify", "HEAD^{commit}").strip()

    def commit_time(self, commit: str) -> int:
        """Return the committer time in seconds since the epoch."""
        return int(self.must("show", "-s", "--format=%ct", "--end-of-options", commit, "--").strip())

    def branch(self) -> str | None:
        """Return the branch that HEAD is on, None when it is detached."""
        head = (self.ask("symbolic-ref", "--quiet", "HEAD") or "").strip()
        return head.removeprefix("refs/heads/") or None

    def default_branch(self) -> str | None:
        """Return the default branch of the remote as known here."""
        head = (self.ask("symbolic-ref", "--quiet", "refs/remotes/origin/HEAD") or "").strip()
        return head.removeprefix("refs/remotes/origin/") or None

    def remote(self) -> str | None:
        """Return the address of the `origin` remote."""
        return (self.ask("config", "--get", "remote.origin.url") or "").strip() or None

    def shallow(self) -> bool:
        """Whether the history of this clone is cut off."""
        return (self.ask("rev-parse", "--is-shallow-repository") or "").strip() == "true"

    def dirty(self, ignored: Iterable[str]) -> tuple[str, ...]:
        """Return the paths below this folder that differ from the commit, untracked ones too, `ignored` ones not."""
        excluded = [f":(exclude,literal){folder}" for folder in ignored]
        listing = self.must(
            "status",
            "--porcelain=v1",
            "-z",
            "--untracked-files=normal",
            "--ignore-submodules=none",
            "--",
            ".",
            *excluded,
        )
        return _paths_of_status(listing)

    def tracked(self) -> tuple[str, ...]:
        """Return all paths of the commit."""
        return tuple(path for path in self.must("ls-tree", "-r", "-z", "--name-only", "HEAD").split("\0") if path)

    def tags(self) -> tuple[tuple[str, str, str, int], ...]:
        """Return (name, object id, commit, seconds) of each tag that leads to a commit, through other tags too."""
        listing = self.must(
            "for-each-ref",
            "--format=%(refname)%00%(objectname)%00%(*objectname)%00%(objecttype)%00%(*objecttype)%00%(creatordate:unix)",
            "refs/tags/",
        )
        return tuple(row for line in _lines(listing) if (row := self._tag_of(line)))

    def _tag_of(self, line: str) -> tuple[str, str, str, int] | None:
        name, object_id, peeled, kind, peeled_kind, when = line.split("\0")
        commit = object_id if kind == "commit" else peeled
        if peeled_kind == "tag":
            # Until 2.45 git looks behind one tag only.
            commit = (self.ask("rev-parse", "--verify", "--quiet", f"{object_id}^{{commit}}") or "").strip()
        elif "commit" not in (kind, peeled_kind):
            commit = ""
        return (name.removeprefix("refs/tags/"), object_id, commit, int(when or 0)) if commit else None

    def is_ancestor(self, ancestor: str, descendant: str) -> bool:
        """Whether one commit is in the history of another."""
        return self.ask("merge-base", "--is-ancestor", "--end-of-options", ancestor, descendant) is not None

    def changed_since(self, commit: str) -> tuple[str, ...]:
        """Return the paths below this folder, relative to it, in which HEAD differs from a commit."""
        how = ("--name-only", "-z", "--relative", "--no-renames", "--no-ext-diff", "--no-textconv")
        return tuple(path for path in self.must("diff", *how, commit, "HEAD", "--").split("\0") if path)

    def merged_tags(self, commit: str) -> frozenset[str]:
        """Return the names of the tags in the history of a commit."""
        listing = self.must("for-each-ref", f"--merged={commit}", "--format=%(refname)", "refs/tags/")
        return frozenset(name.removeprefix("refs/tags/") for name in _lines(listing))

    def merge_base(self, name: str) -> str | None:
        """Return the commit where HEAD left a branch; None where that is unknown or shares no history with HEAD."""
        if name.startswith("-"):
            return None
        return (self.ask("merge-base", "HEAD", f"{name}^{{commit}}") or "").strip() or None

    def content(self, commit: str, path: str) -> str | None:
        """Return the text of a file below this folder as it was in a commit."""
        return self.ask("cat-file", "blob", f"{commit}:./{path}")

    def branches(self, holding: str | None = None) -> tuple[str, ...]:
        """Return the names of the branches, here and on remotes; with a commit only those that hold it."""
        chosen = () if holding is None else (f"--contains={holding}",)
        listing = self.must("for-each-ref", *chosen, "--format=%(refname)", "refs/heads/", "refs/remotes/")
        names = (_branch_of(refname) for refname in _lines(listing))
        return tuple(dict.fromkeys(name for name in names if name))

    def ignored(self, folders: Iterable[str]) -> tuple[str, ...]:
        """Return the files in some folders that git is told to ignore."""
        places = (f":(literal){name}" for name in folders)
        listing = self.must("ls-files", "--others", "--ignored", "--exclude-standard", "-z", "--", *places)
        return tuple(path for path in listing.split("\0") if path)

    def remote_tag(self, address: str, name: str) -> tuple[str, str] | None:
        """Ask a remote for a tag: its object id and the commit; None where there is none or nobody answers.

        It is asked from outside the repository, whose own configuration could name a program to run.
        """
        place = str((self.root / address).resolve()) if _is_path(address) else address
        asked = (f"refs/tags/{name}", f"refs/tags/{name}^{{}}")
        done = process.run(
            ("git", *SAFE, "ls-remote", "--quiet", "--", place, *asked),
            cwd=Path(self.root.resolve().anchor),
            env=environment() | {"GIT_ASKPASS": "", "SSH_ASKPASS_REQUIRE": "never"},
            timeout=REMOTE_LIMIT,
        )
        rows = (line.partition("\t") for line in _lines(done.text)) if done.code == 0 else ()
        found = {refname: object_id for object_id, _, refname in rows}
        return (found[asked[0]], found.get(asked[1], found[asked[0]])) if asked[0] in found else None


def _lines(listing: str) -> list[str]:
    """Split at line feeds alone: the name of a ref may hold other separators of lines."""
    return [line for line in listing.split("\n") if line]


def _branch_of(refname: str) -> str | None:
    """Return a branch's name without its remote; HEAD of a remote is none."""
    name = refname.removeprefix("refs/heads/")
    if name == refname:
        name = refname.removeprefix("refs/remotes/").partition("/")[2]
    return name if name != "HEAD" else None


def _is_path(address: str) -> bool:
    """Whether an address is a path here: no scheme, and no host before a colon."""
    return "://" not in address and ":" not in address.split("/", maxsplit=1)[0]


def toplevel(folder: Path) -> Path:
    """Return the root of the repository around a folder; raises UsageError when there is none."""
    if process.find("git") is None:
        raise UsageError(
            "git not found", state="nothing was looked at", fix="install git and make sure that it is on PATH"
        )
    try:
        return Path(Git(folder).must("rev-parse", "--show-toplevel").removesuffix("\n"))
    except ServiceFailed as error:
        if "dubious ownership" in error.what:
            raise UsageError(
                f"git does not trust {folder}: it belongs to another user",
                state="nothing was looked at",
                fix="if you do: git config --global --add safe.directory FOLDER, the folder that holds .git",
            ) from error
        raise UsageError(
            f"{folder} is not a git repository",
            state="nothing was looked at",
            fix="run this in a clone of the project: git clone ADDRESS && cd FOLDER",
        ) from error


def clean_clone(git: Git, commit: str, folder: Path, tag: tuple[str, str] | None) -> None:
    """Make a detached checkout of one commit, with one tag or none; `tag` is its name and the object it names."""
    git.must(
        "clone",
        "--quiet",
        "--shared",
        "--no-checkout",
        "--no-tags",
        "--template=",
        "--",
        ".",
        str(folder),
        timeout=LONG,
    )
    clone = Git(folder)
    if tag:
        clone.must("update-ref", f"refs/tags/{tag[0]}", tag[1])
    clone.must("checkout", "--quiet", "--detach", commit, "--", timeout=LONG)
    # Git's checkout only complains about an object that is not there, as in a partial clone.
    if missing := clone.must("ls-files", "--deleted", "-z").split("\0")[:-1]:
        raise ServiceFailed(
            f"the clone lacks {len(missing)} files of the commit, among them {missing[0]}",
            state="nothing was built",
            fix="fetch what is missing: git fetch --refetch --no-filter, then run the same command again",
        )


def _paths_of_status(listing: str) -> tuple[str, ...]:
    fields = iter(listing.split("\0"))
    paths = []
    for field in fields:
        if field:
            paths.append(field[3:])
            if {"R", "C"} & set(field[:2]):
                next(fields, None)
    return tuple(paths)
