"""The facts of a healthy release, as data; a test changes what it wants to be wrong."""

# ruff: noqa: ANN401 - facts are of any type

from __future__ import annotations

from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import Version

from release_tools import tags as tag_names
from release_tools.changelog import Changelog
from release_tools.checks import SOURCE, Check, findings, of
from release_tools.config import Config
from release_tools.facts.git import Branches
from release_tools.facts.index import OnIndex
from release_tools.facts.metadata import Page, ShownReadme
from release_tools.model import Declaration, Finding, Location, Project, Release, Source, Tag
from release_tools.options import Options
from release_tools.secret_scan.report import Searched
from release_tools.supply import Supply
from release_tools.versions import Reading

HEAD = "a" * 40
OLD = "b" * 40
OTHER = "c" * 40
ROOT = Path("sample")
DAY = 86_400
WHEN = int(datetime(2026, 1, 10, 12, tzinfo=timezone.utc).timestamp())
TODAY = date(2026, 1, 12)
CHANGELOG = """\
# Changelog

## Unreleased

## 1.2.3 - 2026-01-10

- Takes memory for one row only.

## 1.2.2 - 2025-12-01

- The distance to an empty word is right.

## 1.2.1 - 2025-11-01

- Starts faster.
"""

ENTRY = "## 1.2.3 - 2026-01-10\n\n- Takes memory for one row only.\n"

# Facts that are worked out from others here as in a real run.
MODULES = ("release_tools.facts.release", "release_tools.facts.git", "release_tools.facts.changelog")


def tag(version: str, commit: str = OLD, *, name: str | None = None, when: int = WHEN - DAY, made: bool = True) -> Tag:
    """Return a tag, annotated unless `made` is false: then its object is the commit."""
    return Tag(
        name=name or f"v{version}",
        version=Version(version),
        commit=commit,
        object_id=version.replace(".", "").ljust(40, "0") if made else commit,
        when=when,
    )


def declaration(raw: str, file: str = "pyproject.toml", line: int | None = 3) -> Declaration:
    """Return a declaration; one that is no version where the text is none."""
    try:
        version = Version(raw)
    except ValueError:
        return Declaration(raw=raw, version=None, kind="project", where=Location(file=file, line=line))
    return Declaration(raw=raw, version=version, kind="project", where=Location(file=file, line=line))


def reading(*raw: str) -> Reading:
    """Return a reading of these versions, each in a file of its own."""
    files = ("pyproject.toml", "sample/__init__.py", "setup.cfg")
    return Reading(declarations=tuple(declaration(each, file) for each, file in zip(raw, files, strict=False)))


def release(version: str = "1.2.3", *, tagged: bool = True, asked: bool = False, commit: str = HEAD) -> Release:
    """Return a release: tagged on HEAD, or with a tag that is still to be made."""
    made = tag(version, commit, when=WHEN, made=tagged)
    return Release(tag=made, tagged=tagged and commit == HEAD, asked=asked)


def source(**changes: Any) -> Source:
    """Return a clean checkout of `main`."""
    healthy: dict[str, Any] = {
        "root": ROOT,
        "commit": HEAD,
        "commit_time": WHEN,
        "branch": "main",
        "default_branch": "main",
        "dirty": (),
        "shallow": False,
        "remote": "https://example.com/sample.git",
    }
    return Source(**healthy | changes)


def changelog(text: str, file: str = "CHANGELOG.md") -> Changelog:
    """Return a changelog of this text."""
    return Changelog(where=Location(file=file), format="rst" if file.endswith(".rst") else "markdown", text=text)


def facts_for(**changes: Any) -> dict[str, Any]:
    """Return the facts of version 1.2.3, tagged on HEAD after 1.2.2, all well; with changes."""
    judged: Release = changes.get("release", release())
    before = (tag("1.2.1", when=WHEN - 2 * DAY), tag("1.2.2"))
    history = (*before, judged.tag) if judged.tagged else before
    healthy: dict[str, Any] = {
        "project": Project(root=ROOT, name="sample", normalized=canonicalize_name("sample"), backend="flit"),
        "source": source(),
        "config": Config(),
        "options": Options(command="validate"),
        "reading": reading("1.2.3"),
        "grammar": tag_names.from_pattern("v{version}"),
        "release": judged,
        "mode": "tag",
        "state": None,
        "history": history,
        "tags": changes.get("history", history),
        "tags_holding": lambda _: frozenset(),
        "comparison": None,
        "changelog": changelog(CHANGELOG),
        "fragments": (),
        "shipped_changes": (),
        "overlooked": (),
        "branches": Branches(known=("main", "topic"), holding=("main",)),
        "remote_tag": None,
        "exposed": Searched(),
        "today": TODAY,
        "old_ledger": None,
        "pyproject_faults": (),
        "stated_page": Page(where=Location(file="pyproject.toml", line=1)),
        "shown_readme": ShownReadme(where=Location(file="README.md")),
        "on_index": OnIndex(name="pypi"),
    }
    return healthy | changes


def found(check: Check, **changes: Any) -> list[Finding]:
    """Return what a check says of the healthy facts with these changes."""
    facts = facts_for(**changes)
    return list(findings((check,), Supply(MODULES, **facts), facts["config"]))


def only(check: Check, **changes: Any) -> Finding:
    """Return the one thing that a check says; its id and a remedy are there."""
    (finding,) = found(check, **changes)
    assert finding.check == check.id
    assert finding.fix.strip()
    return finding


def with_entry(text: str) -> dict[str, Any]:
    """Return the change that puts another text in place of the healthy entry."""
    assert CHANGELOG.count(ENTRY) == 1
    return {"changelog": changelog(CHANGELOG.replace(ENTRY, text))}


def everything(**changes: Any) -> list[str]:
    """Return the ids of all checks of the source that say something."""
    return [finding.check for check in of(SOURCE) for finding in found(check, **changes)]
