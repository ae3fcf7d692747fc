"""The rows of the fault matrix that concern what is inside a file, as `inspect` shows them to a user.

Each broken file stands beside a healthy twin; one run judges them all.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import archives, bombs, running, tars, zips
from tests.archives import INFO, METADATA, SDIST, TOP, WHEEL, sdist_bytes, wheel_bytes
from tests.distributions.test_member_names import CASES as NAMES
from tests.distributions.test_tar_structure import CASES as TARS
from tests.distributions.test_zip_structure import CASES as ZIPS
from tests.secret_scan import made_up

SECONDS, MEGABYTES = 2, 200
CANARY = "hunter-" + "0123456789abcdef"
MODULE = "sample_project/a.py"
PROGRAM = """
import json, os, resource, runpy, sys
resource.setrlimit(resource.RLIMIT_DATA, (400 << 20, 400 << 20))
sys.argv = ["release-tools", "inspect", "--json", *sys.argv[1:]]
try:
    runpy.run_module("release_tools", run_name="__main__")
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(used.ru_utime + used.ru_stime, file=sys.stderr)
"""


@dataclass(frozen=True, slots=True)
class File:
    """A broken file, words of what is said of it, and its healthy twin; `hidden` is said nowhere."""

    content: bytes
    words: str
    twin: bytes
    name: str = WHEEL
    hidden: str = ""
    twin_name: str = ""


def described(old: bytes, new: bytes, words: str, more: Mapping[str, bytes] | None = None) -> File:
    """Return a wheel with one thing changed in its metadata."""
    head = METADATA + b"License-File: LICENSE\n"
    assert old in head or not old
    text = head.replace(old, new) if old else head + new
    with_licence = {f"{INFO}/licenses/LICENSE": b"MIT\n"}
    return File(
        wheel_bytes({f"{INFO}/METADATA": text, **with_licence, **(more or {})}), words,
        wheel_bytes({f"{INFO}/METADATA": head, **with_licence}),
    )  # fmt: skip


def holding(name: str, content: bytes, words: str, hidden: str = "") -> File:
    """Return a wheel with a file that should not be in it; its twin has one of another name and content."""
    return File(wheel_bytes({name: content}), words, wheel_bytes({"sample_project/data.txt": b"x\n"}), hidden=hidden)


def as_sdist(name: str, content: bytes, words: str, hidden: str = "") -> File:
    """Return an sdist with such a file."""
    return File(
        sdist_bytes({f"{TOP}/{name}": content}), words, sdist_bytes({f"{TOP}/data.txt": b"x\n"}), SDIST, hidden
    )  # fmt: skip


def zipped(name: str, content: bytes) -> bytes:
    """Return an archive to hide something in."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


def named(name: str, words: str, twin: str) -> File:
    """Return a healthy file under a name that it may not have."""
    return File(HEALTHY[name.endswith(".whl")], words, HEALTHY[twin.endswith(".whl")], name, twin_name=twin)


def hostile(case: str) -> File:
    """Return a wheel with hostile names."""
    given = NAMES[case]
    return File(
        zips.pack(zips.parts(dict.fromkeys(given.names, b""))), given.words,
        zips.pack(zips.parts(dict.fromkeys(given.twin, b""))),
    )  # fmt: skip


def bomb(case: str) -> File:
    """Return what unpacks to far more than it is."""
    name, _, words, make = bombs.BOMBS[case]
    return File(
        make(), words, HEALTHY[name.endswith(".whl")], name, twin_name=WHEEL if name.endswith(".whl") else SDIST
    )


HEALTHY = (sdist_bytes(), wheel_bytes())
TOKEN = made_up.token("GitHub", "gh" + "p_", made_up.ALNUM, 36).secret
KEY = made_up.pem("PRIVATE KEY")
SECRETS = {
    "B9 .env": as_sdist(".env", b"WORD=" + CANARY.encode(), ".env"),
    "B9 .pypirc": as_sdist(".pypirc", b"[pypi]\npassword = " + CANARY.encode(), ".pypirc"),
    "B9 .git": as_sdist(".git/config", b"[core]\n", ".git/config"),
    "B9 a private key": as_sdist("certs/server.pem", KEY.encode(), "certs/server.pem", KEY[60:90]),
    "B9 a token in a module": holding(MODULE, b"TOKEN = '" + TOKEN.encode() + b"'\n", MODULE, TOKEN),
    "B9 a token in byte code": holding(f"{MODULE}c", b"\0\0\r\n\xe3" + TOKEN.encode() + b"\0", f"{MODULE}c", TOKEN),
    "B9 a token in data": holding("sample_project/a.json", b'{"a": "' + TOKEN.encode() + b'"}', "a.json", TOKEN),
    "B9 a token in an archive": holding(
        "sample_project/a.zip", zipped("deep/a.txt", TOKEN.encode()), "sample_project/a.zip", TOKEN
    ),
    "B9 a value of the environment": holding(MODULE, b"WORD = '" + CANARY.encode() + b"'\n", MODULE, CANARY),
}
FRAMES = {
    "B11 two end records": "two end records",
    "B11 trailing data": "data behind",
    "B11 a comment": "a comment of the archive",
    "B11 another local header": "another name",
    "B11 a data descriptor": "a data descriptor",
    "B11 a lie of zip64": "zip64: another count",
    "B11 a name twice": "a name twice",
}
ENTRIES = {
    "B11 a link out": "a link upwards",
    "B11 a hard link out": "a hard link out",
    "B11 a device": "a character device",
    "B11 a sparse file": "sparse, of GNU",
}
ARCHIVES = {
    **{row: File(ZIPS[name].broken, ZIPS[name].words, ZIPS[name].twin) for row, name in FRAMES.items()},
    **{row: File(TARS[name].broken, TARS[name].words, TARS[name].twin, SDIST) for row, name in ENTRIES.items()},
    "B11 ../x": hostile("up"),
    "B11 another case": hostile("another case"),
    "B11 NUL": hostile("a NUL"),
    "B11 ESC": hostile("an escape"),
    "B11 bidi": hostile("right to left"),
    "B11 /abs": File(
        tars.packed([*tars.entries(), tars.Entry(name=b"/etc/x")]), "/etc/x", tars.packed(tars.entries()), SDIST
    ),
    "B11 C:\\x": File(
        tars.packed([*tars.entries(), tars.Entry(name=b"C:\\x")]), "C:", tars.packed(tars.entries()), SDIST
    ),
    "B11 a bomb": bomb("zip: 70 MiB of zeros"),
    "B11 a million entries": bomb("zip: a million entries"),
}
DESCRIBED = {
    "B12 another name": described(b"Name: Sample.Project", b"Name: other", "other"),
    "B12 another version": described(b"Version: 1.2.3", b"Version: 1.2.4", "1.2.4"),
    "B12 metadata 2.0": described(b"Metadata-Version: 2.4", b"Metadata-Version: 2.0", "2.0"),
    "B12 a field of a later version": described(
        b"Metadata-Version: 2.4", b"Metadata-Version: 2.1\nLicense-Expression: MIT", "icense-expression"
    ),
    "B12 a line put in": described(b"", b"Summary: one\n two\n", "ummary"),
    "B12 a licence that is not there": described(b"LICENSE", b"COPYING", "COPYING"),
    "B12 a description that does not render": described(
        b"", b"Description-Content-Type: text/x-rst\n\nTitle\n=\n\n.. bad::\n", "cannot show the description"
    ),
    "B12 a classifier that is none": described(b"", b"Classifier: Topic :: Nowhere\n", "Topic :: Nowhere"),
}
RECORDS = {
    "B13 no RECORD": File(wheel_bytes({f"{INFO}/RECORD": None}), "no", wheel_bytes()),
    "B13 a file that RECORD lacks": File(
        wheel_bytes({MODULE: b"", f"{INFO}/RECORD": archives.record({})}), "RECORD", wheel_bytes({MODULE: b""})
    ),
    "B13 another digest": File(
        zips.pack(zips.changed(f"{INFO}/RECORD", content=b"".join(
            part.content for part in zips.parts() if part.name.endswith(b"RECORD")).replace(b"sha256=", b"sha256=A"))),
        "RECORD", zips.pack(zips.parts()),
    ),
    "B13 an entry point of nothing": File(
        wheel_bytes({f"{INFO}/entry_points.txt": b"[console_scripts]\nrun = sample project:main\n"}), "entry",
        wheel_bytes({f"{INFO}/entry_points.txt": b"[console_scripts]\nrun = sample_project:main\n"}),
    ),
}  # fmt: skip
NAMED = {
    "B14 upper case": named("Sample_Project-1.2.3-py3-none-any.whl", WHEEL, WHEEL),
    "B14 a dash": named("sample-project-1.2.3.tar.gz", SDIST, SDIST),
    "B14 a dot": named("sample.project-1.2.3.tar.gz", SDIST, SDIST),
    "B14 another spelling of the version": named("sample_project-1.02.3.tar.gz", SDIST, SDIST),
    "B14 a build tag that is none": named(
        "sample_project-1.2.3-x1-py3-none-any.whl", "build number", "sample_project-1.2.3-1x-py3-none-any.whl"
    ),
    "B14 a platform of nobody": named(
        "sample_project-1.2.3-py3-none-amiga.whl", "amiga", "sample_project-1.2.3-py3-none-any.whl"
    ),
}
FILES = SECRETS | ARCHIVES | DESCRIBED | RECORDS | NAMED


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, list[dict[str, Any]]], str, float]:
    """Judge all files in one run: findings by path, all that was said, and the seconds that it took."""
    folder = tmp_path_factory.mktemp("inspected")
    paths = []
    for number, file in enumerate(FILES.values()):
        for kind, name, content in (
            ("broken", file.name, file.content),
            ("twin", file.twin_name or file.name, file.twin),
        ):
            paths.append(f"{number}/{kind}/{name}")
            (folder / paths[-1]).parent.mkdir(parents=True)
            (folder / paths[-1]).write_bytes(content)
    before = sorted(folder.rglob("*"))
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *paths], cwd=folder, capture_output=True, text=True, timeout=300, check=False,
        env=running.environment(DEPLOY_PASSWORD=CANARY, COLUMNS="80"),
    )  # fmt: skip
    assert done.returncode == 3, done.stderr[-2000:]
    assert sorted(folder.rglob("*")) == before
    found: dict[str, list[dict[str, Any]]] = {}
    for each in json.loads(done.stdout)["findings"]:
        found.setdefault(str(Path(each["file"]).parent), []).append(each)
    *said, seconds = done.stderr.splitlines()
    return found, "\n".join(said) + done.stdout, float(seconds)


@pytest.mark.parametrize("case", FILES)
def test_row(case: str, judged: tuple[dict[str, list[dict[str, Any]]], str, float]) -> None:
    """The broken file is refused in words that name the fault, never a secret's value; its twin is accepted."""
    found, said, _ = judged
    number, file = list(FILES).index(case), FILES[case]
    errors = [each for each in found.get(f"{number}/broken", []) if each["severity"] == "error"]
    words = " ".join(f"{each['message']} {each['member'] or ''} {each['fix']}" for each in errors)
    assert errors
    assert file.words in words
    if file.hidden:
        assert file.hidden not in said
        assert all(file.hidden[at : at + 8] not in words for at in range(8, len(file.hidden) - 8))
    assert [each for each in found.get(f"{number}/twin", []) if each["severity"] == "error"] == []


def test_b11_names_are_shown_harmless_and_soon(judged: tuple[dict[str, list[dict[str, Any]]], str, float]) -> None:
    """No control character of a name reaches the terminal; each file took less than its two seconds."""
    _, said, seconds = judged
    assert not re.search("[\0\x1b\u202e]", said)
    assert "Traceback" not in said
    assert seconds < SECONDS * len(FILES)
