"""Tags: which of them are releases of a project, and how the next one is spelled."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from release_tools.tags import Grammar, Spelling, from_pattern, learn, release_tags

# History, name of the project, and how the tag of 3.4.5 is spelled then.
STYLES = [
    ([], "demo", "v3.4.5"),
    (["1.0", "1.0.1", "1.1"], "demo", "3.4.5"),
    (["v1.0.0", "v1.1.0"], "demo", "v3.4.5"),
    (["V1.0.0", "V1.1.0"], "demo", "V3.4.5"),
    (["demo-v1.0.0"], "demo", "demo-v3.4.5"),
    (["demo-1.0.0", "demo-1.1.0"], "Demo", "demo-3.4.5"),
    (["my_demo-1.0.0"], "my-demo", "my_demo-3.4.5"),
    (["libs/demo-v1.0.0"], "demo", "libs/demo-v3.4.5"),
    (["demo/v1.0.0"], "demo", "demo/v3.4.5"),
    (["demo@1.0.0"], "demo", "demo@3.4.5"),
    (["demo==1.0.0"], "demo", "demo==3.4.5"),
    (["release-1.0.0"], "demo", "release-3.4.5"),
    (["release/1.0.0"], "demo", "release/3.4.5"),
    (["release-demo-1.0.0"], "demo", "release-demo-3.4.5"),
    (["rel_1_0_0", "rel_1_1_0"], "demo", "rel_3_4_5"),
    (["1_0_0", "1_1_0"], "demo", "3_4_5"),
    (["python-demo-1.0.0"], "demo", "python-demo-3.4.5"),
    (["demo-1.0.0"], "python-demo", "demo-3.4.5"),
    # Nothing of its own name, and one prefix that all tags have.
    (["apache-demo-1.0.0", "apache-demo-1.1.0"], "demo", "apache-demo-3.4.5"),
    (["widget-1.0.0", "widget-1.1.0", "other-1.0"], "demo", "widget-3.4.5"),
    (["widget-1.0.0"], "demo", "v3.4.5"),
    # Two styles: most of the newest.
    (["0.1", "0.2", "0.3", "0.4", "v1.0.0", "v1.1.0", "v1.2.0"], "demo", "v3.4.5"),
    (["demo-0.1", "demo-0.2", "v1.0.0", "v1.1.0", "v1.2.0"], "demo", "v3.4.5"),
    ([f"1.{minor}" for minor in range(9)] + ["v1.9"], "demo", "3.4.5"),
    # Numbers of a build service beside real versions.
    (["v1.0.0", "v1.1.0", "release-1863", "release-1888", "release-1913", "release-1946"], "demo", "v3.4.5"),
    # Other packages of the repository.
    (["v1.0.0", "core-v7.0.0", "core-v7.1.0", "core-v7.2.0", "core-v7.3.0"], "demo", "v3.4.5"),
    (["conjecture-9.0", "demo-python-1.0.0", "demo-ruby-8.0"], "demo", "demo-python-3.4.5"),
    # No releases at all.
    (
        ["snapshot-2026-07-22", "parked/1", "test", "nightly", "latest", "nightly-1.2.3", "nightly-1.2.4"],
        "demo",
        "v3.4.5",
    ),
]


@pytest.mark.parametrize(("names", "project", "tag"), STYLES)
def test_learns_the_style_of_the_history(names: list[str], project: str, tag: str) -> None:
    """The next tag looks as most of the newest tags do; without any it is v and the version."""
    grammar = learn(names, package=None, project_name=project)
    assert grammar.format(Version("3.4.5")) == tag
    assert grammar.parse(tag) == Version("3.4.5")


MONOREPO = [
    "core/demo-core-v1.0.0",
    "core/demo-core-v1.1.0",
    "demo-cli-v3.0.0",
    "web/v0.1.0",
    "v9.0.0",
    "v9.1.0",
]


@pytest.mark.parametrize(
    ("package", "name", "tag", "versions"),
    [
        ("demo-core", "demo-core", "core/demo-core-v3.4.5", {"1.0.0", "1.1.0"}),
        ("packages/demo-cli", "demo-cli", "demo-cli-v3.4.5", {"3.0.0"}),
        ("web", "demo-web", "web/v3.4.5", {"0.1.0"}),
        (None, "demo", "v3.4.5", {"9.0.0", "9.1.0"}),
        ("demo-new", "demo-new", "v3.4.5", {"9.0.0", "9.1.0"}),
    ],
)
def test_tags_of_other_packages_are_not_this_packages(
    package: str | None, name: str, tag: str, versions: set[str]
) -> None:
    """In a monorepo a package sees its own tags; one without any sees those of the repository."""
    grammar = learn(MONOREPO, package=package, project_name=name)
    assert grammar.format(Version("3.4.5")) == tag
    assert set(release_tags(MONOREPO, grammar).values()) == {Version(version) for version in versions}


def test_a_package_named_after_another_does_not_take_its_tags() -> None:
    """A prefix that is longer than the name by a suffix is that of a sibling."""
    names = ["v1.0.0", "v1.1.0", "v1.2.0", "v1.3.0", "proj-plugin-v0.1.0"]
    commits = {name: name for name in names}
    grammar = learn(names, package="core", project_name="proj", commits=commits)
    assert set(release_tags(names, grammar)) == set(names[:4])
    grammar = learn(names, package="plugin", project_name="proj-plugin", commits=commits)
    assert set(release_tags(names, grammar)) == {names[4]}


def test_package_without_any_tag_is_named_in_its_first() -> None:
    """The first tag of a package tells which package it is."""
    grammar = learn(["other-v1.0.0"], package="packages/demo", project_name="demo")
    assert grammar.format(Version("1.0")) == "demo-v1.0"
    assert grammar.parse("demo-1.0") == Version("1.0")
    assert grammar.parse("v1.0") is None


def test_package_whose_tags_have_a_part_of_its_name() -> None:
    """A package is also found under the end of its name, before the tags of the whole."""
    names = ["v2.0.0", "v2.1.0", "core-v7.0.0"]
    grammar = learn(names, package="demo-core", project_name="demo-core")
    assert release_tags(names, grammar) == {"core-v7.0.0": Version("7.0.0")}


@pytest.mark.parametrize("tag", ["v1.2.4", "1.2.4"])
def test_first_release_may_be_spelled_both_ways(tag: str) -> None:
    """Where no tag shows a style, and where one is not followed, the two common ones are read."""
    assert learn([], package=None, project_name="demo").parse(tag) == Version("1.2.4")
    assert learn(["rel_1_2_3", "rel_1_2_2"], package=None, project_name="demo").parse(tag) == Version("1.2.4")


def test_all_styles_of_the_history_are_read() -> None:
    """A project that changed its style keeps all its releases."""
    names = ["demo-0.1", "demo-0.2", "0.3", "v0.4", "v0.5", "v0.6"]
    grammar = learn(names, package=None, project_name="demo")
    assert list(release_tags(names, grammar)) == names


# Tags, and those of them that are no releases.
FLOATING = [
    (["v4", "v4.2", "v4.2.0", "v4.2.1"], {"v4", "v4.2"}),
    (["v4", "v4.2", "v4.2.1"], {"v4", "v4.2"}),
    (["v3.0.0", "v4", "v4.0.0"], {"v4"}),
    (["v2.15.0", "v2.16", "v2.16.1", "v2.17.0"], {"v2.16"}),
    (["4.0", "4.0.1", "4.1", "4.1.1", "4.2", "4.2.1"], set()),
    (["18.1", "19.0", "19.0.1", "19.0.2", "19.1"], set()),
    (["0.12", "1.0", "1.0.1", "2.0.0", "2.0.1"], set()),
    (["4.2"], set()),
    (["4.2", "4.2rc1", "4.2.1"], set()),
    (["1.0rc1", "1.0a1", "1.0", "1.0.1"], set()),
    (["1", "2", "3"], set()),
    (["20240101", "20240601"], set()),
    (["v1.0.0", "v1.1.0", "release-1946"], {"release-1946"}),
    (["2024.1", "2024.1.1", "2024.2"], set()),
    (["rel_4", "rel_4_2", "rel_4_2_0", "rel_4_2_1"], {"rel_4", "rel_4_2"}),
    (["4.2", "v4.2.0", "v4.2.1", "v4.2.2", "v4.3.0"], set()),
]


@pytest.mark.parametrize(("names", "floating"), FLOATING)
def test_floating_tags_are_no_releases(names: list[str], floating: set[str]) -> None:
    """A short tag that moves along is left out; a release of two numbers stays."""
    grammar = learn(names, package=None, project_name="demo")
    assert set(names) - set(release_tags(names, grammar)) == floating


def test_commits_tell_a_floating_tag_from_a_release() -> None:
    """On the commit of a longer tag it floats, on a commit of its own it is a release."""
    names = ["v1.9.0", "v1.10.0", "v2.0", "v2.0.1", "v2.1", "v2.1.0", "v2.2.0"]
    commits = {name: name for name in names} | {"v2.1": "v2.1.0"}
    grammar = learn(names, package=None, project_name="demo")
    assert set(names) - set(release_tags(names, grammar, commits)) == {"v2.1"}


NO_RELEASES = [
    "2.3.x",
    "v2.3.x",
    "snapshot-2026-07-22",
    "2026-07-22",
    "2026-07",
    "parked/1",
    "test",
    "nightly",
    "latest",
    "stable",
    "v",
    "",
    "vv1.2.3",
    "v1.2.3-py27",
    "v1.2.3-2-gabcdef0",
    "v3.2.0_docs",
    "-1.2.3",
    "--help",
    "-v1.2.3",
    "$(id)",
    "v1.2.3$(id)",
    "$(id)-v1.2.3",
    "v1.2.3;id",
    "v1.2.3\n",
    "v1.2.3 ",
    "v 1.2.3",
    "v1.2.3%0A",
    "%0Av1.2.3",
    "v1.2\u202e3.1",
    "\u202ev1.2.3",
    "v\u0661.2.3",
    "v1.2.3\0",
    "v1..2",
    "v1.2.3.",
    "v" + "1" * 101,
    "v1" + ".1" * 60,
    "v" + "9" * 5000,
    "v1.2.3+" + "a" * 200,
    "refs/tags/v1.2.3",
    "../v1.2.3",
    "demo-v1.2.3",
]


@pytest.mark.parametrize("tag", NO_RELEASES)
def test_names_that_are_no_release_tags(tag: str) -> None:
    """Branch-like, dated, parked and hostile names name no release, with or without a history."""
    assert Grammar().parse(tag) is None
    names = ["1.0.0", "v1.0.0", "v1.1.0", tag]
    assert tag not in release_tags(names, learn(names, package=None, project_name="other"))


HOSTILE = ["$(id)-1.2.3", "-x-1.2.3", "a\u202eb-1.2.3", "%0A1.2.3", "x y-1.2.3", "`id`/v1.2.3", "a;b-v1.2.3"]


def test_hostile_prefix_is_not_learnt() -> None:
    """A prefix of other characters than names have is never taken over, however often it is there."""
    names = [name.replace("1.2.3", version) for name in HOSTILE for version in ("1.2.3", "1.2.4", "1.2.5")]
    grammar = learn(names, package=None, project_name="demo")
    assert (grammar.prefix, grammar.others) == ("v", ("",))
    assert release_tags(names, grammar) == {}


@pytest.mark.parametrize(
    ("tag", "version"),
    [
        ("v1.2.3", "1.2.3"),
        ("v1.2.3rc1", "1.2.3rc1"),
        ("v1.0.0-rc.1", "1.0.0rc1"),
        ("v1.0.0-beta", "1.0.0b0"),
        ("v1.2.3.post1", "1.2.3.post1"),
        ("v1.2.3-1", "1.2.3.post1"),
        ("v1.2.3.dev4", "1.2.3.dev4"),
        ("v1.2.3+local.1", "1.2.3+local.1"),
        ("v1!1.2.3", "1!1.2.3"),
        ("v2026.08.17", "2026.8.17"),
        ("v4", "4"),
        ("v1_2_3", "1.2.3"),
    ],
)
def test_every_spelling_of_a_version_is_read(tag: str, version: str) -> None:
    """What PEP 440 takes for a version is one in a tag too, if it is only that."""
    assert Grammar().parse(tag) == Version(version)


# History, version, and its tag.
SPELLINGS = [
    (["2026.08.17", "2026.07.11"], "2026.9.3", "2026.09.03"),
    (["2026.08.17", "2026.07.11.post1"], "2026.9.3", "2026.09.03"),
    (["2026.8.17", "2026.7.1"], "2026.9.3", "2026.9.3"),
    (["2025.12.19", "2025.09.25", "2025.07.19"], "2026.1.2", "2026.01.02"),
    (["3.01", "3.02", "6.0.2", "6.0.3"], "6.1.0", "6.1.0"),
    (["v1.0.0-rc.1", "v1.0.0"], "2.0.0rc2", "v2.0.0-rc.2"),
    (["v1.0.0-beta.1"], "2.0.0b2", "v2.0.0-beta.2"),
    (["v1.0.0-beta.1"], "2.0.0rc2", "v2.0.0-rc.2"),
    (["v1.0.0.alpha1"], "2.0.0a2", "v2.0.0.alpha2"),
    (["v1.0.0b1"], "2.0.0a2", "v2.0.0a2"),
    (["rel_1_0_0b1", "rel_1_0_0"], "2.0.0b2", "rel_2_0_0b2"),
    (["rel_1_0_0"], "2.0.0.post1", "rel_2_0_0_post1"),
    (["1.0"], "1!2.0.dev3", "1!2.0.dev3"),
    (["1.0"], "2.0+abc.1", "2.0+abc.1"),
]


@pytest.mark.parametrize(("names", "version", "tag"), SPELLINGS)
def test_versions_are_written_as_before(names: list[str], version: str, tag: str) -> None:
    """Zeros before a number, words and marks of pre-releases and underscores are kept up."""
    grammar = learn(names, package=None, project_name="demo")
    assert grammar.format(Version(version)) == tag
    assert grammar.parse(tag) == Version(version)


@pytest.mark.parametrize(
    ("pattern", "names", "tag"),
    [
        ("v{version}", [], "v1.2.3"),
        ("{version}", [], "1.2.3"),
        ("rel_{version}", [], "rel_1.2.3"),
        ("rel_{version}", ["rel_1_2_2", "other_1"], "rel_1_2_3"),
        ("demo/v{version}-final", ["demo/v1.02.2-final"], "demo/v1.02.3-final"),
    ],
)
def test_pattern_of_the_configuration(pattern: str, names: list[str], tag: str) -> None:
    """A configured pattern says how tags look; earlier tags how versions are written in it."""
    grammar = from_pattern(pattern, names)
    assert grammar.format(Version("1.2.3")) == tag
    assert grammar.parse(tag) == Version("1.2.3")
    assert grammar.parse(f"x{tag}") is None
    assert grammar.parse("1.2.4-final" if pattern != "{version}" else "v1.2.4") is None


@pytest.mark.parametrize(
    "pattern", ["", "v", "v{name}", "{version}{version}", "-{version}", "v {version}", "{version}\n", "a~{version}"]
)
def test_pattern_that_cannot_be_one(pattern: str) -> None:
    """A pattern without its place for the version, or one that makes a bad tag, is refused with its text."""
    with pytest.raises(ValueError, match="the pattern"):
        from_pattern(pattern)


def test_style_tells_tags_apart() -> None:
    """Tags of the same pattern have the same style, others another, and what is no release has none."""
    grammar = learn(["1.2.3", "1.2.4", "rel_1_2_5", "demo-1.0"], package=None, project_name="demo")
    assert grammar.style("1.2.5") == grammar.style("3.0") == "{version}"
    assert grammar.style("v1.2.5") == "v{version}"
    assert grammar.style("rel_1_2_5") == "rel_{version} (_)"
    assert grammar.style("rel_1.2.5") == "rel_{version}"
    assert grammar.style("demo-1.0") == "demo-{version}"
    assert grammar.style("2.3.x") is None
    assert from_pattern("{version}-final").style("1.0-final") == "{version}-final"


NUMBERS = st.integers(0, 3000)
VERSIONS = st.builds(
    lambda release, pre, post, dev: Version(".".join(map(str, release)) + pre + post + dev),
    st.lists(NUMBERS, min_size=1, max_size=4),
    st.sampled_from(["", "a0", "b1", "rc12"]),
    st.sampled_from(["", ".post0", ".post3"]),
    st.sampled_from(["", ".dev0", ".dev7"]),
)
GRAMMARS = st.builds(
    Grammar,
    prefix=st.sampled_from(["", "v", "rel_", "demo-v", "a/b-"]),
    suffix=st.sampled_from(["", "-final"]),
    spelling=st.builds(
        Spelling,
        separator=st.sampled_from([".", "_"]),
        widths=st.sampled_from([(), (4, 2, 2)]),
        lead=st.sampled_from(["", "-", "."]),
        long=st.booleans(),
        dot=st.sampled_from(["", "."]),
    ),
)


def test_a_second_spelling_of_the_same_releases_belongs_to_the_package() -> None:
    """Where each release of a package has a plain tag on its commit too, later plain tags are the package's."""
    own = [f"demo-1.{minor}.0" for minor in range(6)]
    plain = [f"v1.{minor}.0" for minor in range(7)]
    commits = {name: name.split("1.")[1] for name in (*own, *plain)}
    grammar = learn([*own, *plain], package="packages/demo", project_name="demo", commits=commits)
    assert grammar.parse("v1.6.0") == Version("1.6.0")
    elsewhere = commits | {"v1.5.0": "another"}
    grammar = learn([*own, *plain], package="packages/demo", project_name="demo", commits=elsewhere)
    assert grammar.parse("v1.6.0") is None


@given(GRAMMARS, VERSIONS)
def test_what_is_written_is_read_back(grammar: Grammar, version: Version) -> None:
    """Whatever the grammar and the version: the tag of a version names that version."""
    assert grammar.parse(grammar.format(version)) == version


@given(st.lists(st.text(max_size=12) | st.from_regex(r"\A[a-z/v-]{0,6}[0-9][0-9._a-z-]{0,8}\Z"), max_size=30))
def test_any_names_can_be_learnt_from(names: list[str]) -> None:
    """Whatever the tags: learning ends, and every release tag is one of the names and parses."""
    grammar = learn(names, package=None, project_name="demo")
    found = release_tags(names, grammar)
    assert set(found) <= set(names)
    assert all(grammar.parse(name) == version for name, version in found.items())


@pytest.mark.parametrize(
    "name",
    ["v{0}.{1}.{2}", "{0}.{3}", "rel_{0}_{1}_{2}", "pkg{2}/pkg{2}-v{0}.{1}.{2}", "junk-{0}-{1}-{2}-{3}-{0}-{1}-x"],
)
def test_ten_thousand_tags_take_little_time(name: str) -> None:
    """The work grows with the number of tags: 10,000 take about three times as long as parsing their versions."""
    names = [name.format(at // 1000, at // 20 % 50, at % 20, at) for at in range(10_000)]
    began = time.process_time()
    grammar = learn(names, package=None, project_name="demo")
    release_tags(names, grammar)
    assert time.process_time() - began < 1.0
