"""Each file of a release is one of the commit, or it is named."""

from __future__ import annotations

import pytest

from release_tools.distributions import Member, Sdist, Wheel
from release_tools.identity.trace import lineage
from tests.archives import MODULE, SDIST, TOP, WHEEL, read_sdist, read_wheel
from tests.identity.releases import COMMIT, Files, built_with, digest, made, strange, traced, tree

OTHER = b"other\n"
INIT = "sample_project/__init__.py"
SCM = "[tool.setuptools_scm]\nversion_file = 'sample_project/_version.py'\n"
FORCED = built_with("hatchling", more='[tool.hatch.build.force-include]\n"a.py" = "p/b.py"\n')


def test_a_release_of_the_commit_has_no_strangers() -> None:
    """Every file is counted as the same; what the commit alone has is told."""
    found = traced({".github/ci.yml": b"on: push"}, {".github/ci.yml": None})
    assert (strange(found), found.left_out) == ([], (".github/ci.yml",))
    assert (found.sdist.same, found.wheel.same, found.sdist.made) == (2, 1, {"core metadata": ("PKG-INFO",)})


ADDED: dict[str, tuple[Files, Files]] = {
    "a module in the sdist": ({"sample_project/evil.py": OTHER}, {}),
    "a hook beside it": ({"tests/payload.bin": OTHER}, {}),
    "a module in the wheel": ({}, {"sample_project/evil.py": OTHER}),
    "a file in both": ({"sample_project/evil.py": OTHER}, {"sample_project/evil.py": OTHER}),
    "a script": ({}, {f"{TOP}.data/scripts/run": b"#!python\n"}),
    "a script of a name that the source has": ({}, {f"{TOP}.data/scripts/__init__.py": b"#!python\nimport evil\n"}),
    "a module by way of .data": ({}, {f"{TOP}.data/purelib/evil.py": OTHER}),
    "code by another name": ({}, {"sample_project/other.py": MODULE}),
    "a version file that nobody names": ({"sample_project/_version.py": OTHER}, {}),
    "an empty file": ({"sample_project/py.typed": b""}, {}),
}


@pytest.mark.parametrize("case", ADDED)
def test_what_was_added_is_a_stranger(case: str) -> None:
    """It is named once, where it comes in, and has no digest in the source."""
    sdist, wheel = ADDED[case]
    found = traced(None, sdist, wheel)
    (stranger,) = (*found.sdist.strangers, *found.wheel.strangers)
    assert stranger.expected == ""
    assert stranger.found


@pytest.mark.parametrize(
    ("commit", "sdist", "wheel", "name"),
    [
        ({}, {INIT: OTHER}, {INIT: OTHER}, INIT),
        ({}, {}, {INIT: OTHER}, INIT),
        ({"src/p/a.py": b"a", "src/p/b.py": b"b"}, {}, {"p/a.py": b"b", "p/b.py": b"b"}, "p/a.py"),
        ({"lib/p/a.py": b"a", "lib/p/b.py": b"b"}, {}, {"p/a.py": b"b", "p/b.py": b"b"}, "p/a.py"),
    ],
)  # fmt: skip
def test_what_was_changed_is_a_stranger(commit: Files, sdist: Files, wheel: Files, name: str) -> None:
    """It is named with both digests, also where its content is that of a file beside it."""
    found = traced(commit, sdist, wheel)
    (stranger,) = (*found.sdist.strangers, *found.wheel.strangers)
    assert stranger.name == name
    assert stranger.expected
    assert stranger.expected != stranger.found


HEALTHY: dict[str, tuple[Files, Files, Files]] = {
    "below src": ({"src/p/a.py": b"a"}, {}, {"p/a.py": b"a"}),
    "a folder by another name": ({"lib/old/a.py": b"a", "lib/old/b.py": b"b"}, {}, {"p/a.py": b"a", "p/b.py": b"b"}),
    "two folders of one name": ({"py2/p/a.py": b"2", "py3/p/a.py": b"3"}, {}, {"p/a.py": b"3"}),
    "a file from beside the project": ({"../LICENSE": b"MIT"}, {"../LICENSE": None, "LICENSE": b"MIT"}, {}),
    "data by another name": ({"README.md": b"read"}, {}, {"sample_project/about.md": b"read"}),
    "code by a name that is configured": (
        {"pyproject.toml": FORCED, "a.py": b"a"}, {}, {"p/b.py": b"a"},
    ),
    "a script": (
        {"bin/run": b"#!/usr/bin/env python3\nrun()\n"}, {}, {f"{TOP}.data/scripts/run": b"#!python\nrun()\n"}
    ),
    "a script at the top": (
        {"run": b"#!/usr/bin/python -u\n1\n"}, {}, {f"{TOP}.data/scripts/run": b"#!python -u\n1\n"}
    ),
    "a script with line ends of Windows": (
        {"run": b"#!/usr/bin/python\r\n1\r\n2\r"}, {}, {f"{TOP}.data/scripts/run": b"#!python\n1\n2\r"}
    ),
    "a script of a shell": ({"bin/run": b"#!/bin/sh\n"}, {}, {f"{TOP}.data/scripts/run": b"#!/bin/sh\n"}),
    "data below .data": ({"run.1": b"man"}, {}, {f"{TOP}.data/data/share/man/run.1": b"man"}),
    "less in the wheel": ({"tests/test_a.py": b"a"}, {}, {}),
}  # fmt: skip


@pytest.mark.parametrize("case", HEALTHY)
def test_what_a_build_may_do_with_files_passes(case: str) -> None:
    """Files may lie elsewhere, and what is no code may be called otherwise."""
    assert strange(traced(*HEALTHY[case])) == []


@pytest.mark.parametrize(
    "script",
    [
        b"#!python\nevil()\n",
        b"#!python -c__import__('evil')\nrun()\n",
        b"#!/opt/python\nrun()\n",
        b"#!pythonrun()\n",
        b"#!python",
        b"run()\n",
    ],
)
def test_of_a_script_only_the_interpreter_may_change(script: bytes) -> None:
    """Not its options, not a word behind the first line, and it becomes the one that installers put in."""
    source = {"bin/run": b"#!/usr/bin/env python3\nrun()\n"}
    assert strange(traced(source, wheel={f"{TOP}.data/scripts/run": script})) == ["run"]


def test_a_member_that_overwrites_another_is_judged() -> None:
    """One of them is what gets installed, and the healthy one does not hide the other."""
    for folder in ("purelib", "platlib"):
        overwriting: Files = {f"{TOP}.data/{folder}/{INIT}": OTHER}
        assert strange(traced(wheel=overwriting)) == [INIT]
        assert strange(traced(wheel={INIT: None, **overwriting, f"{TOP}.data/{folder}/": b""})) == [INIT]


def test_two_members_of_one_path_are_both_judged() -> None:
    """In an sdist too, where the last one of a name is what an unpacked one holds."""
    healthy, foreign = read_sdist(), read_sdist({f"{TOP}/{INIT}": OTHER})
    for members in ((*healthy.members, *foreign.members), (*foreign.members, *healthy.members)):
        found = lineage(tree({}), Sdist(filename=SDIST, members=members), read_wheel())
        assert found
        assert [each.name for each in found.sdist.strangers] == [INIT]


def test_a_link_leads_where_the_commit_says() -> None:
    """The same link passes, and so does the file in its place; another link is a stranger."""
    entry = Member(name=f"{TOP}/docs/README", kind="link", size=0, mode=0o777, time=0, link="../README")
    packed = read_sdist()
    packed = Sdist(filename=SDIST, members=(*packed.members, entry))
    of_commit = tree({"docs/README": b"read"}, {"docs/README": "../README"})
    found = lineage(of_commit, packed, read_wheel())
    assert found
    assert found.sdist.strangers == ()
    found = lineage(tree({"docs/README": b"read"}, {"docs/README": "../OTHER"}), packed, read_wheel())
    assert found
    assert [each.link for each in found.sdist.strangers] == ["../README"]
    assert strange(traced({"docs/README": b"read"}, links={"docs/README": "../README"})) == []


def test_excepted_files_may_differ() -> None:
    """What is meant to differ is counted as that, in sdist and wheel, and nothing else is excused by it."""
    commit = {"src/p/version.py": b"1"}
    changed: Files = {"src/p/version.py": b"1.dev2"}
    excepted = frozenset({"src/p/version.py"})
    found = traced(commit, changed, {"p/version.py": b"1.dev2"}, excepted=excepted)
    assert made(found) == {"src/p/version.py": "excepted"}
    assert strange(found) == []
    found = traced(commit, changed, {"p/version.py": b"2"}, excepted=excepted)
    assert made(found) == {"src/p/version.py": "excepted", "p/version.py": "excepted"}
    assert strange(traced(commit, {"other.py": b"2"}, excepted=excepted)) == ["other.py"]


def test_what_cannot_be_read_is_not_compared() -> None:
    """A damaged archive is told of by other checks."""
    assert lineage(tree({}), Sdist(filename=SDIST, fault="cut off"), read_wheel()) is None
    assert lineage(tree({}), read_sdist(), Wheel(filename=WHEEL, fault="cut off")) is None


def test_a_thousand_files_are_compared_by_content() -> None:
    """The digest of the sdist's member is what counts, not its name."""
    files = {f"sample_project/m{number}.py": b"%d" % number for number in range(1000)}
    found = traced(files, {"sample_project/m7.py": b"8"}, files)
    assert [each.name for each in found.sdist.strangers] == ["sample_project/m7.py"]
    assert found.sdist.strangers[0].expected == digest(b"7")
    assert [each.name for each in found.wheel.strangers] == ["sample_project/m7.py"]
    assert found.sdist.same == len(files) + len(COMMIT) - 1


def test_what_the_configuration_explains_is_told_apart() -> None:
    """A version file that it names, and itself where a tool writes it anew; with other words, it was changed."""
    settings = built_with("setuptools-scm", backend="setuptools.build_meta", more=SCM)
    commit = {"pyproject.toml": settings, "setup.cfg": b"[metadata]\nname = a\n"}
    added = {"sample_project/_version.py": b"version = '1.2.3'\n"}
    found = traced(commit, {"setup.cfg": b"[metadata]\nname = a\n\n[egg_info]\ntag_build = \n", **added}, added)
    assert strange(found) == []
    assert made(found) == {
        "setup.cfg": "configuration, written anew",
        "sample_project/_version.py": "named by the configuration",
    }
    assert strange(traced(commit, {"setup.cfg": b"[metadata]\nname = b\n"})) == ["setup.cfg"]
