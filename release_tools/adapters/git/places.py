"""Where a repository lies, and clean clones of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from release_tools.adapters import process
from release_tools.adapters.git.repository import Git
from release_tools.adapters.git.safety import CONTENT, call
from release_tools.errors import ServiceFailed, UsageError

LONG = 900.0  # a checkout of a huge repository
HEADS = "refs/heads/"
ORIGIN = "refs/remotes/origin/"
# Git lets none of our settings through to the other side of a clone; there the user may hide tags or branches.
SHOW_ALL = "--upload-pack=git -c transfer.hideRefs=!HEAD -c transfer.hideRefs=!refs upload-pack"
# As `git lfs install` writes them. What else may stand there is the repository's own program, and is not run.
LARGE_FILES = {
    "filter.lfs.clean": "git-lfs clean -- %f",
    "filter.lfs.process": "git-lfs filter-process",
    "filter.lfs.smudge": "git-lfs smudge -- %f",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A working tree: its root, the branch that HEAD is on, and the default branch of the remote as known here.

    The branch is None when HEAD is detached; `shallow` says that the history of this clone is cut off.
    """

    top: Path
    shallow: bool
    branch: str | None
    default_branch: str | None


def checkout(folder: Path) -> Checkout:
    """Return the working tree around a folder; raises UsageError when there is none."""
    if process.find("git") is None:
        raise UsageError(
            "git not found", state="nothing was looked at", fix="install git and make sure that it is on PATH"
        )
    # One call for all; it fails at the first name that is no ref, when the rest is told already.
    asked = ("--is-shallow-repository", "--show-toplevel", "--is-inside-work-tree")
    done = call(folder, "rev-parse", *asked, "--symbolic-full-name", "HEAD", f"{ORIGIN}HEAD")
    # The name of the folder may hold a line feed, those of refs cannot.
    where, inside, refs = done.text.rpartition("\ntrue\n")
    if not inside:
        raise _no_checkout(folder, done.tail)
    shallow, _, top = where.partition("\n")
    names = [name for name in refs.split("\n") if name != f"{ORIGIN}HEAD"]
    return Checkout(
        top=Path(top),
        shallow=shallow == "true",
        branch=next((name[len(HEADS) :] for name in names if name.startswith(HEADS)), None),
        default_branch=next((name[len(ORIGIN) :] for name in names if name.startswith(ORIGIN)), None),
    )


def toplevel(folder: Path) -> Path:
    """Return the root of the repository around a folder; raises UsageError when there is none."""
    return checkout(folder).top


def _no_checkout(folder: Path, said: str) -> UsageError:
    if "dubious ownership" in said:
        return UsageError(
            f"git does not trust {folder}: it belongs to another user",
            state="nothing was looked at",
            fix="if you do: git config --global --add safe.directory FOLDER, the folder that holds .git",
        )
    return UsageError(
        f"{folder} is not a git repository",
        state="nothing was looked at",
        fix="run this in a clone of the project: git clone ADDRESS && cd FOLDER",
    )


def clean_clone(git: Git, commit: str, folder: Path, tag: tuple[str, str] | None) -> None:
    """Make a detached checkout of one commit, with one tag or none; `tag` is its name and the object it names.

    The settings of the user have no part in it; only Git LFS is set up in it where it is so in the repository.
    """
    settings = (f"--config={name}={value}" for name, value in {**CONTENT, **_filters(git)}.items())
    how = ("--quiet", "--shared", "--no-checkout", "--no-tags", "--template=", "--origin=origin", SHOW_ALL)
    git.must("clone", *how, *settings, "--", ".", str(folder), timeout=LONG)
    clone = Git(folder)
    ref = f"refs/tags/{tag[0]}" if tag else ""
    if tag and clone.ask("update-ref", ref, tag[1]) is None:
        # A shallow repository is not shared: its clone gets what the branches lead to, no object of a tag.
        clone.must("fetch", "--quiet", "--no-tags", SHOW_ALL, "origin", f"{ref}:{ref}", timeout=LONG)
    clone.must("checkout", "--quiet", "--detach", commit, "--", timeout=LONG)
    # Git's checkout only complains about an object that is not there, as in a partial clone.
    if missing := clone.must("ls-files", "--deleted", "-z").split("\0")[:-1]:
        raise ServiceFailed(
            f"the clone lacks {len(missing)} files of the commit, among them {missing[0]}",
            state="nothing was built",
            fix="fetch what is missing: git fetch --refetch --no-filter, then run the same command again",
        )


def _filters(git: Git) -> dict[str, str]:
    """Return what turns every filter of the user off in a clone, and sets Git LFS up as the repository has it.

    Never that it is required: content that is not here stays a pointer, which is judged.
    """
    listing = git.ask("config", "-z", "--get-regexp", r"^filter\.") or ""
    found = dict(row.split("\n", maxsplit=1) for row in listing.split("\0") if "\n" in row)
    off = {name: "false" if name.endswith(".required") else "" for name in found}
    if process.find("git-lfs") is None:
        return off
    return {**off, **{name: value for name, value in LARGE_FILES.items() if found.get(name) == value}}
