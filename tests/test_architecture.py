"""The shape of the package, proved on its syntax trees: who may print, exit, open, import what."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from release_tools import errors
from tests.samples import clean_env

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "release_tools"
TREES: Mapping[str, ast.Module] = {
    path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(PACKAGE.rglob("*.py"))
}
# Programs of their own, started by path: their stdout is a protocol that the starter reads.
CHILD_PROGRAMS = {"adapters/probe.py", "adapters/render_worker.py", "adapters/secret_worker.py", "adapters/uploader.py"}
# These run in the process of nox, or before any adapter is there.
WITHIN_NOX = {"environment.py", "sessions.py"}
DOORS = {
    "subprocess",
    "socket",
    "http",
    "ftplib",
    "smtplib",
    "requests",
    "urllib3",
    "urllib.request",
    "pty",
    "multiprocessing",
}
WRITES = {
    "write_text",
    "write_bytes",
    "unlink",
    "rmdir",
    "rename",
    "symlink_to",
    "hardlink_to",
    "touch",
    "mkdir",
    "chmod",
}
HEAVY = {
    "asyncio", "build", "docutils", "http", "keepachangelog", "markdown_it", "multiprocessing", "packaging", "requests",
    "rich", "socket", "ssl", "subprocess", "tomli", "tomllib", "twine",
}  # fmt: skip


def dotted(node: ast.AST) -> str:
    """Return a name with its attributes, as `sys.stdout.write`; empty for any other expression."""
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else f".{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def calls(tree: ast.Module) -> Iterator[str]:
    """Yield what a module calls, by name."""
    return (dotted(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call))


def names(tree: ast.Module) -> set[str]:
    """Return every name with attributes that a module uses."""
    return {dotted(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute | ast.Name)}


def imports(tree: ast.Module) -> Iterator[str]:
    """Yield the full name of everything that a module imports, wherever the import stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, packages: set[str]) -> bool:
    """Whether an imported name is one of some packages or below it."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def who(found: Mapping[str, object]) -> set[str]:
    """Return the files where something was found."""
    return {file for file, what in found.items() if what}


def test_only_the_console_prints() -> None:
    """Text reaches a person through one place, where it is redacted and escaped."""
    streams = re.compile(r"sys\.(__)?(stdout|stderr)(__)?(\..*)?")
    found = {
        file: "print" in calls(tree) or [n for n in names(tree) if streams.fullmatch(n)] for file, tree in TREES.items()
    }
    assert who(found) - CHILD_PROGRAMS == {"console.py"}


def test_only_the_command_exits() -> None:
    """One place ends the process; the one that must do so without clean-up is the watch for a dead parent."""
    exits = {"sys.exit", "exit", "quit", "SystemExit"}
    assert who({file: exits & set(calls(tree)) for file, tree in TREES.items()}) - CHILD_PROGRAMS == {"__main__.py"}
    hard = who({file: {"os._exit", "os.abort"} & set(calls(tree)) for file, tree in TREES.items()})
    assert hard - CHILD_PROGRAMS == {"adapters/process.py"}
    raised = {
        file: [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Raise) and node.exc and "SystemExit" in ast.dump(node.exc)
        ]
        for file, tree in TREES.items()
    }
    assert who(raised) - CHILD_PROGRAMS == set()


def test_only_the_command_gives_a_go_ahead() -> None:
    """Leave to change the world is given in one place, after the gates; nowhere is it copied with another target."""
    made = {file: [name for name in calls(tree) if name.split(".")[-1] == "GoAhead"] for file, tree in TREES.items()}
    assert who(made) == {"__main__.py"}
    assert len(made["__main__.py"]) == 1
    replaced = {
        file: [n for n in calls(tree) if n == "replace" and "GoAhead" in names(tree)] for file, tree in TREES.items()
    }
    assert who(replaced) == set()


def test_only_the_adapters_start_programs_and_open_connections() -> None:
    """No process is started and no socket opened outside the doors."""
    found = {file: [name for name in imports(tree) if within(name, DOORS)] for file, tree in TREES.items()}
    assert {file for file in who(found) if not file.startswith("adapters/")} == set()
    started = {
        file: {"os.system", "os.popen", "os.fork", "os.execv", "os.spawnv"} & set(calls(tree))
        for file, tree in TREES.items()
    }
    assert who(started) == set()


def writes(tree: ast.Module) -> list[str]:
    """Return the calls of a module that change files."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = dotted(node.func)
            last = name.rpartition(".")[2]
            if last in WRITES or name in {"os.remove", "os.replace", "os.mkfifo", "shutil.rmtree", "shutil.copytree"}:
                found.append(name)
            if last in {"open", "fdopen"} and not opens_to_read(node):
                found.append(name)
    return found


def opens_to_read(call: ast.Call) -> bool:
    """Whether an open() names no mode or one that only reads, or opens what is open already."""
    values = [*call.args, *(word.value for word in call.keywords if word.arg == "mode")]
    texts = [value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)]
    to_write = [mode for mode in texts if set(mode) & set("wax+") and len(mode) <= 3]
    return not to_write or any(word.arg == "fileobj" for word in call.keywords)


def test_only_the_adapters_write_files() -> None:
    """Files are written, moved and removed through the doors; the few others are named here, each with its reason."""
    reasons = {
        "__main__.py": "tells nox how the stage ended, in a file that nox names",
        "console.py": "adds to the files that a CI job names for its outputs and its page",
        "dist_folder.py": "removes what the ledger proves to be ours",
        "stages/build.py": "makes the folder, and takes back half a pair of distributions",
    }
    found = {file: writes(tree) for file, tree in TREES.items()}
    outside = {file for file in who(found) if not file.startswith("adapters/")} - WITHIN_NOX
    assert outside - set(reasons) == set(), {file: found[file] for file in outside - set(reasons)}
    assert set(reasons) - outside == set(), "a reason that no file needs any more"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("open(x, 'w')", True),
        ("open(x, mode='xb')", True),
        ("Path(x).open('a', encoding='utf-8')", True),
        ("os.fdopen(x, 'r+')", True),
        ("x.write_bytes(b'')", True),
        ("folder(x).unlink()", True),
        ("shutil.rmtree(x)", True),
        ("open(x)", False),
        ("open(x, 'rb', encoding='ascii')", False),
        ("zipfile.open('warehouse.txt')", False),
        ("tarfile.open(fileobj=x, mode='w')", False),
        ("x.read_text()", False),
    ],
)
def test_a_write_is_known_as_one(line: str, found: bool) -> None:  # noqa: FBT001 - a case
    """The search of the test above finds each way to write, and takes no reading for one."""
    assert bool(writes(ast.parse(line))) is found


def test_checks_know_no_doors() -> None:
    """A check receives facts: it imports no adapter, no path of the system and nothing that reads."""
    for file, tree in TREES.items():
        if file.startswith("checks/"):
            found = {name for name in imports(tree) if within(name, DOORS | {"release_tools.adapters", "os", "shutil"})}
            assert not found, f"{file} imports {found}"
            opened = {name for name in calls(tree) if name.rpartition(".")[2] in {"open", "read_text", "read_bytes"}}
            assert not opened, f"{file} calls {opened}"


def test_the_nouns_know_nothing_of_the_rest() -> None:
    """The model and the errors import nothing of ours, the adapters no stage and no fact."""
    for file in ("model.py", "errors.py", "text.py", "pipeline.py", "toml.py"):
        assert not [name for name in imports(TREES[file]) if within(name, {"release_tools"})], file
    above = {
        "release_tools.stages",
        "release_tools.facts",
        "release_tools.runner",
        "release_tools.console",
        "nox",
    }
    for file, tree in TREES.items():
        if file.startswith("adapters/"):
            assert not [name for name in imports(tree) if within(name, above)], file


def test_a_noxfile_imports_little() -> None:
    """Importing the sessions costs a noxfile none of our libraries and nothing that starts programs."""
    script = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
before = set(sys.modules)
import release_tools.sessions
print(*(set(sys.modules) - before))
"""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script],
        env=clean_env(), capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert loaded & HEAVY == set()
    assert {name for name in done.stdout.split() if name.startswith("release_tools")} == {
        "release_tools",
        "release_tools.environment",
        "release_tools.pipeline",
        "release_tools.sessions",
    }


def test_every_kind_of_error_has_an_exit_code_of_its_own() -> None:
    """No two exit codes in `errors` are equal."""
    codes = {name: value for name, value in vars(errors).items() if name.isupper()}
    assert len(set(codes.values())) == len(codes)


def tracked() -> list[Path]:
    """Return the files of the repository: those that git knows or would add."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git repository")
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, env=clean_env(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [path for name in listing.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def found_in_files(pattern: str) -> list[str]:
    """Return where a pattern stands in the files of the repository."""
    wanted = re.compile(pattern.encode(), re.IGNORECASE)
    return [
        f"{path.relative_to(ROOT)}: {hit[0].decode()}"
        for path in tracked()
        for hit in wanted.finditer(path.read_bytes())
    ]


def test_no_registry_is_named() -> None:
    """The host name of no public package registry stands in the repository; libraries know them."""
    # In parts, so that this file does not hold them either.
    hosts = {
        "pypi": "org io",
        "pythonhosted": "org",
        "npmjs": "org com",
        "crates": "io",
        "rubygems": "org",
        "anaconda": "org",
    }
    pattern = "|".join(rf"\b{name}\.{end}\b" for name, ends in hosts.items() for end in ends.split())
    assert found_in_files(pattern) == []


def test_no_path_of_one_machine_is_named() -> None:
    """No folder of the machine on which something was written stands in the repository."""
    assert found_in_files(r"(?<![.\w/-])/(?:work|farm|tmp|root)/[A-Za-z]") == []
