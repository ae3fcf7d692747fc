"""Clones public projects, changes them as their authors would have, and runs `validate` on them as a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import running, samples
from tests.wild.subjects import Subject

LIMIT = 120
# Nobody listens there, so that even a run that may ask the index leaves the machine alone.
NO_INDEX = {"PYPI_REPOSITORY_URL": "http://127.0.0.1:9/legacy/"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A clone at the commit of its release; new commits and tags get the dates of the original ones."""

    root: Path
    subject: Subject
    default: str
    annotated: bool
    committed: str
    tagged: str

    @property
    def settings(self) -> str:
        """A tracked file in which a comment does no harm."""
        return next(file for file in ("pyproject.toml", "setup.cfg", "setup.py") if (self.root / file).is_file())

    def git(self, *arguments: str, when: str = "") -> str:
        """Run git in the clone and return what it prints."""
        done = _git(self.root, *arguments, env=_who(when or self.committed))
        if done.returncode:
            raise RuntimeError(f"git {' '.join(arguments)} in {self.root}: {done.stderr}")
        return done.stdout.rstrip("\n")

    def commit(self) -> None:
        """Commit whatever changed, at the time of the original commit."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--no-verify", "--message=Plant")

    def tag(self, name: str, commit: str = "HEAD") -> None:
        """Make a tag like the original one, or move it there."""
        kind = ("--annotate", "--message", name) if self.annotated else ("--no-sign",)
        self.git("tag", "--force", *kind, name, commit, when=self.tagged)


def _git(folder: Path, *arguments: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env={**samples.clean_env(), **(env or {})},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=LIMIT,
        check=False,
    )


def _who(when: str) -> dict[str, str]:
    facts = (("NAME", "Sam Sample"), ("EMAIL", "sam@example.com"), ("DATE", when))
    return {f"GIT_{role}_{fact}": value for role in ("AUTHOR", "COMMITTER") for fact, value in facts}


def clone(source: Path, subject: Subject, root: Path) -> Repository:
    """Clone a project to its release, with a local default branch at that commit."""
    _git(root.parent, "clone", "--quiet", "--shared", "--no-checkout", "--template=", str(source), str(root))
    repository = opened(root, subject)
    repository.git("checkout", "--quiet", "-B", repository.default, subject.commit)
    return repository


def opened(root: Path, subject: Subject) -> Repository:
    """Return the repository that stands in a folder, with what its release tells of itself."""

    def ask(*arguments: str) -> str:
        return _git(root, *arguments).stdout.strip()

    ref = f"refs/tags/{subject.tag}"
    kind, tagged = ask("for-each-ref", "--format=%(objecttype) %(creatordate:iso-strict)", ref).split()
    named = ask("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD").removeprefix("origin/")
    return Repository(
        root=root,
        subject=subject,
        default=named or ask("symbolic-ref", "--quiet", "--short", "HEAD") or "main",
        annotated=kind == "tag",
        committed=ask("show", "--no-patch", "--format=%cI", f"{ref}^{{commit}}"),
        tagged=tagged,
    )


def mirrored(folder: Path, name: str) -> Path | None:
    """Return where a project lies in a folder of clones: `OWNER+NAME/repo`, `OWNER+NAME`, `OWNER/NAME` or `NAME`."""
    plus, short = name.replace("/", "+"), name.rpartition("/")[2]
    places = (folder / plus / "repo", folder / plus, folder / name, folder / short)
    return next((place for place in places if (place / "HEAD").is_file() or (place / ".git").exists()), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What `validate` said: its exit code, its findings, and the error that ended it, if one did."""

    exit_code: int
    findings: tuple[Mapping[str, Any], ...]
    error: str = ""


def validate(root: Path, *arguments: str, online: bool = False) -> Judged:
    """Run `validate` as a process, as a user does; without `online` nobody is asked, not even a remote on this disk."""
    asked = [*arguments, "--no-build", "--json", *(() if online else ("--offline",))]
    done = subprocess.run(
        [sys.executable, "-m", "release_tools", "validate", *asked],
        cwd=root,
        env={**running.environment(), **NO_INDEX, "PATH": os.environ["PATH"]},
        capture_output=True,
        encoding="utf-8",
        errors="backslashreplace",
        timeout=LIMIT,
        check=False,
    )
    try:
        document = json.loads(done.stdout)
    except ValueError:
        return Judged(exit_code=done.returncode, findings=(), error=done.stderr)
    refused = any(finding["severity"] == "error" for finding in document["findings"])
    # A refusal by findings says no more than they do.
    error = (not refused and document["error"]) or {"what": ""}
    return Judged(exit_code=done.returncode, findings=tuple(document["findings"]), error=error["what"])
