"""What no distribution should bring along, whatever the index lets pass."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from release_tools.checks import Problem, check
from release_tools.checks.members import problems
from release_tools.distributions import Archive, Member, Sdist, Wheel
from release_tools.secret_scan.names import is_fixture_in

BYTE_CODE = (".pyc", ".pyo")
CACHE = "__pycache__"
HIDDEN = re.compile(r"(?:^|/)(?:\.(?:git|hg|svn|bzr|jj)|_darcs)/|(?:^|/)CVS/(?:Entries|Root|Repository)$")
OF_GIT = re.compile(r"(?:^|/)\.git/")
POINTER = b"version https://git-lfs.github.com/spec/v1\noid "
POINTER_SIZE = 1024  # by its specification, it is smaller
LEAVING = re.compile(
    r"(?:^|/)(?:[^/]+(?:\.orig|\.rej|~)|\.[^/]+\.sw[op]|#[^/]+#|\.#[^/]+|\._[^/]+|\.DS_Store|Thumbs\.db|desktop\.ini"
    r"|__MACOSX|\.(?:idea|vscode|coverage|(?:pytest|mypy|ruff)_cache|ipynb_checkpoints|tox|nox))(?:/|$)|(?:^|/)\.git$"
)
# One of these is in every name that they find: most names, and endless ones, are passed over quickly.
HIDDEN_MARKS = (".git/", ".hg/", ".svn/", ".bzr/", ".jj/", "_darcs/", "CVS/")
LEFT_MARKS = (".orig", ".rej", "~", ".sw", "#", "._", ".DS", "humbs.db", "ktop.ini", "__MAC", ".idea", ".vs", ".cov",
              "_cache", ".ipy", ".tox", ".nox", ".git")  # fmt: skip

OF_CARGO = "Cargo.toml.orig"  # cargo puts it beside what it rewrote in a package

Judge = Callable[[Member], bool]


@check()
def byte_code(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Keep it out of the build: byte code serves one Python alone, hides what runs, and tells paths of your machine."""
    # In an sdist it is a leaving: nobody runs it from there.
    wheels, sdists = (tuple(each for each in archives if isinstance(each, kind)) for kind in (Wheel, Sdist))
    yield from problems(wheels, _byte_code)
    yield from problems(sdists, _byte_code, "warning")


@check()
def version_control(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Keep the folder of the version control out of the build: it holds all history, and at times credentials."""
    yield from _unwanted(archives, "history of the source", _is_hidden, _is_sample_of_history)


@check()
def large_files_present(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Fetch the content before the build (`git lfs pull`; in a workflow, `lfs: true` of the checkout)."""
    yield from _unwanted(archives, "a pointer of Git LFS stands in place of the content", _is_pointer, _is_any)


@check("warning")
def leavings(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Keep it out of the build: what an editor, a merge or a file manager left behind is of no use to others."""
    yield from problems(archives, lambda each: (("left behind", member.name, "") for member in _left(each)))


def _unwanted(archives: tuple[Archive, ...], what: str, judge: Judge, is_sample: Judge) -> Iterator[Problem]:
    """Yield an error for what is there; what the tests of an sdist may need on purpose is a warning."""

    def found(archive: Archive, *, mild: bool) -> Iterator[tuple[str, str, str]]:
        for member in archive.members:
            if judge(member) and (_is_fixture(archive, member) and is_sample(member)) is mild:
                yield what, member.name, ""

    yield from problems(archives, lambda archive: found(archive, mild=False))
    yield from problems(archives, lambda archive: found(archive, mild=True), "warning")


def _is_fixture(archive: Archive, member: Member) -> bool:
    return isinstance(archive, Sdist) and is_fixture_in(archive.filename, member.name)


def _byte_code(archive: Archive) -> Iterator[tuple[str, str, str]]:
    for member in archive.members:
        if member.kind != "folder" and (member.name.endswith(BYTE_CODE) or f"/{CACHE}/" in f"/{member.name}"):
            yield "byte code", member.name, ""


def _is_hidden(member: Member) -> bool:
    return any(mark in member.name for mark in HIDDEN_MARKS) and HIDDEN.search(member.name) is not None


def _is_sample_of_history(member: Member) -> bool:
    # Git itself tracks nothing that is named so.
    return OF_GIT.search(member.name) is None


def _is_pointer(member: Member) -> bool:
    return member.size < POINTER_SIZE and member.head.startswith(POINTER)


def _is_any(_member: Member) -> bool:
    return True


def _left(archive: Archive) -> Iterator[Member]:
    for member in archive.members:
        marked = member.kind != "folder" and any(mark in member.name for mark in LEFT_MARKS)
        if marked and LEAVING.search(member.name) and not member.name.endswith(OF_CARGO):
            yield member
