"""The program that imports modules in a fresh environment, one line of JSON for each as its import ends.

It is started by its path in an isolated interpreter, so it needs nothing but the standard library. If it ends early,
the first module without a line is the one that ended it.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
from collections.abc import Iterable, Iterator


def main(modules: Iterable[str]) -> None:
    """Import modules and say how it went."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        # What a module prints while it is imported must not get between the lines.
        os.dup2(2, 1)
        for module in modules:
            print(json.dumps({"module": module, "error": error_of(module)}), file=answers, flush=True)


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


if __name__ == "__main__":
    main(sys.argv[1:])
    # A thread that an imported module left behind must not keep this program alive.
    os._exit(0)
