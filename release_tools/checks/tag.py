"""Whether the tag is the one that was meant, where it was meant, and agrees with the version."""

from __future__ import annotations

import re
from collections.abc import Iterator
from shlex import quote

from release_tools.branch_state import State
from release_tools.checks import Problem, check, short
from release_tools.facts.git import RemoteTag
from release_tools.model import Declaration, Mode, Release, Source, Tag
from release_tools.options import Options
from release_tools.tags import Grammar, separator_of
from release_tools.versions import Reading


@check(alignment=True)
def tag_matches_version(
    release: Release, reading: Reading, grammar: Grammar, mode: Mode, *, settled: bool
) -> Iterator[Problem]:
    """Make tag and declared version the same: tag the commit that declares it, or declare the version of the tag."""
    declared = [each for each in reading.declarations if each.version is not None]
    if mode == "branch" or not settled or reading.from_tag or not declared:
        return
    same = [each for each in declared if each.version == release.tag.version]
    if not same:
        yield _other_version(release.tag, declared[0], grammar)
    elif (release.tagged or release.asked) and not any(_spelled_alike(release.tag, each, grammar) for each in same):
        yield Problem(
            message=f"the tag {release.tag.name} spells {same[0].raw} ({same[0].where}) in another way",
            where=same[0].where,
            severity="note",
            fix="Nothing has to be done: both are the same version.",
        )


def _other_version(tag: Tag, first: Declaration, grammar: Grammar) -> Problem:
    other = grammar.format(first.version) if first.version else first.raw
    return Problem(
        message=f"the tag {tag.name} says {tag.version}, {first.where} declares {first.raw}",
        where=first.where,
        fix=f"Declare {tag.version} in {first.where} and tag the commit that does; or tag this commit {other}.",
    )


def _spelled_alike(tag: Tag, declaration: Declaration, grammar: Grammar) -> bool:
    found = grammar.split(tag.name)
    if found and found.text.replace(separator_of(found.text), ".") == declaration.raw:
        return True
    return re.search(rf"(?<![0-9.]){re.escape(declaration.raw)}$", tag.name) is not None


@check("warning", alignment=True)
def tag_style(
    release: Release, tags: tuple[Tag, ...], grammar: Grammar, mode: Mode, *, settled: bool
) -> Iterator[Problem]:
    """Spell the tag as the earlier ones are, or set `tag-pattern` in `[tool.release-tools]` to the new way."""
    tag, style = release.tag, grammar.style(release.tag.name)
    if mode == "branch" or not settled or style is None:
        return
    others = [each for each in tags if each.when <= tag.when and each.commit != tag.commit]
    if others and not any(grammar.style(each.name) == style for each in others):
        newest = max(others, key=lambda each: (each.when, each.version))
        yield Problem(message=f"the tag {tag.name} is spelled unlike all earlier ones, such as {newest.name}")


@check(alignment=True)
def tag_unambiguous(release: Release, head_tags: tuple[Tag, ...], mode: Mode) -> Iterator[Problem]:
    """Name the tag that is meant: `--tag TAG` or RELEASE_TAG."""
    if mode == "branch" or release.asked or len({tag.version for tag in head_tags}) < 2:  # noqa: PLR2004 - one is clear
        return
    names = [tag.name for tag in head_tags]
    yield Problem(
        message=f"HEAD carries {len(names)} release tags: {', '.join(names)}",
        fix=f"Name the one that is meant: RELEASE_TAG={quote(names[0])}, or --tag {quote(names[0])}.",
    )


@check(alignment=True, todo=True)
def tag_on_head(
    release: Release, tags: tuple[Tag, ...], earlier: tuple[Tag, ...], source: Source, mode: Mode, options: Options
) -> Iterator[Problem]:
    """Tag the commit that is to be released, then push the tag."""
    tag = release.tag
    existing = next((each for each in tags if each.name == tag.name), None)
    if mode == "branch" or release.tagged or (source.shallow and not tags and not release.asked):
        return
    if existing in earlier:  # version-increases says that this version is released
        return
    name = quote(tag.name)
    if existing:
        yield Problem(
            message=f"the tag {tag.name} is at {short(existing.commit)}, HEAD is {short(source.commit)}",
            fix=f"Go to the tag: git checkout {name}; or release HEAD under another version.",
        )
    elif release.asked and mode == "tag" and not options.chain:
        yield Problem(
            message=f"the tag {tag.name} does not exist here; HEAD was judged as if it carried it",
            severity="note",
            fix=f"When all is well: git tag -a {name} -m {name} && git push origin {name}",
        )
    else:
        yield Problem(
            message=f"HEAD does not carry the tag {tag.name} yet",
            fix=f"When all else is done: git tag -a {name} -m {name} && git push origin {name}",
        )


@check(alignment=True, todo=True)
def tag_unmoved(
    release: Release, tags: tuple[Tag, ...], remote_tag: RemoteTag | None, source: Source, mode: Mode, *, settled: bool
) -> Iterator[Problem]:
    """Never move a tag that was pushed: release the change under a new version."""
    local = next((each for each in tags if each.name == release.tag.name), None)
    if mode == "branch" or not settled or remote_tag is None:
        return
    if local is None and remote_tag.commit != source.commit:
        yield Problem(
            message=f"the remote has {release.tag.name} at {short(remote_tag.commit)}, HEAD is {short(source.commit)}",
            fix="Choose a version that was not released yet: a tag that was pushed is never moved.",
        )
    elif local is not None and not _is_same(local, remote_tag):
        here, there = short(local.object_id), short(remote_tag.object_id)
        refspec = quote(f"+refs/tags/{local.name}:refs/tags/{local.name}")
        yield Problem(
            message=f"the tag {local.name} is {there} on the remote, but {here} here",
            fix=f"Take the remote's: git fetch origin {refspec}; then release what differs under a new version.",
        )


def _is_same(local: Tag, remote: RemoteTag) -> bool:
    """Whether both are one tag; a checkout in CI may have fetched the commit of an annotated tag in its place."""
    flattened = local.object_id == local.commit == remote.commit
    return flattened or local.object_id == remote.object_id


@check(alignment=True)
def clone_complete(
    source: Source, release: Release, reading: Reading, mode: Mode, state: State | None
) -> Iterator[Problem]:
    """Get what is missing: `git fetch --unshallow --tags`; for actions/checkout in a workflow set `fetch-depth: 0`."""
    if not source.shallow:
        return
    if mode == "branch" and state is None:
        missing = "what this branch changes and what was released before it cannot be seen"
    elif not release.tagged and not release.asked and (reading.from_tag or mode == "tag"):
        missing = "the tags that tell the version are missing"
    else:
        yield Problem(
            message="the clone is shallow: earlier releases cannot be seen, so nothing was compared with them",
            severity="warning",
        )
        return
    yield Problem(message=f"the clone is shallow: {missing}")
