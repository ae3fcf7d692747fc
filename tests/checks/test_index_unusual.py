"""Healthy files that are rarely seen: what the index takes passes without a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import archives, tars
from tests.archives import INFO, SDIST, WHEEL, WHEEL_FILE
from tests.checks.index_files import File, entry, inspected, local, named, told, wheel_in, with_

ENTRY_POINTS = """\
# A comment.
[console_scripts]
sample = sample_project.command:main
sample.more = sample_project:App.run [extra,other]
Sample-3 = sample_project : main

[gui_scripts]

[sample.plugins]
one = sample_project
two = sample_project:Two.three [extra]
; another
ein Name mit Leerzeichen = sample_project:\u00e4
100% = sample_project:percent
"""
UNUSUAL: dict[str, File] = {
    "build tag": named(WHEEL.replace("py3", "2-py3")),
    "build tag with letters": named(WHEEL.replace("py3", "20260131abc_d-py3")),
    "abi3": named(WHEEL.replace("py3-none-any", "cp310-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64")),
    "compressed tag sets": named(WHEEL.replace("py3-none-any", "py2.py3-none-macosx_10_9_x86_64.macosx_11_0_arm64")),
    "compressed tag in WHEEL": (
        WHEEL.replace("py3", "py2.py3"),
        wheel_in(INFO, WHEEL=b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py2.py3-none-any\n"),
    ),
    "implementation of its own": named(WHEEL.replace("py3-none-any", "pp310-pypy310_pp73-win_amd64")),
    "musl": named(WHEEL.replace("py3-none-any", "cp314-cp314t-musllinux_1_2_riscv64")),
    "phone": named(WHEEL.replace("py3-none-any", "cp313-cp313-ios_13_0_arm64_iphonesimulator")),
    "Linux of the small boards": named(WHEEL.replace("any", "linux_armv7l")),
    "WHEEL with CRLF": with_(WHEEL=WHEEL_FILE.replace(b"\n", b"\r\n")),
    "entry points": entry(ENTRY_POINTS),
    "empty entry points": entry(""),
    "metadata 1.0": told("Summary: a\nLicense: MIT\nPlatform: any\nAuthor: J\n", "1.0"),
    "metadata 1.1": told("Classifier: Typing :: Typed\nRequires: os\nProvides: sample\nObsoletes: old\n", "1.1"),
    "metadata 1.2": told("Maintainer: J\nRequires-Dist: other (>=1.0)\nRequires-External: libpng (>=1.5)\n", "1.2"),
    "metadata 2.1": told("Provides-Extra: Test_X\nRequires-Dist: a; extra == 'Test_X'\nLicense-File: GONE\n", "2.1"),
    "metadata 2.2": told("Dynamic: Home-page\nDynamic: license-file\n", "2.2"),
    "metadata 2.3": told("Provides-Extra: test-x\nRequires-Dist: a ; extra == 'test-x'\n", "2.3"),
    "metadata 2.4": told("License-Expression: MIT AND (BSD-3-Clause OR LicenseRef-Own)\nLicense-File: LICENSE\n"),
    "metadata 2.5": told("Import-Name: sample_project ; private\nImport-Namespace: sample_project\n", "2.5"),
    "metadata 2.5, namespace": told("Import-Namespace: sample_project\nDynamic: Import-Name\n", "2.5"),
    "metadata 2.5, no import": told("Import-Name:\n", "2.5"),
    "empty keywords": told("Keywords:\nHome-page:\nAuthor-email:\nClassifier:\n"),
    "keywords with spaces": told("Keywords: one two three\n"),
    "nothing by distutils": told(
        "Home-page: UNKNOWN\nAuthor-email: UNKNOWN\nLicense: UNKNOWN\nClassifier: UNKNOWN\n\nUNKNOWN\n",
        "1.1",
    ),
    "authors of the world": told(
        "Author: J\u00fcrgen, \u9648, \u0645\u0631\u064a\u0645\nAuthor-email: \u9648 <chen@example.org>\n"
    ),
    "several addresses": told(
        "Author-email: Jane <jane@example.org>, Joe <joe@localhost>\nMaintainer-email: a@b.org, c\n"
    ),
    "address of the world": told("Author-email: j\u00fcrgen@b\u00fccher.example.org\n"),
    "hidden address": told("Author-email: jane [at] example.org\n"),
    "odd pages": told("Project-URL: A b!, https://example.org/a b?c=\u00e4#[x]\nHome-page: HTTP://EXAMPLE.ORG\n"),
    "page with a comma": told("Project-URL: Home, https://example.org/a,b\n"),
    "license text of many lines": told("License: MIT\n        Permission is granted\n        to all.\n"),
    "dependencies": told("Requires-Dist: a[b,c]>=1,!=2,<3; python_version<'3.9' and (os_name=='nt' or extra=='x')\n"),
    "exact dependency of a local version": told("Requires-Dist: other === 1.0+cu121\n"),
    "open Python": told("Requires-Python: >=3.8, !=3.9.*, <4\n"),
    "field names in other case": told("summary: a\nHOME-PAGE: https://example.org\nproject-url: a, https://b\n"),
    "CRLF": told("Summary: a\r\n\r\nText\r\n"),
    "description in the header": told("Description: Some text,\n        and more of it.\n", "1.1"),
    "long Markdown": told(f"Description-Content-Type: text/markdown\n\n{'text ' * 27_000}\n"),
    "version in another spelling": (WHEEL, wheel_in(INFO, METADATA=archives.METADATA.replace(b"1.2.3", b"v1.02.3"))),
    "post-release": local("1.2.3.post1")[1],
    "epoch": local("1!2.3rc1")[0],
    "sdist of single blocks": (SDIST, tars.packed(tars.entries())),
}


@pytest.mark.parametrize("case", UNUSUAL)
def test_an_unusual_file_that_the_index_takes(case: str, tmp_path: Path) -> None:
    """What is healthy passes without a word, however rarely it is seen."""
    assert inspected(tmp_path, UNUSUAL[case]) == []
