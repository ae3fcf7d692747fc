"""What git knows beyond the checkout: history, the branch's base, the remote's tag. Facts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from release_tools.adapters.git import Git
from release_tools.adapters.parallel import beside
from release_tools.branch_state import Comparison, Signs, State, state_of
from release_tools.changelog import says_unreleased
from release_tools.errors import ServiceFailed, UsageError
from release_tools.model import Declaration, Entry, Mode, Project, Release, Source, Tag
from release_tools.options import Options
from release_tools.shipped import is_shipped
from release_tools.versions import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteTag:
    """The release's tag as the remote has it: its object, and the commit to which that leads."""

    object_id: str
    commit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Branches:
    """The names of the branches that this clone knows, here and on remotes, and those whose history holds HEAD."""

    known: tuple[str, ...]
    holding: tuple[str, ...]


def settled(release: Release, head_tags: tuple[Tag, ...], source: Source, mode: Mode) -> bool:
    """Whether it is clear what is judged: not so with two versions on HEAD, or with a tag that is elsewhere."""
    if mode == "branch":
        return True
    ambiguous = not release.asked and len({tag.version for tag in head_tags}) > 1
    return not ambiguous and (mode == "rehearsal" or release.tag.commit == source.commit)


def releasing(release: Release, reading: Reading, mode: Mode, state: State | None, *, settled: bool) -> bool:
    """Whether a release is judged, be it a tag, a rehearsal or a candidate, and nothing contradicts which one it is."""
    declared = [each.version for each in reading.declarations if each.version]
    contradicted = bool(declared) and not reading.from_tag and release.tag.version not in declared
    return settled and not contradicted and (mode != "branch" or state == "candidate")


def entry_due(release: Release, highest: Tag | None, *, releasing: bool) -> bool:
    """Whether the changelog must have the release's entry; not where its version has to become another one first."""
    stays = not release.tag.version.local and (highest is None or highest.version < release.tag.version)
    return releasing and stays


def walk(
    listing: Callable[[], tuple[tuple[str, str, str, int], ...]], git: Git, commit: str
) -> Callable[[], frozenset[str]]:
    """Let git walk through the history of HEAD while we go on; what comes of it are the commits with tags in it."""

    def tagged() -> frozenset[str]:
        commits = {row[2] for row in listing()}
        return git.history(commit, commits) if commits else frozenset()

    return beside(tagged)


def history(tags: tuple[Tag, ...], walk: Callable[[], frozenset[str]]) -> tuple[Tag, ...]:
    """Return the release tags in the history of HEAD, those on HEAD included."""
    merged = walk() if tags else frozenset()
    return tuple(tag for tag in tags if tag.commit in merged)


def earlier(history: tuple[Tag, ...], release: Release) -> tuple[Tag, ...]:
    """Return the release tags in the history of HEAD that came before the release in question."""
    return tuple(tag for tag in history if _is_earlier(tag, release))


def tags_holding(git: Git) -> Callable[[str], frozenset[str]]:
    """Return how to find the tags in whose history a commit is."""
    return git.tags_holding


def highest(earlier: tuple[Tag, ...], release: Release, tags_holding: Callable[[str], frozenset[str]]) -> Tag | None:
    """Return the tag above which the release must be: the highest earlier one that later ones did not go below.

    A lone 99.99.99, or a 1.0b1 after which the project went on with 0.9, binds nobody.
    """
    for tag in sorted(earlier, key=lambda each: each.version, reverse=True):
        if tag.version <= release.tag.version or not _passed_over(tag, earlier, tags_holding):
            return tag
    return None


def _passed_over(tag: Tag, earlier: tuple[Tag, ...], tags_holding: Callable[[str], frozenset[str]]) -> bool:
    """Whether an earlier release is lower than a tag although that is in its history."""
    lower = {each.name for each in earlier if each.version < tag.version and each.commit != tag.commit}
    return bool(lower) and not lower.isdisjoint(tags_holding(tag.commit))


def _is_earlier(tag: Tag, release: Release) -> bool:
    """Whether a tag came first; of two lightweight tags on one commit nobody can tell."""
    own = release.tag
    if tag.name == own.name and (release.tagged or release.asked):
        return False
    if tag.commit != own.commit:
        return True
    return tag.version != own.version and (not release.tagged or tag.when < own.when)


def comparison(
    mode: Mode, options: Options, environment: Mapping[str, str], git: Git, history: tuple[Tag, ...]
) -> Comparison | None:
    """Return what a branch is compared with; None unless a branch is judged."""
    if mode != "branch":
        return None
    base = _base(options, environment, git)
    before = git.history(base, {tag.commit for tag in history}) if base and history else frozenset()
    since = [tag for tag in history if tag.commit not in before]
    newest = max(since, key=lambda tag: tag.version, default=None)
    return Comparison(
        base=base,
        since=newest.commit if newest else base,
        released=frozenset(tag.version for tag in since) if base else frozenset(),
    )


def _base(options: Options, environment: Mapping[str, str], git: Git) -> str | None:
    if options.base:
        found = git.merge_base(options.base)
        if found is None:
            raise UsageError(
                f"the base {options.base!r} is unknown here, or has no history in common with HEAD",
                state="nothing was judged",
                fix="fetch it (git fetch origin), or name another one with --base",
            )
        return found
    target = environment.get("GITHUB_BASE_REF")
    names = ([f"refs/remotes/origin/{target}"] if target else []) + ["refs/remotes/origin/HEAD"]
    return next((found for name in names if (found := git.merge_base(name))), None)


def state(
    mode: Mode,
    comparison: Comparison | None,
    declared: Declaration | None,
    reading: Reading,
    release: Release,
    history: tuple[Tag, ...],
    entries: tuple[Entry, ...],
    git: Git,
    source: Source,
) -> State | None:
    """Return what the branch holds; None unless a branch is judged, and where a shallow clone cannot tell."""
    if mode != "branch" or comparison is None:
        return None
    version, base = release.tag.version, comparison.base
    here = [tag.version for tag in history if tag.commit == source.commit]
    from_tag = reading.from_tag is not None
    moved = _moved(declared, base, git) if base and base != source.commit and not from_tag else None
    return state_of(
        Signs(
            version=version,
            from_tag=from_tag,
            moved=moved,
            moved_last=moved is None and bool(_moved(declared, "HEAD^1", git)),
            at_base=base == source.commit,
            shared=source.remote is not None,
            whole=not source.shallow,
            on_head=version in here,
            released_since_base=version in comparison.released and version not in here,
            newest=max((tag.version for tag in history), default=None),
            entry="none" if not entries else "open" if says_unreleased(entries[0].dated) else "closed",
        )
    )


def _moved(declared: Declaration | None, commit: str, git: Git) -> bool | None:
    """Whether the line that declares the version was another one in a commit; None where its file was not there."""
    if declared is None or declared.where.line is None:
        return None
    before = git.content(commit, declared.where.file)
    try:
        now = (git.root / declared.where.file).read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        return None
    if before is None or declared.where.line > len(now):
        return None
    return now[declared.where.line - 1].strip() not in {line.strip() for line in before.split("\n")}


def shipped_changes(
    comparison: Comparison | None,
    state: State | None,
    package_folders: tuple[str, ...],
    project: Project,
    git: Git,
) -> tuple[str, ...]:
    """Return the files of the package that work in progress changed."""
    if comparison is None or comparison.since is None or state != "in-progress":
        return ()
    changed = git.changed_since(comparison.since)
    return tuple(path for path in changed if is_shipped(path, package_folders, project.normalized))


def branches(mode: Mode, git: Git, source: Source) -> Branches:
    """Return the branches of this clone; none unless a release is judged."""
    if mode == "branch":
        return Branches(known=(), holding=())
    return Branches(known=git.branches(), holding=git.branches(source.commit))


def remote_tag(release: Release, mode: Mode, options: Options, source: Source, git: Git) -> RemoteTag | None:
    """Return the tag as the remote has it; None where it has none, and where it cannot or must not be asked."""
    if mode != "tag" or options.chain or options.offline or not source.remote:
        # A rehearsal asks nobody but the package index.
        return None
    try:
        found = git.remote_tag(source.remote, release.tag.name)
    except ServiceFailed:
        return None
    return RemoteTag(object_id=found[0], commit=found[1]) if found else None


def overlooked(mode: Mode, package_folders: tuple[str, ...], git: Git) -> tuple[str, ...]:
    """Return the modules of the package that git ignores and no tool wrote: they will be missing in the release."""
    if mode == "branch" or not package_folders:
        return ()
    ignored = (path for path in git.ignored(package_folders) if path.endswith((".py", ".pyi")))
    return tuple(path for path in ignored if not _is_generated(git.root / path))


_GENERATED = re.compile(r"generated|do not edit|don't edit", re.IGNORECASE)


def _is_generated(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return _GENERATED.search(file.read(1000)) is not None
    except OSError:
        return True
