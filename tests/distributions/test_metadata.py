"""Core metadata that somebody made to keep the reader busy: told in a moment, and never a traceback."""

from __future__ import annotations

import time

import pytest

from release_tools.distributions import metadata

HEAD = b"Metadata-Version: 2.4\nName: a\nVersion: 1\n"
HOSTILE = {
    "names that all differ": b"".join(b"%x:\n" % number for number in range(40_000)),
    "names that all differ, as a mailbox": b"From here\n" + b"".join(b"%x:\n" % number for number in range(40_000)),
    "names that differ in case": b"".join(b"%b: a\n" % name for name in (b"Aa%x" % n for n in range(20_000))),
    "marker of parentheses": b"Requires-Dist: a ; " + b"(" * 100_000 + b"\n",
    "marker that is closed": b"Requires-Dist: a ; " + b"(" * 5000 + b"os_name=='x'" + b")" * 5000 + b"\n",
    "content type of parentheses": b"Description-Content-Type: " + b"(" * 100_000 + b"\n",
    "content type of parameters": b"Description-Content-Type: text/markdown; " + b"a=b; " * 40_000 + b"\n",
    "license of parentheses": b"License-Expression: " + b"(" * 5000 + b"MIT" + b")" * 5000 + b"\n",
    "summary of lines": b"Summary: a" + b"\n a" * 80_000 + b"\n",
    "parts": b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\na\n--x--\n",
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_metadata_is_refused_in_a_moment(case: str) -> None:
    """What takes the parsers minutes, or deeper than they can go, is a fault in a short sentence."""
    began = time.perf_counter()
    faults = metadata.read(HEAD + HOSTILE[case]).faults
    assert time.perf_counter() - began < 2
    assert faults
    assert all(len(fault) <= 403 for fault in faults)


def test_no_more_faults_are_told_than_anybody_reads() -> None:
    """The first ones are, always in the same order, and how many there are beside them."""
    read = metadata.read(HEAD + b"".join(b"X-%03d: a\n" % number for number in range(100)))
    assert len(read.faults) == 21
    assert read.faults[0] == "the field 'x-000' is unknown: 'a'"
    assert read.faults[-1] == "and 80 faults more"


def test_a_field_with_a_fault_is_left_out() -> None:
    """No other check judges what is told already; name and version are kept, for they are compared."""
    read = metadata.read(HEAD.replace(b"Version: 1\n", b"Version: one\n") + b"Import-Name: a-b\nRequires-Dist: >\n")
    assert set(read.fields) == {"metadata_version", "name", "version"}
    assert (read.name, read.version) == ("a", "one")


@pytest.mark.parametrize("line", [b"no field", b"Name : a", b"\xff: a"])
def test_a_line_that_is_no_field_ends_them(line: bytes) -> None:
    """It is told, since what follows is lost; an empty line is how fields end."""
    read = metadata.read(HEAD + line + b"\nSummary: a\n")
    assert read.ended_by == line.decode("utf-8", "replace")
    assert "summary" not in read.fields
    assert metadata.read(HEAD + b"\n" + line).ended_by == ""


def test_a_value_is_shown_in_part() -> None:
    """Messages quote values, and of an endless one the beginning."""
    assert metadata.shown("a") == "'a'"
    assert metadata.shown("a" * 1000) == f"'{'a' * 120}...'"
