"""Which files of a project its users get."""

from __future__ import annotations

from collections.abc import Sequence

_BESIDE = frozenset(
    "benchmark benchmarks changelog.d changes ci dev devtools doc docs example examples fuzz news newsfragments"  # noqa: SIM905
    " requirements script scripts test testing tests tools util utils".split()
)
_NO_MODULES = frozenset({"conftest.py", "dodo.py", "fabfile.py", "manage.py", "noxfile.py", "setup.py", "tasks.py"})
_SOURCES = (".py", ".pyi", ".pyx", ".pxd", ".c", ".cc", ".cpp", ".cxx", ".h", ".hpp", ".rs")
_TESTS = frozenset({"test", "tests"})


def is_shipped(path: str, package_folders: Sequence[str], name: str) -> bool:
    """Whether the file stands in the import package of the project `name`, or where that is unknown looks like it."""
    *folders, file = path.split("/")
    if any(part.startswith(".") for part in (*folders, file)):
        return False
    package = next((folder for folder in package_folders if path.startswith(f"{folder}/")), None)
    if package or folders[:1] == ["src"]:
        return not _TESTS.intersection(folders[len((package or "src").split("/")) :])
    if package_folders:
        return path == f"{name.replace('-', '_')}.py"
    return file.endswith(_SOURCES) and file not in _NO_MODULES and not _BESIDE.intersection(folders)
