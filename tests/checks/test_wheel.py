"""The checks of wheels: each fires on its fault and is silent on a healthy wheel."""

from __future__ import annotations

import pytest

from release_tools.checks import Check, Problem, wheel
from release_tools.distributions import Wheel
from tests import archives
from tests.archives import INFO, MODULE, digest, read_wheel

NAME = "sample_project/__init__.py"
RECORD = f"{INFO}/RECORD"


def problems(check: Check, *wheels: Wheel, **facts: object) -> list[Problem]:
    """Return what a check finds in some wheels."""
    return list(check.judge(wheels, **facts))


def recorded(text: str) -> Wheel:
    """Return a wheel with this RECORD of its one module; the rest of the wheel is listed truly."""
    rest = {f"{INFO}/METADATA": archives.METADATA, f"{INFO}/WHEEL": archives.WHEEL_FILE}
    return read_wheel({RECORD: text.encode() + archives.record(rest)})


def test_healthy_wheels_pass() -> None:
    """A true RECORD is accepted, with CRLF, quoted names, folders and signatures too."""
    odd = f'"odd, name.py",{digest(MODULE)},{len(MODULE)}\r\n{NAME},{digest(MODULE)},{len(MODULE)}\r\n'
    for each in (
        read_wheel(),
        read_wheel({"sample_project/": b"", f"{INFO}/RECORD.jws": b"{}"}),
        recorded(f"{NAME},{digest(MODULE)}=,{len(MODULE)}\n\n"),
    ):
        assert problems(wheel.record_present, each) == []
        assert problems(wheel.record_true, each) == []
    with_odd = read_wheel({"odd, name.py": MODULE, RECORD: odd.encode() + _rest()})
    assert problems(wheel.record_true, with_odd) == []


def _rest() -> bytes:
    return archives.record({f"{INFO}/METADATA": archives.METADATA, f"{INFO}/WHEEL": archives.WHEEL_FILE})


def test_a_missing_record_is_found() -> None:
    """A wheel without RECORD is refused, once."""
    without = read_wheel({RECORD: None})
    assert [each.message for each in problems(wheel.record_present, without)] == [f"there is no {RECORD}"]
    assert problems(wheel.record_true, without) == []


ROWS = {
    "unlisted": ("", "it is in the wheel and not listed"),
    "another digest": (f"{NAME},{digest(b'other')},{len(MODULE)}\n", "its content has another SHA-256"),
    "another size": (f"{NAME},{digest(MODULE)},1\n", f"its size is {len(MODULE)}, not 1"),
    "no size": (f"{NAME},{digest(MODULE)},\n", f"its size is {len(MODULE)}, not given"),
    "no digest": (f"{NAME},,\n", "it has no SHA-256"),
    "md5": (f"{NAME},md5=abc,{len(MODULE)}\n", "it has no SHA-256"),
    "too few columns": (f"{NAME}\n", "it has no SHA-256"),
}


@pytest.mark.parametrize("case", ROWS)
def test_a_record_that_is_not_true_is_found(case: str) -> None:
    """The member is named with what RECORD gets wrong."""
    row, message = ROWS[case]
    found = problems(wheel.record_true, recorded(row))
    assert [(each.member, each.message) for each in found] == [(NAME, f"RECORD: {message}")]


def test_a_row_too_many_is_found() -> None:
    """RECORD lists nothing that is not there."""
    row = f"{NAME},{digest(MODULE)},{len(MODULE)}\nghost.py,{digest(b'')},0\n"
    found = problems(wheel.record_true, recorded(row))
    assert [(each.member, each.message) for each in found] == [
        ("ghost.py", "RECORD: it is listed and not in the wheel")
    ]


UNREADABLE = {
    "an endless field": b"a" * 200_000 + b",,\n",
    "two rows that differ": f"{NAME},,\n{NAME},{digest(MODULE)},{len(MODULE)}\n".encode(),
    "far too many rows": b"".join(b"%d,,\n" % number for number in range(100)),
}
WORDS = {
    "an endless field": "cannot be read",
    "two rows that differ": "twice",
    "far too many rows": "far more than the 4",
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_record_that_nobody_can_follow_is_found(case: str) -> None:
    """What breaks the reader, or would keep it for long, is told in one sentence."""
    found = problems(wheel.record_true, read_wheel({RECORD: UNREADABLE[case]}))
    assert WORDS[case] in found[0].message


def test_many_faults_of_a_record_are_told_in_part() -> None:
    """The first are named, and how many there are."""
    every = {f"sample_project/{number}.py": b"x" for number in range(50)}
    found = problems(wheel.record_true, read_wheel({**every, RECORD: archives.record({NAME: MODULE})}))
    assert len(found) == 21
    assert found[-1].message.endswith("(and 31 faults more)")


ACCEPTED = (
    "any", "win32", "win_amd64", "manylinux1_i686", "manylinux2010_x86_64", "manylinux2014_aarch64",
    "manylinux_2_17_x86_64.manylinux2014_x86_64", "manylinux_2_39_riscv64", "musllinux_1_2_x86_64", "linux_armv7l",
    "macosx_10_9_x86_64", "macosx_11_0_arm64", "macosx_26_0_universal2", "ios_13_0_arm64_iphoneos",
    "android_21_arm64_v8a", "pyemscripten_2025_0_wasm32",
)  # fmt: skip
LINUX = ("linux_x86_64", "linux_aarch64")
REFUSED = (
    "linux_x86_64", "linux_aarch64", "manylinux_2_17_sparc", "manylinux3_x86_64", "macosx_11_1_arm64",
    "macosx_16_0_arm64", "win_mips", "any.linux_x86_64", "freebsd_14_amd64", "manylinux1_aarch64",
)  # fmt: skip


@pytest.mark.parametrize("platform", ACCEPTED)
def test_platforms_of_the_index_pass(platform: str) -> None:
    """Whatever the index takes is accepted."""
    each = Wheel(filename=f"a-1-cp312-abi3-{platform}.whl")
    assert problems(wheel.wheel_tag_accepted, each, rehearsal=False) == []


@pytest.mark.parametrize("platform", REFUSED)
def test_other_platforms_are_found(platform: str) -> None:
    """A platform that the index refuses is an error; a plain Linux one is put off in a rehearsal."""
    each = Wheel(filename=f"a-1-cp312-abi3-{platform}.whl")
    assert [found.severity for found in problems(wheel.wheel_tag_accepted, each, rehearsal=False)] == [None]
    rehearsed = problems(wheel.wheel_tag_accepted, each, rehearsal=True)
    assert [found.severity for found in rehearsed] == ["todo" if platform.endswith(LINUX) else None]
