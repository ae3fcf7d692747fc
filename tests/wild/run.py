"""Judge releases of public projects and compare with what a careful person says of them.

    python -m tests.wild.run CLONES [--branches] [NAME...]

CLONES is a folder with a clone of each repository, bare or not, as `OWNER+NAME/repo`, `OWNER/NAME` or `OWNER+NAME`;
what is not there is left out, and said so. NAME picks repositories whose name contains it. Each row of
`projects.toml` (with `--branches`, of `branches.toml`) is checked out in a temporary clone and given to
`validate --offline --no-build`. The exit code is 1 when a row differs from what is expected.
"""

from __future__ import annotations

import json
import os
import posixpath
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from release_tools import checks, toml

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SECONDS = 120
NOTES = {"branch-has-notes"}
NAMES_OF_CLONES = ("{owner}+{name}/repo", "{owner}/{name}", "{owner}+{name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One row of the data: a commit, and what is to be said of it. Without a tag it is judged as a branch."""

    repository: str
    commit: str
    tag: str | None = None
    package: str | None = None
    declared: str = ""
    entry: str = ""
    verdict: str = "aligned"
    errors: frozenset[str] = frozenset()
    warnings: frozenset[str] = frozenset()
    why: str = ""

    def __str__(self) -> str:
        return f"{self.repository} {self.tag or self.commit[:12]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the tool said: in the words of the data, and of the other checks by themselves."""

    said: Mapping[str, Any]
    others: tuple[str, ...]
    messages: tuple[str, ...]
    seconds: float


def releases() -> Iterator[Expected]:
    """Read the releases."""
    for project in toml.parse((HERE / "projects.toml").read_text(encoding="utf-8"))["project"]:
        for row in project["releases"]:
            yield _expected({"repository": project["repository"], **row})


def branches() -> Iterator[Expected]:
    """Read the default branches."""
    for row in toml.parse((HERE / "branches.toml").read_text(encoding="utf-8"))["branch"]:
        yield _expected(row)


def _expected(row: Mapping[str, Any]) -> Expected:
    lists = {name: frozenset(row.get(name, ())) for name in ("errors", "warnings")}
    return Expected(**{**row, **lists})


def clone_of(repository: str, clones: Path) -> Path | None:
    """Return where the clone of a repository lies."""
    owner, name = repository.split("/")
    paths = (clones / pattern.format(owner=owner, name=name) for pattern in NAMES_OF_CLONES)
    return next((path for path in paths if path.is_dir()), None)


def judge(expected: Expected, clone: Path, folder: Path) -> Found:
    """Check the commit out and run the tool there, as a user does."""
    _git("clone", "--quiet", "--shared", "--no-checkout", str(clone), str(folder))
    _git("-C", str(folder), "checkout", "--quiet", "--detach", expected.commit)
    mode = ["--tag", expected.tag] if expected.tag else ["--mode", "branch"]
    package = ["--package", expected.package] if expected.package else []
    command = [sys.executable, "-m", "release_tools", "validate", "--offline", "--no-build", "--json", *mode, *package]
    started = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=_environment(), capture_output=True, text=True, timeout=SECONDS, check=False
    )
    return read(done.stdout, done.stderr, expected, time.perf_counter() - started)


def _environment() -> dict[str, str]:
    mine = ("RELEASE_", "GITHUB_", "GIT_")
    return {name: value for name, value in os.environ.items() if not name.startswith(mine)} | {"PYTHONPATH": str(ROOT)}


def read(stdout: str, stderr: str, expected: Expected, seconds: float) -> Found:
    """Take in the answer of a run; one that is no document is a crash."""
    try:
        document = json.loads(stdout)
    except ValueError:
        return Found(said={"crash": True}, others=(), messages=(stderr[-2000:],), seconds=seconds)
    judged = alignment_ids() if expected.tag else alignment_ids() | NOTES
    findings = [each for each in document["findings"] if each["severity"] in ("error", "warning")]
    mine = [each for each in findings if each["check"] in judged]
    said = {
        "verdict": document.get("verdict"),
        "errors": {each["check"] for each in mine if each["severity"] == "error"},
        "warnings": {each["check"] for each in mine if each["severity"] == "warning"},
    }
    if expected.tag:
        said["declared"] = _place(document.get("declared"), expected).partition(":")[0] or _undeclared(said["errors"])
        said["entry"] = _place(document.get("entry"), expected) or "none"
    failed = [document["error"]["what"]] if document["error"] and not findings else []
    others = sorted({f"{each['check']} ({each['severity']})" for each in findings if each["check"] not in judged})
    told = [f"{each['check']}: {each['file'] or ''}:{each['line'] or ''} {each['message']}" for each in findings]
    return Found(said=said, others=tuple(others), messages=(*told, *failed), seconds=seconds)


def _place(where: Mapping[str, Any] | None, expected: Expected) -> str:
    """Return a place relative to the repository."""
    if not where:
        return ""
    return f"{posixpath.normpath(posixpath.join(expected.package or '', where['file']))}:{where['line']}"


def _undeclared(errors: set[str]) -> str:
    return "unreadable" if "version-readable" in errors else "tag"


def alignment_ids() -> frozenset[str]:
    """Return the ids of the checks from which the verdict follows."""
    return frozenset(each.id for each in checks.of(checks.SOURCE) if each.alignment)


def misses(expected: Expected, found: Found) -> list[str]:
    """Return where the tool and the data differ."""
    return [
        f"{name}: expected {_shown(getattr(expected, name, None))}, found {_shown(said)}"
        for name, said in found.said.items()
        if said != getattr(expected, name, None)
    ]


def _shown(value: object) -> str:
    return ", ".join(sorted(value)) or "none" if isinstance(value, (set, frozenset)) else str(value)


def main() -> int:
    """Run over the rows for which clones are at hand, and print what differs."""
    parser = ArgumentParser(description="Judge releases of public projects.")
    parser.add_argument("clones", type=Path)
    parser.add_argument("--branches", action="store_true")
    parser.add_argument("names", nargs="*")
    options = parser.parse_intermixed_args()
    rows = branches() if options.branches else releases()
    wanted = [row for row in rows if not options.names or any(name in row.repository for name in options.names)]
    return _run(wanted, options.clones.resolve())


def _run(rows: list[Expected], clones: Path) -> int:
    times: list[float] = []
    right, total, absent = 0, 0, set()
    for row in rows:
        clone = clone_of(row.repository, clones)
        if clone is None:
            absent.add(row.repository)
            continue
        with tempfile.TemporaryDirectory() as folder:
            found = judge(row, clone, Path(folder) / "tree")
        wrong = misses(row, found)
        right, total = right + (not wrong), total + 1
        times.append(found.seconds)
        _tell(row, found, wrong)
    middle = sorted(times)[len(times) // 2] if times else 0
    _say(f"{right} of {total} right; seconds a run: median {middle:.2f}, most {max(times, default=0):.2f}")
    if absent:
        _say(f"not at hand: {', '.join(sorted(absent))}")
    return 0 if right == total else 1


def _tell(row: Expected, found: Found, wrong: list[str]) -> None:
    if not wrong and not found.others:
        return
    _say(f"{'MISS' if wrong else 'also'} {row} ({found.seconds:.2f} s){f': {row.why}' if row.why else ''}")
    for line in wrong:
        _say(f"    {line}")
    for message in found.messages:
        _say(f"    | {message[:200]}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], check=True, timeout=SECONDS, env=_environment())


if __name__ == "__main__":
    sys.exit(main())
