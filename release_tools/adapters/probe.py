"""The program that imports modules in a fresh environment and reads what they import, a line of JSON for each answer.

It is started by its path in an isolated interpreter, so it needs nothing but the standard library. Its one argument is
a file of JSON: `modules` to import, `sources` to read below `folder`, and `own`, the names that are the project's. If
it ends early, the first module without a line is the one that ended it.
"""

from __future__ import annotations

import ast
import importlib
import json
import os
import sys
import time
import traceback
import warnings
from collections.abc import Collection, Iterable, Iterator
from typing import Any

READING = 10.0  # seconds that reading sources may take
MOST = 1000  # imports that are told
LARGEST = 1 << 22  # bytes of one source
GUARDS = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


def main(asked: dict[str, Any]) -> None:
    """Import modules and say how it went; then say what the sources import."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        # What a module prints while it is imported must not get between the lines.
        os.dup2(2, 1)
        for module in asked["modules"]:
            print(json.dumps({"module": module, "error": error_of(module)}), file=answers, flush=True)
        own = sys.stdlib_module_names | frozenset(asked["own"])
        uses = list(_uses(asked["folder"], asked["sources"], own))
        print(json.dumps({"uses": uses}), file=answers, flush=True)


def error_of(module: str) -> str | None:
    """Import a module; return what it raised and where, None when it imports."""
    try:
        importlib.import_module(module)
    except BaseException as error:  # noqa: BLE001 - also SystemExit is a failed import
        return ", ".join((f"{type(error).__name__}: {error}", *_place(error)))
    return None


def _place(error: BaseException) -> Iterator[str]:
    """Yield the last line of the project that had a part in it, if any had."""
    ours = ("<frozen importlib", importlib.__file__, __file__)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not frame.filename.startswith(ours)]
    yield from (f"{frame.filename}:{frame.lineno}" for frame in frames[-1:])


def _uses(folder: str, sources: Iterable[str], known: Collection[str]) -> Iterator[tuple[str, str, int]]:
    """Yield each module that is not known, with the first file and line that import it for certain."""
    until, told = time.monotonic() + READING, set[str]()
    for name in sources:
        for module, line in imported(_content(os.path.join(folder, name))):  # noqa: PTH118 - no pathlib for a name
            if module.partition(".")[0] not in known and module not in told:
                told.add(module)
                yield name, module, line
        if len(told) >= MOST or time.monotonic() > until:
            return


def _content(path: str) -> bytes:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - as above
            return file.read(LARGEST)
    except OSError:
        return b""


def imported(source: bytes) -> list[tuple[str, int]]:
    """Return what a module imports whenever it is imported, full names with their lines; nothing of what is no Python.

    Of `from a import b` that is `a.b`, which need not be a module. What stands in a function, under a condition or in
    a `try` that minds a failed import is left out.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
        return list(_certain(tree.body))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _certain(body: Iterable[ast.stmt]) -> Iterator[tuple[str, int]]:
    for node in body:
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((f"{node.module}.{alias.name}".removesuffix(".*"), node.lineno) for alias in node.names)
        elif isinstance(node, ast.ClassDef) or (isinstance(node, ast.With) and not _suppresses(node)):
            yield from _certain(node.body)
        elif isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            yield from _certain(_of_try(node))


def _of_try(node: Any) -> Iterator[ast.stmt]:  # noqa: ANN401 - ast.TryStar is newer than 3.10
    """Yield what is tried and what ends it; nothing is tried for certain where a failed import is minded."""
    if not any(each.type is None or _minds(each.type) for each in node.handlers):
        yield from node.body
    yield from node.finalbody


def _suppresses(node: ast.With) -> bool:
    return any(isinstance(each.context_expr, ast.Call) and _minds(each.context_expr) for each in node.items)


def _minds(expression: ast.expr) -> bool:
    """Whether an exception is named that a failed import raises."""
    return any(isinstance(each, ast.Name) and each.id in GUARDS for each in ast.walk(expression))


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as _asked:  # noqa: PTH123 - as above
        main(json.load(_asked))
    # A thread that an imported module left behind must not keep this program alive.
    os._exit(0)
