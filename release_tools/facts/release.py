"""The release in question: how the project declares its version, its tags, its changelog. Facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from packaging.version import Version

from release_tools import changelog as changelogs
from release_tools import overlay, versions
from release_tools import tags as tag_names
from release_tools.adapters.git import Git
from release_tools.adapters.parallel import beside
from release_tools.changelog import Changelog
from release_tools.config import Config
from release_tools.errors import Refused
from release_tools.facts import packages
from release_tools.model import Declaration, Mode, Project, Release, Source, Tag, Target
from release_tools.options import Options
from release_tools.supply import Supply
from release_tools.tags import Grammar
from release_tools.versions import Reading


def reading(root: Path, pyproject: Mapping[str, Any], top: Path, options: Options, supply: Supply) -> Reading:
    """Return where and what the project declares as its version; where reading cannot tell, its backend is asked."""
    found = versions.read(root, pyproject, within=top)
    if found.unreadable is None or options.no_build:
        return found
    told: Reading = supply.get("told")
    return replace(told, unreadable=f"{found.unreadable}; {told.unreadable}") if told.unreadable else told


def declared(reading: Reading) -> Declaration | None:
    """Return the first declaration, None where the tag is the version or nothing can be read."""
    return reading.declarations[0] if reading.declarations else None


def listing(git: Git) -> Callable[[], tuple[tuple[str, str, str, int], ...]]:
    """Let git list the tags while we go on."""
    return beside(git.tags)


def all_tags(listing: Callable[[], tuple[tuple[str, str, str, int], ...]]) -> tuple[tuple[str, str, str, int], ...]:
    """Return every tag of the repository as git tells it."""
    return listing()


def grammar(
    all_tags: tuple[tuple[str, str, str, int], ...],
    config: Config,
    project: Project,
    options: Options,
    top: Path,
    git: Git,
) -> Grammar:
    """Return how this project spells its release tags: as configured, else as its history shows."""
    if config.tag_pattern:
        return tag_names.from_pattern(config.tag_pattern, [row[0] for row in all_tags])
    commits = {row[0]: row[2] for row in sorted(all_tags, key=lambda row: row[3])}
    package = options.package or _folder_of(project, top)
    if package is None:
        return tag_names.learn(commits, package=None, project_name=project.name)
    if not options.package and not packages.siblings(git, project.root, top, project.name):
        # The one project of a repository may stand in a folder, with the tags of the whole.
        whole = tag_names.learn(commits, package=None, project_name=project.name)
        if not tag_names.of_several(whole, commits):
            return whole
    return tag_names.learn(commits, package=package, project_name=project.name, commits=commits)


def _folder_of(project: Project, top: Path) -> str | None:
    """Return the folder of a project below the top of its repository, None for the top itself."""
    folder = project.root.resolve().relative_to(top.resolve()).as_posix()
    return None if folder == "." else folder


def tags(all_tags: tuple[tuple[str, str, str, int], ...], grammar: Grammar) -> tuple[Tag, ...]:
    """Return the release tags of this project."""
    read = tag_names.release_tags((row[0] for row in all_tags), grammar, {row[0]: row[2] for row in all_tags})
    return tuple(
        Tag(name=name, version=read[name], object_id=object_id, commit=commit, when=when)
        for name, object_id, commit, when in all_tags
        if name in read
    )


def head_tags(tags: tuple[Tag, ...], source: Source) -> tuple[Tag, ...]:
    """Return the release tags on HEAD, the highest version first."""
    return tuple(
        sorted((tag for tag in tags if tag.commit == source.commit), key=lambda tag: tag.version, reverse=True)
    )


def asked_tag(options: Options, environment: Mapping[str, str]) -> str | None:
    """Return the tag that an option, a variable or the CI service names."""
    if options.tag:
        return options.tag
    ref = environment.get("GITHUB_REF", "")
    if ref.startswith("refs/tags/"):
        return ref.removeprefix("refs/tags/")
    return environment.get("GITHUB_REF_NAME") if environment.get("GITHUB_REF_TYPE") == "tag" else None


def named_tag(
    asked_tag: str | None,
    all_tags: tuple[tuple[str, str, str, int], ...],
    tags: tuple[Tag, ...],
    grammar: Grammar,
    source: Source,
    options: Options,
) -> Tag | None:
    """Return the tag asked for, pretended on HEAD where there is none of that name; raises Refused for no release."""
    if not asked_tag or options.mode == "branch":
        return None
    existing = next((tag for tag in tags if tag.name == asked_tag), None)
    version = existing.version if existing else None
    # A tag that is there and yet no release tag is a floating one.
    if existing is None and all(row[0] != asked_tag for row in all_tags):
        version = grammar.parse(asked_tag)
    if version is None:
        raise Refused(
            f"{asked_tag!r} is no release tag of this project",
            state="nothing was done",
            fix=f"name it like {grammar.format(Version('1.2.3'))!r}, or set tag-pattern in [tool.release-tools]",
        )
    return existing or _pretended(asked_tag, version, source)


def release(
    named_tag: Tag | None,
    head_tags: tuple[Tag, ...],
    grammar: Grammar,
    source: Source,
    planned_version: Callable[[], Version],
    options: Options,
    tags: tuple[Tag, ...],
    target: Target,
) -> Release:
    """Return the release in question: of the tag asked for, of the tag on HEAD, or of a tag yet to be made.

    A trial gets a version of its own.
    """
    if named_tag:
        return Release(tag=named_tag, tagged=named_tag in head_tags, asked=True)
    if head_tags and options.mode != "branch":
        return Release(tag=head_tags[0], tagged=True, asked=False)
    version = planned_version()
    if overlay.is_trial(target, tagged=False):
        version = overlay.version(version, {tag.version for tag in tags}, source.commit_time)
    return Release(tag=_pretended(grammar.format(version), version, source), tagged=False, asked=False)


def _pretended(name: str, version: Version, source: Source) -> Tag:
    return Tag(name=name, version=version, commit=source.commit, object_id=source.commit, when=source.commit_time)


def planned_version(
    reading: Reading,
    declared: Declaration | None,
    tags: tuple[Tag, ...],
    changelog: Changelog | None,
    project: Project,
) -> Callable[[], Version]:
    """Return how to find the version of an untagged HEAD: declared, else the newest entry, else the next patch."""

    def plan() -> Version:
        if declared and declared.version:
            return declared.version
        if reading.from_tag is None:
            why = reading.unreadable or (f"{declared.raw!r} is none" if declared else "none is declared")
            raise Refused(
                f"the version cannot be read: {why}",
                state="nothing was built",
                fix="declare the version as plain text, or name it: RELEASE_TAG=v1.2.3",
            )
        last = max((tag.version for tag in tags), default=None)
        entries = changelogs.headings(changelog, project=project.name) if changelog else ()
        newer = [entry.version for entry in entries if entry.version and (last is None or entry.version > last)]
        return max(newer) if newer else _next_patch(last)

    return plan


def _next_patch(last: Version | None) -> Version:
    if last is None:
        return Version("0.1.0")
    if last.is_prerelease:
        return Version(last.base_version)
    numbers = [*last.release, 0, 0][: max(3, len(last.release))]
    numbers[-1] += 1
    return Version(".".join(map(str, numbers)))


def tag(release: Release) -> Tag:
    """Return the tag of the release, real or pretended on HEAD."""
    return release.tag


def tagged(release: Release) -> bool:
    """Whether that tag exists on HEAD."""
    return release.tagged


def version(tag: Tag) -> Version:
    """Return the version of the release."""
    return tag.version


def mode(options: Options, asked_tag: str | None, head_tags: tuple[Tag, ...], target: Target, source: Source) -> Mode:
    """Return what is judged: a tag, a branch before its merge, or a rehearsal, which alone has things to do.

    This is known also where the version is not.
    """
    if options.mode != "auto":
        return options.mode
    tagged = bool(head_tags)
    if overlay.is_trial(target, tagged=tagged or bool(asked_tag)):
        return "branch"
    if options.chain and target.rehearsal and not asked_tag:
        return "tag" if tagged and source.clean else "rehearsal"
    return "tag" if options.chain or tagged or asked_tag else "branch"


def known_version(
    named_tag: Tag | None, head_tags: tuple[Tag, ...], declared: Declaration | None, options: Options
) -> Version | None:
    """Return the version in question as far as tags and source tell it, before anything is read in the changelog."""
    if named_tag:
        return named_tag.version
    if head_tags and options.mode != "branch":
        return head_tags[0].version
    return declared.version if declared else None
