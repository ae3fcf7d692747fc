"""What the index would refuse in names and in the files of .dist-info, each broken file with its healthy twin."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from release_tools.checks import FILES, of
from release_tools.distributions import entry_points
from tests import archives
from tests.archives import INFO, SDIST, TOP, WHEEL, WHEEL_FILE
from tests.checks.index_files import File, entry, inspected, local, named, said, tagged, told, wheel_in, with_
from tests.checks.index_rules import FIELDS

LONG = "sample_project-1.2.3-1{}-py3-none-any.whl"
SCRIPT = "[console_scripts]\nsample = sample_project:main\n"
REST = WHEEL_FILE.decode().partition("\n")[2]
# What is taken, what is refused, by which check, in which words.
PAIRS: dict[str, tuple[File, File, str, str]] = {
    "wheel: upper case": (named(WHEEL), named(WHEEL.replace("s", "S", 1)), "file-name-canonical", WHEEL),
    "wheel: dots": (named(WHEEL), named(WHEEL.replace("_", ".", 1)), "file-name-canonical", WHEEL),
    "wheel: two underscores": (named(WHEEL), named(WHEEL.replace("_", "__", 1)), "file-name-canonical", WHEEL),
    "wheel: another version": (named(WHEEL), named(WHEEL.replace("1.2.3", "1.2.4")), "file-name-canonical", WHEEL),
    "wheel: a zero too many": (named(WHEEL), named(WHEEL.replace("1.2.3", "1.02.3")), "file-name-canonical", WHEEL),
    "wheel: no version": (named(WHEEL), named(WHEEL.replace("1.2.3", "latest")), "file-name-canonical", WHEEL),
    "wheel: another project": (named(WHEEL), named(WHEEL.replace("sample", "other")), "file-name-canonical", WHEEL),
    "wheel: too few parts": (
        named(WHEEL),
        (WHEEL.replace("py3-", ""), tagged(WHEEL)),
        "wheel-name-valid",
        "wrong number of parts",
    ),
    "wheel: too many parts": (
        named(WHEEL),
        (WHEEL.replace("py3-", "1-2-py3-"), tagged(WHEEL)),
        "wheel-name-valid",
        "wrong number of parts",
    ),
    "wheel: hyphen in its name": (
        named(WHEEL),
        (WHEEL.replace("_", "-"), tagged(WHEEL)),
        "file-name-canonical",
        WHEEL.replace("3-py3", "3-1.2.3-py3"),
    ),
    "wheel: build tag without a digit": (
        named(WHEEL.replace("py3", "1a-py3")),
        named(WHEEL.replace("py3", "a1-py3")),
        "wheel-name-valid",
        "build number",
    ),
    "wheel: a tag missing": (named(WHEEL), named(WHEEL.replace("none", "")), "wheel-name-valid", "tag"),
    "wheel: a set with nothing in it": (
        named(WHEEL.replace("py3", "py2.py3")),
        named(WHEEL.replace("py3", "py2..py3")),
        "wheel-name-valid",
        "tag",
    ),
    "wheel: name too long": (
        named(LONG.format("a" * 207)),
        named(LONG.format("a" * 208)),
        "wheel-name-valid",
        "246 bytes",
    ),
    "wheel: plain Linux": (
        named(WHEEL.replace("any", "manylinux_2_28_x86_64")),
        named(WHEEL.replace("any", "linux_x86_64")),
        "wheel-tag-accepted",
        "linux_x86_64",
    ),
    "wheel: one platform of two": (
        named(WHEEL.replace("any", "manylinux1_x86_64.manylinux2010_x86_64")),
        named(WHEEL.replace("any", "manylinux1_x86_64.linux_x86_64")),
        "wheel-tag-accepted",
        "linux_x86_64",
    ),
    "wheel: macOS with a minor version": (
        named(WHEEL.replace("any", "macosx_11_0_arm64")),
        named(WHEEL.replace("any", "macosx_11_1_arm64")),
        "wheel-tag-accepted",
        "macosx_11_1_arm64",
    ),
    "wheel: Windows of no kind": (
        named(WHEEL.replace("any", "win_arm64")),
        named(WHEEL.replace("any", "win_arm")),
        "wheel-tag-accepted",
        "win_arm",
    ),
    "sdist: hyphen": (named(SDIST), named(SDIST.replace("_", "-")), "file-name-canonical", SDIST),
    "sdist: upper case": (named(SDIST), named(SDIST.replace("s", "S", 1)), "file-name-canonical", SDIST),
    "sdist: v before the version": (
        named(SDIST),
        named(SDIST.replace("1.2.3", "v1.2.3")),
        "file-name-canonical",
        SDIST,
    ),
    "sdist: another version": (named(SDIST), named(SDIST.replace("1.2.3", "1.2")), "file-name-canonical", SDIST),
    "sdist: .tgz": (named(SDIST), named(SDIST.replace(".tar.gz", ".tgz")), "file-name-canonical", SDIST),
    "local version of a wheel": (local("1.2.3")[0], local("1.2.3+ubuntu.1")[0], "version-public", "'1.2.3+ubuntu.1'"),
    "local version of an sdist": (local("1.2.3")[1], local("1.2.3+ubuntu.1")[1], "version-public", "'1.2.3+ubuntu.1'"),
    "folder of another spelling": (
        named(WHEEL),
        (WHEEL, wheel_in("Sample.Project-1.2.3.dist-info")),
        "dist-info-named",
        f"to be named {INFO}",
    ),
    "folder of another version": (
        named(WHEEL),
        (WHEEL, wheel_in("sample_project-1.2.dist-info")),
        "dist-info-named",
        f"to be named {INFO}",
    ),
    "folder without a version": (
        named(WHEEL),
        (WHEEL, wheel_in("sample_project.dist-info")),
        "dist-info-named",
        f"to be named {INFO}",
    ),
    "no METADATA": (with_(), with_(METADATA=None), "metadata-present", "METADATA"),
    "two folders": (
        with_(),
        (WHEEL, archives.wheel_bytes({"other-1.dist-info/METADATA": archives.METADATA})),
        "metadata-present",
        "more than one .dist-info folder: other-1",
    ),
    "no PKG-INFO": (
        named(SDIST),
        (SDIST, archives.sdist_bytes({f"{TOP}/PKG-INFO": None})),
        "metadata-present",
        "PKG-INFO",
    ),
    "no WHEEL": (with_(), with_(WHEEL=None), "wheel-file-valid", f"there is no {INFO}/WHEEL"),
    "WHEEL without a version": (said(f"Wheel-Version: 1.0\n{REST}"), said(REST), "wheel-file-valid", "Wheel-Version"),
    "WHEEL of a version to come": (
        said(f"Wheel-Version: 1.0\n{REST}"),
        said(f"Wheel-Version: 2.0\n{REST}"),
        "wheel-file-valid",
        "newer",
    ),
    "WHEEL of no version": (
        said(f"Wheel-Version: 1.0\n{REST}"),
        said(f"Wheel-Version: one\n{REST}"),
        "wheel-file-valid",
        "'one'",
    ),
    "WHEEL without end": (
        said(f"Wheel-Version: 1.0\n{REST}"),
        said(f"Wheel-Version: 1.0\n{REST}{'a' * 70_000}"),
        "wheel-file-valid",
        "tell",
    ),
    "script in a folder": (
        entry(SCRIPT),
        entry("[console_scripts]\n../sample = sample_project:main\n"),
        "entry-points-valid",
        "'../sample'",
    ),
    "script with a space": (
        entry(SCRIPT),
        entry("[gui_scripts]\na sample = sample_project:main\n"),
        "entry-points-valid",
        "'a sample'",
    ),
    "script of no function": (
        entry(SCRIPT),
        entry("[console_scripts]\nsample = sample_project\n"),
        "entry-points-valid",
        "module:function",
    ),
    "script of nothing": (
        entry(SCRIPT),
        entry("[console_scripts]\nsample =\n"),
        "entry-points-valid",
        "sample in console_scripts",
    ),
    "script of no module": (
        entry(SCRIPT),
        entry("[console_scripts]\nsample = sample-project:main\n"),
        "entry-points-valid",
        "sample-project",
    ),
    "script twice": (
        entry(SCRIPT),
        entry(SCRIPT + "sample = sample_project:other\n"),
        "entry-points-valid",
        "already exists",
    ),
    "group twice": (entry(SCRIPT), entry(SCRIPT + SCRIPT), "entry-points-valid", "already exists"),
    "entry point without =": (
        entry(SCRIPT),
        entry("[console_scripts]\nsample: sample_project:main\n"),
        "entry-points-valid",
        "parse",
    ),
    "entry point without a group": (
        entry(SCRIPT),
        entry("sample = sample_project:main\n"),
        "entry-points-valid",
        "no section headers",
    ),
    "entry points not UTF-8": (entry(SCRIPT), entry(f"{SCRIPT}# \udce9\n"), "entry-points-valid", "UTF-8"),
    "entry points with a mark": (entry(SCRIPT), entry(f"\ufeff{SCRIPT}"), "entry-points-valid", "no section headers"),
    "entry points without end": (
        entry(SCRIPT),
        entry(f"{SCRIPT}x = {'a' * 3000}\n"),
        "entry-points-valid",
        "than are ever read",
    ),
    "entry points of a million lines": (
        entry(SCRIPT),
        entry(SCRIPT + "\n" * 500_000),
        "entry-points-valid",
        "than are ever read",
    ),
}


@pytest.mark.parametrize("case", PAIRS)
def test_a_file_that_the_index_refuses(case: str, tmp_path: Path) -> None:
    """One thing is wrong, and one error says so, of the right check and in the right words; the twin has none."""
    good, bad, check, words = PAIRS[case]
    assert inspected(tmp_path, good) == []
    found = [each for each in inspected(tmp_path, bad) if each.severity == "error"]
    assert [each.check for each in found] == [check]
    assert words in found[0].message


# What the index takes, though it is not as it should be: the severity, the check and words.
MILD: dict[str, tuple[File, str, str, str]] = {
    "tags of another wheel": (
        said("Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py2-none-any\n"),
        "warning",
        "wheel-file-valid",
        "'py2-none-any'",
    ),
    "a tag of two": ((WHEEL.replace("py3", "py2.py3"), tagged(WHEEL)), "warning", "wheel-file-valid", "2 wheel tags"),
    "no tag": (said("Wheel-Version: 1.0\nRoot-Is-Purelib: true\n"), "warning", "wheel-file-valid", "tells 0"),
    "pure in other words": (
        said("Wheel-Version: 1.0\nRoot-Is-Purelib: yes\nTag: py3-none-any\n"),
        "warning",
        "wheel-file-valid",
        "'yes'",
    ),
    "pure or not": (said("Wheel-Version: 1.0\nTag: py3-none-any\n"), "warning", "wheel-file-valid", "not told"),
    "a newer minor version": (said(f"Wheel-Version: 1.1\n{REST}"), "warning", "wheel-file-valid", "they warn"),
    "a build of the name alone": (
        (WHEEL.replace("py3", "1-py3"), tagged(WHEEL)),
        "warning",
        "wheel-file-valid",
        "Build",
    ),
    "a build of WHEEL alone": (said(f"Wheel-Version: 1.0\n{REST}Build: 7\n"), "warning", "wheel-file-valid", "'7'"),
    "group with a hyphen": (entry("[my-group]\na = b:c\n"), "warning", "entry-points-valid", "'my-group'"),
    "object with a hyphen": (entry("[group]\na = b-c\n"), "warning", "entry-points-valid", "'a' in group"),
    "license classifier": (
        told("License-Expression: MIT\nClassifier: License :: OSI Approved :: MIT License\n"),
        "warning",
        "license-told-once",
        "MIT License",
    ),
    "license in lower case": (told("License-Expression: mit\n"), "note", "license-told-once", "'MIT'"),
    "extra twice": (told("Provides-Extra: a_b\nProvides-Extra: a-b\n", "2.1"), "warning", "extras-normal", "the same"),
    "extra in upper case": (told("Provides-Extra: Test\n", "2.3"), "note", "extras-normal", "'Test'"),
    "line that is no field": (told("Summary: one\ntwo\nLicense: MIT\n"), "warning", "metadata-whole", "'two'"),
    "long description": (told(f"\n{'text ' * 27_000}\n"), "note", "description-renders", "not rendered"),
}


@pytest.mark.parametrize("case", MILD)
def test_a_file_that_the_index_takes_all_the_same(case: str, tmp_path: Path) -> None:
    """What is only doubtful is said, and refuses nothing."""
    file, severity, check, words = MILD[case]
    assert [(each.severity, each.check) for each in inspected(tmp_path, file)] == [(severity, check)]
    assert words in inspected(tmp_path, file)[0].message


def test_many_faults_of_a_file_are_told_in_part(tmp_path: Path) -> None:
    """The first ten scripts that are wrong are named, and how many there are beside them."""
    scripts = "".join(f"script {number} = a:b\n" for number in range(30))
    found = inspected(tmp_path, entry(f"[console_scripts]\n{scripts}"))
    assert len(found) == 11
    assert found[-1].message == "entry_points.txt: and 20 more"


def test_many_faults_of_a_field_are_told_in_part(tmp_path: Path) -> None:
    """The first ten addresses that are wrong are named, and how many there are beside them."""
    found = inspected(tmp_path, told("".join(f"Project-URL: {number}, a.org\n" for number in range(30))))
    assert len(found) == 11
    assert sum("and 20 faults more" in each.message for each in found) == 1


DEFAULTS = b"".join(b"a%d=b\n" % n for n in range(4_900)) + b"".join(b"[b%d]\n" % n for n in range(4_900))
HOSTILE = {
    "gaps": b"[a]\n" + (b"a" + b" " * 1990 + b"x\n") * 250,
    "groups": b"".join(b"[a%d]\n" % number for number in range(9_900)),
    "entries of all groups": b"[DEFAULT]\n" + DEFAULTS,
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_entry_points_are_read_in_a_moment(case: str) -> None:
    """Neither gaps, nor groups, nor entries that stand for all groups keep the reader busy."""
    began = time.process_time()
    read = entry_points.read(HOSTILE[case])
    list(read.refused())
    list(read.doubtful())
    assert time.process_time() - began < 2


def test_each_check_of_the_index_fires_somewhere() -> None:
    """No check of metadata, names and wheel files is without a broken file of its own here."""
    subjects = ("metadata", "metadata_fields", "classification", "wheel_files")
    assert set(subjects) <= set(FILES)
    fired = {pair.check for pair in FIELDS.values()} | {pair[2] for pair in (*PAIRS.values(), *MILD.values())}
    assert {each.id for each in of(subjects)} <= fired
