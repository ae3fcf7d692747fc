"""What the probe finds in a syntax tree: the imports that happen whenever a module is imported, and no others."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from release_tools.adapters import probe

CERTAIN = {
    "plain": ("import a\n", ["a"]),
    "with a name": ("import a.b as c, d\n", ["a.b", "d"]),
    "from": ("from a import b, c\n", ["a.b", "a.c"]),
    "from with a star": ("from a.b import *\n", ["a.b"]),
    "in a class": ("class C:\n    import a\n", ["a"]),
    "in a with": ("with open('x') as f:\n    import a\n", ["a"]),
    "in a try for something else": (
        "try:\n    import a\nexcept OSError:\n    import b\nelse:\n    import c\n",
        ["a"],
    ),
    "after a guarded one": ("try:\n    import a\nexcept ImportError:\n    a = None\nimport b\n", ["b"]),
    "in a finally": ("try:\n    import a\nexcept ImportError:\n    pass\nfinally:\n    import b\n", ["b"]),
    "old coding": ("# coding: latin-1\nx = '\xe9'\nimport a\n", ["a"]),
    "a doubtful escape": ("x = '\\d'\nimport a\n", ["a"]),
}
NEVER = {
    "of its own package": "from . import a\nfrom .a import b\nfrom .. import c\n",
    "in a function": "def f():\n    import a\nasync def g():\n    import b\n",
    "in a method": "class C:\n    def f(self):\n        import a\n",
    "for types": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a\n",
    "under a condition": "import sys\nif sys.version_info < (3, 11):\n    import a\nelse:\n    import b\n",
    "in a loop": "for x in ():\n    import a\nwhile False:\n    import b\n",
    "guarded": "try:\n    import a\nexcept ImportError:\n    import b\nelse:\n    import c\n",
    "guarded with others": "try:\n    import a\nexcept (OSError, ModuleNotFoundError):\n    pass\n",
    "guarded by a wider one": "try:\n    import a\nexcept Exception:\n    pass\n",
    "guarded by all": "try:\n    import a\nexcept:\n    pass\n",
    "suppressed": "import contextlib\nwith contextlib.suppress(ImportError):\n    import a\n",
    "no Python": "import a\nprint 'old'\n",
    "a NUL": "import a\n\0",
    "deep": "import a\nx = " + "(" * 1000 + ")" * 1000 + "\n",
    "long": "x = " + "1+" * 100_000 + "1\n",
}
STANDARD = {"contextlib", "sys", "typing.TYPE_CHECKING"}


@pytest.mark.parametrize("case", CERTAIN)
def test_what_always_happens_is_found(case: str) -> None:
    """Each import at the level of the module is told by its full name."""
    source, expected = CERTAIN[case]
    assert [module for module, _ in probe.imported(source.encode("latin-1"))] == expected


@pytest.mark.parametrize("case", NEVER)
def test_what_need_not_happen_is_left_out(case: str) -> None:
    """Neither what is guarded or conditional, nor what cannot be read, is told."""
    assert {module for module, _ in probe.imported(NEVER[case].encode())} <= STANDARD


def test_what_is_told_is_bounded(tmp_path: Path) -> None:
    """After so many imports no further file is read."""
    many = "".join(f"import m{number}\n" for number in range(probe.MOST))
    for name, text in (("one.py", "import os\n"), ("two.py", many), ("three.py", "import last\n")):
        (tmp_path / name).write_text(text)
    asked = {"modules": [], "folder": str(tmp_path), "sources": ["one.py", "two.py", "three.py"], "own": ["m0"]}
    (tmp_path / "asked.json").write_text(json.dumps(asked))
    command = [sys.executable, "-I", probe.__file__, str(tmp_path / "asked.json")]
    uses = json.loads(subprocess.run(command, capture_output=True, timeout=60, check=True).stdout)["uses"]
    assert [uses[0], uses[-1]] == [["two.py", "m1", 2], ["three.py", "last", 1]]
    (tmp_path / "asked.json").write_text(json.dumps(asked | {"own": []}))
    uses = json.loads(subprocess.run(command, capture_output=True, timeout=60, check=True).stdout)["uses"]
    assert len(uses) == probe.MOST


def test_the_line_is_told() -> None:
    """Lines count from 1."""
    assert probe.imported(b"\n\nimport a\n") == [("a", 3)]
