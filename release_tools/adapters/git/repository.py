"""One repository, as git tells of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from release_tools.adapters import process
from release_tools.adapters.git.safety import LIMIT, SAFE, call, environment
from release_tools.errors import ServiceFailed

REMOTE_LIMIT = 20.0
MISSING = "fetch what this partial clone lacks: git fetch --refetch --no-filter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The commit that HEAD names, and its committer time in seconds since the epoch."""

    commit: str
    time: int


class Git:
    """One repository, seen through git."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def ask(self, *arguments: str, timeout: float = LIMIT) -> str | None:
        """Return what git prints, or None when it says no."""
        done = call(self.root, *arguments, timeout=timeout)
        return done.text if done.code == 0 else None

    def must(self, *arguments: str, timeout: float = LIMIT) -> str:
        """Return what git prints; raises ServiceFailed when it says no."""
        done = call(self.root, *arguments, timeout=timeout)
        if done.code:
            raise ServiceFailed(
                f"git {arguments[0]} failed: {done.tail or f'exit code {done.code}'}",
                state="nothing was changed",
                fix=f"{MISSING if 'promisor' in done.tail else 'mend what git complains about'}, "
                "then run the same command again",
            )
        return done.text

    def commit(self) -> str:
        """Return the full id of the commit that HEAD names."""
        return self.must("rev-parse", "--verify", "HEAD^{commit}").strip()

    def head(self) -> Head | None:
        """Return the commit that HEAD names; None in a repository without one."""
        # Unlike `show` this needs no tree, which a partial clone may lack.
        found = self.ask("log", "-1", "--no-patch", "--format=%H %ct", "HEAD", "--")
        commit, _, time = (found or "").strip().partition(" ")
        return Head(commit=commit, time=int(time)) if commit else None

    def remote(self) -> str | None:
        """Return the address of the `origin` remote."""
        return (self.ask("config", "--get", "remote.origin.url") or "").strip() or None

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

    def named(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the paths, from the top of the repository, of all files of these names that git tracks in it."""
        places = (f":(top,glob)**/{name}" for name in names)
        return tuple(path for path in self.must("ls-files", "-z", "--full-name", "--", *places).split("\0") if path)

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

    def changed_since(self, commit: str) -> tuple[str, ...]:
        """Return the paths below this folder, relative to it, in which HEAD differs from a commit."""
        how = ("--name-only", "-z", "--relative", "--no-renames", "--no-ext-diff", "--no-textconv")
        return tuple(path for path in self.must("diff", *how, commit, "HEAD", "--").split("\0") if path)

    def history(self, commit: str, wanted: Iterable[str]) -> frozenset[str]:
        """Return those of some commits that are in the history of a commit, itself included.

        Git could list the tags in it, but takes twice as long where there are many.
        """
        listing = self.must("rev-list", "--end-of-options", commit, "--")
        return frozenset(wanted).intersection(_lines(listing))

    def tags_holding(self, commit: str) -> frozenset[str]:
        """Return the names of the tags in whose history a commit is."""
        listing = self.must("for-each-ref", f"--contains={commit}", "--format=%(refname)", "refs/tags/")
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
        """Ask a remote for a tag: its object id and the commit; None where there is none.

        Raises ServiceFailed where nobody answers, or only for a password. It is asked from outside the repository,
        whose own configuration could name a program to run.
        """
        place = str(self._from_top(address)) if _is_path(address) else address
        asked = (f"refs/tags/{name}", f"refs/tags/{name}^{{}}")
        done = process.run(
            ("git", *SAFE, "ls-remote", "--quiet", "--", place, *asked),
            cwd=Path(self.root.resolve().anchor),
            env=environment() | {"GIT_ASKPASS": "", "SSH_ASKPASS_REQUIRE": "never"},
            timeout=REMOTE_LIMIT,
        )
        if done.code:
            raise ServiceFailed(
                f"the remote does not answer: {' '.join(done.tail.split()) or f'git ended with {done.code}'}",
                state="nothing was changed",
                fix="look at the address of the remote: git remote -v",
            )
        rows = (line.partition("\t") for line in _lines(done.text))
        found = {refname: object_id for object_id, _, refname in rows}
        return (found[asked[0]], found.get(asked[1], found[asked[0]])) if asked[0] in found else None

    def _from_top(self, address: str) -> Path:
        """Return the place that a path to a remote means: git sees it from the top of the working tree."""
        top = (self.ask("rev-parse", "--show-toplevel") or str(self.root)).removesuffix("\n")
        return (Path(top) / address).resolve()


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


def _paths_of_status(listing: str) -> tuple[str, ...]:
    fields = iter(listing.split("\0"))
    paths = []
    for field in fields:
        if field:
            paths.append(field[3:])
            if {"R", "C"} & set(field[:2]):
                next(fields, None)
    return tuple(paths)
