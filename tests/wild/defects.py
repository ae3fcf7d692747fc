"""The defects that are planted, and what `validate` must say of each: what a careful reader of the tree would."""

from __future__ import annotations

import codecs

from tests.wild import entries, histories, texts
from tests.wild.defect import (
    Defect,
    all_dated,
    atx,
    dated,
    dated_in_heading,
    declared,
    declared_outside,
    headed,
    logged,
    marked_up,
    packaged,
    stated,
    underlined,
    underlined_rst,
    unlinked,
)
from tests.wild.subjects import Subject
from tests.wild.texts import both, declare_everywhere, in_log

LATER = 30
SOON = 2
LONG_BEFORE = -731
TEMPLATE = "<!-- Nothing yet. -->\n\n"


def _bare_or_v(subject: Subject) -> str:
    """Return the tag with a `v` where the project has none, else without its prefix."""
    return subject.version if subject.tag != subject.version else f"v{subject.version}"


def _release(subject: Subject) -> str:
    """Return the tag with the prefix `release-`."""
    return f"release-{subject.version}"


TAG_DIFFERS = "tag-matches-version"
NO_ENTRY = "changelog-has-entry"
UNRELEASED = "changelog-entry-released"
EMPTY = "changelog-entry-has-content"
MISDATED = "changelog-entry-date"
LOWER = "version-increases"

VERSIONS = (
    Defect(
        name="the previous version is still declared",
        edit=declare_everywhere("{previous}"),
        check=TAG_DIFFERS,
        words=("{version}", "{previous}"),
        at="{declared}",
        fits=(declared,),
    ),
    Defect(
        name="the next development version is declared",
        edit=declare_everywhere("{minor}.dev0"),
        check=TAG_DIFFERS,
        words=("{version}", "{minor}.dev0"),
        at="{declared}",
        fits=(declared,),
    ),
    Defect(
        name="a post-release is declared",
        edit=declare_everywhere("{version}.post1"),
        check=TAG_DIFFERS,
        words=("{version}", "{version}.post1"),
        at="{declared}",
        fits=(declared,),
    ),
    Defect(
        name="a pre-release is declared",
        edit=declare_everywhere("{version}rc1"),
        check=TAG_DIFFERS,
        words=("{version}", "{version}rc1"),
        at="{declared}",
        fits=(declared,),
    ),
    Defect(
        name="a placeholder is declared",
        edit=declare_everywhere("0.0.0"),
        check=TAG_DIFFERS,
        words=("{version}", "0.0.0"),
        at="{declared}",
        fits=(declared,),
    ),
    Defect(
        name="a local version is declared",
        edit=declare_everywhere("{version}+cu12"),
        check=TAG_DIFFERS,
        words=("{version}", "+cu12"),
        at="{declared}",
        fits=(declared,),
    ),
    Defect(
        name="the tag is one too high",
        version="{next}",
        check=TAG_DIFFERS,
        words=("{next}", "{version}"),
        at="{declared}",
        fits=(declared,),
    ),
    Defect(
        name="two places declare different versions",
        edit=texts.declare_in_package("{previous}"),
        check="version-consistent",
        words=("{version}", "{previous}"),
        fits=(declared_outside, packaged),
    ),
    Defect(
        name="what is declared is no version",
        edit=declare_everywhere("{version}-final-draft"),
        check="version-valid",
        words=("{version}-final-draft",),
        at="{declared}",
        fits=(declared,),
    ),
    Defect(
        name="a version with a local part is released",
        edit=both(declare_everywhere("{version}+cu12"), in_log(entries.number("{version}+cu12"))),
        version="{version}+cu12",
        check="version-publishable",
        words=("{version}+cu12", "local"),
        fits=(stated, dated_in_heading),
    ),
    Defect(
        name="a development version is released",
        edit=both(declare_everywhere("{version}.dev3"), in_log(entries.number("{version}.dev3"))),
        version="{version}.dev3",
        check="version-publishable",
        severity="warning",
        words=("{version}.dev3", "development"),
        fits=(stated, dated_in_heading),
    ),
)

ENTRIES = (
    Defect(
        name="the entry is missing",
        edit=in_log(entries.gone),
        check=NO_ENTRY,
        words=("{version} has no entry",),
        at="{changelog}",
        fits=(logged,),
    ),
    Defect(
        name="the notes are still under Unreleased",
        edit=in_log(entries.unreleased),
        check=NO_ENTRY,
        words=("{version} has no entry", "under", "Unreleased"),
        at="{changelog}",
        fits=(headed,),
    ),
    Defect(
        name="the heading has the previous number",
        edit=in_log(entries.number("{previous}")),
        check=NO_ENTRY,
        words=("{version} has no entry", "headed {previous}"),
        at="{changelog}",
        fits=(logged,),
    ),
    Defect(
        name="the heading has the next number",
        edit=in_log(entries.number("{next}")),
        check=NO_ENTRY,
        words=("{version} has no entry", "headed {next}"),
        at="{changelog}",
        fits=(logged,),
    ),
    Defect(
        name="the heading's number only begins with the version",
        edit=in_log(entries.number("{longer}")),
        check=NO_ENTRY,
        words=("{version} has no entry", "headed {longer}"),
        at="{changelog}",
        fits=(logged,),
    ),
    Defect(
        name="the version only begins with the heading's number",
        edit=declare_everywhere("{longer}"),
        version="{longer}",
        keep=True,
        check=NO_ENTRY,
        words=("{longer} has no entry",),
        at="{changelog}",
        fits=(stated, logged),
    ),
    Defect(
        name="the heading is of a release candidate",
        edit=in_log(entries.number("{version}rc1")),
        check=NO_ENTRY,
        words=("{version} has no entry", "headed {version}rc1"),
        at="{changelog}",
        fits=(logged,),
    ),
    Defect(
        name="the entry is in a code block",
        edit=in_log(entries.in_code),
        check=NO_ENTRY,
        words=("{version}", "code block"),
        at="{changelog}",
        fits=(marked_up,),
    ),
    Defect(
        name="the entry is in a comment",
        edit=in_log(entries.commented),
        check=NO_ENTRY,
        words=("{version}", "comment"),
        at="{changelog}",
        fits=(marked_up,),
    ),
    Defect(
        name="the heading lacks the space after its marks",
        edit=in_log(entries.no_space),
        check=NO_ENTRY,
        words=("{version}", "malformed"),
        at="{changelog}",
        fits=(atx,),
    ),
    Defect(
        name="the heading lost its underline",
        edit=in_log(entries.no_underline),
        check=NO_ENTRY,
        words=("{version}", "malformed|no heading|underline"),
        at="{changelog}",
        fits=(underlined,),
    ),
    Defect(
        name="the underline is too short",
        edit=in_log(entries.short_underline),
        check=NO_ENTRY,
        words=("{version}", "underline", "too short"),
        at="{changelog}",
        fits=(underlined_rst,),
    ),
    Defect(
        name="the heading is indented by four spaces",
        edit=in_log(entries.indented),
        check=NO_ENTRY,
        words=("{version}", "malformed|no heading|code block|comment"),
        at="{changelog}",
        fits=(marked_up,),
    ),
    Defect(
        name="the heading runs into the paragraph above",
        edit=in_log(entries.joined),
        check=NO_ENTRY,
        words=("{version}", "runs into"),
        at="{changelog}",
        fits=(underlined_rst,),
    ),
    Defect(
        name="only the definition of a link has the version",
        edit=in_log(entries.only_linked),
        check=NO_ENTRY,
        words=("{version} has no entry",),
        at="{changelog}",
        fits=(marked_up,),
    ),
    Defect(
        name="only the text of another entry has the version",
        edit=in_log(entries.only_mentioned),
        check=NO_ENTRY,
        words=("{version} has no entry",),
        at="{changelog}",
        fits=(headed,),
    ),
    Defect(
        name="only a sub-heading has the version",
        edit=in_log(entries.only_in_sub_heading),
        check=NO_ENTRY,
        words=("{version} has no entry",),
        at="{changelog}",
        fits=(marked_up,),
    ),
    *(
        Defect(
            name=f"the heading says {words}",
            edit=in_log(entries.date_as(words)),
            check=UNRELEASED,
            words=("{version}", words),
            at="{changelog}",
            fits=(headed,),
        )
        for words in ("unreleased", "TBD", "YYYY-MM-DD", "in development")
    ),
    Defect(
        name="the entry has no text",
        edit=in_log(entries.says_nothing),
        check=EMPTY,
        words=("{version}", "nothing"),
        at="{changelog}",
        fits=(marked_up,),
    ),
    Defect(
        name="the entry has sub-headings alone",
        edit=in_log(entries.only_headings),
        check=EMPTY,
        words=("{version}", "nothing"),
        at="{changelog}",
        fits=(marked_up,),
    ),
    Defect(
        name="the entry has a comment alone",
        edit=in_log(entries.only_comments),
        check=EMPTY,
        words=("{version}", "nothing"),
        at="{changelog}",
        fits=(marked_up,),
    ),
    Defect(
        name="the version has two entries",
        edit=in_log(entries.twice),
        check="changelog-entry-unique",
        severity="warning",
        words=("{version} has 2 entries",),
        at="{changelog}",
        fits=(headed,),
    ),
    Defect(
        name="the entry stands below the previous one",
        edit=in_log(entries.below_earlier),
        check="changelog-entry-on-top",
        severity="warning",
        words=("{version}", "below", "{previous}"),
        at="{changelog}",
        fits=(headed, dated_in_heading),
    ),
    Defect(
        name="notes stand under Unreleased above the entry",
        edit=in_log(entries.notes_above(entries.ITEM)),
        check="unreleased-empty",
        severity="warning",
        words=("Unreleased", "above", "{version}"),
        at="{changelog}",
        fits=(headed,),
    ),
    Defect(
        name="the date is a month ahead",
        edit=in_log(entries.days_later(LATER)),
        check=MISDATED,
        words=("date", "later"),
        at="{changelog}",
        fits=(dated,),
    ),
    Defect(
        name="the date is no day of the calendar",
        edit=in_log(entries.no_such_day),
        check=MISDATED,
        words=("30", "calendar"),
        at="{changelog}",
        fits=(dated,),
    ),
    Defect(
        name="the date has a month that no calendar has",
        edit=in_log(entries.no_such_month),
        check=MISDATED,
        words=("-13-", "calendar"),
        at="{changelog}",
        fits=(dated, lambda subject: subject.log.days == "YYYY-MM-DD"),
    ),
    Defect(
        name="the date is two years old",
        edit=in_log(entries.days_later(LONG_BEFORE)),
        check=MISDATED,
        severity="warning",
        words=("date", "year before"),
        at="{changelog}",
        fits=(dated,),
    ),
    Defect(
        name="the date is missing",
        edit=in_log(entries.undated),
        check=MISDATED,
        severity="warning",
        words=("{version}", "no date"),
        at="{changelog}",
        fits=(all_dated,),
    ),
    Defect(
        name="the changelog is gone",
        edit=texts.delete_log,
        check="changelog-found",
        words=("no changelog",),
        fits=(logged,),
    ),
    Defect(
        name="the changelog is in UTF-16",
        edit=texts.with_bytes(lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le")),
        words=("{changelog}", "UTF-16"),
        fits=(logged,),
    ),
    Defect(
        name="a pre-release has no entry",
        edit=declare_everywhere("{minor}rc1"),
        version="{minor}rc1",
        keep=True,
        check=NO_ENTRY,
        severity="warning",
        words=("{minor}rc1 has no entry",),
        at="{changelog}",
        fits=(stated, logged),
    ),
)

REPOSITORIES = (
    Defect(
        name="the tag is spelled unlike all others",
        tag=_bare_or_v,
        check="tag-style",
        severity="warning",
        words=("unlike",),
        fits=(stated, lambda subject: not subject.has_used(_bare_or_v(subject))),
    ),
    Defect(
        name="the tag has a prefix that no other has",
        tag=_release,
        check="tag-style",
        severity="warning",
        words=("release-{version}", "unlike"),
        fits=(stated, lambda subject: not subject.has_used(_release(subject))),
    ),
    Defect(
        name="two release tags are on HEAD",
        history=histories.tag_beside("{next}"),
        asked=False,
        check="tag-unambiguous",
        words=("{tag}", "{next}"),
        fits=(stated, lambda subject: "_" not in subject.tag),
    ),
    Defect(
        name="HEAD is a commit after the tag",
        history=histories.head_moved_on,
        check="tag-on-head",
        words=("{tag}", "HEAD is"),
        fits=(stated,),
    ),
    Defect(
        name="a higher version is tagged below",
        history=histories.tag_before("{minor}"),
        check=LOWER,
        words=("{version} is lower than {minor}",),
        fits=(stated,),
    ),
    Defect(
        name="the same version is tagged below",
        history=histories.tag_before("{version}.0"),
        check=LOWER,
        words=("{version} is released already",),
        fits=(stated, lambda subject: "_" not in subject.tag),
    ),
    Defect(
        name="the tag was moved after it was pushed",
        history=histories.moved_on_remote,
        online=True,
        check="tag-unmoved",
        words=("{tag}", "on the remote"),
        fits=(stated,),
    ),
    Defect(
        name="the tag is on a side branch",
        history=histories.on_side_branch,
        check="tag-on-release-branch",
        words=("{tag}", "no release branch"),
        fits=(stated,),
    ),
    Defect(
        name="the clone is shallow",
        history=histories.shallow(),
        check="clone-complete",
        severity="warning",
        words=("shallow",),
        fits=(stated,),
    ),
    Defect(
        name="the clone is shallow and has no tags",
        history=histories.shallow("--no-tags"),
        asked=False,
        arguments=("--mode", "tag"),
        check="clone-complete",
        words=("shallow", "tags"),
        fits=(stated,),
    ),
    Defect(
        name="a tracked file is changed",
        history=histories.dirty,
        check="tree-clean",
        words=("differs", ".toml|setup."),
        fits=(stated,),
    ),
    Defect(
        name="a module is not committed",
        history=histories.untracked,
        check="tree-clean",
        words=("differs", histories.MODULE),
        fits=(stated,),
    ),
    Defect(
        name="git ignores a module of the package",
        history=histories.ignored,
        check="tree-clean",
        words=("ignores", histories.MODULE),
        fits=(stated, packaged),
    ),
)

HEALTHY = (
    Defect(name="an empty Unreleased stands above", edit=in_log(entries.notes_above("")), fits=(headed,)),
    Defect(
        name="a template stands under Unreleased",
        edit=in_log(entries.notes_above(TEMPLATE)),
        fits=(atx,),
    ),
    Defect(
        name="a block of code repeats the heading", edit=in_log(entries.repeated_in_code), fits=(marked_up, unlinked)
    ),
    Defect(name="a comment repeats the heading", edit=in_log(entries.repeated_in_comment), fits=(marked_up, unlinked)),
    Defect(
        name="a sub-heading has the version of another package",
        edit=in_log(entries.with_another_package),
        fits=(marked_up,),
    ),
    Defect(
        name="the heading spells the version with a zero more",
        edit=in_log(entries.number("{version}.0")),
        fits=(logged,),
    ),
    Defect(name="the date is two days ahead", edit=in_log(entries.days_later(SOON)), fits=(dated,)),
    Defect(name="floating tags are beside", history=histories.floating, asked=False, fits=(stated,)),
    Defect(name="the release is a backport", history=histories.on_older_line, fits=(stated,)),
    Defect(
        name="the changelog has Windows line ends and a byte order mark",
        edit=texts.with_bytes(lambda text: codecs.BOM_UTF8 + text.replace("\n", "\r\n").encode()),
        fits=(logged,),
    ),
    Defect(
        name="the tag spells the version with a zero more",
        version="{version}.0",
        check=TAG_DIFFERS,
        severity="note",
        words=("in another way",),
        fits=(declared, lambda subject: "_" not in subject.tag),
    ),
)

DEFECTS = (*VERSIONS, *ENTRIES, *REPOSITORIES, *HEALTHY)
