"""Hostile, unportable and colliding names of members, in wheels and in sdists, each beside a healthy twin."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests import tars, zips
from tests.archives import SDIST, TOP, WHEEL
from tests.judged import judged
from tests.zips import Part

FOLDER = "sample_project"


@dataclass(frozen=True, slots=True)
class Case:
    """Names added to a healthy archive, the check that finds them, words of what it says, and a healthy twin."""

    names: tuple[str, ...]
    check: str
    words: str
    twin: tuple[str, ...] = (f"{FOLDER}/data.txt",)


CASES: dict[str, Case] = {
    # In every archive.
    "up": Case((f"{FOLDER}/../../evil.py",), "member-names", "leads out of its folder"),
    "up and back": Case((f"{FOLDER}/../{FOLDER}/a.py",), "member-names", "leads out of its folder"),
    "up in the end": Case((f"{FOLDER}/..",), "member-names", "leads out of its folder"),
    "up by backslashes": Case((f"{FOLDER}\\..\\..\\evil.py",), "member-names", "leads out of its folder"),
    "a backslash": Case((f"{FOLDER}\\a.py",), "member-names", "has a backslash"),
    "a NUL": Case((f"{FOLDER}/a\0.py",), "member-names", "control character"),
    "an escape": Case((f"{FOLDER}/\x1b[31m.py",), "member-names", "control character"),
    "a line feed": Case((f"{FOLDER}/a\n.py",), "member-names", "control character"),
    "a carriage return": Case((f"{FOLDER}/a\r.py",), "member-names", "control character"),
    "a tab": Case((f"{FOLDER}/a\t.py",), "member-names", "control character"),
    "a delete": Case((f"{FOLDER}/a\x7f.py",), "member-names", "control character"),
    "a control character of Latin 1": Case((f"{FOLDER}/a\x9b.py",), "member-names", "control character"),
    "right to left": Case((f"{FOLDER}/a\u202eyp.py",), "member-names", "turns the direction"),
    "an isolate": Case((f"{FOLDER}/a\u2066.py",), "member-names", "turns the direction"),
    "an invisible space": Case((f"{FOLDER}/a\u200b.py",), "member-names", "invisible"),
    "a byte order mark": Case((f"{FOLDER}/\ufeffa.py",), "member-names", "invisible"),
    "a soft hyphen": Case((f"{FOLDER}/a\xad.py",), "member-names", "invisible"),
    "no UTF-8": Case((f"{FOLDER}/a\udcff.py",), "member-names", "no UTF-8"),
    "a doubled slash": Case((f"{FOLDER}//a.py",), "member-names", "not in its plain form"),
    "a dot": Case((f"{FOLDER}/./a.py",), "member-names", "not in its plain form"),
    "too long a part": Case((f"{FOLDER}/{'a' * 256}",), "member-names", "longer than", (f"{FOLDER}/{'a' * 255}",)),
    "too long a part, in bytes": Case(
        (f"{FOLDER}/{'é' * 128}",), "member-names", "longer than", (f"{FOLDER}/{'é' * 127}",)
    ),
    "another case": Case(
        (f"{FOLDER}/a.py", f"{FOLDER}/A.py"),
        "member-names-unique",
        "case or spelling",
        (f"{FOLDER}/a.py", f"{FOLDER}/B.py"),
    ),
    "another case of a folder": Case(
        (f"{FOLDER}/a/x.py", f"{FOLDER}/A/X.py"),
        "member-names-unique",
        "case or spelling",
        (f"{FOLDER}/a/x.py", f"{FOLDER}/A/y.py"),
    ),
    "another case of Unicode": Case(
        (f"{FOLDER}/é.py", f"{FOLDER}/É.py"),
        "member-names-unique",
        "case or spelling",
        (f"{FOLDER}/é.py", f"{FOLDER}/e.py"),
    ),
    "another spelling of Unicode": Case(
        (f"{FOLDER}/\xe9.py", f"{FOLDER}/e\u0301.py"), "member-names-unique", "case or spelling"
    ),
    "a file and a folder": Case(
        (f"{FOLDER}/a", f"{FOLDER}/a/b.py"), "member-names-unique", "of a file and of a folder"
    ),
    "a file and a folder of another case": Case(
        (f"{FOLDER}/a", f"{FOLDER}/A/b.py"), "member-names-unique", "of a file and of a folder"
    ),
    # What only Windows refuses is a warning.
    "a colon": Case((f"{FOLDER}/a:b.txt",), "member-names-portable", "Windows"),
    "an asterisk": Case((f"{FOLDER}/a*.txt",), "member-names-portable", "Windows"),
    "a question mark": Case((f"{FOLDER}/why?.txt",), "member-names-portable", "Windows"),
    "a quote": Case((f"{FOLDER}/'\".txt",), "member-names-portable", "Windows"),
    "a pipe": Case((f"{FOLDER}/a|b.txt",), "member-names-portable", "Windows"),
    "an angle": Case((f"{FOLDER}/<a>.txt",), "member-names-portable", "Windows"),
    "a dot at the end": Case((f"{FOLDER}/a./b.txt",), "member-names-portable", "Windows"),
    "a space at the end": Case((f"{FOLDER}/a.txt ",), "member-names-portable", "Windows", (f"{FOLDER}/a b.txt",)),
    "a device": Case((f"{FOLDER}/aux.py",), "member-names-portable", "Windows", (f"{FOLDER}/auxiliary.py",)),
    "a device in capitals": Case(
        (f"{FOLDER}/CON/a.py",), "member-names-portable", "Windows", (f"{FOLDER}/CONfig/a.py",)
    ),
    "a port": Case((f"{FOLDER}/com1",), "member-names-portable", "Windows", (f"{FOLDER}/com10",)),
}
ABSOLUTE = ("/etc/passwd", "//host/share", "\\\\host\\share", "C:\\evil.py", "C:/evil.py", "c:evil.py", "/")


def wheel_of(*names: str) -> bytes:
    """Return a healthy wheel with some files more; RECORD lists them all."""
    return zips.pack(zips.parts(dict.fromkeys(names, b"x")))


def sdist_of(*names: str) -> bytes:
    """Return a healthy sdist with some files more; what is too long stands in an extended header."""
    more = []
    for name in names:
        whole = f"{TOP}/{name}".encode("utf-8", "surrogateescape")
        more += [tars.extended(path=whole)] if len(whole) > 100 or b"\0" in whole else []
        more.append(tars.Entry(name=whole[:100].partition(b"\0")[0], content=b"x"))
    return tars.with_entries(*more)


@pytest.mark.parametrize("kind", [WHEEL, SDIST])
@pytest.mark.parametrize("case", CASES)
def test_a_hostile_name_is_told(case: str, kind: str) -> None:
    """The check names the file and what is wrong with it; the same archive with a plain name is accepted."""
    expected = CASES[case]
    make = wheel_of if kind == WHEEL else sdist_of
    found = [each for each in judged(kind, make(*expected.names)) if each.check != "record-true"]
    checks = {each.check for each in found}
    if case == "a NUL" and kind == SDIST:
        checks -= {"archive-headers"}
    assert checks == {expected.check}
    assert all(expected.words in each.message for each in found if each.check == expected.check)
    assert {each.severity for each in found} == {"warning" if expected.check.endswith("portable") else "error"}
    assert judged(kind, make(*expected.twin)) == []


@pytest.mark.parametrize("name", ABSOLUTE)
def test_an_absolute_name_is_told(name: str) -> None:
    """A path of the system, of a drive or of a host is refused in both kinds of file."""
    files = {
        WHEEL: zips.pack([*zips.parts(), Part(name=name.encode(), mode=0)]),
        SDIST: tars.with_entries(tars.Entry(name=name.encode())),
    }
    for kind, content in files.items():
        assert "member-names" in {each.check for each in judged(kind, content)}


def test_many_hostile_names_are_one_finding() -> None:
    """The first few are named and the others counted; an endless name is cut."""
    names = [f"{FOLDER}/{number}\n" for number in range(1000)] + [f"{FOLDER}/{'x' * 200}\n"]
    found = [each for each in judged(SDIST, sdist_of(*names)) if each.check == "member-names"]
    assert len(found) == 1
    assert "and 996 more" in found[0].message
    assert len(found[0].message) < 1000
