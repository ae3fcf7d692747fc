"""What can be imported of a list of files, and the program that imports it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import machinery
from pathlib import Path

import pytest

from release_tools.adapters import modules, probe

EXTENSION = machinery.EXTENSION_SUFFIXES[0]


@pytest.mark.parametrize(
    ("recorded", "found"),
    [
        (["a.py", "b/__init__.py", "b/c.py", "b/d/__init__.py"], ("a", "b")),
        ([f"_fast{EXTENSION}", "fast.abi3.so", "b/__init__.py", f"b/_in{EXTENSION}"], ("_fast", "b", "fast")),
        (["ns/one.py", "ns/two/__init__.py", "ns/two/three.py", "ns/d/x.py"], ("ns.d.x", "ns.one", "ns.two")),
        (["__main__.py", "tests/__init__.py", "tests/test_a.py", "conftest.py", "setup.py", "b/__main__.py"], ()),
        (["a-1.dist-info/RECORD", "../../../bin/a", "__pycache__/a.cpython-311.pyc", "a.pth", "a.libs/b.so"], ()),
        (["a-stubs/__init__.pyi", "not-a-name.py", "data/text.txt", "__init__.py"], ()),
    ],
)  # fmt: skip
def test_the_top_of_what_is_installed(recorded: list[str], found: tuple[str, ...]) -> None:
    """Modules and packages at the top, those within namespace packages, nothing that acts when it is imported."""
    assert modules.at_top(recorded) == found


def test_what_fails_to_import_is_told_with_its_place(tmp_path: Path) -> None:
    """Each module gets its line; what it prints, raises or leaves running does not stop the others."""
    sources = {
        "good.py": "import threading, time\nprint('noise')\nthreading.Thread(target=time.sleep, args=(99,)).start()\n",
        "bad.py": "x = 1\nimport no_such_module\n",
        "leaving.py": "raise SystemExit(0)\n",
    }
    for name, text in sources.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "more.py").write_text("import os\nimport own.part\nfrom other import thing\n")
    (tmp_path / "asked.json").write_text(
        json.dumps(
            {
                "modules": ["good", "bad", "leaving", "none"],
                "folder": str(tmp_path),
                "sources": ["more.py", "bad.py", "gone.py"],
                "own": ["own"],
            }
        )
    )
    done = subprocess.run(
        [sys.executable, probe.__file__, str(tmp_path / "asked.json")],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=30,
        check=True,
    )
    *rows, last = map(json.loads, done.stdout.splitlines())
    assert last == {"uses": [["more.py", "other.thing", 3], ["bad.py", "no_such_module", 2]]}
    errors = {row["module"]: row["error"] for row in rows}
    assert errors == {
        "good": None,
        "bad": f"ModuleNotFoundError: No module named 'no_such_module', {tmp_path / 'bad.py'}:2",
        "leaving": f"SystemExit: 0, {tmp_path / 'leaving.py'}:1",
        "none": "ModuleNotFoundError: No module named 'none'",
    }
    assert probe.error_of("json") is None
    assert probe.error_of("no_such_module") == "ModuleNotFoundError: No module named 'no_such_module'"


@pytest.mark.parametrize(
    ("module", "found"),
    [
        ("plain", ("one",)),
        ("plain.attribute", ("one",)),
        ("_fast", ("two",)),
        ("space.first.thing", ("one",)),
        ("space.second", ("two",)),
        ("space.third", ("one", "two")),
        ("space", ("one", "two")),
        ("nowhere.else", ()),
    ],
)
def test_whose_a_module_is(module: str, found: tuple[str, ...]) -> None:
    """The longest part that is a module decides; a namespace alone is everybody's who puts something there."""
    files = {
        "one": ["plain/__init__.py", "space/first/__init__.py", "one-1.dist-info/RECORD"],
        "two": [f"_fast{EXTENSION}", "space/second.py", "../../../bin/plain"],
    }
    assert modules.owners(files, [module]) == {module: found}


def test_which_files_are_read() -> None:
    """Sources that are used, not tests; whatever name a neighbour may be imported by is the project's own."""
    recorded = [
        "a/__init__.py",
        "a/__main__.py",
        "a/tests/b.py",
        "a/conftest.py",
        f"a/c{EXTENSION}",
        "a/_v/d/e.py",
        "a/_vendor/g.py",
    ]
    assert modules.sources(recorded) == ("a/__init__.py", "a/__main__.py", "a/_v/d/e.py")
    assert {"a", "c", "_v", "d", "e", "b", "g"} <= modules.names(recorded)
