"""The release in question: how the project declares its version, its tags, its changelog. Facts, as in `facts`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from packaging.version import Version

from release_tools import changelog as changelogs
from release_tools import tags as tag_names
from release_tools import versions
from release_tools.adapters.git import Git
from release_tools.changelog import Changelog, Heading
from release_tools.config import Config
from release_tools.errors import Refused
from release_tools.model import Declaration, Entry, Mode, Project, Release, Source, Tag, Target
from release_tools.options import Options
from release_tools.tags import Grammar
from release_tools.versions import Reading


def reading(root: Path, pyproject: Mapping[str, Any], top: Path) -> Reading:
    """Return where and what the project declares as its version."""
    return versions.read(root, pyproject, within=top)


def declared(reading: Reading) -> Declaration | None:
    """Return the first declaration, None where the tag is the version or nothing can be read."""
    return reading.declarations[0] if reading.declarations else None


def all_tags(git: Git) -> tuple[tuple[str, str, str, int], ...]:
    """Return every tag of the repository as git tells it."""
    return git.tags()


def grammar(
    all_tags: tuple[tuple[str, str, str, int], ...], config: Config, project: Project, options: Options
) -> Grammar:
    """Return how this project spells its release tags: as configured, else as its history shows."""
    if config.tag_pattern:
        return tag_names.from_pattern(config.tag_pattern, [row[0] for row in all_tags])
    ordered = sorted(all_tags, key=lambda row: row[3])
    return tag_names.learn((row[0] for row in ordered), package=options.package, project_name=project.name)


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


def release(
    asked_tag: str | None,
    tags: tuple[Tag, ...],
    head_tags: tuple[Tag, ...],
    grammar: Grammar,
    source: Source,
    planned_version: Callable[[], Version],
    options: Options,
) -> Release:
    """Return the release in question: of the tag asked for, of the tag on HEAD, or of a tag yet to be made."""
    if asked_tag and options.mode != "branch":
        existing = next((tag for tag in tags if tag.name == asked_tag), None)
        version = existing.version if existing else grammar.parse(asked_tag)
        if version is None:
            raise Refused(
                f"{asked_tag!r} is no release tag of this project",
                state="nothing was done",
                fix=f"name it like {grammar.format(Version('1.2.3'))!r}, or set tag-pattern in [tool.release-tools]",
            )
        planned = _pretended(asked_tag, version, source)
        on_head = existing is not None and existing.commit == source.commit
        return Release(tag=existing or planned, tagged=on_head, asked=True)
    if head_tags and options.mode != "branch":
        return Release(tag=head_tags[0], tagged=True, asked=False)
    version = planned_version()
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
        entries = headings(changelog, project)
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


def mode(options: Options, release: Release, target: Target, source: Source) -> Mode:
    """Return what is judged: a tag, a branch before its merge, or a rehearsal, which alone has things to do."""
    if options.mode != "auto":
        return options.mode
    if options.chain and target.rehearsal and not release.asked:
        return "tag" if release.tagged and source.clean else "rehearsal"
    return "tag" if options.chain or release.tagged or release.asked else "branch"


def changelog(root: Path, config: Config, options: Options, project: Project) -> Changelog | None:
    """Return the changelog, None where the project has none."""
    configured = options.changelog or (config.changelog or None)
    if config.changelog is False and not options.changelog:
        return None
    path = changelogs.find(root, package_folders(root, project), configured)
    return changelogs.read(path, root) if path else None


def package_folders(root: Path, project: Project) -> tuple[str, ...]:
    """Return where the import package of the project may stand, relative to its root."""
    name = re.sub(r"[-.]+", "_", project.normalized)
    candidates = (name, f"src/{name}", project.name, f"src/{project.name}")
    return tuple(folder for folder in dict.fromkeys(candidates) if (root / folder).is_dir())


def entries(changelog: Changelog | None, version: Version, project: Project) -> tuple[Entry, ...]:
    """Return the entries of the release; normally one."""
    return changelogs.entry(changelog, version, project=project.name) if changelog else ()


def headings(changelog: Changelog | None, project: Project) -> tuple[Heading, ...]:
    """Return the headings of all entries in their order."""
    return changelogs.headings(changelog, project=project.name) if changelog else ()


def unreleased(changelog: Changelog | None, project: Project) -> Entry | None:
    """Return the entry of what is not released yet."""
    return changelogs.unreleased(changelog, project=project.name) if changelog else None
