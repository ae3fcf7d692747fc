"""The checks of the tag: each fires on its defect, names it and the way out, and is silent otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from release_tools import checks
from release_tools import tags as tag_names
from release_tools.checks import tag as subject
from release_tools.facts.git import RemoteTag
from release_tools.model import Declaration, Mode, Release, Tag
from release_tools.options import Options
from release_tools.versions import Reading
from tests.checks.facts_for import DAY, HEAD, OLD, OTHER, WHEN, declaration, found, only, reading, release, source, tag

ALL = checks.of(("tag",))
SCM = Reading(from_tag="hatch-vcs")
UNTAGGED = release("1.2.3", tagged=False)


@pytest.mark.parametrize("mode", ["tag", "rehearsal", "branch"])
@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_a_healthy_release_gives_no_finding(check: checks.Check, mode: Mode) -> None:
    """Nothing is said of a tag on HEAD that agrees with the version, in any mode."""
    assert found(check, mode=mode, state="candidate" if mode == "branch" else None) == []


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_every_check_decides_on_the_verdict_and_names_a_remedy(check: checks.Check) -> None:
    """All checks of the tag are alignment checks; the remedy is a sentence."""
    assert check.alignment
    assert check.remedy.endswith(".")


@pytest.mark.parametrize("declared", ["1.2.2", "1.2.4.dev0", "1.2.3.post1", "1.2.3rc1", "0.0.0"])
def test_a_tag_of_another_version_is_refused(declared: str) -> None:
    """Both values are named, and the place of the declaration."""
    finding = only(subject.tag_matches_version, reading=reading(declared))
    assert finding.severity == "error"
    assert "v1.2.3 says 1.2.3" in finding.message
    assert f"declares {declared}" in finding.message
    assert (finding.file, finding.line) == ("pyproject.toml", 3)
    assert "Declare 1.2.3 in pyproject.toml:3" in finding.fix
    assert f"tag this commit v{declared}" in finding.fix


@pytest.mark.parametrize(
    ("name", "raw"), [("v1.0", "1.0.0"), ("v1.0.0-rc.1", "1.0.0rc1"), ("2026.01.05", "2026.1.5"), ("v1.0.0", "1.0")]
)
def test_another_spelling_of_the_same_version_is_a_note(name: str, raw: str) -> None:
    """The difference is told, and that nothing has to be done."""
    changes: dict[str, Any] = {"release": release(raw), "reading": reading(raw)}
    spelled = tag(raw, HEAD, name=name, when=WHEN)
    changes["release"] = Release(tag=spelled, tagged=True, asked=False)
    finding = only(subject.tag_matches_version, **changes)
    assert finding.severity == "note"
    assert raw in finding.message
    assert "Nothing has to be done" in finding.fix


@pytest.mark.parametrize(
    ("name", "raw"), [("v1.2.3", "1.2.3"), ("rel-2026.01.05", "2026.01.05"), ("v1.0rc1", "1.0rc1")]
)
def test_a_tag_that_ends_in_the_declared_text_is_spelled_alike(name: str, raw: str) -> None:
    """Nothing is said of a zero-padded calendar version that is so in both places."""
    spelled = tag(raw, HEAD, name=name, when=WHEN)
    changes = {"release": Release(tag=spelled, tagged=True, asked=False), "reading": reading(raw)}
    assert found(subject.tag_matches_version, **changes) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"reading": SCM},
        {"reading": Reading(unreadable="computed")},
        {"reading": reading("no version")},
        {"reading": reading("1.2.2", "1.2.3")},
        {"reading": reading("1.2.2"), "mode": "branch"},
        {"reading": reading("1.2.2"), "release": release(commit=OTHER, asked=True)},
        {"reading": reading("2026.01.05"), "release": release("2026.1.5", tagged=False)},
    ],
    ids=["from the tag", "unreadable", "invalid", "inconsistent", "a branch", "a tag elsewhere", "no tag yet"],
)
def test_what_other_checks_say_is_not_said_again(changes: dict[str, Any]) -> None:
    """One defect is one finding."""
    assert found(subject.tag_matches_version, **changes) == []


def styled(name: str, *others: Tag) -> dict[str, Any]:
    """Return the changes for a tag of 1.2.3 of this name beside other tags."""
    own = tag("1.2.3", HEAD, name=name, when=WHEN)
    tags = (*others, own)
    grammar = tag_names.learn([each.name for each in tags], package=None, project_name="sample")
    return {"release": Release(tag=own, tagged=True, asked=False), "tags": tags, "grammar": grammar}


@pytest.mark.parametrize(
    ("name", "earlier"),
    [("1.2.3", "v1.2.2"), ("v1.2.3", "1.2.2"), ("release-1.2.3", "1.2.2"), ("rel_1_2_3", "rel_1.2.2")],
)
def test_a_tag_unlike_all_earlier_ones_is_a_warning(name: str, earlier: str) -> None:
    """One of the earlier ones is shown."""
    finding = only(subject.tag_style, **styled(name, tag("1.2.2", name=earlier)))
    assert finding.severity == "warning"
    assert name in finding.message
    assert earlier in finding.message
    assert "tag-pattern" in finding.fix


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("1.2.3", ["v1.2.1", "1.2.2"]),
        ("sample-1.2.3", ["sample-1.2.2"]),
        ("rel_1_2_3", ["rel_1_2_2"]),
        ("1.2.3", []),
    ],
)
def test_a_style_that_was_used_before_is_fine(name: str, others: list[str]) -> None:
    """A history may mix two styles, and a first tag has none to keep to."""
    earlier = [tag("1.2.2", name=other) for other in others]
    assert found(subject.tag_style, **styled(name, *earlier)) == []


def test_later_tags_do_not_tell_the_style_of_an_old_one() -> None:
    """A tag is compared with what was there when it was made."""
    later = tag("1.2.4", OTHER, name="v1.2.4", when=WHEN + DAY)
    assert found(subject.tag_style, **styled("1.2.3", later)) == []


def test_two_versions_on_head_are_ambiguous() -> None:
    """Both are named; an option or a variable decides."""
    others = (tag("1.2.4", HEAD, when=WHEN), tag("1.2.3", HEAD, when=WHEN))
    finding = only(subject.tag_unambiguous, tags=others)
    assert "v1.2.4, v1.2.3" in finding.message
    assert "RELEASE_TAG=v1.2.4" in finding.fix


def test_while_it_is_unclear_what_is_released_nothing_else_is_said() -> None:
    """Nobody guesses which of two tags is meant."""
    pair = (tag("1.2.4", HEAD, when=WHEN), tag("1.2.3", HEAD, when=WHEN))
    changes: dict[str, Any] = {"release": release("1.2.4"), "tags": pair, "history": pair}
    every = checks.of(("version", "tag", "changelog"))
    assert [finding.check for check in every for finding in found(check, **changes)] == ["tag-unambiguous"]


def test_a_tag_that_was_asked_for_is_unambiguous() -> None:
    """So are two spellings of one version."""
    pair = (tag("1.2.4", HEAD), tag("1.2.3", HEAD))
    assert found(subject.tag_unambiguous, tags=pair, release=release(asked=True)) == []
    assert found(subject.tag_unambiguous, tags=(tag("1.2.3", HEAD), tag("1.2.3", HEAD, name="1.2.3"))) == []


def test_a_tag_that_is_elsewhere_is_refused_with_both_commits() -> None:
    """Tag X is at A, HEAD is B; and nothing else is said."""
    own = release(commit=OTHER, asked=True)
    changes: dict[str, Any] = {"release": own, "tags": (own.tag,), "history": ()}
    finding = only(subject.tag_on_head, **changes)
    assert finding.message == f"the tag v1.2.3 is at {OTHER[:12]}, HEAD is {HEAD[:12]}"
    assert "git checkout v1.2.3" in finding.fix
    assert finding.severity == "error"
    every = checks.of(("version", "tag", "changelog"))
    given = {**changes, "reading": reading("2.0.0")}
    assert [each.check for check in every for each in found(check, **given)] == ["tag-on-head"]


def test_a_rehearsal_without_a_tag_is_told_how_to_make_it() -> None:
    """The tag is something to do, with the command."""
    finding = only(subject.tag_on_head, release=UNTAGGED, mode="rehearsal")
    assert finding.severity == "todo"
    assert "git tag -a v1.2.3 -m v1.2.3 && git push origin v1.2.3" in finding.fix


def test_a_tag_that_does_not_exist_yet_is_judged_with_a_note() -> None:
    """Who asks for a tag in advance gets the verdict; a real release in a chain needs the tag."""
    asked = release(tagged=False, asked=True)
    finding = only(subject.tag_on_head, release=asked)
    assert finding.severity == "note"
    assert "as if" in finding.message
    assert only(subject.tag_on_head, release=asked, options=Options(command="validate", chain=True)).severity == "error"
    assert only(subject.tag_on_head, release=UNTAGGED).severity == "error"


def test_a_released_version_is_not_also_an_absent_tag() -> None:
    """Where the tag is in the history of HEAD, version-increases says that the version is released."""
    assert found(subject.tag_on_head, release=release("1.2.2", tagged=False), mode="rehearsal") == []


def test_the_name_of_a_tag_is_quoted_for_the_shell() -> None:
    """A command that is shown can be typed."""
    name = "v1;touch x"
    own = Release(tag=tag("1", HEAD, name=name, when=WHEN), tagged=False, asked=False)
    assert "'v1;touch x'" in only(subject.tag_on_head, release=own).fix


def test_a_moved_tag_is_refused_with_both_objects() -> None:
    """What is here and what is on the remote are named."""
    finding = only(subject.tag_unmoved, remote_tag=RemoteTag(object_id="d" * 40, commit=OTHER))
    assert "d" * 12 in finding.message
    assert "1230000" in finding.message
    assert "git fetch origin +refs/tags/v1.2.3:refs/tags/v1.2.3" in finding.fix
    assert finding.severity == "error"


def test_a_tag_made_again_on_the_same_commit_is_another_tag() -> None:
    """The object counts, not the commit alone."""
    assert only(subject.tag_unmoved, remote_tag=RemoteTag(object_id="d" * 40, commit=HEAD)).severity == "error"


def test_an_annotated_tag_flattened_by_a_checkout_is_unmoved() -> None:
    """Some checkouts fetch the commit in place of the tag object."""
    flat = tag("1.2.3", HEAD, when=WHEN, made=False)
    own = Release(tag=flat, tagged=True, asked=False)
    assert found(subject.tag_unmoved, release=own, remote_tag=RemoteTag(object_id="d" * 40, commit=HEAD)) == []


def test_a_version_that_the_remote_has_elsewhere_is_taken() -> None:
    """A tag that is still to be made must not be on the remote at another commit."""
    remote = RemoteTag(object_id="d" * 40, commit=OTHER)
    finding = only(subject.tag_unmoved, release=UNTAGGED, remote_tag=remote, mode="rehearsal")
    assert finding.severity == "todo"
    assert OTHER[:12] in finding.message
    assert found(subject.tag_unmoved, release=UNTAGGED, remote_tag=RemoteTag(object_id=HEAD, commit=HEAD)) == []


def test_the_same_object_on_the_remote_is_fine() -> None:
    """So is a remote that was not asked."""
    same = RemoteTag(object_id=release().tag.object_id, commit=HEAD)
    assert found(subject.tag_unmoved, remote_tag=same) == []
    assert found(subject.tag_unmoved, remote_tag=None) == []


SHALLOW = source(shallow=True)


@pytest.mark.parametrize(
    ("changes", "severity"),
    [
        ({}, "warning"),
        ({"release": release(tagged=False, asked=True), "tags": (), "history": ()}, "warning"),
        ({"mode": "branch", "state": "in-progress"}, "warning"),
        ({"mode": "branch", "state": None}, "error"),
        ({"mode": "rehearsal", "release": UNTAGGED, "reading": SCM}, "error"),
        ({"release": UNTAGGED, "tags": (), "history": ()}, "error"),
    ],
    ids=["tagged", "asked", "branch known", "branch unknown", "version unknown", "tag unknown"],
)
def test_a_shallow_clone_is_an_error_only_where_the_answer_depends_on_it(
    changes: dict[str, Any], severity: str
) -> None:
    """Both ways to get the rest are named."""
    finding = only(subject.clone_complete, source=SHALLOW, **changes)
    assert finding.severity == severity
    assert "shallow" in finding.message
    assert "git fetch --unshallow --tags" in finding.fix
    assert "fetch-depth: 0" in finding.fix


def test_a_tag_that_a_shallow_clone_may_lack_is_not_missed() -> None:
    """The clone is the defect, and said once."""
    assert found(subject.tag_on_head, source=SHALLOW, release=UNTAGGED, tags=(), history=()) == []


def test_facts_are_as_the_model_wants_them() -> None:
    """The builder's declarations say what is a version and what is not."""
    assert isinstance(declaration("1.0"), Declaration)
    assert declaration("x").version is None
    assert tag("1.0").commit == OLD
