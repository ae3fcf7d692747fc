"""Projects with long changelogs and many tags, made in seconds: their objects are packed by hand.

Whatever git itself would make so many tags with writes a file for each, which takes minutes.
"""

from __future__ import annotations

import hashlib
import subprocess
import zlib
from datetime import datetime, timedelta, timezone
from pathlib import Path

from tests import samples

FIRST = datetime(2000, 1, 1, tzinfo=timezone.utc)
STEP = timedelta(hours=2)
PROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "long-history"
version = "{}"
description = "Has released often."
"""
WORDS = "The parser now keeps the order of repeated options and says which one won; see the page on options (#{})."
UNDERLINES = "=-~"
KINDS = ("commit", "tree", "blob", "tag")


def version(number: int) -> str:
    """Return the version of a release, three numbers that count up."""
    return f"{number // 400}.{number // 20 % 20}.{number % 20}"


def make(root: Path, count: int, *, brief: bool = False) -> Path:
    """Make a repository with so many annotated tags, all packed, and two changelogs with an entry for each.

    An entry has 400 bytes, a brief one 150. HEAD carries the last tag.
    """
    root.mkdir(parents=True)
    samples.git(root, "init", "--quiet", "--initial-branch=main", "--template=")
    files = {f"CHANGELOG.{suffix}": changelog(count, suffix, brief=brief) for suffix in ("md", "rst")}
    pack = Pack()
    tree = pack.tree({**files, "pyproject.toml": PROJECT.format(version(count))})
    refs, commit = [], ""
    for number in range(1, count + 1):
        who = f"Sam Sample <sam@example.com> {int((FIRST + number * STEP).timestamp())} +0000"
        parent = f"parent {commit}\n" if commit else ""
        commit = pack.add("commit", f"tree {tree}\n{parent}author {who}\ncommitter {who}\n\nRelease\n".encode())
        name = f"v{version(number)}"
        tag = pack.add("tag", f"object {commit}\ntype commit\ntag {name}\ntagger {who}\n\nRelease\n".encode())
        refs.append(f"{tag} refs/tags/{name}\n^{commit}\n")
    subprocess.run(
        ["git", "index-pack", "--stdin"], cwd=root, env=samples.clean_env(), input=pack.content(), capture_output=True,
        check=True,
    )  # fmt: skip
    listed = "".join([f"{commit} refs/heads/main\n", *sorted(refs, key=lambda ref: ref.split()[1])])
    (root / ".git/packed-refs").write_text(f"# pack-refs with: peeled fully-peeled sorted \n{listed}")
    samples.git(root, "reset", "--quiet", "--hard")
    return root


class Pack:
    """A pack of git objects, none of them told by its difference from another."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def add(self, kind: str, data: bytes) -> str:
        """Add an object and return its id."""
        size = len(data)
        head, rest = [(KINDS.index(kind) + 1) << 4 | size & 15], size >> 4
        while rest:
            head[-1] |= 128
            head.append(rest & 127)
            rest >>= 7
        self._parts.append(bytes(head) + zlib.compress(data, 1))
        return hashlib.sha1(b"%s %d\0%s" % (kind.encode(), size, data), usedforsecurity=False).hexdigest()

    def tree(self, files: dict[str, str]) -> str:
        """Add files and the folder that holds them; return the id of that."""
        ids = {name: bytes.fromhex(self.add("blob", text.encode())) for name, text in sorted(files.items())}
        return self.add("tree", b"".join(b"100644 %s\0%s" % (name.encode(), each) for name, each in ids.items()))

    def content(self) -> bytes:
        """Return the pack as a file."""
        whole = b"".join([b"PACK", (2).to_bytes(4, "big"), len(self._parts).to_bytes(4, "big"), *self._parts])
        return whole + hashlib.sha1(whole, usedforsecurity=False).digest()


def changelog(count: int, suffix: str, *, brief: bool) -> str:
    """Return a changelog with the newest entry on top."""
    item = ("- " if suffix == "md" else "* ") + WORDS + "\n"
    added, fixed = _heading("Added", 2, suffix), _heading("Fixed", 2, suffix)
    parts = [_heading("Changelog", 0, suffix)]
    for number in range(count, 0, -1):
        parts.append(_heading(f"{version(number)} - {FIRST + number * STEP:%Y-%m-%d}", 1, suffix))
        parts += [] if brief else [added, item.format(0), item.format(0), "\n", fixed]
        parts += [item.format(number), "\n"]
    return "".join(parts)


def _heading(words: str, level: int, suffix: str) -> str:
    if suffix == "md":
        return f"{'#' * (level + 1)} {words}\n\n"
    return f"{words}\n{UNDERLINES[level] * len(words)}\n\n"
